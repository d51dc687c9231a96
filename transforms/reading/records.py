"""What every reader hands on: a relation of text columns, one per file column of the contract."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import duckdb
import pyarrow as pa

from data_contracts.dataset import Dataset, Source
from transforms.engine import literals, name
from transforms.reading.bomb import bounded
from transforms.reading.held import Held
from transforms.reading.moments import second

# What of a file's rows is in memory at once: so many of them, or fewer where these come to so many bytes.
ROWS_AT_ONCE = 2_000
BYTES_AT_ONCE = 1 << 26
_numbers = count()


@dataclass(frozen=True)
class Records:
    """A file's records: `sql` yields text cells; `held` turns an error met while they are read into a reason.

    The rows are read while the query runs, so a fault in the middle of the file comes as DuckDB's error.
    `repaired`, called after it has run, counts the cells that the reader itself changed, by `column.repair`.
    `typed`: the columns whose cells are no texts, but what is stored already; outlines are WKB in them.
    `at_once`: about how many rows DuckDB reads at once, where that is known; a wrong guess costs time only.
    """

    sql: str
    held: Callable[[duckdb.Error], Held]
    repaired: Callable[[], dict[str, int]] = dict
    typed: frozenset[str] = frozenset()
    at_once: int | None = None


# Reads a file by a contract; the last one is a folder for what it has to write down meanwhile.
Reader = Callable[[duckdb.DuckDBPyConnection, Path, Dataset, Source, Path], Records]


def stream(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dataset: Dataset,
    source: Source,
    batches: Iterable[pa.RecordBatch],
) -> Records:
    """Batches of text cells (a column for each of the dataset's file columns) as records, read as the query runs.

    `path`: the file that they come from, which says how much they may come to.
    """
    met: list[Held] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from bounded(path, batches)
        except Held as held:
            # Arrow would hand on the words only; the reason itself waits here.
            met.append(held)
            raise

    def held(error: duckdb.Error) -> Held:
        if met:
            return met[0]
        raise error

    reader = pa.RecordBatchReader.from_batches(schema(dataset), watched())
    return _registered(connection, dataset, source, reader, held)


def spooled(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dataset: Dataset,
    source: Source,
    batches: Iterable[pa.RecordBatch],
    scratch: Path,
) -> Records:
    """The same by way of a file in `scratch`, for libraries that must be called from one thread.

    Here the first batch says which columns are typed. DuckDB asks a stream for its blocks from one thread and then
    from another: libxml2 ends the process on that.
    Raises Held as `batches` does.
    """
    file, source_batches = scratch / f"rows_{next(_numbers)}.arrow", bounded(path, batches)
    first = next(source_batches, None)
    with pa.ipc.new_stream(str(file), first.schema if first else schema(dataset)) as writer:
        for batch in chain([first] if first else [], source_batches):
            writer.write_batch(batch)

    return _registered(connection, dataset, source, pa.ipc.open_stream(pa.memory_map(str(file))), _raised)


def kept(connection: duckdb.DuckDBPyConnection, dataset: Dataset, source: Source, table: pa.Table) -> Records:
    """The same from a table in memory, whose columns of no texts are typed; moments are by their columns' clocks."""
    return _registered(connection, dataset, source, table.to_reader(), _raised)


def _raised(error: duckdb.Error) -> Held:
    raise error


def schema(dataset: Dataset) -> pa.Schema:
    """The columns that a reader fills: text for each of the dataset's file columns."""
    return pa.schema([(column.name, pa.string()) for column in dataset.file_columns])


def given(text: str, source: Source) -> str:
    """SQL for a text that is not one of those by which the contract means no value."""
    return f"CASE WHEN {text} NOT IN ({literals(source.properties.null_values)}) THEN {text} END"


def _registered(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    source: Source,
    batches: pa.RecordBatchReader,
    held: Callable[[duckdb.Error], Held],
) -> Records:
    # A delivery of several packed files has several of these.
    relation = f"records_{next(_numbers)}"
    connection.register(relation, batches)
    typed = frozenset(field.name for field in batches.schema if field.type != pa.string())
    cells = [f"{_cell(field, dataset, source)} AS {name(field.name)}" for field in batches.schema]
    return Records(f"SELECT {', '.join(cells)} FROM {relation}", held, typed=typed)


def _cell(field: pa.Field, dataset: Dataset, source: Source) -> str:
    if pa.types.is_timestamp(field.type):
        return second(dataset.by_name[field.name], name(field.name))
    return given(name(field.name), source) if field.type == pa.string() else name(field.name)
