"""One public table in its open formats: Parquet, CSV, and GeoJSON where it has outlines."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import shapely

from data_contracts.dataset import Dataset
from transforms.engine import copy_parquet, literal, literals, name
from transforms.privacy.publish import publish
from transforms.privacy.risk import Measured

# Plain encodings and a moderate level: a public file is read by old tools, and written once.
PUBLIC_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v1"
NOTICE = "fictional sample, not government data"
NOTICE_COLUMN = "notice"
MEASURED = "privacy"
_FORMULA = r"^[=+\-@\t\r]"


def write_table(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, accepted: str, fictional: list[str], folder: Path
) -> int:
    """Write the public form of `accepted` (the contract's columns and `city`) into `folder`; the rows written.

    Every row of a fictional city says so in a column of its own, in every format. What was measured and hidden stands
    in the metadata of the Parquet file. Raises RiskTooHigh where the table tells too much.
    """
    labelled = f"CASE WHEN city IN ({literals(fictional)}) THEN {literal(NOTICE)} END"
    notice = f", {labelled} AS {NOTICE_COLUMN}" if fictional else ""
    parquet = folder / f"{dataset.table}.parquet"
    public, measured = publish(connection, dataset, accepted)
    kept = f"KV_METADATA {{{MEASURED}: {literal(json.dumps(asdict(measured)))}}}"
    rows = copy_parquet(connection, f"SELECT *{notice} FROM ({public})", parquet, f"{PUBLIC_PARQUET}, {kept}")
    _write_csv(connection, parquet, folder / f"{dataset.table}.csv", _geometry(dataset))
    geometry = _geometry(dataset)
    if geometry:
        _write_geojson(connection, parquet, folder / f"{dataset.table}.geojson", geometry)
    return rows


def measured(connection: duckdb.DuckDBPyConnection, parquet: Path) -> Measured:
    """What was measured of a public table and hidden in it when its file was written."""
    query = f"SELECT decode(value) FROM parquet_kv_metadata({literal(parquet)}) WHERE decode(key) = {literal(MEASURED)}"
    found = connection.execute(query).fetchone()
    return Measured(**json.loads(found[0])) if found else Measured()


def _geometry(dataset: Dataset) -> str | None:
    """The published geometry column, if there is one."""
    column = dataset.geometry
    published = dataset.publication.form == "rows" and column and column.treatment.kind == "keep"
    return column.name if column and published else None


def _write_csv(connection: duckdb.DuckDBPyConnection, parquet: Path, target: Path, geometry: str | None) -> None:
    """UTF-8 CSV; texts that a spreadsheet would run are disarmed by an apostrophe.

    An outline has no place in a CSV: it is left out, the GeoJSON holds it.
    """
    chosen = []
    for column, sql, kind in _cells(connection, parquet, geometry):
        armed = f"regexp_matches({sql}, {literal(_FORMULA)})"
        disarmed = f"CASE WHEN {armed} THEN '''' || {sql} ELSE {sql} END"
        chosen.append(f"{disarmed if kind == 'VARCHAR' else sql} AS {name(column)}")
    query = f"SELECT {', '.join(chosen)} FROM read_parquet({literal(parquet)})"
    connection.execute(f"COPY ({query}) TO {literal(target)} (FORMAT csv, HEADER)")


def _cells(
    connection: duckdb.DuckDBPyConnection, parquet: Path, geometry: str | None
) -> Iterator[tuple[str, str, str]]:
    """Every column but the geometry: its name, the SQL of its value for people (instants in ISO 8601), its type."""
    for column, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(parquet)})").fetchall():
        instant = kind == "TIMESTAMP WITH TIME ZONE"
        sql = f"strftime({name(column)}, '%Y-%m-%dT%H:%M:%SZ')" if instant else name(column)
        if column != geometry:
            yield column, sql, kind


def _write_geojson(connection: duckdb.DuckDBPyConnection, parquet: Path, target: Path, geometry: str) -> None:
    """A FeatureCollection, one feature a line (RFC 7946: WGS 84, longitude first)."""
    pairs = ", ".join(f"{literal(column)}, {sql}" for column, sql, _ in _cells(connection, parquet, geometry))
    query = f"SELECT {name(geometry)}, json_object({pairs}) FROM read_parquet({literal(parquet)})"
    cursor = connection.execute(query)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"type": "FeatureCollection", "features": [')
        separator = "\n"
        while row := cursor.fetchone():
            outline, properties = row
            shape = shapely.to_geojson(shapely.from_wkb(outline)) if outline else "null"
            out.write(f'{separator}{{"type": "Feature", "properties": {properties}, "geometry": {shape}}}')
            separator = ",\n"
        out.write("\n]}\n")
