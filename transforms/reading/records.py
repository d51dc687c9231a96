"""What every reader hands on: a relation of text columns, one per file column of the contract."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import duckdb
import pyarrow as pa

from data_contracts.dataset import Dataset, Source
from transforms.engine import name
from transforms.reading.held import Held

ROWS_AT_ONCE = 20_000
_numbers = count()


@dataclass(frozen=True)
class Records:
    """A file's records: `sql` yields text cells; `held` turns an error met while they are read into a reason.

    The rows are read while the query runs, so a fault in the middle of the file comes as DuckDB's error.
    `repaired`, called after it has run, counts the cells that the reader itself changed, by `column.repair`.
    """

    sql: str
    held: Callable[[duckdb.Error], Held]
    repaired: Callable[[], dict[str, int]] = dict


# Reads a file by a contract; the last one is a folder for what it has to write down meanwhile.
Reader = Callable[[duckdb.DuckDBPyConnection, Path, Dataset, Source, Path], Records]


def stream(connection: duckdb.DuckDBPyConnection, dataset: Dataset, rows: Iterable[Sequence[str | None]]) -> Records:
    """Rows (cells as text, in the order of the dataset's file columns) as records, a block at a time."""
    schema = _schema(dataset)
    met: list[Held] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from _batches(schema, rows)
        except Held as held:
            # Arrow would hand on the words only; the reason itself waits here.
            met.append(held)
            raise

    def held(error: duckdb.Error) -> Held:
        if met:
            return met[0]
        raise error

    return _registered(connection, pa.RecordBatchReader.from_batches(schema, batches()), held)


def spooled(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, rows: Iterable[Sequence[str | None]], scratch: Path
) -> Records:
    """The same by way of a file in `scratch`, for libraries that must be called from one thread.

    DuckDB asks a stream for its blocks from one thread and then from another: libxml2 ends the process on that.
    Raises Held as `rows` does.
    """
    schema, file = _schema(dataset), scratch / f"rows_{next(_numbers)}.arrow"
    with pa.ipc.new_stream(str(file), schema) as writer:
        for batch in _batches(schema, rows):
            writer.write_batch(batch)

    def held(error: duckdb.Error) -> Held:
        raise error

    return _registered(connection, pa.ipc.open_stream(pa.memory_map(str(file))), held)


def _schema(dataset: Dataset) -> pa.Schema:
    return pa.schema([(column.name, pa.string()) for column in dataset.file_columns])


def _batches(schema: pa.Schema, rows: Iterable[Sequence[str | None]]) -> Iterator[pa.RecordBatch]:
    source = iter(rows)
    while block := list(islice(source, ROWS_AT_ONCE)):
        cells = [pa.array(column, pa.string()) for column in zip(*block, strict=True)]
        yield pa.record_batch(cells, schema)


def _registered(
    connection: duckdb.DuckDBPyConnection, batches: pa.RecordBatchReader, held: Callable[[duckdb.Error], Held]
) -> Records:
    # A delivery of several packed files has several of these.
    relation = f"records_{next(_numbers)}"
    connection.register(relation, batches)
    return Records(f"SELECT {', '.join(name(field) for field in batches.schema.names)} FROM {relation}", held)
