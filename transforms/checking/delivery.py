"""Reads and judges one delivery: bytes and contract in, a checked Parquet file and its counts out."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data_contracts.dataset import Dataset
from transforms.checking import misfit
from transforms.checking.rules import LATEST
from transforms.checking.verdict import BROKEN, REPAIRED, WARNED, all_repairs, statement, warns
from transforms.engine import connect, copy_parquet, in_groups, literal, name
from transforms.reading import (
    csv_file,
    gtfs,
    json_file,
    kml_file,
    ndjson,
    packed,
    parquet_file,
    places,
    vector_file,
    workbook,
    xls_file,
    xml_file,
)
from transforms.reading.drift import Drift, noting
from transforms.reading.held import Held
from transforms.reading.places import Places
from transforms.reading.records import Reader
from transforms.reading.repairs import WORLD, Bounds

READERS: dict[str, Reader] = {
    "csv": csv_file.records,
    "geojson": json_file.records,
    "gpkg": vector_file.geopackage,
    "gtfs": gtfs.records,
    "json": json_file.records,
    "kml": kml_file.records,
    "kmz": kml_file.records,
    "ndgeojson": ndjson.records,
    "ndjson": ndjson.records,
    "parquet": parquet_file.records,
    "shapefile": vector_file.shapefile,
    "xls": xls_file.records,
    "xlsx": workbook.records,
    "xml": xml_file.records,
}


@dataclass(frozen=True)
class Checked:
    """A delivery's counts: `rows_read` = valid rows + `quarantined`; rows per broken and per warned rule.

    `repaired`: cells that a declared repair changed, by `column.repair`; none for a repair that changed nothing.
    `drift`: the columns of the file that the contract does not name; they were left out.
    """

    rows_read: int
    quarantined: int
    broken: dict[str, int]
    warned: dict[str, int]
    repaired: dict[str, int] = field(default_factory=dict)
    drift: tuple[Drift, ...] = ()


def check_delivery(
    file: Path,
    dataset: Dataset,
    city: str,
    around: Places | None,
    target: Path,
    scratch: Path,
    bounds: Bounds = WORLD,
    received_at: datetime | None = None,
) -> Checked:
    """Read `file` as the contract says for `city` and write every row with its verdict to `target`.

    The file holds the typed columns and `_broken` (a list of rule names, null where none); where the contract has
    rules that only warn also `_warned`, and where it declares repairs `_repaired`, those that changed the row. A row's
    place in it is its number in the delivery. `bounds`: the city's, in degrees. `received_at`: when the delivery first
    came; without it no row is from the future. Raises Held for a structural fault; nothing is taken then.
    """
    source = noting(dataset.source(city))
    with connect(scratch) as connection:
        places.register(connection, around)
        if received_at and dataset.properties.future_skew is not None:
            latest = received_at + timedelta(hours=dataset.properties.future_skew)
            connection.execute(f"SET VARIABLE {LATEST} = TIMESTAMPTZ {literal(latest.isoformat())}")
        reader = packed.reading(READERS[source.format])
        records = reader(connection, file, dataset, source, scratch)
        try:
            judged = statement(dataset, source, records.sql, bounds, records.typed)
            rows = copy_parquet(connection, judged, target, in_groups(records.at_once))
        except duckdb.Error as error:
            raise records.held(error) from None
        if rows == 0:
            raise Held("file.empty", "the file", "holds a header and no record", "ask for the file again")
        columns = [BROKEN, *[WARNED] * warns(dataset, source), *[REPAIRED] * bool(all_repairs(dataset, source))]
        bad, counts = _tallied(target, columns)
        broken, warned = counts[BROKEN], counts.get(WARNED, {})
        repaired = counts.get(REPAIRED, {}) | records.repaired()
        again = partial(reader, connection, file, dataset, source, scratch)
        misfit.judge(connection, target, dataset, source, broken, again)
    return Checked(rows, bad, broken, warned, dict(sorted(repaired.items())), source.drift)


def _tallied(file: Path, columns: list[str]) -> tuple[int, dict[str, dict[str, int]]]:
    """How many rows are broken, and for each of these columns of lists the rows by rule.

    By Arrow: it looks once through the file, where a query for each would take longer to plan than to run.
    """
    bad, counts = 0, {column: Counter[str]() for column in columns}
    with pq.ParquetFile(file) as checked:
        for batch in checked.iter_batches(columns=columns, use_threads=False):
            bad += batch.num_rows - batch[BROKEN].null_count
            for column, count in counts.items():
                rules, times = batch[column].flatten().value_counts().flatten()
                count.update(dict(zip(rules.to_pylist(), times.to_pylist(), strict=True)))
    return bad, {column: dict(sorted(count.items())) for column, count in counts.items()}


def quarantined(file: Path, scratch: Path) -> list[tuple[int, str]]:
    """The (row, rule) pairs of a checked file, rows counted from 0 as they stood in the delivery."""
    query = (
        f"SELECT file_row_number, unnest({BROKEN}) FROM read_parquet({literal(file)}, file_row_number=true) "
        f"WHERE {BROKEN} IS NOT NULL ORDER BY ALL"
    )
    with connect(scratch) as connection:
        return connection.execute(query).fetchall()


def newest(file: Path, column: str | None, came: datetime, scratch: Path) -> datetime:
    """The newest moment of a checked file's rows, in quarantine or not; no row is newer than the file, which `came`.

    A row without the moment is as old as the file; so are all where the file has no such column.
    """
    if column is None or column not in pq.read_schema(file).names:
        return came
    moment = f"CAST({name(column)} AS TIMESTAMPTZ)"
    with connect(scratch) as connection:
        found = connection.execute(
            f"SELECT epoch_us(max(least(coalesce({moment}, $came), $came))) FROM read_parquet({literal(file)})",
            {"came": came},
        ).fetchall()[0][0]
    return datetime.fromtimestamp(found / 1e6, UTC)
