"""Shapefiles and GeoPackages: features in WGS 84, or a delivery that is held."""

import io
import random
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, held, take
from transforms.reading.held import Held

COLUMNS = [column("code"), column("n", "integer"), column("name"), column("geometry", "geometry")]
# The middle of zone 43 of UTM: 75 degrees east on the equator.
MIDDLE = shapely.Point(500_000, 0)


def table(format: str = "shapefile", **source: Any):
    return dataset(*COLUMNS, servers=[server(format=format, **source)])


def written(folder: Path, shapes: list[Any], crs: str | None, encoding: str = "utf-8", name: str = "x.shp") -> Path:
    count = len(shapes)
    fields = [
        np.array([f"0{at}" for at in range(count)], object),
        np.arange(count) * 1.0,
        np.array(["नगर é"] * count, object),
    ]
    if encoding != "utf-8":
        fields[2] = np.array(["é"] * count, object)
    words = {"encoding": encoding} if name.endswith(".shp") else {"layer": "wards"}
    pyogrio.raw.write(
        folder / name, shapely.to_wkb(np.array(shapes, object)), fields, ["code", "n", "name"],
        geometry_type="Unknown" if name.endswith(".gpkg") else "Point", crs=crs, **words,
    )  # fmt: skip
    return folder / name


def parts(shapes: list[Any], crs: str | None = "EPSG:4326", encoding: str = "utf-8") -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        written(Path(folder), shapes, crs, encoding)
        return {file.suffix: file.read_bytes() for file in Path(folder).iterdir()}


def zipped(files: dict[str, bytes], stem: str = "x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for suffix, content in files.items():
            archive.writestr(stem + suffix, content)
    return out.getvalue()


POINTS = parts([shapely.Point(77.5, 12.9), shapely.Point(77.6, 13.0)])


def test_a_shapefile():
    outcome = take(table(), zipped(POINTS))
    assert outcome.column("code") == ["00", "01"], "codes stay text"
    assert outcome.column("n") == [0, 1], "a whole number has no fraction"
    assert outcome.column("name") == ["नगर é"] * 2
    assert [shapely.from_wkb(shape).wkt for shape in outcome.column("geometry")] == [
        "POINT (77.5 12.9)",
        "POINT (77.6 13)",
    ]


@pytest.mark.parametrize("stem", ["folder/x", "X", "../x"])
def test_where_it_stands_in_the_zip(stem: str):
    assert take(table(), zipped({suffix.upper(): part for suffix, part in POINTS.items()}, stem)).checked.rows_read == 2


def test_an_outline_is_a_text_to_a_column_of_texts():
    source = dataset(column("code"), column("geometry"), servers=[server(format="shapefile")])
    assert take(source, zipped(POINTS)).column("geometry")[0] == '{"type":"Point","coordinates":[77.5,12.9]}'


def test_outlines_are_brought_to_wgs_84():
    (shape,) = take(table(), zipped(parts([MIDDLE], "EPSG:32643"))).column("geometry")
    assert shapely.from_wkb(shape).equals_exact(shapely.Point(75, 0), 1e-9)


def test_what_lies_beyond_the_projection_is_quarantined():
    far = shapely.Point(1e30, 1e30)
    assert take(table(), zipped(parts([MIDDLE, far], "EPSG:32643"))).broken == [[], ["geometry.type"]]


def test_the_declared_encoding_holds():
    latin = zipped(parts([MIDDLE], encoding="cp1252"))
    assert take(table(encoding="cp1252"), latin).column("name") == ["é"]
    assert held(table(), latin).rule == "file.encoding"


def changed(suffix: str, content: bytes | None) -> bytes:
    files = {**POINTS, suffix: content}
    return zipped({name: part for name, part in files.items() if part is not None})


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "zip.shape"),
        (zipped({}), "file.empty"),
        (zipped({".txt": b"x"}), "zip.member"),
        (changed(".shp", None), "zip.member"),
        (changed(".shx", None), "shapefile.part"),
        (changed(".dbf", None), "shapefile.part"),
        (changed(".prj", None), "shapefile.part"),
        (changed(".prj", b""), "vector.crs"),
        (changed(".prj", b"somewhere"), "vector.crs"),
        (changed(".prj", b'LOCAL_CS["x"]'), "vector.crs"),
        (changed(".shp", POINTS[".shp"][:-9]), "vector.shape"),
        (changed(".shp", b"<OGRVRTDataSource/>" * 20), "vector.shape"),
        (changed(".dbf", POINTS[".dbf"][:-20]), "vector.shape"),
        (changed(".dbf", b""), "vector.shape"),
        (changed(".shx", parts([MIDDLE])[".shx"]), "vector.shape"),
    ],
)
def test_what_holds_a_shapefile(content: bytes, rule: str):
    reason = held(table(), content)
    assert reason.rule == rule
    assert reason.remedy


def test_columns_are_those_of_the_contract():
    other = dataset(column("code"), column("geometry", "geometry"), servers=[server(format="shapefile")])
    assert {one.rule for one in take(other, zipped(POINTS)).checked.drift} == {"header.unknown"}
    more = dataset(*COLUMNS, column("zone"), servers=[server(format="shapefile")])
    assert held(more, zipped(POINTS)).rule == "header.missing"
    lacking = dataset(*COLUMNS, column("zone"), servers=[server(format="shapefile", optionalColumns=["zone"])])
    assert take(lacking, zipped(POINTS)).column("zone") == [None, None]


def package(shapes: list[Any], crs: str | None = "EPSG:32643") -> bytes:
    with TemporaryDirectory() as folder:
        return written(Path(folder), shapes, crs, name="x.gpkg").read_bytes()


LAYER = table("gpkg", layer="wards")


def test_a_geopackage():
    outcome = take(LAYER, package([MIDDLE, None]))
    assert (outcome.column("code"), outcome.column("n")) == (["00", "01"], [0, 1])
    first, second = outcome.column("geometry")
    assert shapely.from_wkb(first).equals_exact(shapely.Point(75, 0), 1e-9)
    assert second is None


@pytest.mark.parametrize(
    ("content", "source", "rule"),
    [
        (package([MIDDLE]), table("gpkg", layer="zones"), "gpkg.layer"),
        (package([MIDDLE], None), LAYER, "vector.crs"),
        (b"", LAYER, "vector.shape"),
        (b"<OGRVRTDataSource/>", LAYER, "vector.shape"),
        (package([MIDDLE])[:5000], LAYER, "vector.shape"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, LAYER, "vector.shape"),
    ],
)
def test_what_holds_a_geopackage(content: bytes, source: Any, rule: str):
    assert held(source, content).rule == rule


@pytest.mark.parametrize("kind", ["shapefile", "gpkg"])
def test_damage_neither_ends_the_process_nor_loses_rows(kind: str):
    dice = random.Random(7)
    whole = package([MIDDLE] * 9)
    for _ in range(60):
        if kind == "gpkg":
            content, source = damaged(whole, dice), LAYER
        else:
            suffix = dice.choice([".shp", ".shx", ".dbf"])
            content, source = changed(suffix, damaged(POINTS[suffix], dice)), table()
        try:
            checked = take(source, content).checked
        except Held:
            continue
        assert checked.rows_read == (9 if kind == "gpkg" else 2)


def damaged(content: bytes, dice: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(dice.choice([1, 3, 20])):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)
