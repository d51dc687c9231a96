"""Figures as India reads them: lakh and crore, days and times in IST, spans that promise no more than they say."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages import figures
from portal.pages.html import cell
from portal.pages.texts import texts

LANGUAGES = st.sampled_from(["en", "hi"])
each_language = pytest.mark.parametrize("language", ["en", "hi"])


@each_language
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (99999, "99,999"),
        (100000, "1,00,000"),
        (1234567, "12,34,567"),
        (10**7, "1,00,00,000"),
        (1234567890, "1,23,45,67,890"),
        (-1234567, "-12,34,567"),
        (-0.5, "-0.5"),
        (1234.5678, "1,234.568"),
        (100000.25, "1,00,000.25"),
    ],
)
def test_a_number_is_grouped_by_lakh_and_crore(value: float, shown: str, language: str):
    # Hindi pages show the digits that the data have, so that a figure can be found again in a file.
    assert figures.number(value, language) == shown


@given(st.integers(-(10**15), 10**15), LANGUAGES)
def test_a_whole_number_keeps_its_digits(value: int, language: str):
    assert int(figures.number(value, language).replace(",", "")) == value


@pytest.mark.parametrize(
    ("value", "english", "hindi"),
    [
        (date(2026, 9, 30), "30 September 2026", "30 सितंबर 2026"),
        (date(2026, 1, 1), "1 January 2026", "1 जनवरी 2026"),
        (date(2024, 2, 29), "29 February 2024", "29 फ़रवरी 2024"),
    ],
)
def test_a_day(value: date, english: str, hindi: str):
    assert (figures.day(value, "en"), figures.day(value, "hi")) == (english, hindi)


@pytest.mark.parametrize(
    ("text", "english", "hindi"),
    [
        ("2025-12-31", "31 December 2025", "31 दिसंबर 2025"),
        ("2026-01", "January 2026", "जनवरी 2026"),
        ("2025-12", "December 2025", "दिसंबर 2025"),
        ("2026", "2026", "2026"),
    ],
)
def test_a_period_as_a_release_writes_it(text: str, english: str, hindi: str):
    assert (figures.period(text, "en"), figures.period(text, "hi")) == (english, hindi)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 3, 5, 6, 0, tzinfo=UTC), "5 March 2026, 11:30 IST"),
        # Midnight and the year's end are those of India.
        (datetime(2025, 12, 31, 18, 29, tzinfo=UTC), "31 December 2025, 23:59 IST"),
        (datetime(2025, 12, 31, 18, 30, tzinfo=UTC), "1 January 2026, 00:00 IST"),
        (datetime(2024, 2, 28, 20, 0, tzinfo=UTC), "29 February 2024, 01:30 IST"),
        # One without a zone is UTC, as the ledger writes it; one with another zone is the same instant.
        (datetime(2025, 12, 31, 18, 30), "1 January 2026, 00:00 IST"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=9))), "31 December 2025, 20:30 IST"),
    ],
)
def test_a_moment_is_told_in_indian_time(instant: datetime, shown: str):
    assert figures.moment(instant, "en") == shown
    assert figures.moment(instant, "hi").endswith(shown[-10:])


@pytest.mark.parametrize(
    ("days", "english", "hindi"),
    [
        (1, "1 day", "1 दिन"),
        (2, "2 days", "2 दिन"),
        (7, "1 week", "1 सप्ताह"),
        (14, "2 weeks", "2 सप्ताह"),
        (30.44, "1 month", "1 महीना"),
        (30, "1 month", "1 महीना"),
        (31, "1 month", "1 महीना"),
        (3 * 30.44, "3 months", "3 महीने"),
        (365.25, "1 year", "1 वर्ष"),
        (365, "1 year", "1 वर्ष"),
        (5 * 365.25, "5 years", "5 वर्ष"),
        (1 / 24, "1 hour", "1 घंटा"),
        (0.25, "6 hours", "6 घंटे"),
        (15 / 1440, "15 minutes", "15 मिनट"),
        # A promise of ten days is not one of a week, nor forty-five one of a month.
        (10, "10 days", "10 दिन"),
        (15, "15 days", "15 दिन"),
        (45, "45 days", "45 दिन"),
        (1.5, "36 hours", "36 घंटे"),
    ],
)
def test_a_span_is_told_in_a_unit_that_it_fills(days: float, english: str, hindi: str):
    assert (figures.span(days, "en"), figures.span(days, "hi")) == (english, hindi)


@given(st.integers(1, 2000))
def test_a_span_of_whole_days_is_never_told_shorter_or_longer(days: int):
    count, unit = figures.span(days, "en").split()
    length = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}[unit.rstrip("s")]
    assert abs(int(count) * length - days) <= 0.02 * length + 1e-9


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (843, "843 B"),
        (1023, "1,023 B"),
        (1024, "1 KB"),
        (12595, "12.3 KB"),
        (1024**2, "1 MB"),
        (1024**2 - 1, "1 MB"),
        (4718592, "4.5 MB"),
        (5 * 1024**3, "5 GB"),
        (3 * 1024**4, "3,072 GB"),
    ],
)
@each_language
def test_a_size(count: int, shown: str, language: str):
    assert figures.size(count, language) == shown


@each_language
def test_a_share(language: str):
    assert figures.share(0.4567, language) == "46%"


@pytest.mark.parametrize(
    ("value", "english", "hindi"),
    [
        (None, '<span class="none">–</span>', '<span class="none">–</span>'),
        (True, "yes", "हाँ"),
        (False, "no", "नहीं"),
        (0, "0", "0"),
        (1234567, "12,34,567", "12,34,567"),
        (date(2026, 9, 30), "2026-09-30", "2026-09-30"),
        ("0164A", "0164A", "0164A"),
        ("", "", ""),
        (float("nan"), '<span class="none">–</span>', '<span class="none">–</span>'),
    ],
)
def test_a_cell_of_a_table(value: object, english: str, hindi: str):
    assert (cell(value, texts("en")), cell(value, texts("hi"))) == (english, hindi)
