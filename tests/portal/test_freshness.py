"""Freshness: late is what should have been here by a day that has passed, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.texts import texts
from portal.public.freshness import Freshness, freshness

EN = texts("en")
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def judged(
    until: str | None, today: date, every: float | None = 30, latency: float | None = None, fictional: bool = False
) -> Freshness:
    entry: dict[str, Any] = {"frequency_days": every, "latency_days": latency}
    return freshness(entry, until, fictional, today, EN)


@pytest.mark.parametrize(
    ("until", "every", "latency", "due"),
    [
        # A period ends with its last day; the next data are due one cadence, and what is allowed, after it.
        ("2026-03-10", 1, None, date(2026, 3, 11)),
        ("2026-03-10", 1, 2, date(2026, 3, 13)),
        ("2026-03-10", 0.25, None, date(2026, 3, 10)),
        ("2026-02", 30, None, date(2026, 3, 30)),
        ("2024-02", 1, None, date(2024, 3, 1)),
        ("2025-12", 30.44, 10, date(2026, 2, 9)),
        ("2025", 365.25, 30, date(2027, 1, 30)),
        ("2025-12-31", 7, 0, date(2026, 1, 7)),
    ],
)
def test_the_day_on_which_data_are_late(until: str, every: float, latency: float | None, due: date):
    on_the_day = judged(until, due, every, latency)
    assert (on_the_day.word, on_the_day.mood, on_the_day.text) == ("On time", "good", "")
    after = judged(until, due + timedelta(days=1), every, latency)
    assert (after.word, after.mood) == ("Late", "warn")
    assert f"by {due.day} {due:%B %Y}." in after.text


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]), st.integers(0, 400), st.integers(0, 60), DAYS)
def test_data_are_late_exactly_after_the_due_day(newest: date, form: str, every: int, latency: int, today: date):
    # The last day of the period, by another way than the code's: the first day on which its name changes.
    end = newest
    while (end + timedelta(days=1)).strftime(form) == newest.strftime(form):
        end += timedelta(days=1)
    due = end + timedelta(days=every + latency)
    found = judged(newest.strftime(form), today, every, latency)
    assert (found.mood == "warn") == (today > due)
    assert (found.mood == "good") == (today <= due)
    assert judged(newest.strftime(form), due, every, latency).mood == "good"
    assert judged(newest.strftime(form), due + timedelta(days=1), every, latency).mood == "warn"


@pytest.mark.parametrize(("until", "every"), [(None, 7), ("2020-01-01", None), (None, None)])
@pytest.mark.parametrize("fictional", [False, True])
def test_without_a_promise_or_a_date_nothing_is_late(until: str | None, every: float | None, fictional: bool):
    found = judged(until, date(2026, 1, 1), every, fictional=fictional)
    assert (found.word, found.mood, found.text) == ("No date promised", "", "")


def test_a_sample_that_stands_still_is_not_called_late():
    found = judged("2020-01-01", date(2026, 1, 1), fictional=True)
    assert (found.word, found.mood) == ("Sample stands still", "")
    assert found.text
    assert judged("2025-12-31", date(2026, 1, 1), fictional=True).mood == "good"


@pytest.mark.parametrize(
    ("every", "latency", "promise"),
    [
        (None, None, "no cadence promised"),
        (None, 5, "no cadence promised"),
        (1, None, "once in 1 day"),
        (7, 0, "once in 1 week"),
        (30.44, 10, "once in 1 month, at most 10 days late"),
        (1 / 24, 0.25, "once in 1 hour, at most 6 hours late"),
    ],
)
def test_the_promise_in_words(every: float | None, latency: float | None, promise: str):
    assert judged("2026-01-01", date(2026, 1, 1), every, latency).promise == promise


def test_the_promise_in_hindi():
    entry = {"frequency_days": 7, "latency_days": 10}
    found = freshness(entry, "2020-01", False, date(2026, 1, 1), texts("hi"))
    assert found == Freshness(
        "विलंबित", "warn", "1 सप्ताह में एक बार, अधिकतम 10 दिन की देरी", "नवीनतम डेटा 17 फ़रवरी 2020 तक आ जाना चाहिए था।"
    )
