"""The same made-up records written in each format, as the reading benchmark wants them."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import pyarrow as pa
import pyogrio
import shapely
import xlsxwriter
import xlwt

ROWS, SHEET_ROWS, FEATURES = 200_000, 60_000, 120_000
MOMENT = "%Y-%m-%d %H:%M:%S"
# A remark in two scripts, a code with leading zeros, a moment, numbers with and without a fraction.
_RECORDS = """
    SELECT 'CH' || lpad(CAST(i AS VARCHAR), 9, '0') AS id,
        (['signal', 'helmet', 'wrong side', 'parking'])[1 + CAST(hash(i * 3) % 4 AS BIGINT)] AS kind,
        TIMESTAMP '2023-01-01' + to_seconds(CAST(hash(i * 7) % 94608000 AS BIGINT)) AS issued_at,
        lpad(CAST(hash(i * 5) % 10000 AS VARCHAR), 4, '0') AS junction,
        CASE WHEN hash(i * 11) % 3 > 0 THEN 'at the crossing, वार्ड ' || hash(i * 13) % 60 END AS remark,
        CAST((1 + hash(i * 31) % 20) * 100 AS BIGINT) AS amount,
        round((hash(i * 17) % 100000) / 1000.0, 3) AS share,
        round(12.8 + (hash(i * 43) % 100000) / 300000.0, 6) AS lat,
        round(77.4 + (hash(i * 47) % 100000) / 300000.0, 6) AS lon
    FROM range({rows}) AS t(i)"""


def records(rows: int) -> pa.Table:
    """So many records as typed columns."""
    return duckdb.sql(_RECORDS.format(rows=rows)).to_arrow_table()


def outlines(rows: int) -> list[shapely.Geometry]:
    """A small outline of nine corners for each record, around its point."""
    table = records(rows)
    points = shapely.points(table["lon"].to_numpy(), table["lat"].to_numpy())
    return list(shapely.set_precision(shapely.buffer(points, 0.0005, quad_segs=2), 1e-7))


def write(kind: str, folder: Path) -> Path:
    """The file of a format, made once."""
    file = folder / f"records.{kind}"
    if not file.exists():
        aside = folder / f"aside.{kind}"
        _WRITERS[kind](aside)
        aside.rename(file)
    return file


def _copied(options: str, moment: str = f"strftime(issued_at, '{MOMENT}')") -> Any:
    def written(file: Path) -> None:
        rows = f"SELECT * REPLACE ({moment} AS issued_at) FROM ({_RECORDS.format(rows=ROWS)})"
        duckdb.execute(f"COPY ({rows}) TO '{file}' ({options})")

    return written


def _dicts(rows: int) -> Iterator[dict[str, Any]]:
    for row in records(rows).to_pylist():
        yield {**row, "issued_at": row["issued_at"].strftime(MOMENT)}


def _features() -> Iterator[dict[str, Any]]:
    for row, shape in zip(_dicts(FEATURES), outlines(FEATURES), strict=True):
        yield {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}


def _geojson(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        features = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in _features())
        out.write(f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n')


def _xml(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write("<register>\n")
        for row in _dicts(ROWS):
            cells = "".join(f"<{key}>{escape(str(cell))}</{key}>" for key, cell in row.items() if cell is not None)
            out.write(f"  <challan>{cells}</challan>\n")
        out.write("</register>\n")


def _kml(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write('<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        for feature in _features():
            row = feature["properties"]
            data = "".join(
                f'<Data name="{key}"><value>{escape(str(cell))}</value></Data>'
                for key, cell in row.items()
                if cell is not None
            )
            ring = " ".join(f"{lon},{lat},0" for lon, lat in feature["geometry"]["coordinates"][0])
            out.write(
                f"<Placemark><name>{row['id']}</name><ExtendedData>{data}</ExtendedData><Polygon><outerBoundaryIs>"
                f"<LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n"
            )
        out.write("</Document></kml>\n")


def _layer(file: Path, **words: Any) -> None:
    table = records(FEATURES)
    table = table.set_column(2, "issued_at", pa.array([row["issued_at"] for row in _dicts(FEATURES)]))
    table = table.append_column("geometry", pa.array(shapely.to_wkb(outlines(FEATURES)), pa.binary()))
    pyogrio.write_arrow(table, file, geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4326", **words)


def _gpkg(file: Path) -> None:
    _layer(file, driver="GPKG", layer="challans")


def _shapefile(file: Path) -> None:
    folder = file.with_suffix(".parts")
    folder.mkdir()
    _layer(folder / "challans.shp", driver="ESRI Shapefile", encoding="UTF-8")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)


def _xlsx(file: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Register")
        form = book.add_format({"num_format": "dd-mm-yyyy hh:mm:ss"})
        _sheet(page.write_row, lambda row, place, cell: page.write_datetime(row, place, cell, form), ROWS)


def _xls(file: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Register")
    form = xlwt.easyxf(num_format_str="DD-MM-YYYY HH:MM:SS")

    def line(number: int, first: int, cells: list[Any]) -> None:
        for place, cell in enumerate(cells, first):
            page.write(number, place, cell)

    _sheet(line, lambda row, place, cell: page.write(row, place, cell, form), SHEET_ROWS)
    book.save(str(file))


def _sheet(line: Any, moment: Any, rows: int) -> None:
    """The header and the records, by the writer of a row's plain cells and that of a moment."""
    table = records(rows)
    names = table.column_names
    line(0, 0, names)
    for number, row in enumerate(table.to_pylist(), start=1):
        cells = list(row.values())
        line(number, 0, cells[:2])
        moment(number, 2, cells[2])
        line(number, 3, cells[3:])


def _gtfs(file: Path) -> None:
    times = "lpad(CAST(4 + i % 21 AS VARCHAR), 2, '0') || ':' || lpad(CAST(i % 60 AS VARCHAR), 2, '0') || ':00'"
    stops = (
        f"SELECT 'T' || i // 40 AS trip_id, {times} AS arrival_time, {times} AS departure_time, "
        f"lpad(CAST(hash(i) % 9000 AS VARCHAR), 5, '0') AS stop_id, i % 40 AS stop_sequence "
        f"FROM range({5 * ROWS}) AS t(i)"
    )
    member = file.with_suffix(".txt")
    duckdb.execute(f"COPY ({stops}) TO '{member}' (FORMAT csv, HEADER)")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("agency", "routes", "trips", "stops", "calendar"):
            archive.writestr(f"{name}.txt", "id\n")
        archive.write(member, "stop_times.txt")


_WRITERS = {
    "csv": _copied("FORMAT csv, HEADER"),
    "geojson": _geojson,
    "gpkg": _gpkg,
    "gtfs": _gtfs,
    "json": _copied("FORMAT json, ARRAY true"),
    "kml": _kml,
    "ndjson": _copied("FORMAT json"),
    "parquet": _copied("FORMAT parquet", "issued_at"),
    "shapefile": _shapefile,
    "xls": _xls,
    "xlsx": _xlsx,
    "xml": _xml,
}
