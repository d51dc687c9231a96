"""The SQL that makes a date or an instant from text, by the patterns that the contract declares."""

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data_contracts.dataset import Column
from transforms.engine import literal, literals
from transforms.reading.dates import NUMBERED, has_offset, month_names, to_strptime

# Serial 60 of the 1900 calendar is a day that never was, and those before it are shifted by it.
_SERIALS = {"excel1900": ("1899-12-30", 61), "excel1904": ("1904-01-01", 0)}
_SECOND = ("%Y", "%m", "%d", "%H", "%M", "%S")
# With more digits than these a number of seconds would be one of milliseconds.
_EPOCHS = {
    "epochSeconds": ("-?[0-9]{1,11}(?:[.][0-9]{1,6})?", 1_000_000),
    "epochMilliseconds": ("-?[0-9]{1,14}", 1_000),
}


def day(column: Column, text: str) -> str:
    """SQL for the date of a text, null where it has none. Raises ValueError where the contract has no sense."""
    patterns, numbered = _declared(column)
    if any(map(has_offset, patterns)) or set(numbered) & set(_EPOCHS):
        raise ValueError("a date has no offset from UTC; make it a timestamp")
    ways = [_moment(_english(column, text), patterns)] if patterns else []
    ways += [_serial(text, system, "[0-9]{1,7}") for system in numbered]
    return f"CAST({_first(ways)} AS DATE)"


def instant(column: Column, text: str) -> str:
    """SQL for the instant of a text. An offset in it decides; where the pattern has none, the column's zone."""
    patterns, numbered = _declared(column)
    english = _english(column, text)
    ways = []
    if local := [pattern for pattern in patterns if not has_offset(pattern)]:
        ways.append(_zoned(column, _moment(english, local)))
    if offset := [pattern for pattern in patterns if has_offset(pattern)]:
        # To ISO 8601 a Z is an offset, to strptime it is none.
        ways.append(_moment(f"regexp_replace({english}, 'Z$', '+00:00')", offset, "TIMESTAMPTZ"))
    for word in numbered:
        if word in _EPOCHS:
            ways.append(_epoch(text, word))
        else:
            ways.append(_zoned(column, _serial(text, word, "[0-9]{1,7}(?:[.][0-9]+)?")))
    return f"coalesce({', '.join(ways)})"


def to_the_second(column: Column) -> bool:
    """Whether a moment written by the column's first pattern, and read by it, is the same up to its second."""
    first = column.options.get("format")
    parts = re.findall("%-?.", to_strptime(first)) if first and first not in NUMBERED else []
    return sorted(parts) == sorted(_SECOND) and not column.properties.month_names


def second(column: Column, moment: str) -> str:
    """SQL for the instant of a moment by the column's clock, to the second."""
    return _zoned(column, f"date_trunc('second', {moment})")


def text(column: Column, instant: str) -> str:
    """SQL for the text of such an instant by the column's clock and its first pattern."""
    pattern = literal(to_strptime(str(column.options.get("format"))))
    return f"strftime(timezone({literal(_zone(column))}, {instant}), {pattern})"


def _first(ways: list[str]) -> str:
    return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"


def _declared(column: Column) -> tuple[list[str], list[str]]:
    """The column's patterns as strptime's, and the ways of counting that it declares beside them."""
    first = column.options.get("format")
    if not first:
        raise ValueError("needs logicalTypeOptions.format, as dates are never guessed")
    every = (first, *column.properties.source_formats)
    numbered = [word for word in every if word in NUMBERED]
    patterns = [to_strptime(pattern) for pattern in every if pattern not in NUMBERED]
    if column.properties.month_names:
        # The names are read as short English ones, whatever their length.
        patterns = [pattern.replace("%B", "%b") for pattern in patterns]
    return patterns, numbered


def _english(column: Column, text: str) -> str:
    """The text with the months of the column's language as short English ones."""
    if column.properties.month_names is None:
        return text
    text = f"nfc_normalize({text})"
    for theirs, ours in month_names(column.properties.month_names):
        text = f"replace({text}, {literal(theirs)}, {literal(ours)})"
    return text


def _moment(text: str, patterns: list[str], kind: str = "TIMESTAMP") -> str:
    """What the first fitting pattern reads; null where none does.

    strptime takes 25 for yyyy as the year 25, so whatever lies before the year 1000 is none.
    """
    chosen = f"[{literals(patterns)}]" if len(patterns) > 1 else literal(patterns[0])
    before = f"{kind} '0999-12-31 23:59:59'"
    return f"nullif(greatest(try_strptime({text}, {chosen}), {before}), {before})"


def _serial(text: str, system: str, pattern: str) -> str:
    """A workbook's day number; a fraction is the time of day, exact to the millisecond."""
    start, least = _SERIALS[system]
    days = f"TRY_CAST(regexp_extract({text}, {literal(f'^({pattern})$')}, 1) AS DOUBLE)"
    moment = f"TIMESTAMP '{start}' + to_milliseconds(CAST(round({days} * 86400000) AS BIGINT))"
    return f"CASE WHEN {days} >= {least} AND {days} < 2958466 THEN {moment} END"


def _epoch(text: str, word: str) -> str:
    pattern, each = _EPOCHS[word]
    count = f"TRY_CAST(regexp_extract({text}, {literal(f'^({pattern})$')}, 1) AS DECIMAL(22,6))"
    return f"make_timestamptz(CAST({count} * {each} AS BIGINT))"


def _zone(column: Column) -> str:
    return "UTC" if column.options.get("timezone") else str(column.options.get("defaultTimezone", "UTC"))


def _zoned(column: Column, local: str) -> str:
    zone = _zone(column)
    minutes = _fixed_offset(zone)
    if minutes is None:
        return f"timezone({literal(zone)}, {local})"
    # India keeps no summer time: taking the offset off is twice as fast as asking the calendar.
    return f"make_timestamptz(epoch_us({local}) - {minutes * 60_000_000})"


@cache
def _fixed_offset(zone: str) -> int | None:
    """Minutes east of UTC of a zone that has kept one offset since 1970, None of another."""
    try:
        info = ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError(f"no time zone is called {zone}") from None
    months = [datetime(year, month, 1, tzinfo=info) for year in range(1970, 2038) for month in range(1, 13)]
    offsets = {month.utcoffset() for month in months}
    only = offsets.pop() if len(offsets) == 1 else None
    return round(only.total_seconds() / 60) if only is not None else None
