"""What every reader hands on: a relation of text columns, one per file column of the contract."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb
import pyarrow as pa

from data_contracts.dataset import Dataset
from transforms.engine import name
from transforms.reading.held import Held

ROWS_AT_ONCE = 20_000
RELATION = "records"


@dataclass(frozen=True)
class Records:
    """A file's records: `sql` yields text cells; `held` turns an error met while they are read into a reason.

    The rows are read while the query runs, so a fault in the middle of the file comes as DuckDB's error.
    """

    sql: str
    held: Callable[[duckdb.Error], Held]


def stream(connection: duckdb.DuckDBPyConnection, dataset: Dataset, rows: Iterable[Sequence[str | None]]) -> Records:
    """Rows (cells as text, in the order of the dataset's file columns) as records, a block at a time."""
    schema = pa.schema([(column.name, pa.string()) for column in dataset.file_columns])
    met: list[Held] = []

    def batches() -> Iterator[pa.RecordBatch]:
        source = iter(rows)
        try:
            while block := list(islice(source, ROWS_AT_ONCE)):
                cells = [pa.array(column, pa.string()) for column in zip(*block, strict=True)]
                yield pa.record_batch(cells, schema)
        except Held as held:
            # Arrow would hand on the words only; the reason itself waits here.
            met.append(held)
            raise

    def held(error: duckdb.Error) -> Held:
        if met:
            return met[0]
        raise error

    connection.register(RELATION, pa.RecordBatchReader.from_batches(schema, batches()))
    return Records(f"SELECT {', '.join(name(field) for field in schema.names)} FROM {RELATION}", held)
