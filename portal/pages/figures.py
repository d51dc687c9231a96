"""Figures as India writes them: grouping by lakh and crore, days and times in IST."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent

IST = ZoneInfo("Asia/Kolkata")
_LOCALES = {"en": "en_IN", "hi": "hi_IN"}
_KIB = 1024
_Unit = Literal["year", "month", "week", "day", "hour", "minute"]
# Units of a span in days: as contracts count them, and as Babel does.
_SPANS: tuple[tuple[_Unit, float, float], ...] = (
    ("year", 365.25, 365),
    ("month", 30.44, 30),
    ("week", 7, 7),
    ("day", 1, 1),
    ("hour", 1 / 24, 1 / 24),
    ("minute", 1 / 1440, 1 / 1440),
)
# How far, in its own unit, a span may be from a whole number of them to be told so: 30, 31 and 365 days.
_NEAR = 0.02


def number(value: float, language: str) -> str:
    """1234567 → 12,34,567."""
    return str(format_decimal(value, locale=_LOCALES[language]))


def share(value: float, language: str) -> str:
    """0.4567 → 46 %, as the language writes it."""
    return str(format_percent(value, locale=_LOCALES[language]))


def day(value: date, language: str) -> str:
    """2026-09-30 → 30 September 2026."""
    return str(format_date(value, "d MMMM y", locale=_LOCALES[language]))


def month(value: date, language: str) -> str:
    """2026-09-01 → September 2026."""
    return str(format_date(value, "LLLL y", locale=_LOCALES[language]))


def moment(value: datetime, language: str) -> str:
    """An instant as day and time in IST; one without a zone is UTC."""
    local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(IST)
    return f"{format_datetime(local, 'd MMMM y, HH:mm', locale=_LOCALES[language])} IST"


def span(days: float, language: str) -> str:
    """1 → 1 day, 7 → 1 week, 10 → 10 days, 365.25 → 1 year: in the largest unit of which it is a whole number."""
    whole = (one for one in _SPANS if round(days / one[1]) and abs(days / one[1] - round(days / one[1])) <= _NEAR)
    name, unit, babels = next(whole, _SPANS[-1])
    count = timedelta(days=round(days / unit) * babels)
    return str(format_timedelta(count, granularity=name, threshold=float("inf"), locale=_LOCALES[language]))


def period(text: str, language: str) -> str:
    """A day, month or year as a release writes it (2026-09-30, 2026-09, 2026), for people."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return day(date(*parts), language)
    return month(date(parts[0], parts[1], 1), language) if len(parts) == 2 else text


def size(count: int, language: str) -> str:
    """A file's size: 843 B, 12.3 KB, 4.5 MB."""
    value, unit = float(count), "B"
    for larger in ("KB", "MB", "GB"):
        if round(value, 1) < _KIB:
            break
        value, unit = value / _KIB, larger
    return f"{format_decimal(round(value, 1), locale=_LOCALES[language])} {unit}"
