"""The indicators of footage and cameras: by hand, and against the analyses that tell of the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data_contracts.facts import EARLIER, LATER, Rows, facts, rows
from tests.transforms.footage.drawn import AS_OF, draw
from transforms.footage import outcomes

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIFE = rows(
    "city requested_at outcome matured met due_at delivered_at closed_at",
    ("a", "2026-02-01", "delivered", True, True, "2026-02-08", "2026-02-08", "2026-02-09"),
    ("a", "2026-02-01", "delivered", True, True, "2026-02-08", None, "2026-02-07"),  # closed in time
    ("a", "2026-02-01", "delivered", True, True, "2026-02-08", "2026-02-10", "2026-02-10"),
    ("a", "2025-12-31 18:30", "rejected", True, False, "2026-02-08", None, "2026-02-03"),
    ("a", "2026-06-30 18:29", "pending", True, False, "2026-07-08", None, None),
    ("a", "2026-02-01", "withdrawn", False, False, "2026-02-08", None, "2026-02-02"),
    ("a", "2026-06-30 18:30", "delivered", True, True, "2026-07-08", "2026-07-02", "2026-07-02"),  # of no round
    ("a", "2025-12-31 18:29", "delivered", True, True, "2026-02-08", "2026-01-02", "2026-01-02"),
    ("b", "2026-02-01", "pending", False, False, "2026-12-08", None, None),
)
REASONS = ["expired_before_request", "expired_during_handling", "camera_down", "unknown", None]
CAUSES = rows(
    "city requested_at matured reason",
    *(("a", "2025-12-31 18:30", True, reason) for reason in REASONS),
    ("a", "2026-02-01", False, None),
    ("a", "2025-10-01", True, "expired_before_request"),
    ("a", "2026-06-30 18:30", True, "expired_before_request"),
)


def test_requests_that_were_met_that_were_met_in_time_and_that_were_overwritten():
    assert facts("F3", mart_footage_life=LIFE) == {
        ("a", LATER): (60.0, 3, 5, True),
        ("a", EARLIER): (100.0, 1, 1, True),
    }
    assert facts("F4", mart_footage_life=LIFE) == {
        ("a", LATER): (40.0, 2, 5, True),
        ("a", EARLIER): (100.0, 1, 1, True),
    }
    assert facts("F6", mart_footage_causes=CAUSES) == {
        ("a", LATER): (40.0, 2, 5, True),
        ("a", EARLIER): (100.0, 1, 1, True),
    }


def requests(*given: tuple[str, float | None], until: float) -> Rows:
    """Requests of the later round by outcome and the hours after which they ended; all were seen for `until` hours."""
    return [
        {
            "city": "a",
            "requested_at": BEGIN,
            "outcome": outcome,
            "met": outcome == "delivered",
            "delivered_at": BEGIN + hours * HOUR if hours is not None and outcome == "delivered" else None,
            "closed_at": BEGIN + hours * HOUR if hours is not None else None,
            "known_until": BEGIN + until * HOUR,
        }
        for outcome, hours in given
    ]


@pytest.mark.parametrize(
    ("given_rows", "value"),
    [
        (requests(("delivered", 10), *[("rejected", 1)] * 3, until=500), 10),
        (requests(("delivered", 10), ("delivered", 30), *[("pending", None)] * 6, until=500), 30),
        # One in five of ten, and then half of the two that are left after the others ended.
        (requests(*[("delivered", 5)] * 2, *[("rejected", 9)] * 6, ("delivered", 40), ("pending", None), until=60), 40),
        # A quarter never was: it took longer than the longest time seen, which is beyond the floor or tells nothing.
        (requests(("delivered", 10), *[("rejected", 200)] * 4, until=500), 200),
        (requests(*[("pending", None)] * 4, until=169), 169),
        (requests(*[("pending", None)] * 4, until=168), None),
        (requests(("delivered", None), ("delivered", 7), until=500), 7),
    ],
)
def test_hours_until_a_quarter_is_supplied(given_rows: Rows, value: float | None):
    found = facts("F5", mart_footage_life=given_rows)
    assert {place: fact[0] for place, fact in found.items()} == ({("a", LATER): value} if value else {})
    if value:
        timed = [row for row in given_rows if row["closed_at"] or row["outcome"] == "pending"]
        assert found["a", LATER][1:] == (None, len(timed), True)


def test_a_request_supplied_nobody_noted_when_was_so_by_the_time_it_was_closed():
    (row,) = requests(("delivered", 7), until=500)
    assert facts("F5", mart_footage_life=[{**row, "delivered_at": None}])["a", LATER][0] == 7
    assert facts("F5", mart_footage_life=[{**row, "closed_at": BEGIN + 9 * HOUR}])["a", LATER][0] == 7


def test_each_request_is_of_the_round_in_which_it_was_made():
    (row,) = requests(("pending", None), until=5000)
    made = ["2025-12-31 18:29", "2025-12-31 18:30", "2026-06-30 18:29", "2026-06-30 18:30"]
    found = facts("F5", mart_footage_life=[{**row, "requested_at": moment} for moment in made])
    assert {place: fact[2] for place, fact in found.items()} == {("a", EARLIER): 1, ("a", LATER): 2}


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 120))
def test_the_same_hours_as_the_estimate_of_competing_risks(seed: int, count: int):
    table = draw(seed, count)
    columns = ["requested_at", "outcome", "met", "delivered_at", "closed_at"]
    planted = table[columns].astype(object).where(table[columns].notna(), None).to_dict("records")
    found = facts("F5", mart_footage_life=[{"city": "a", "known_until": AS_OF, **row} for row in planted])
    expected = outcomes.hours_until(outcomes.curves(table, AS_OF))
    if expected is not None:
        assert found["a", LATER][0] == pytest.approx(expected, abs=1e-9)
    else:
        assert found == {} or found["a", LATER][0] > 168


# The index of city a begins in December, so its first whole month of the later round is January.
RECORDED = rows(
    "city camera_id month known_from_on known_until_on due_s recorded_s",
    ("a", "C1", "2025-12-01", "2025-12-01", "2026-07-02", 1000.0, 500.0),
    ("a", "C1", "2026-01-01", "2025-12-01", "2026-07-02", 1000.0, 1000.0),
    ("a", "C1", "2026-06-01", "2025-12-01", "2026-07-02", 1000.0, 200.0),
    ("a", "C2", "2026-06-01", "2025-12-01", "2026-07-02", 1000.0, 49.0),
    ("a", "C3", "2026-06-01", "2025-12-01", "2026-07-02", 1000.0, 50.0),
    ("a", "C1", "2026-07-01", "2025-12-01", "2026-07-02", 1000.0, 0.0),  # of no round
    ("b", "C1", "2026-03-01", "2026-03-02", "2026-07-02", 1000.0, 900.0),
    ("b", "C2", "2026-03-01", "2026-03-03", "2026-07-02", 1000.0, 0.0),  # begun after the month
)


def test_availability_is_over_the_months_that_the_index_covers():
    assert facts("F7", mart_recorded_by_camera=RECORDED) == {
        ("a", EARLIER): (50.0, None, 1, True),
        ("a", LATER): (pytest.approx(100 * 1299 / 4000), None, 3, True),
        ("b", LATER): (90.0, None, 1, True),
    }
    assert facts("F8", mart_recorded_by_camera=RECORDED) == {
        ("a", EARLIER): (0.0, 0, 1, True),
        ("a", LATER): (pytest.approx(100 / 3), 1, 3, True),
        ("b", LATER): (0.0, 0, 1, True),
    }
