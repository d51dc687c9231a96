"""The readers under fuzz: for each a contract, seeds that it takes, what mutates them, and another opinion."""

import gzip
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
import xlwt

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, PHONE, column, server
from tests.fuzz import independent, mutators, structures
from tests.fuzz.independent import Reading
from tests.fuzz.mutators import Mutator, packed
from tests.transforms.kit import dataset, xlsx_bytes
from transforms.reading import workbook

COLUMNS = [
    column("id", key=True),
    column("name"),
    column("n", "integer"),
    column("x", "number"),
    column("on", "date", options={"format": "yyyy-MM-dd"}),
]
PLACED = [*COLUMNS, column("geometry", "geometry")]
HEAD = ["id", "name", "n", "x", "on"]
ROWS = [
    ["007", PERSON, 5, 1.5, "2025-01-31"],
    ["0", f"{PERSON}, {PHONE}", -1, 1e-7, "2024-02-29"],
    ["a b", "नगर é", 9007199254740993, 0.1, "2025-12-01"],
    [PHONE, f'a "{PERSON}"', 0, -2.25, "1999-06-15"],
    ["é", f"{PERSON}\n{PHONE}", 12, 3.0, "2025-01-01"],
]
RECORDS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
POINTS = [[77.5 + at / 10, 12.9] for at in range(len(ROWS))]


@dataclass(frozen=True)
class Target:
    """One reader: `seeds` are taken whole, `reading` is another way to read them, `around` holds while it runs."""

    dataset: Dataset
    seeds: tuple[bytes, ...]
    mutate: Mutator
    reading: Reading
    around: Callable[[], AbstractContextManager[Any]] = nullcontext


def _csv() -> Target:
    plain = "".join(",".join(map(str, row)) + "\r\n" for row in [HEAD, *([*r[:1], PERSON, *r[2:]] for r in ROWS)])
    many = "id,name,n,x,on\n" + "".join(f"{n:04},{PERSON},{n},{n}.5,2025-01-{n % 28 + 1:02}\n" for n in range(120))
    return Target(_table("csv"), (_quoted(), plain.encode(), many.encode()), mutators.textual, independent.lines)


def _quoted() -> bytes:
    lines = [",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in [HEAD, *ROWS]]
    return "\n".join([*lines, ""]).encode()


def _csv_table() -> Target:
    steps = [{"setAside": {"name": "^zzz$"}}]
    return Target(_table("csv", steps=steps), (_quoted(),), mutators.textual, independent.lines)


def _table(format: str, columns: list[dict[str, Any]] = COLUMNS, **source: Any) -> Dataset:
    return dataset(*columns, servers=[server(format=format, **source)])


def _json() -> Target:
    given = {"total": 5, "records": RECORDS, "note": {"records": []}}
    seeds = json.dumps(given).encode(), json.dumps(given, ensure_ascii=False, indent=1).encode()
    return Target(_table("json", records="/records"), seeds, structures.trees, independent.record_documents)


def _ndjson() -> Target:
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    seeds = "\n".join(lines).encode(), "\r\n".join([*lines, ""]).encode()
    return Target(_table("ndjson"), seeds, structures.trees, independent.documents)


def _features() -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = [{"type": "Point", "coordinates": point} for point in POINTS]
    shapes[1] = {"type": "Polygon", "coordinates": [[[77, 12], [78, 12], [78, 13], [77, 12]]]}
    shapes[2] = {"type": "GeometryCollection", "geometries": shapes[:2]}
    pairs = zip(RECORDS, shapes, strict=True)
    return [{"type": "Feature", "properties": record, "geometry": shape} for record, shape in pairs]


def _geojson() -> Target:
    seed = json.dumps({"type": "FeatureCollection", "features": _features()}, ensure_ascii=False).encode()
    return Target(_table("geojson", PLACED), (seed,), structures.trees, independent.feature_documents)


def _ndgeojson() -> Target:
    seed = "\n".join(json.dumps(each, ensure_ascii=False) for each in _features()).encode()
    return Target(_table("ndgeojson", PLACED), (seed,), structures.trees, independent.feature_lines)


def _escaped(value: Any) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _xml() -> Target:
    def row(record: dict[str, Any]) -> str:
        return "<row>" + "".join(f"<{key}>{_escaped(value)}</{key}>" for key, value in record.items()) + "</row>"

    body = "\n".join(map(row, RECORDS))
    seed = f'<?xml version="1.0" encoding="UTF-8"?>\n<register><!-- of 2025 -->{body}<total>5</total></register>'
    table = _table("xml", records="/register/row")
    return Target(table, (seed.encode(),), mutators.textual, independent.elements)


def _kml_bytes() -> bytes:
    def mark(record: dict[str, Any], point: list[float]) -> str:
        data = "".join(
            f'<Data name="{key}"><value>{_escaped(value)}</value></Data>'
            for key, value in record.items()
            if key != "name"
        )
        shape = f"<Point><coordinates>{point[0]},{point[1]},0</coordinates></Point>"
        name = f"<name>{_escaped(record['name'])}</name><description>{PHONE}</description>"
        return f"<Placemark>{name}<ExtendedData>{data}</ExtendedData>{shape}</Placemark>"

    ring = (
        "<outerBoundaryIs><LinearRing><coordinates>77,12 78,12 78,13 77,12</coordinates></LinearRing></outerBoundaryIs>"
    )
    marks = "\n".join(map(mark, RECORDS, POINTS)).replace("<Point>", f"<Polygon>{ring}</Polygon><!--<Point>", 1)
    marks = marks.replace("</Point>", "</Point>-->", 1)
    space = "http://www.opengis.net/kml/2.2"
    text = f'<kml xmlns="{space}"><Document><name>x</name><Folder><name>y</name>{marks}</Folder></Document></kml>'
    return text.encode()


def _kml() -> Target:
    return Target(_table("kml", PLACED), (_kml_bytes(),), mutators.textual, independent.placemarks)


def _kmz() -> Target:
    def is_kml(name: str) -> bool:
        return name.lower().endswith(".kml") and not name.startswith("__MACOSX/")

    seed = packed([("doc.kml", _kml_bytes()), ("files/icon.png", b"\x89PNG" * 9)])
    reading = partial(independent.members, reading=independent.placemarks, wanted=is_kml)
    return Target(_table("kmz", PLACED), (seed,), mutators.zipped, reading)


def _xlsx_seeds() -> tuple[bytes, ...]:
    return xlsx_bytes(HEAD, *ROWS), xlsx_bytes(HEAD, *ROWS[:2], [], *ROWS[2:], use_zip64=True)


def _xlsx() -> Target:
    return Target(_table("xlsx"), _xlsx_seeds(), mutators.zipped, independent.sheet)


def _xlsx_streamed() -> Target:
    def around() -> AbstractContextManager[Any]:
        return patch.object(workbook, "LAID_OUT_BYTES", 0)

    return Target(_table("xlsx"), _xlsx_seeds(), mutators.zipped, independent.sheet, around)


def _xls() -> Target:
    # As many rows as it takes for most records to be looked at in one go.
    many = [[f"{n:04}", PERSON, n, n + 0.5, f"2025-01-{n % 28 + 1:02}"] for n in range(60)]
    seeds = tuple(_xls_bytes([HEAD, *rows]) for rows in (ROWS, many))
    return Target(_table("xls"), seeds, structures.records, independent.old_sheet)


def _xls_bytes(rows: list[list[Any]]) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("Register")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    book.save(out)
    return out.getvalue()


def _written(name: str, **words: Any) -> dict[str, bytes]:
    shapes = shapely.to_wkb(np.array([shapely.Point(point) for point in POINTS], object))
    cells = [list(cells) for cells in zip(*ROWS, strict=True)]
    fields = [np.array(column, kind) for column, kind in zip(cells, (object, object, "i8", "f8", object), strict=True)]
    with TemporaryDirectory() as folder:
        pyogrio.raw.write(
            Path(folder) / name, shapes, fields, HEAD, geometry_type="Point", crs="EPSG:4326", **words
        )  # fmt: skip
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def _shapefile() -> Target:
    seed = packed(sorted(_written("wards.shp", encoding="utf-8").items()))
    return Target(_table("shapefile", PLACED), (seed,), mutators.zipped, independent.attributes)


def _gpkg() -> Target:
    seed = _written("wards.gpkg", layer="wards")["wards.gpkg"]
    return Target(_table("gpkg", PLACED, layer="wards"), (seed,), structures.sqlite, independent.features)


def _parquet() -> Target:
    table = pa.table({key: [row[at] for row in ROWS] for at, key in enumerate(HEAD)})
    seeds = []
    for words in ({}, {"compression": "NONE", "use_dictionary": False}, {"row_group_size": 2, "compression": "ZSTD"}):
        out = io.BytesIO()
        pq.write_table(table, out, store_schema=False, **words)
        seeds.append(out.getvalue())
    return Target(_table("parquet"), tuple(seeds), structures.parquet, independent.columns)


def _gtfs() -> Target:
    names = ("agency.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt")
    seed = packed([*((name, b"x\n1\n") for name in names), ("stops.txt", _quoted())])
    reading = partial(independent.members, reading=independent.lines, wanted=lambda name: name == "stops.txt")
    return Target(_table("gtfs", member="stops.txt"), (seed,), mutators.zipped, reading)


def _gz() -> Target:
    seeds = tuple(gzip.compress(seed, mtime=0) for seed in _csv().seeds[:2])
    return Target(_table("csv", packing="gz"), seeds, mutators.gzipped, independent.unpacked)


def _zip() -> Target:
    seed = packed([("a.csv", _quoted()), ("b.csv", _csv().seeds[1]), ("read me.txt", b"x")])
    reading = partial(
        independent.members, reading=independent.lines, wanted=lambda name: name.endswith(".csv") and "/" not in name
    )
    table = _table("csv", packing="zip", member="*.csv", members="many")
    return Target(table, (seed,), mutators.zipped, reading)


TARGETS: dict[str, Callable[[], Target]] = {
    "csv": _csv,
    "csv_table": _csv_table,
    "json": _json,
    "ndjson": _ndjson,
    "geojson": _geojson,
    "ndgeojson": _ndgeojson,
    "xml": _xml,
    "kml": _kml,
    "kmz": _kmz,
    "xlsx": _xlsx,
    "xlsx_streamed": _xlsx_streamed,
    "xls": _xls,
    "shapefile": _shapefile,
    "gpkg": _gpkg,
    "parquet": _parquet,
    "gtfs": _gtfs,
    "gz": _gz,
    "zip": _zip,
}


@cache
def target(name: str) -> Target:
    """The reader of this name; raises KeyError where there is none."""
    return TARGETS[name]()
