"""The indicators of engagement over planted rows, each worked out by hand."""

import pytest

from tests.data_contracts.facts import EARLIER, LATER, Facts, Rows, facts, rows

DATASETS = rows(
    "city department dataset delivered high_value metadata_share",
    ("a", "police", "calls", True, True, 1.0),
    ("a", "police", "crimes", True, True, 0.5),
    ("a", "fire", "fires", True, False, 0.9),
    ("a", "water", "supply", False, True, 0.1),
    ("b", "fire", "fires", True, False, 0.25),
    ("c", "fire", "fires", False, False, 0.5),
)
PUBLISHED = rows(
    "city department dataset fresh openness",
    ("a", "police", "calls", True, 1.0),
    ("a", "fire", "fires", False, 0.8),
    ("a", "fire", "fires_by_month", True, 1.0),  # a mart
)
USAGE = rows(
    "city department dataset at calls",
    ("a", "police", "calls", "2026-11-01", 5),
    ("a", "police", "calls", "2026-11-02", 5),
    ("a", "fire", "fires", "2026-08-01", 9),
    ("a", "fire", "fires_by_month", "2026-11-01", 0),
)
FEEDBACK = rows(
    "city received_at answered_at rating",
    ("a", "2026-10-01", "2026-10-22", 5),
    ("a", "2026-10-01", "2026-10-23", 2),
    ("a", "2026-10-01", None, 2),
    ("a", "2026-11-20", None, None),  # may still wait
    ("a", "2026-11-20", "2026-11-21", None),
    ("a", "2026-03-01", "2026-03-02", 4),
    ("b", "2026-11-20", None, 1),
)
ASKED = rows(
    "city asked_at accepted delivered_at",
    ("a", "2026-01-01", True, "2026-08-01"),
    ("a", "2026-01-01", True, "2026-02-01"),
    ("a", "2026-09-01", True, None),
    ("a", "2026-01-01", False, None),
    ("b", "2026-01-01", None, None),
)
STORIES = rows(
    "city story checked_at holds",
    ("a", "water", "2026-05-01", True),
    ("a", "water", "2026-10-01", False),
    ("a", "bus", "2026-10-01", True),
)

TABLE: list[tuple[str, dict[str, Rows], Facts]] = [
    (
        "C1",
        {"platform__datasets": DATASETS, "platform__published": PUBLISHED},
        {("a", LATER): (1.0, None, 3, True), ("b", LATER): (0.0, None, 1, True)},
    ),
    ("C2", {"platform__datasets": DATASETS, "platform__published": PUBLISHED}, {("a", LATER): (50.0, 1, 2, True)}),
    (
        "C3",
        {"platform__datasets": DATASETS},
        {("a", LATER): (pytest.approx(80), None, 3, True), ("b", LATER): (25.0, None, 1, True)},
    ),
    (
        "C4",
        {"platform__datasets": DATASETS, "platform__published": PUBLISHED},
        {("a", LATER): (pytest.approx(60), None, 3, True), ("b", LATER): (0.0, None, 1, True)},
    ),
    (
        "C5",
        {"platform__published": PUBLISHED, "platform__usage": USAGE},
        {("a", LATER): (pytest.approx(100 / 3), 1, 3, True)},
    ),
    (
        "C6",
        {"platform__feedback": FEEDBACK},
        {("a", LATER): (50.0, 2, 4, True), ("a", EARLIER): (100.0, 1, 1, True)},
    ),
    (
        "C7",
        {"platform__asked": ASKED},
        {("a", LATER): (pytest.approx(200 / 3), 2, 3, True), ("a", EARLIER): (50.0, 1, 2, True)},
    ),
    (
        "C8",
        {"platform__feedback": FEEDBACK},
        {
            ("a", LATER): (3.0, None, 3, True),
            ("a", EARLIER): (4.0, None, 1, True),
            ("b", LATER): (1.0, None, 1, True),
        },
    ),
    (
        "C9",
        {"platform__stories": STORIES},
        {("a", LATER): (50.0, 1, 2, True), ("a", EARLIER): (100.0, 1, 1, True)},
    ),
]


@pytest.mark.parametrize(("indicator", "tables", "expected"), TABLE, ids=[case[0] for case in TABLE])
def test_the_value_is_the_one_by_hand(indicator: str, tables: dict[str, Rows], expected: Facts):
    assert facts(indicator, **tables) == expected


def test_where_use_is_not_counted_nothing_is_known_of_it():
    assert facts("C5", platform__published=PUBLISHED) == {}
    # Where it is counted, no use is a value.
    other = rows("city department dataset at calls", ("b", "fire", "fires", "2026-11-01", 3))
    assert facts("C5", platform__published=PUBLISHED, platform__usage=other) == {("a", LATER): (0.0, 0, 3, True)}
