"""The technological indicators over planted rows, each worked out by hand."""

import pytest

from tests.data_contracts.facts import EARLIER, LATER, Facts, Rows, facts, rows

RUNS = rows(
    "city at succeeded",
    ("a", "2026-11-25", True),
    ("a", "2026-11-24", True),
    ("a", "2026-06-01", True),
    ("a", "2026-05-28", False),  # half a day too early for the later round
    ("b", "2025-12-30", True),  # too early for both
)
DATASETS = rows(
    "city department dataset frequency_days latency_days",
    ("a", "police", "calls", 30, 5),
    ("a", "fire", "fires", 7, 1),
    ("a", "water", "supply", 260, 30),
    ("b", "fire", "fires", 7, 1),
)
SENT = rows(
    "city department dataset received_at read drifted due_at",
    ("a", "police", "calls", "2026-10-01", True, False, None),
    ("a", "police", "calls", "2026-11-05", True, False, "2026-11-05"),
    ("a", "police", "calls", "2026-11-20", True, True, "2026-11-10"),
    ("a", "fire", "fires", "2026-11-01", True, False, None),  # the next one is overdue
    ("a", "fire", "fires", "2026-11-25", False, False, "2026-11-30"),  # nobody could read it
    ("a", "water", "supply", "2026-03-01", True, False, "2026-04-01"),  # not overdue, counts in the earlier round
    ("b", "fire", "fires", "2026-11-25", True, False, None),
)
CHECKS = rows(
    "city severity passed",
    ("a", "error", True),
    ("a", "error", True),
    ("a", "error", False),
    ("a", "warning", True),
    ("a", "warning", False),
    ("b", "warning", False),
)
PLACES = rows("city rows placed", ("a", 800, 700), ("a", 200, 200), ("b", 0, 0))
PUBLISHED = rows("city traced", ("a", True), ("a", False), ("a", True), ("b", True))

TABLE: list[tuple[str, dict[str, Rows], Facts]] = [
    (
        "T1",
        {"platform__runs": RUNS},
        {("a", LATER): (100.0, 3, 3, True), ("a", EARLIER): (50.0, 1, 2, True)},
    ),
    (
        "T2",
        {"platform__datasets": DATASETS, "platform__deliveries": SENT},
        {("a", LATER): (pytest.approx(100 / 3), 1, 3, True), ("a", EARLIER): (100.0, 1, 1, True)},
    ),
    (
        "T3",
        {"platform__checks": CHECKS},
        {("a", LATER): (pytest.approx(700 / 11), None, 5, True), ("b", LATER): (0.0, None, 1, True)},
    ),
    (
        "T4",
        {"platform__deliveries": SENT},
        {("a", LATER): (80.0, 4, 5, True), ("a", EARLIER): (100.0, 1, 1, True), ("b", LATER): (100.0, 1, 1, True)},
    ),
    ("T5", {"platform__places": PLACES}, {("a", LATER): (90.0, 900, 1000, True)}),
    (
        "T6",
        {"platform__published": PUBLISHED},
        {("a", LATER): (pytest.approx(200 / 3), 2, 3, True), ("b", LATER): (100.0, 1, 1, True)},
    ),
]


@pytest.mark.parametrize(("indicator", "tables", "expected"), TABLE, ids=[case[0] for case in TABLE])
def test_the_value_is_the_one_by_hand(indicator: str, tables: dict[str, Rows], expected: Facts):
    assert facts(indicator, **tables) == expected


def drills(*days: str, succeeded: bool = True) -> Rows:
    return rows("city at succeeded", *(("a", day, succeeded) for day in days))


def clocks(*offsets: int | None, day: str = "2026-11-20") -> Rows:
    return rows("city observed_at clock_offset_ms", *(("a", day, offset) for offset in offsets))


@pytest.mark.parametrize(
    ("drilled", "seen", "points", "complete"),
    [
        (drills("2026-09-01"), clocks(20, -100), 4, True),
        (drills("2026-09-01"), clocks(20, -101), 3, True),
        (drills("2026-06-01"), clocks(20), 3, True),
        (drills("2026-09-01"), clocks(*[20] * 19, 5000), 4, True),  # 95 of a hundred are within
        (drills("2026-09-01"), clocks(*[20] * 18, 5000, 5000), 2, True),
        (drills("2026-09-01"), clocks(20, None), 4, True),
        (drills("2025-11-27"), clocks(20), 2, True),
        (drills("2025-11-20"), clocks(20), 1, True),
        (drills("2026-09-01", succeeded=False), clocks(20), 1, True),
        (drills("2025-11-20", "2026-10-01"), clocks(20), 4, True),
        # Only what is known counts, the other has to be shown.
        ([], clocks(1000), 3, False),
        ([], clocks(1001), 2, False),
        (drills("2026-10-01"), [], 4, False),
        (drills("2026-10-01"), clocks(None), 4, False),
        # How clocks were a while ago says nothing, nor how they were before the round.
        (drills("2026-10-01"), clocks(500, day="2026-10-10") + clocks(20, day="2026-11-20"), 4, True),
        (drills("2026-10-01"), clocks(20, day="2025-12-31 18:29"), 4, False),
        (drills("2026-10-01"), clocks(500, day="2025-12-31 18:30"), 3, True),
    ],
)
def test_drills_and_clocks_by_criteria(drilled: Rows, seen: Rows, points: int, complete: bool):
    found = facts("T7", platform__drills=drilled, police__camera_health=seen)
    assert found["a", LATER] == (points, None, None, complete)


def test_a_drill_after_the_assessment_does_not_count_for_it():
    found = facts("T7", platform__drills=drills("2026-06-01", "2026-10-01"))
    assert found == {("a", LATER): (4.0, None, None, False), ("a", EARLIER): (4.0, None, None, False)}
    assert set(facts("T7", platform__drills=drills("2026-10-01"))) == {("a", LATER)}
