"""Parquet: its columns by name, each value as the text that the cast plan expects."""

from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_contracts.dataset import Column, Dataset, Source
from transforms.engine import literal, name, named_file
from transforms.reading import bomb, header
from transforms.reading.cast import is_value
from transforms.reading.dates import NUMBERED, has_offset, to_strptime
from transforms.reading.held import Held
from transforms.reading.moments import second
from transforms.reading.records import Records, given

MAGIC = b"PAR1"
LOCKED = b"PARE"
# A text by its number in a list takes fewer bytes than these, any other its length of four at least.
CODED = 4
# What a row counts for at least, and how long a text of a list must be for it to count: any others may well come to
# thousands of times their file.
ROW, SHORT = 8, 32
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
        names = _names(connection, path)
    except duckdb.Error as error:
        raise _held(path, error) from None
    found = header.match(names, dataset, source, "the footer")
    wanted = [names[position] for position in found.values()]
    coded, nulls = _stated(connection, path)
    without = _examined(path, wanted, coded.intersection(wanted), nulls, source.properties.null_values)
    cells, typed = [], set[str]()
    for column in dataset.file_columns:
        cell = "CAST(NULL AS VARCHAR)"
        if column.name in found:
            field = list(types)[found[column.name]]
            if is_value(column, dataset, source, types[field]):
                typed.add(column.name)
                timed = column.logical_type == "timestamp"
                cell = second(column, name(field)) if timed else name(field)
            else:
                cell = _text(name(field), types[field], column)
                cell = cell if names[found[column.name]] in without else given(cell, source)
        cells.append(f"{cell} AS {name(column.name)}")
    return Records(f"SELECT {', '.join(cells)} FROM {table}", partial(_held, path), typed=frozenset(typed))


def _names(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The names of the columns as the footer has them; DuckDB adds a number to one that it takes for a repeated one."""
    rows = connection.execute(f"SELECT name, num_children FROM parquet_schema({named_file(path)})").fetchall()
    names, inside = [], 0
    for own, children in rows[1:]:
        if inside == 0:
            names.append(str(own))
        inside += (children or 0) - (inside > 0)
    return names


def _examined(
    path: Path, columns: list[str], coded: set[str], nulls: dict[str, int], words: tuple[str, ...]
) -> set[str]:
    """Have Arrow read the columns as well: of a damaged page it says so, where DuckDB goes on with other values.

    Of those that are `coded` it need not make texts; for how many `nulls` there are DuckDB takes the footer's word.
    Returns the columns of texts that have none of `words`. Raises Held as well where the rows come to too much.
    """
    rows, size, without, limit, met = 0, 0, set(columns), bomb.rows_limit(path), Counter[str]()
    try:
        with pq.ParquetFile(path, read_dictionary=coded, page_checksum_verification=True) as file:
            expected = file.metadata.num_rows
            for batch in file.iter_batches(columns=columns):
                rows, size = rows + batch.num_rows, size + ROW * batch.num_rows + sum(map(_text_bytes, batch.columns))
                if size > limit:
                    raise bomb.bomb()
                named = dict(zip(batch.schema.names, batch.columns, strict=True))
                met.update({own: cells.null_count for own, cells in named.items()})
                without &= {own for own, cells in named.items() if _lacks(cells, words)}
    except pa.ArrowNotImplementedError:
        # An encoding that is DuckDB's alone.
        return set()
    except (pa.ArrowException, OSError, UnicodeDecodeError, KeyError):
        raise _unreadable() from None
    if columns and (rows != expected or any(met[own] != nulls.get(own, met[own]) for own in columns)):
        raise _unreadable()
    return without


def _text_bytes(cells: pa.Array) -> int:
    """The bytes of a column's texts as DuckDB will read them: where they are numbers into a list, with its texts."""
    if pa.types.is_string(cells.type):
        return int(cells.nbytes)
    lengths = pc.binary_length(cells.dictionary) if pa.types.is_dictionary(cells.type) else None
    if lengths is None or (pc.max(lengths).as_py() or 0) <= SHORT:
        return 0
    return int(pc.sum(lengths.take(cells.indices)).as_py() or 0)


def _lacks(cells: pa.Array, words: tuple[str, ...]) -> bool:
    """Whether cells are texts and none of the words; raises Held where the number of a text is beyond their list."""
    texts = cells
    if pa.types.is_dictionary(cells.type):
        least, most = pc.min_max(cells.indices).as_py().values()
        # Arrow hands such on.
        if most is not None and not 0 <= least <= most < len(cells.dictionary):
            raise _unreadable()
        texts = cells.dictionary
    return pa.types.is_string(texts.type) and not pc.any(pc.is_in(texts, pa.array(words, texts.type))).as_py()


def _stated(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[set[str], dict[str, int]]:
    """By the footer, columns of texts that are mostly numbers into a list, and how many nulls columns have.

    As DuckDB has it: what Arrow says of a damaged footer's columns may end the process.
    """
    chunks = (
        f"SELECT path_in_schema, type = 'BYTE_ARRAY' AND sum(total_uncompressed_size) < {CODED} * sum(num_values), "
        f"CASE WHEN count(stats_null_count) = count(*) THEN sum(stats_null_count) END "
        f"FROM parquet_metadata({named_file(path)}) GROUP BY path_in_schema, type"
    )
    # Where it cannot tell, for statistics that it does not understand, all are read as texts.
    with suppress(duckdb.Error):
        rows = connection.execute(chunks).fetchall()
        nulls = {str(own): int(count) for own, _, count in rows if count is not None}
        return {str(own) for own, coded, _ in rows if coded}, nulls
    return set(), {}


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
