"""The SQL that makes a number from text: digits, grouping, marks beside it, units behind it, durations."""

import re

from data_contracts.dataset import Column, Source
from transforms.engine import literal, name
from transforms.reading.units import factor

_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)", re.IGNORECASE)
# Hours, minutes and seconds of each form; a day of service runs on after midnight, so hours go beyond 24.
_DURATIONS = {
    "h:mm": ("^([0-9]{1,3}):([0-5][0-9])$", (3600, 60)),
    "h:mm:ss": ("^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])$", (3600, 60, 1)),
}


def decimal_type(column: Column) -> str | None:
    """The column's declared DECIMAL, if it has one."""
    physical = column.physical_type or ""
    return physical.upper() if column.logical_type == "number" and _DECIMAL.fullmatch(physical) else None


def number(column: Column, text: str, source: Source, stored: str) -> str:
    """SQL for the value of a text, null where it has none. Raises ValueError where the contract has no sense.

    DuckDB's own cast takes nan, inf, 1_000 and rounds 1.5 to an integer; the pattern allows none of it.
    """
    properties = column.properties
    if properties.duration:
        return _duration(column, text, stored)
    text = _without_marks(column, text)
    digits = _pattern(column, source)
    if properties.source_suffixes or properties.source_unit or properties.source_unit_by_key:
        return _measured(column, text, digits, source, stored)
    value = _finite(f"TRY_CAST({_plain(column, text, source)} AS {stored})", stored)
    return f"CASE WHEN regexp_full_match({text}, {literal(digits)}) THEN {value} END"


def _pattern(column: Column, source: Source) -> str:
    """The pattern of a number as the contract has it; without capturing groups."""
    mark = re.escape(source.properties.decimal)
    whole = _whole(column, source)
    decimal = _DECIMAL.fullmatch(column.physical_type or "")
    if column.logical_type == "integer":
        return f"[+-]?{whole or '[0-9]{1,19}'}"
    if decimal:
        return f"[+-]?{whole or '[0-9]+'}(?:{mark}[0-9]{{0,{decimal.group(2)}}})?"
    # Behind a mark the number begins with a digit: with `Rs` alone declared, Rs.500 is not half a rupee.
    bare = "" if column.properties.source_marks else f"|{mark}[0-9]+"
    return f"[+-]?(?:{whole or '[0-9]+'}(?:{mark}[0-9]*)?{bare})(?:[eE][+-]?[0-9]{{1,3}})?"


def _group_mark(source: Source) -> str:
    return "," if source.properties.decimal == "." else "."


def _whole(column: Column, source: Source) -> str | None:
    """The digits before the decimal mark in the declared groups, or without any; None where none are declared."""
    mark = re.escape(_group_mark(source))
    match column.properties.grouping:
        case "western":
            return f"(?:[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]+)"
        case "indian":
            return f"(?:[0-9]{{1,2}}(?:{mark}[0-9]{{2}})*{mark}[0-9]{{3}}|[0-9]+)"
        case None:
            return None


def _plain(column: Column, text: str, source: Source) -> str:
    """The number as DuckDB writes it: no groups, a point."""
    if column.properties.grouping:
        text = f"replace({text}, {literal(_group_mark(source))}, '')"
    return text if source.properties.decimal == "." else f"replace({text}, {literal(source.properties.decimal)}, '.')"


def _without_marks(column: Column, text: str) -> str:
    """The text without one declared mark before it and one behind it, such as a currency's sign."""
    marks = sorted(column.properties.source_marks, key=len, reverse=True)
    if not marks:
        return text
    either = "|".join(map(re.escape, marks))
    pattern = literal(f"^(?:{either})\\s*|\\s*(?:{either})$")
    return f"regexp_replace({text}, {pattern}, '', 'g')"


def _finite(value: str, stored: str) -> str:
    """Without what DuckDB takes for infinity, such as 1e309."""
    return f"CASE WHEN isfinite({value}) THEN {value} END" if stored == "DOUBLE" else value


def _measured(column: Column, text: str, digits: str, source: Source, stored: str) -> str:
    """A number with its unit behind it: the suffix decides, else the row's own unit, else the column's."""
    properties = column.properties
    if not properties.unit:
        raise ValueError("sourceSuffixes, sourceUnit and sourceUnitByKey need a `unit` to convert into")
    suffixes = "|".join(re.escape(suffix) for suffix in properties.source_suffixes)
    pattern = literal(f"^({digits})\\s*({suffixes})$") if suffixes else literal(f"^({digits})()$")
    bare = literal(f"^({digits})$")
    found = f"coalesce(nullif(regexp_extract({text}, {bare}, 1), ''), regexp_extract({text}, {pattern}, 1))"
    cases = " ".join(
        f"WHEN {literal(suffix)} THEN {_factor(column, suffix)!r}" for suffix in properties.source_suffixes
    )
    otherwise = _unit_of_row(column, properties.unit)
    scale = f"CASE regexp_extract({text}, {pattern}, 2) {cases} ELSE {otherwise} END" if cases else otherwise
    # Nine places are finer than any gauge; without rounding 2408.5 ft would be 734.1107999999999 m.
    value = f"round(TRY_CAST({_plain(column, found, source)} AS DOUBLE) * {scale}, 9)"
    return _finite(f"TRY_CAST(({value}) AS {stored})", stored)


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


def _duration(column: Column, text: str, stored: str) -> str:
    """Hours, minutes and seconds as a number of the column's unit."""
    if not column.properties.unit:
        raise ValueError("a duration needs a `unit` to count in, such as s")
    pattern, seconds = _DURATIONS[str(column.properties.duration)]
    parts = [
        f"TRY_CAST(regexp_extract({text}, {literal(pattern)}, {place}) AS BIGINT) * {each}"
        for place, each in enumerate(seconds, start=1)
    ]
    return f"TRY_CAST(round(({' + '.join(parts)}) * {_factor(column, 's')!r}, 9) AS {stored})"
