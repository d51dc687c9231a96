"""One public table in its open formats: Parquet, CSV, and GeoJSON where it has outlines."""

import json
from pathlib import Path

import duckdb
import shapely

from data_contracts.dataset import Dataset
from transforms.engine import copy_parquet, literal, name
from transforms.privacy.publish import published_sql

# Plain encodings and a moderate level: a public file is read by old tools, and written once.
PUBLIC_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v1"
NOTICE = "fictional sample, not government data"
NOTICE_COLUMN = "notice"
_FORMULA = r"^[=+\-@\t\r]"


def write_table(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, accepted: str, fictional: bool, folder: Path
) -> int:
    """Write the public form of `accepted` (the contract's columns and `city`) into `folder`; the rows written.

    Every row of a fictional city says so in a column of its own, in every format.
    """
    notice = f", {literal(NOTICE)} AS {NOTICE_COLUMN}" if fictional else ""
    parquet = folder / f"{dataset.table}.parquet"
    query = f"SELECT *{notice} FROM ({published_sql(dataset, accepted)})"
    rows = copy_parquet(connection, query, parquet, PUBLIC_PARQUET)
    _write_csv(connection, parquet, folder / f"{dataset.table}.csv", _geometry(dataset))
    geometry = _geometry(dataset)
    if geometry:
        _write_geojson(connection, parquet, folder / f"{dataset.table}.geojson", geometry)
    return rows


def _geometry(dataset: Dataset) -> str | None:
    """The published geometry column, if there is one."""
    column = dataset.geometry
    published = dataset.publication.form == "rows" and column and column.treatment.kind == "keep"
    return column.name if column and published else None


def _write_csv(connection: duckdb.DuckDBPyConnection, parquet: Path, target: Path, geometry: str | None) -> None:
    """UTF-8 CSV; instants in ISO 8601; texts that a spreadsheet would run are disarmed by an apostrophe.

    An outline has no place in a CSV: it is left out, the GeoJSON holds it.
    """
    schema = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(parquet)})").fetchall()
    chosen = []
    for column, kind, *_ in schema:
        field = name(column)
        if column == geometry:
            continue
        if kind == "VARCHAR":
            armed = f"regexp_matches({field}, {literal(_FORMULA)})"
            chosen.append(f"CASE WHEN {armed} THEN '''' || {field} ELSE {field} END AS {field}")
        elif kind == "TIMESTAMP WITH TIME ZONE":
            chosen.append(f"strftime({field}, '%Y-%m-%dT%H:%M:%SZ') AS {field}")
        else:
            chosen.append(field)
    query = f"SELECT {', '.join(chosen)} FROM read_parquet({literal(parquet)})"
    connection.execute(f"COPY ({query}) TO {literal(target)} (FORMAT csv, HEADER)")


def _write_geojson(connection: duckdb.DuckDBPyConnection, parquet: Path, target: Path, geometry: str) -> None:
    """A FeatureCollection, one feature a line (RFC 7946: WGS 84, longitude first)."""
    cursor = connection.execute(f"SELECT * FROM read_parquet({literal(parquet)})")
    names = [column[0] for column in cursor.description or ()]
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"type": "FeatureCollection", "features": [')
        separator = "\n"
        while row := cursor.fetchone():
            record = dict(zip(names, row, strict=True))
            shape = json.loads(shapely.to_geojson(shapely.from_wkb(record.pop(geometry))))
            feature = {"type": "Feature", "properties": record, "geometry": shape}
            out.write(separator + json.dumps(feature, ensure_ascii=False, default=str))
            separator = ",\n"
        out.write("\n]}\n")
