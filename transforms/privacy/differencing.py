"""What two releases tell together: counts that changed by so few cases that the change itself is a small count."""

from pathlib import Path

import duckdb

from data_contracts.dataset import Dataset
from transforms.engine import literal, name
from transforms.privacy.publish import SUPPRESSED, figures


def changed_by_few(connection: duckdb.DuckDBPyConnection, dataset: Dataset, earlier: Path, newer: Path) -> int:
    """How many counts are shown in both public tables (Parquet) and differ by 1 to k - 1.

    0 for rows, in which there is no count, and where the two tables are not of the same columns.
    """
    found = figures(dataset)
    counted = [name(one.name) for one in found if one.is_count]
    columns = [_columns(connection, file) for file in (earlier, newer)]
    if not counted or columns[0] != columns[1]:
        return 0
    apart = columns[0] - {one.name for one in found} - {SUPPRESSED}
    same = " AND ".join(f"a.{name(column)} IS NOT DISTINCT FROM b.{name(column)}" for column in sorted(apart))
    few = " + ".join(
        f"count(*) FILTER (WHERE abs(a.{one} - b.{one}) BETWEEN 1 AND {dataset.publication.k - 1})" for one in counted
    )
    files = [f"read_parquet({literal(file)})" for file in (earlier, newer)]
    row = connection.execute(f"SELECT {few} FROM {files[0]} AS a JOIN {files[1]} AS b ON {same}").fetchone()
    return int(row[0]) if row else 0


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> set[str]:
    return {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(file)})").fetchall()}
