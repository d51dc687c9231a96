"""Reads and judges one delivery: bytes and contract in, a checked Parquet file and its counts out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data_contracts.dataset import Dataset, Source
from transforms.checking.verdict import BROKEN, WARNED, statement
from transforms.engine import connect, copy_parquet, literal
from transforms.reading import csv_file, json_file, places, workbook
from transforms.reading.held import Held
from transforms.reading.places import Places
from transforms.reading.records import Records

Reader = Callable[[duckdb.DuckDBPyConnection, Path, Dataset, Source, Path], Records]
READERS: dict[str, Reader] = {
    "csv": csv_file.records,
    "geojson": json_file.records,
    "json": json_file.records,
    "xlsx": workbook.records,
}


@dataclass(frozen=True)
class Checked:
    """A delivery's counts: `rows_read` = valid rows + `quarantined`; rows per broken and per warned rule."""

    rows_read: int
    quarantined: int
    broken: dict[str, int]
    warned: dict[str, int]


def check_delivery(
    file: Path, dataset: Dataset, city: str, around: Places | None, target: Path, scratch: Path
) -> Checked:
    """Read `file` as the contract says for `city` and write every row with its verdict to `target`.

    The file holds the typed columns, `_broken` and `_warned` (lists of rule names, null where none); a row's
    place in it is its number in the delivery. Raises Held for a structural fault; nothing is taken then.
    """
    source = dataset.source(city)
    with connect(scratch) as connection:
        places.register(connection, around)
        records = READERS[source.format](connection, file, dataset, source, scratch)
        try:
            rows = copy_parquet(connection, statement(dataset, source, records.sql), target)
        except duckdb.Error as error:
            raise records.held(error) from None
        if rows == 0:
            raise Held("file.empty", "the file", "holds a header and no record", "ask for the file again")
        broken, warned = (_counts(connection, target, column) for column in (BROKEN, WARNED))
        bad = connection.execute(
            f"SELECT count(*) FROM read_parquet({literal(target)}) WHERE {BROKEN} IS NOT NULL"
        ).fetchall()[0][0]
    return Checked(rows, bad, broken, warned)


def _counts(connection: duckdb.DuckDBPyConnection, file: Path, column: str) -> dict[str, int]:
    query = (
        f"SELECT rule, count(*) FROM (SELECT unnest({column}) AS rule FROM read_parquet({literal(file)}) "
        f"WHERE {column} IS NOT NULL) GROUP BY rule ORDER BY rule"
    )
    return dict(connection.execute(query).fetchall())


def quarantined(file: Path, scratch: Path) -> list[tuple[int, str]]:
    """The (row, rule) pairs of a checked file, rows counted from 0 as they stood in the delivery."""
    query = (
        f"SELECT file_row_number, unnest({BROKEN}) FROM read_parquet({literal(file)}, file_row_number=true) "
        f"WHERE {BROKEN} IS NOT NULL ORDER BY ALL"
    )
    with connect(scratch) as connection:
        return connection.execute(query).fetchall()
