"""The indicators of governance over planted rows, each worked out by hand."""

import pytest

from tests.data_contracts.facts import EARLIER, LATER, Facts, Rows, facts, rows

DATASETS = rows(
    "city department dataset delivered classified",
    ("a", "police", "calls", True, True),
    ("a", "police", "crimes", True, False),
    ("a", "fire", "fires", True, True),
    ("a", "water", "supply", False, False),
    ("b", "fire", "fires", True, True),
    ("c", "fire", "fires", False, True),
)
LOG = rows(
    "city first_at days verified",
    ("a", "2026-05-01", 209, True),
    ("b", "2026-08-01", 117, True),
)
ACTIONS = rows(
    "city department at",
    ("a", "police", "2026-11-01"),
    ("a", "police", "2026-11-02"),
    ("a", "fire", "2026-06-15"),
    ("a", "water", "2026-11-20"),  # sends nothing
)
FINDINGS = rows(
    "city found_at closed_at after_publishing",
    ("a", "2026-10-01", "2026-10-16", False),
    ("a", "2026-10-01", "2026-10-17", False),
    ("a", "2026-10-01", None, True),
    ("a", "2026-11-20", None, False),  # may still wait
    ("a", "2026-11-20", "2026-11-21", True),
    ("a", "2026-06-28", "2026-06-30", False),
    ("a", "2026-06-01", "2026-07-10", True),  # open when the earlier round was assessed, and too late
    ("a", "2025-12-29", "2025-12-30", False),
    ("b", "2026-10-01", None, True),
)
SCANS = rows("city scanned_at", ("a", "2026-11-01"), ("a", "2026-11-02"), ("a", "2026-03-01"), ("c", "2026-11-01"))
RELEASES = rows(
    "city approved_at two_people",
    ("a", "2026-11-01", True),
    ("a", "2026-10-01", False),
    ("a", "2026-02-01", True),
    ("b", None, True),  # nobody approved it
)
PROCEDURES = rows(
    "city approved_on last_reviewed_on",
    ("a", "2020-01-01", "2025-11-26"),
    ("a", "2020-01-01", "2025-11-25"),
    ("a", "2026-01-01", None),
    ("a", "2020-01-01", None),
    ("a", "2020-01-01", "2026-09-01"),
)
LEDGER = rows(
    "city booked_on amount_inr",
    ("a", "2026-01-01", 900),
    ("a", "2026-06-30", 200),
    ("a", "2026-03-01", -100),
    ("a", "2026-07-01", 5000),
    ("a", "2025-12-31", 300),
    ("b", "2026-03-01", 700),  # nothing is known of its costs
)
TICKETS = rows(
    "city closed_at cost_inr penalty_due_inr penalty_levied_inr",
    ("a", "2025-12-31 18:30", 1500, 100, 100),
    ("a", "2026-06-30 18:29", 500, 300, 50),
    ("a", "2026-06-30 18:30", 9000, 0, 0),
    ("a", "2025-12-31 18:29", 600, 0, 0),
    ("a", None, 7000, 0, 0),
)

TABLE: list[tuple[str, dict[str, Rows], Facts]] = [
    (
        "G3",
        {
            "platform__datasets": DATASETS,
            "platform__actions": ACTIONS,
            "platform__log": LOG,
            "platform__coordinators": rows("city department", ("a", "works"), ("b", "works")),
        },
        {
            ("a", LATER): (50.0, 1, 2, True),
            ("a", EARLIER): (50.0, 1, 2, True),
            ("b", LATER): (0.0, 0, 1, True),  # the log is there, and nobody acted
        },
    ),
    (
        "G3",  # nobody could have acted
        {"platform__datasets": DATASETS, "platform__actions": ACTIONS, "platform__log": LOG},
        {},
    ),
    (
        "G4",
        {"platform__datasets": DATASETS},
        {("a", LATER): (pytest.approx(200 / 3), 2, 3, True), ("b", LATER): (100.0, 1, 1, True)},
    ),
    (
        "G5",
        {"platform__findings": FINDINGS, "platform__scans": SCANS},
        {
            # That of June was found within the half year before either assessment.
            ("a", LATER): (3.0, None, 2, True),
            ("a", EARLIER): (1.0, None, 1, True),
            ("c", LATER): (0.0, None, 1, True),
        },
    ),
    (
        "G6",
        {"platform__findings": FINDINGS},
        {
            ("a", LATER): (50.0, 3, 6, True),
            ("a", EARLIER): (50.0, 1, 2, True),
            ("b", LATER): (0.0, 0, 1, True),
        },
    ),
    (
        "G7",
        {"platform__releases": RELEASES},
        {("a", LATER): (50.0, 1, 2, True), ("a", EARLIER): (100.0, 1, 1, True)},
    ),
    (
        "G9",
        {"iccc__sops": PROCEDURES},
        # The earlier assessment does not know when the last of them was reviewed before.
        {("a", LATER): (60.0, 3, 5, True), ("a", EARLIER): (75.0, 3, 4, True)},
    ),
    (
        "G10",
        {"revenue__revenue_ledger": LEDGER, "engineering__maintenance": TICKETS},
        {("a", LATER): (50.0, None, 3, True), ("a", EARLIER): (50.0, None, 1, True)},
    ),
    ("G11", {"engineering__maintenance": TICKETS}, {("a", LATER): (37.5, None, 2, True)}),
]


@pytest.mark.parametrize(("indicator", "tables", "expected"), TABLE, ids=[case[0] for case in TABLE])
def test_the_value_is_the_one_by_hand(indicator: str, tables: dict[str, Rows], expected: Facts):
    assert facts(indicator, **tables) == expected


@pytest.mark.parametrize(
    ("first", "days", "verified", "points", "n"),
    [
        ("2025-11-01", 390, True, 4, 390),
        ("2025-11-26", 365, True, 4, 365),
        ("2025-11-27", 364, True, 3, 364),
        ("2025-11-01", 390, False, 2, 390),
        ("2026-05-30", 180, True, 3, 180),
        ("2026-05-31", 179, True, 1, 179),
    ],
)
def test_the_log_by_criteria(first: str, days: int, verified: bool, points: int, n: int):
    log = rows("city first_at days verified", ("a", first, days, verified))
    assert facts("G8", platform__log=log)["a", LATER] == (points, None, n, True)


def test_of_an_earlier_round_the_log_counts_up_to_its_assessment():
    log = rows("city first_at days verified", ("a", "2025-11-01", 390, True), ("b", "2026-07-01", 148, True))
    found = facts("G8", platform__log=log)
    assert found["a", EARLIER] == (3.0, None, 241, True)
    assert set(found) == {("a", LATER), ("a", EARLIER), ("b", LATER)}
