"""Columns of which most values no longer fit: another type or unit than declared, and the contract that would fit."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from data_contracts.dataset import Column, Dataset, Source
from transforms.checking.rules import bounded
from transforms.checking.verdict import BROKEN
from transforms.engine import literal, name
from transforms.reading.cast import CastFault, cast_of
from transforms.reading.drift import snippet
from transforms.reading.held import Held
from transforms.reading.records import Records
from transforms.reading.units import factor

# Fewer bad values than these are bad rows, whatever their share is.
FEWEST = 100
SAMPLE = 2_000
# The share of values that a proposed contract must fit.
FITS = 0.9
# A median that moved by less than this is a matter of days; and how near it must come to a unit's factor.
MOVED, NEAR = 1.5, 0.03
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_DAYS = (
    "dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "yyyy/MM/dd", "dd-MMM-yyyy", "dd MMM yyyy", "dd-MMM-yy",
    "dd/MM/yy", "dd-MM-yy", "MM/dd/yyyy", "yyyyMMdd",
)  # fmt: skip
_TIMES = (" HH:mm:ss", " HH:mm", "'T'HH:mm:ss", "'T'HH:mm:ssXXX", " hh:mm a", " hh:mm:ss a", "")
_MARKS = ("₹", "Rs.", "Rs", "INR", "/-")
_UNITS = (
    "mm", "cm", "m", "km", "inch", "ft", "mile", "kmph", "m/s", "mph", "g", "kg", "tonne", "ml", "l", "m^3",
    "s", "min", "hour", "day", "pct", "dimensionless", "INR", "lakh", "crore", "kW", "MW", "kWh", "MWh", "Pa",
    "kPa", "bar",
)  # fmt: skip


class _Way(NamedTuple):
    """Another way to read a column, and the properties or fields of the contract that declare it."""

    column: Column
    properties: dict[str, Any]
    fields: dict[str, Any]
    source: Source


def judge(
    connection: duckdb.DuckDBPyConnection,
    checked: Path,
    dataset: Dataset,
    source: Source,
    broken: dict[str, int],
    again: Callable[[], Records],
) -> None:
    """Raise Held for a column of which most values are not of its type, or not in its range.

    `broken`: rows by rule; `again` reads the file once more, for a sample of texts that never leaves this function.
    """
    rows = f"read_parquet({literal(checked)})"
    for column in dataset.file_columns:
        unread = broken.get(f"{column.name}.type", 0)
        beyond = sum(broken.get(f"{column.name}.{bound}", 0) for bound in BOUNDS)
        if max(unread, beyond) < FEWEST:
            continue
        given = connection.execute(f"SELECT count({name(column.name)}) FROM {rows}").fetchall()[0][0]
        if unread > dataset.properties.drift_share * (given + unread):
            proposal = _retyped(connection, column, source, again())
            message = f"{unread:,} of {given + unread:,} values of {column.name} are not of its type"
            raise Held("drift.type", f"column {column.name}", message, _REMEDY, proposal)
        if column.logical_type in ("integer", "number") and beyond > dataset.properties.drift_share * given:
            message = f"{beyond:,} of {given:,} values of {column.name} are out of its range"
            raise Held("drift.unit", f"column {column.name}", message, _REMEDY, _remeasured(connection, column, rows))


_REMEDY = "see the change proposed on the Monday page, or ask the department"


def _retyped(connection: duckdb.DuckDBPyConnection, column: Column, source: Source, records: Records) -> str:
    """The first other way to read the column that fits a sample of its texts."""
    text = name(column.name)
    taken = f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({records.sql}) WHERE {text} IS NOT NULL LIMIT {SAMPLE}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE drifted AS {taken}")
    best, fitting = FITS, snippet(column.name, "ask the department what changed, or", None, logicalType="string")
    for way in _ways(column, source):
        try:
            sql = cast_of(way.column, way.source).sql
        except CastFault:
            continue
        share = connection.execute(f"SELECT count({sql}) / count(*) FROM drifted").fetchall()[0][0]
        if share > best:
            best = share
            fitting = snippet(column.name, f"fits {share:.0%} of a sample", way.properties or None, **way.fields)
            if way.source is not source:
                fitting += f"# and at the server\n- {{property: decimal, value: '{way.source.properties.decimal}'}}\n"
    return fitting


def _ways(column: Column, source: Source) -> Iterator[_Way]:
    """Every other way to read a column that offices are known to use; the plainest first."""
    match column.logical_type:
        case "date":
            patterns = [*_DAYS, "excel1900", "excel1904"]
        case "timestamp":
            patterns = [day + time for day in _DAYS for time in _TIMES]
            patterns += ["excel1900", "epochSeconds", "epochMilliseconds"]
        case "integer" | "number":
            yield from _number_ways(column, source)
            return
        case _:
            return
    for pattern in patterns:
        yield _way(column, source, sourceFormats=[*column.properties.source_formats, pattern])


def _number_ways(column: Column, source: Source) -> Iterator[_Way]:
    other = "," if source.properties.decimal == "." else "."
    turned = replace(source, properties=source.properties.model_copy(update={"decimal": other}))
    suffixes = [*column.properties.source_suffixes, *_alike(column)]
    for read_by in (source, turned):
        for grouping in (None, "indian", "western"):
            group = {"grouping": grouping} if grouping else {}
            for more in ({}, {"sourceMarks": list(_MARKS)}, {"digits": "devanagari"}, {"sourceSuffixes": suffixes}):
                yield _way(column, read_by, **group, **more)
    if column.logical_type == "integer":
        yield _Way(replace(column, logical_type="number"), {}, {"logicalType": "number"}, source)


def _way(column: Column, source: Source, **given: Any) -> _Way:
    known = {field.alias: key for key, field in type(column.properties).model_fields.items()}
    update = {known[alias]: tuple(value) if isinstance(value, list) else value for alias, value in given.items()}
    return _Way(replace(column, properties=column.properties.model_copy(update=update)), given, {}, source)


def _alike(column: Column) -> list[str]:
    """The known units that can be converted into the column's."""
    return [unit for unit in _UNITS if column.properties.unit and _ratio(unit, column.properties.unit)]


def _ratio(unit: str, into: str) -> float | None:
    try:
        return factor(unit, into)
    except ValueError:
        return None


def _remeasured(connection: duckdb.DuckDBPyConnection, column: Column, rows: str) -> str:
    """The unit by which most values would lie in the column's range."""
    field, unit = name(column.name), column.properties.unit
    now = _ratio(column.properties.source_unit or str(unit), str(unit)) if unit else None
    best, fitting = FITS, snippet(column.name, "ask the department what changed; or correct the range", None)
    for other in _alike(column) if now else []:
        scaled = f"({field} * {(_ratio(other, str(unit)) or 0) / (now or 1)!r})"
        inside = bounded(column, scaled)
        share = connection.execute(f"SELECT count(*) FILTER ({inside}) / count({field}) FROM {rows}").fetchall()[0][0]
        if share > best:
            best = share
            fitting = snippet(column.name, f"brings {share:.0%} into the range", {"sourceUnit": other})
    return fitting


def medians(connection: duckdb.DuckDBPyConnection, dataset: Dataset, checked: Path) -> dict[str, float]:
    """The median of each column of a checked delivery that is watched for its unit, if it has values enough to say."""
    measured = [
        column
        for column in dataset.file_columns
        if column.properties.unit and column.properties.drift_units and column.logical_type == "number"
    ]
    if not measured:
        return {}
    asked = ", ".join(f"count({name(c.name)}), median(CAST({name(c.name)} AS DOUBLE))" for c in measured)
    rows = f"read_parquet({literal(checked)}) WHERE {BROKEN} IS NULL"
    found = connection.execute(f"SELECT {asked} FROM {rows}").fetchall()[0]
    pairs = zip(measured, found[::2], found[1::2], strict=True)
    return {column.name: median for column, count, median in pairs if count >= FEWEST and median}


def shifted(dataset: Dataset, before: dict[str, float], after: dict[str, float]) -> list[str]:
    """The proposed change of each column whose median moved by just what one known unit is in another."""
    found = []
    for column in (dataset.by_name[each] for each in after if each in before):
        unit = str(column.properties.unit)
        now = _ratio(column.properties.source_unit or unit, unit)
        moved = after[column.name] / before[column.name]
        for other in _alike(column) if now else []:
            factor_of = (now or 1) / (_ratio(other, unit) or 1)
            if not 1 / MOVED <= factor_of <= MOVED and abs(moved / factor_of - 1) <= NEAR:
                remark = f"the median is {moved:.4g} times that of the delivery before"
                found.append(snippet(column.name, remark, {"sourceUnit": other}))
                break
    return found
