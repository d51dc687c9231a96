"""The cast plan: for each column of the contract the SQL that makes its typed value from text."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import literal, literals, name
from transforms.reading.dates import to_strptime
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
    found = []
    for column in dataset.file_columns:
        text = _repaired(column)
        try:
            sql = _cast(column, text, source)
        except ValueError as error:
            raise CastFault(column, str(error)) from None
        found.append(Cast(column, text, sql, column.logical_type != "string"))
    return found


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
            return f"CAST(try_strptime({text}, {_formats(column)}) AS DATE)"
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
    if column.properties.source_suffixes or column.properties.source_unit:
        return _measured(column, text, digits, source)
    plain = _point(text, source)
    value = f"TRY_CAST({plain} AS {stored_type(column)})"
    return f"CASE WHEN regexp_full_match({text}, {literal(digits)}) THEN {value} END"


def _point(text: str, source: Source) -> str:
    return text if source.properties.decimal == "." else f"replace({text}, {literal(source.properties.decimal)}, '.')"


def _measured(column: Column, text: str, digits: str, source: Source) -> str:
    """A number with its unit behind it: the suffix decides, else the row's own unit, else the column's."""
    properties = column.properties
    if not properties.unit:
        raise ValueError("sourceSuffixes and sourceUnit need a `unit` to convert into")
    suffixes = "|".join(re.escape(suffix) for suffix in properties.source_suffixes)
    pattern = literal(f"^({digits})\\s*({suffixes})$") if suffixes else literal(f"^({digits})()$")
    bare = literal(f"^({digits})$")
    number = f"coalesce(nullif(regexp_extract({text}, {bare}, 1), ''), regexp_extract({text}, {pattern}, 1))"
    cases = " ".join(
        f"WHEN {literal(suffix)} THEN {factor(suffix, properties.unit)!r}" for suffix in properties.source_suffixes
    )
    otherwise = _unit_of_row(column, properties.unit)
    scale = f"CASE regexp_extract({text}, {pattern}, 2) {cases} ELSE {otherwise} END" if cases else otherwise
    # Nine places are finer than any gauge; without rounding 2408.5 ft would be 734.1107999999999 m.
    value = f"round(TRY_CAST({_point(number, source)} AS DOUBLE) * {scale}, 9)"
    return f"TRY_CAST(({value}) AS {stored_type(column)})"


def _unit_of_row(column: Column, unit: str) -> str:
    usual = factor(column.properties.source_unit or unit, unit)
    cases = [
        f"WHEN {name(key)} = {literal(value)} THEN {factor(own, unit)!r}"
        for key, units in column.properties.source_unit_by_key.items()
        for value, own in units.items()
    ]
    return f"CASE {' '.join(cases)} ELSE {usual!r} END" if cases else repr(usual)


def _formats(column: Column) -> str:
    declared = column.options.get("format")
    if not declared:
        raise ValueError("needs logicalTypeOptions.format, as dates are never guessed")
    patterns = [to_strptime(pattern) for pattern in (declared, *column.properties.source_formats)]
    return f"[{literals(patterns)}]" if len(patterns) > 1 else literal(patterns[0])


def _instant(column: Column, text: str) -> str:
    parsed = f"try_strptime({text}, {_formats(column)})"
    if column.options.get("timezone"):
        return f"CAST({parsed} AS TIMESTAMPTZ)"
    zone = column.options.get("defaultTimezone", "UTC")
    minutes = _fixed_offset(zone)
    if minutes is None:
        return f"timezone({literal(zone)}, {parsed})"
    # India keeps no summer time: taking the offset off is twice as fast as asking the calendar.
    return f"make_timestamptz(epoch_us({parsed}) - {minutes * 60_000_000})"


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
