"""The functional indicators over planted rows, each worked out by hand; but for footage and cameras."""

import pytest

from tests.data_contracts.facts import EARLIER, LATER, Facts, Rows, facts, rows

SENT = rows(
    "city department dataset received_at last_received_at read held",
    ("a", "police", "calls", "2026-11-01", "2026-11-01", True, False),
    ("a", "fire", "fires", "2026-03-01", "2026-11-20", True, False),  # the same file came again
    ("a", "water", "supply", "2026-11-20", "2026-11-20", True, True),
    ("a", "health", "cases", "2026-11-20", "2026-11-20", False, False),
    ("a", "revenue", "ledger", "2026-06-20", "2026-06-20", True, False),
    ("b", "fire", "fires", "2026-07-15", "2026-07-15", True, False),
    ("c", "fire", "fires", "2026-11-20", "2026-11-20", True, False),
)
DATASETS = rows(
    "city department dataset frequency_days latency_days",
    ("a", "police", "calls", 1, 1),
    ("a", "fire", "fires", 7, 1),
    ("a", "revenue", "ledger", 150, 10),
    ("a", "health", "cases", 7, 1),
    ("a", "water", "supply", 7, 1),
    ("b", "fire", "fires", 7, 1),
)
CASES = rows(
    "city use_case_id feeds status live_since sop_id",
    ("a", "UC-01", "police__calls  fire__fires", "live", "2024-01-01", "SOP-01"),
    ("a", "UC-02", "revenue__ledger", "live", "2026-06-30", "SOP-02"),  # rests on a feed with a slow cadence
    ("a", "UC-03", "police__calls", "live", "2026-07-01", "SOP-01"),  # live after both rounds
    ("a", "UC-04", "police__calls water__supply", "live", "2024-01-01", "SOP-01"),  # one feed is held
    ("a", "UC-05", "police__calls", "pilot", "2024-01-01", "SOP-01"),
    ("a", "UC-06", "police__calls", "live", "2024-01-01", "SOP-09"),  # no such procedure
    ("a", "UC-07", "police__calls", "live", "2024-01-01", None),
    ("a", "UC-08", None, "live", "2024-01-01", "SOP-01"),  # rests on nothing
    ("a", "UC-09", "health__cases", "live", "2024-01-01", "SOP-01"),  # nobody could read it
    ("b", "UC-01", "fire__fires", "live", "2024-01-01", "SOP-01"),
    ("c", "UC-01", "fire__fires", "live", "2024-01-01", "SOP-01"),  # sends no procedures
)
PROCEDURES = rows("city sop_id", ("a", "SOP-01"), ("a", "SOP-02"), ("b", "SOP-01"))
MEASURES = rows(
    "city use_case_id baseline baseline_on current current_on",
    ("a", "UC-01", 10, "2025-01-31", 20, "2026-01-31"),
    ("a", "UC-02", 10, "2025-01-31", 20, "2026-01-30"),
    ("a", "UC-03", 10, "2025-01-31", None, None),
    ("a", "UC-04", None, None, 20, "2026-06-30"),
    ("b", "UC-01", 10, "2024-01-31", 20, "2026-09-20"),
    ("b", "UC-02", 10, "2024-01-31", 20, "2026-05-20"),
)

TABLE: list[tuple[str, dict[str, Rows], Facts]] = [
    (
        "F1",
        {"platform__deliveries": SENT},
        {
            ("a", LATER): (2.0, None, 5, True),
            # The city had sent two by then; one of them was fresh.
            ("a", EARLIER): (1.0, None, 2, True),
            ("b", LATER): (0.0, None, 1, True),
            ("c", LATER): (1.0, None, 1, True),
        },
    ),
    (
        "F2",
        {
            "iccc__use_cases": CASES,
            "iccc__sops": PROCEDURES,
            "platform__datasets": DATASETS,
            "platform__deliveries": SENT,
        },
        {
            ("a", LATER): (pytest.approx(200 / 9), 2, 9, False),
            # Live since the last day of June is too late for the round that ended in December.
            ("a", EARLIER): (0.0, 0, 9, False),
            ("b", LATER): (0.0, 0, 1, False),
        },
    ),
    (
        "F10",
        {"iccc__use_cases": MEASURES},
        {
            ("a", LATER): (1.0, None, 4, True),
            ("a", EARLIER): (1.0, None, 4, True),
            # In the earlier round the list said something else, which nobody kept.
            ("b", LATER): (2.0, None, 2, True),
        },
    ),
]


@pytest.mark.parametrize(("indicator", "tables", "expected"), TABLE, ids=[case[0] for case in TABLE])
def test_the_value_is_the_one_by_hand(indicator: str, tables: dict[str, Rows], expected: Facts):
    assert facts(indicator, **tables) == expected


# Of the two that rest on calls alone the one that allows the least counts; fires have but one, beside other feeds.
LIVE = rows(
    "city use_case_id feeds status sop_id",
    ("a", "UC-01", "police__emergency_calls", "live", "SOP-30"),
    ("a", "UC-02", "police__emergency_calls", "live", "SOP-60"),
    ("a", "UC-03", "police__emergency_calls police__cameras", "live", "SOP-10"),
    ("a", "UC-04", "police__emergency_calls", "planned", "SOP-05"),
    ("a", "UC-05", "fire__fire_incidents iccc__sops", "live", "SOP-60"),
    ("b", "UC-01", "police__emergency_calls", "live", None),
)
ALLOWED = rows(
    "city sop_id target_minutes",
    *(("a", f"SOP-{minutes:02}", minutes) for minutes in (5, 10, 30, 60)),
)
CALLS = rows(
    "city called_at closed_at false_alarm",
    ("a", "2025-12-31 18:30", "2025-12-31 19:00", False),
    ("a", "2026-02-01 10:00", "2026-02-01 10:30:30", False),
    ("a", "2026-02-01 10:00", "2026-02-01 10:01", True),
    ("a", "2026-06-30 18:29", "2026-06-30 18:40", False),
    ("a", "2026-06-30 18:30", "2026-06-30 18:50", False),  # July in India: of no round
    ("a", "2026-06-30 18:00", None, False),  # open for longer than it may
    ("a", "2025-12-31 18:29", None, False),  # of the earlier round
    ("b", "2026-02-01 10:00", "2026-02-01 10:01", False),
)
FIRES = rows(
    "city reported_at closed_at incident_type",
    ("a", "2026-02-01 10:00", "2026-02-01 11:00", "gas_leak"),
    ("a", "2026-02-01 10:00", "2026-02-01 10:05", "false_alarm"),
    ("a", "2026-02-01 10:30", None, "gas_leak"),  # open, and still has time
)


def test_incidents_are_held_against_the_nearest_procedure():
    found = facts(
        "F9",
        iccc__use_cases=LIVE,
        iccc__sops=ALLOWED,
        police__emergency_calls=CALLS,
        fire__fire_incidents=FIRES,
    )
    assert found == {("a", LATER): (60.0, 3, 5, True), ("a", EARLIER): (0.0, 0, 1, True)}
