"""Parquet: its columns by name, each value as the text that the cast plan expects."""

from functools import partial
from pathlib import Path

import duckdb

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import literal, literals, name, named_file
from transforms.reading import header
from transforms.reading.dates import NUMBERED, has_offset, to_strptime
from transforms.reading.held import Held
from transforms.reading.records import Records

MAGIC = b"PAR1"
LOCKED = b"PARE"
_PLAIN = {"VARCHAR", "BOOLEAN", "TIME", "UUID"}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"}


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The file's rows; raises Held where it is no Parquet, is locked, or a column of the contract is nested."""
    _refuse_others(path)
    table = f"read_parquet({named_file(path)}, binary_as_string=false)"
    try:
        types = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
    except duckdb.Error as error:
        raise _held(path, error) from None
    names = list(types)
    found = header.match(names, dataset, source, "the footer")
    cells = []
    for column in dataset.file_columns:
        text = "CAST(NULL AS VARCHAR)"
        if column.name in found:
            field = names[found[column.name]]
            text = _text(name(field), types[field], column)
        nulls = literals(source.properties.null_values)
        cells.append(f"CASE WHEN {text} NOT IN ({nulls}) THEN {text} END AS {name(column.name)}")
    return Records(f"SELECT {', '.join(cells)} FROM {table}", partial(_held, path))


def _refuse_others(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(len(MAGIC))
    if first == LOCKED:
        raise _locked()
    if first != MAGIC:
        raise _unreadable()


def _text(field: str, kind: str, column: Column) -> str:
    """SQL for a cell's text: whole numbers without a fraction, dates and instants as the contract declares them."""
    declared = column.options.get("format")
    pattern = literal(to_strptime(declared)) if declared and declared not in NUMBERED else None
    match kind.partition("(")[0]:
        case plain if plain in _PLAIN | _WHOLE:
            return f"CAST({field} AS VARCHAR)"
        case "DECIMAL":
            return f"regexp_replace(CAST({field} AS VARCHAR), '\\.0+$', '')"
        case "DOUBLE" | "FLOAT":
            # DuckDB holds that not-a-number is a whole one.
            whole = f"CASE WHEN {field} = trunc({field}) AND abs({field}) < 1e15 THEN TRY_CAST({field} AS BIGINT) END"
            return f"coalesce(CAST({whole} AS VARCHAR), CAST({field} AS VARCHAR))"
        case "TIMESTAMP WITH TIME ZONE" if pattern and not has_offset(pattern):
            zone = literal(column.options.get("defaultTimezone") or "UTC")
            return f"strftime({field} AT TIME ZONE {zone}, {pattern})"
        case "DATE" | "TIMESTAMP WITH TIME ZONE":
            return f"strftime({field}, {pattern})" if pattern else f"CAST({field} AS VARCHAR)"
        case "TIMESTAMP" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS":
            moment = f"CAST({field} AS TIMESTAMP)"
            return f"strftime({moment}, {pattern})" if pattern else f"CAST({moment} AS VARCHAR)"
    message = f"{column.name} is nested or binary, where the contract asks for one value"
    raise Held("parquet.type", "the footer", message, "ask for a plain column, or put it under ignoredColumns")


def _held(path: Path, error: duckdb.Error) -> Held:
    """DuckDB's complaint about a file as a reason; what is the machine's fault or ours is raised as it is."""
    ours = isinstance(error, duckdb.ConversionException | duckdb.BinderException | duckdb.OutOfMemoryException)
    disk = isinstance(error, duckdb.IOException) and str(path) not in str(error)
    if ours or disk:
        raise error
    return _locked() if "encrypted" in str(error) else _unreadable()


def _locked() -> Held:
    return Held("parquet.locked", "the file", "is encrypted", "ask for it without encryption")


def _unreadable() -> Held:
    return Held("parquet.shape", "the file", "is no Parquet, or is cut short or damaged", "ask for the file again")
