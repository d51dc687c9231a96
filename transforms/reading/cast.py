"""The cast plan: for each column of the contract the SQL that makes its typed value from text."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import literal, literals, name
from transforms.reading.dates import has_offset, to_strptime
from transforms.reading.units import factor

STORED = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "boolean": "BOOLEAN",
    "geometry": "BLOB",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Cast:
    """A column's SQL over the text columns, and that of its text after repairs.

    `can_fail` where a text may have no value of the type.
    """

    column: Column
    text: str
    sql: str
    can_fail: bool


class CastFault(ValueError):
    """A column whose text cannot be turned into its type as the contract stands."""

    def __init__(self, column: Column, message: str):
        self.column, self.message = column, message
        super().__init__(f"column {column.name}: {message}")


def stored_type(column: Column) -> str:
    """The DuckDB type in which a column is stored."""
    if column.logical_type == "number" and _DECIMAL.fullmatch(column.physical_type or ""):
        return str(column.physical_type).upper()
    return STORED[column.logical_type]


def casts(dataset: Dataset, source: Source) -> list[Cast]:
    """The cast of every file column. Raises CastFault where none can be made."""
    return [cast_of(column, source) for column in dataset.file_columns]


def cast_of(column: Column, source: Source) -> Cast:
    """The cast of one column. Raises CastFault where none can be made."""
    text = _repaired(column)
    try:
        sql = _cast(column, text, source)
    except ValueError as error:
        raise CastFault(column, str(error)) from None
    return Cast(column, text, sql, column.logical_type != "string")


def _repaired(column: Column) -> str:
    text = name(column.name)
    if "foldSpaces" in column.properties.repairs:
        return f"nullif(trim(regexp_replace({text}, '[\\s\\x{{00A0}}\\x{{200B}}]+', ' ', 'g')), '')"
    if "trim" in column.properties.repairs:
        return f"nullif(trim({text}), '')"
    return text


def _cast(column: Column, text: str, source: Source) -> str:
    match column.logical_type:
        case "string":
            return text
        case "integer" | "number":
            return _number(column, text, source)
        case "date":
            return f"CAST({_moment(text, _patterns(column))} AS DATE)"
        case "timestamp":
            return _instant(column, text)
        case "boolean":
            true, false = column.properties.true_values, column.properties.false_values
            return f"CASE WHEN {text} IN ({literals(true)}) THEN true WHEN {text} IN ({literals(false)}) THEN false END"
        case "geometry":
            return f"geometry({text}, {str(column.properties.mend_geometry).lower()})"


def _number(column: Column, text: str, source: Source) -> str:
    """DuckDB's own cast takes nan, inf, 1_000 and rounds 1.5 to an integer; the pattern allows none of it."""
    mark = re.escape(source.properties.decimal)
    decimal = _DECIMAL.fullmatch(column.physical_type or "")
    if column.logical_type == "integer":
        digits = "[+-]?[0-9]{1,19}"
    elif decimal:
        digits = f"[+-]?[0-9]+(?:{mark}[0-9]{{0,{decimal.group(2)}}})?"
    else:
        digits = f"[+-]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?"
    if column.properties.source_suffixes or column.properties.source_unit or column.properties.source_unit_by_key:
        return _measured(column, text, digits, source)
    plain = _point(text, source)
    value = _finite(f"TRY_CAST({plain} AS {stored_type(column)})", column)
    return f"CASE WHEN regexp_full_match({text}, {literal(digits)}) THEN {value} END"


def _finite(value: str, column: Column) -> str:
    """Without what DuckDB takes for infinity, such as 1e309."""
    return f"CASE WHEN isfinite({value}) THEN {value} END" if stored_type(column) == "DOUBLE" else value


def _point(text: str, source: Source) -> str:
    return text if source.properties.decimal == "." else f"replace({text}, {literal(source.properties.decimal)}, '.')"


def _measured(column: Column, text: str, digits: str, source: Source) -> str:
    """A number with its unit behind it: the suffix decides, else the row's own unit, else the column's."""
    properties = column.properties
    if not properties.unit:
        raise ValueError("sourceSuffixes, sourceUnit and sourceUnitByKey need a `unit` to convert into")
    suffixes = "|".join(re.escape(suffix) for suffix in properties.source_suffixes)
    pattern = literal(f"^({digits})\\s*({suffixes})$") if suffixes else literal(f"^({digits})()$")
    bare = literal(f"^({digits})$")
    number = f"coalesce(nullif(regexp_extract({text}, {bare}, 1), ''), regexp_extract({text}, {pattern}, 1))"
    cases = " ".join(
        f"WHEN {literal(suffix)} THEN {_factor(column, suffix)!r}" for suffix in properties.source_suffixes
    )
    otherwise = _unit_of_row(column, properties.unit)
    scale = f"CASE regexp_extract({text}, {pattern}, 2) {cases} ELSE {otherwise} END" if cases else otherwise
    # Nine places are finer than any gauge; without rounding 2408.5 ft would be 734.1107999999999 m.
    value = f"round(TRY_CAST({_point(number, source)} AS DOUBLE) * {scale}, 9)"
    return _finite(f"TRY_CAST(({value}) AS {stored_type(column)})", column)


def _factor(column: Column, unit: str) -> float:
    """How many of the column's units one `unit` is; raises ValueError where an integer would be rounded."""
    one = factor(unit, str(column.properties.unit))
    if column.logical_type == "integer" and not one.is_integer():
        raise ValueError(f"an integer cannot hold what {unit} comes to; make it a number")
    return one


def _unit_of_row(column: Column, unit: str) -> str:
    usual = _factor(column, column.properties.source_unit or unit)
    cases = [
        f"WHEN {name(key)} = {literal(value)} THEN {_factor(column, own)!r}"
        for key, units in column.properties.source_unit_by_key.items()
        for value, own in units.items()
    ]
    return f"CASE {' '.join(cases)} ELSE {usual!r} END" if cases else repr(usual)


def _patterns(column: Column) -> list[str]:
    declared = column.options.get("format")
    if not declared:
        raise ValueError("needs logicalTypeOptions.format, as dates are never guessed")
    patterns = [to_strptime(pattern) for pattern in (declared, *column.properties.source_formats)]
    if column.logical_type == "date" and any(map(has_offset, patterns)):
        raise ValueError("a date has no offset from UTC; make it a timestamp")
    return patterns


def _moment(text: str, patterns: list[str], kind: str = "TIMESTAMP") -> str:
    """What the first fitting pattern reads; null where none does.

    strptime takes 25 for yyyy as the year 25, so whatever lies before the year 1000 is none.
    """
    chosen = f"[{literals(patterns)}]" if len(patterns) > 1 else literal(patterns[0])
    before = f"{kind} '0999-12-31 23:59:59'"
    return f"nullif(greatest(try_strptime({text}, {chosen}), {before}), {before})"


def _instant(column: Column, text: str) -> str:
    """An offset in the text decides; where the pattern has none, the column's zone."""
    patterns = _patterns(column)
    ways = []
    if local := [pattern for pattern in patterns if not has_offset(pattern)]:
        ways.append(_zoned(column, _moment(text, local)))
    if offset := [pattern for pattern in patterns if has_offset(pattern)]:
        # To ISO 8601 a Z is an offset, to strptime it is none.
        ways.append(_moment(f"regexp_replace({text}, 'Z$', '+00:00')", offset, "TIMESTAMPTZ"))
    return f"coalesce({', '.join(ways)})"


def _zoned(column: Column, local: str) -> str:
    zone = "UTC" if column.options.get("timezone") else column.options.get("defaultTimezone", "UTC")
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
