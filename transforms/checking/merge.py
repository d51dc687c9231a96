"""Which rows of a table's deliveries stand, and which a later or newer one supersedes."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from data_contracts.dataset import Dataset
from transforms.checking.verdict import BROKEN
from transforms.engine import copy_parquet, literal, literals, name


@dataclass(frozen=True)
class Table:
    """A dataset of one city as it stands: the checked files of its deliveries in their order of arrival,
    and the file of superseded positions (columns `file`, `row`), if any row is."""

    dataset: Dataset
    files: tuple[Path, ...]
    superseded: Path | None = None

    @property
    def live(self) -> tuple[Path, ...]:
        """The files that count: of a snapshot only the last."""
        return self.files[-1:] if self.dataset.properties.delivery == "snapshot" else self.files

    def sql(self) -> str:
        """The accepted rows, in order of delivery and row."""
        columns = ", ".join(name(column.name) for column in self.dataset.columns)
        rows = f"SELECT *, parse_filename(filename) AS _file FROM {_scan(self.live)} WHERE {BROKEN} IS NULL"
        if self.superseded is None:
            return f"SELECT {columns} FROM ({rows})"
        return (
            f"SELECT {columns} FROM ({rows}) AS rows WHERE NOT EXISTS (SELECT 1 FROM "
            f"read_parquet({literal(self.superseded)}) AS gone "
            "WHERE gone.file = rows._file AND gone.row = rows.file_row_number)"
        )


def _scan(files: tuple[Path, ...]) -> str:
    return f"read_parquet([{literals([str(f) for f in files])}], file_row_number=true, filename=true)"


def supersede(connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: tuple[Path, ...], target: Path) -> Table:
    """Find the rows that do not stand and write their positions to `target` (only if there are any).

    Of rows with one key the newest by the version column stands, else that of the later delivery, else the
    later row. So the table is the same whatever the order in which deliveries with version columns come.
    """
    table = Table(dataset, files)
    if not dataset.key:
        return table
    key = ", ".join(name(column) for column in dataset.key)
    version = dataset.properties.version_column
    order = [f"{name(version)} DESC NULLS LAST"] if version else []
    order += ["_delivery DESC", "file_row_number DESC"]
    numbers = " ".join(f"WHEN {literal(f.name)} THEN {i}" for i, f in enumerate(table.live))
    rows = (
        f"SELECT *, parse_filename(filename) AS _file, CASE parse_filename(filename) {numbers} END AS _delivery "
        f"FROM {_scan(table.live)} WHERE {BROKEN} IS NULL"
    )
    shared = _shared(connection, f"SELECT hash({key}) AS h FROM {_scan(table.live)} WHERE {BROKEN} IS NULL")
    if not len(shared):
        return table
    connection.register("shared", pa.table({"h": shared}))
    ranked = (
        f"SELECT _file AS file, file_row_number AS row, "
        f"row_number() OVER (PARTITION BY {key} ORDER BY {', '.join(order)}) AS rank "
        f"FROM ({rows}) WHERE hash({key}) IN (SELECT h FROM shared)"
    )
    query = f"SELECT file, row FROM ({ranked}) WHERE rank > 1 ORDER BY file, row"
    gone = copy_parquet(connection, query, target)
    return Table(dataset, files, target if gone else None)


def _shared(connection: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    """The hashes that stand more than once. Keys are compared exactly, but only among rows of these: sorting
    numbers takes a third of the time, and a tenth of the memory, of grouping by the keys themselves."""
    hashes = connection.execute(query).fetchnumpy()["h"]
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
