"""Faults that fuzzing found, each by the smallest file that shows it."""

import io
import json
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
import xlwt

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, column, server
from tests.fuzz.mutators import packed
from tests.transforms.kit import dataset, held, patched, take, xlsx_bytes

CSV = b"id,name\n01,x\n"
KML = '<kml xmlns="{}"><Placemark><name>{}</name><id>01</id></Placemark></kml>'


def table(format: str, **source: Any) -> Dataset:
    return dataset(column("id", key=True), column("name"), servers=[server(format=format, **source)])


def json_bytes(name: str) -> bytes:
    return json.dumps([{"id": "01", "name": "NAME"}]).replace("NAME", name).encode()


def parquet_bytes(names: list[str], **options: Any) -> bytes:
    out = io.BytesIO()
    rows = pa.table([pa.array([f"{n}{at}" for at in range(20)]) for n in range(len(names))], names)
    pq.write_table(rows, out, compression="none", use_dictionary=False, **options)
    return out.getvalue()


def damaged_page() -> bytes:
    """A Parquet of which one byte of a page is another one than its checksum says."""
    content = parquet_bytes(["id", "name"], write_page_checksum=True)
    return content.replace(b"17", b"71", 1)


def xls_bytes(place: tuple[int, int] = (1, 1)) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("Register")
    for at, name in enumerate(["id", "name"]):
        page.write(0, at, name)
    page.write(1, 0, "01")
    page.write(*place, PERSON)
    book.save(out)
    return out.getvalue()


def rewritten(record: int, change: Callable[[bytes], bytes], which: int = 0) -> bytes:
    """An XLS of which the content of one record is changed, or made shorter."""
    content, place = xls_bytes(), 512
    while place + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, place)
        if kind == record and (which := which - 1) < 0:
            new = change(content[place + 4 : place + 4 + length])
            head = struct.pack("<HH", kind, len(new))
            return content[:place] + head + new + content[place + 4 + length :] + bytes(length - len(new))
        place += 4 + length
    raise AssertionError("no such record")


def swallowed() -> bytes:
    """An XLS whose record before the sheet reaches a byte into it: from record to record the sheet is not met."""
    content = bytearray(xls_bytes())
    before = content.index(struct.pack("<HHHH", 0x000A, 0, 0x0809, 16))
    content[before + 2] = 1
    return bytes(content)


def circled(start: int) -> bytes:
    """An XLS in which a chain of sectors, whose first one stands at `start`, comes back to itself."""
    content = bytearray(xls_bytes())
    (table,) = struct.unpack_from("<I", content, 76)
    (directory,) = struct.unpack_from("<I", content, 48)
    struct.pack_into("<I", content, start, directory)
    struct.pack_into("<I", content, 512 * (table + 1) + 4 * directory, directory)
    # Of a list of lists the last number says where it goes on.
    struct.pack_into("<I", content, 512 * (directory + 2) - 4, directory if start == 68 else 0)
    return bytes(content)


def gpkg_bytes(*statements: str) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.gpkg"
        geometry = shapely.to_wkb(np.array([shapely.Point(0, 0)], object))
        fields = [np.array(["01"], object), np.array([PERSON], object)]
        words = {"geometry_type": "Point", "crs": "EPSG:4326", "layer": "wards"}
        pyogrio.raw.write(file, geometry, fields, ["id", "name"], **words)
        with closing(sqlite3.connect(file)) as database:
            for function in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
                database.create_function(function, 1, lambda _: 0)
            database.executescript(";".join([*statements, ""]))
        return file.read_bytes()


def misplaced_row() -> bytes:
    """A GeoPackage in which the layer's row is said to lie where its page begins."""
    content = bytearray(gpkg_bytes())
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'wards'").fetchone()
    # The place of a page's first row stands behind eight bytes on the page itself.
    place = (page - 1) * int.from_bytes(content[16:18]) + 8
    content[place : place + 2] = b"\0\0"
    return bytes(content)


def shapefile_bytes() -> bytes:
    """A shapefile whose coordinate system has a unit by no name that is UTF-8."""
    with TemporaryDirectory() as folder:
        geometry = shapely.to_wkb(np.array([shapely.Point(0, 0)], object))
        fields = [np.array(["01"], object), np.array([PERSON], object)]
        words = {"geometry_type": "Point", "crs": "EPSG:4326", "encoding": "utf-8"}
        pyogrio.raw.write(Path(folder) / "x.shp", geometry, fields, ["id", "name"], **words)
        files = {file.name: file.read_bytes() for file in sorted(Path(folder).iterdir())}
    files["x.prj"] = files["x.prj"].replace(b'UNIT["Degree"', b'UNIT["\xf4\x90\x80\x80"').replace(b"1984", b"}", 1)
    return packed(list(files.items()))


XML, GPKG = {"format": "xml", "records": "/r/e"}, {"format": "gpkg", "layer": "wards"}
MANY = {"format": "csv", "packing": "zip", "member": "*.csv", "members": "many"}
HELD: dict[str, tuple[dict[str, Any], bytes, str]] = {
    "an XLS with a cell in the far corner": ({"format": "xls"}, xls_bytes((65_535, 255)), "xlsx.size"),
    "an XLS whose text is in no list": (
        {"format": "xls"},
        rewritten(0x00FD, lambda cell: cell[:6] + struct.pack("<I", 99), which=3),
        "xlsx.shape",
    ),
    "an XLS whose cell is beyond all columns": (
        {"format": "xls"},
        rewritten(0x00FD, lambda cell: cell[:2] + struct.pack("<H", 8224) + cell[4:], which=3),
        "xlsx.shape",
    ),
    "an XLS whose list of texts is cut": ({"format": "xls"}, rewritten(0x00FC, lambda texts: texts[:1]), "xlsx.shape"),
    "an XLS with a number format that panics": (
        {"format": "xls"},
        rewritten(0x041E, lambda form: b"\xa4\x00\xff\x00\x01"),
        "xlsx.shape",
    ),
    "an XLS whose sheet stands inside another record": ({"format": "xls"}, swallowed(), "xlsx.shape"),
    "an XLS whose sheet has no end": (
        {"format": "xls"},
        xls_bytes().replace(struct.pack("<HH", 0x0208, 16), struct.pack("<HH", 0x0809, 16), 1),
        "xlsx.shape",
    ),
    **{
        f"an XLS whose {what} goes round in a circle": ({"format": "xls"}, circled(start), "xlsx.shape")
        for what, start in {"directory": 48, "list of small sectors": 60, "list of lists of sectors": 68}.items()
    },
    "an XLSX whose text has no number": (
        {"format": "xlsx"},
        patched(xlsx_bytes(["id", "name"], ["01", "x"]), b"<v>3</v>", b"<v>3x</v>"),
        "xlsx.shape",
    ),
    "an XLSX whose text has its number behind other letters": (
        {"format": "xlsx"},
        patched(xlsx_bytes(["id", "name"], ["01", "x"]), b"<v>3</v>", b"=B2<v>-2.5</v>"),
        "xlsx.shape",
    ),
    "an XLSX whose text has more than its number": (
        {"format": "xlsx"},
        patched(xlsx_bytes(["id", "name"], ["01", "x"]), b"<v>3</v>", b"<v>3<![CDATA[x]]></v>"),
        "xlsx.shape",
    ),
    "an XLSX whose list of texts is no XML": (
        {"format": "xlsx"},
        patched(xlsx_bytes(["id", "name"], ["01", "x"]), b"<t>x</t>", b"<2>x</t>", "xl/sharedStrings.xml"),
        "xlsx.shape",
    ),
    "an XLSX in an encoding that is none": (
        {"format": "xlsx"},
        patched(xlsx_bytes(["id", "name"], ["01", "x"]), b'encoding="UTF-8"', b"encoding='xmlns'"),
        "xlsx.shape",
    ),
    "a namespace with a brace": ({"format": "kml"}, KML.format("u}/v", "x").encode(), "xml.syntax"),
    "half a character in JSON": ({"format": "json"}, json_bytes("\\ud83d\\u00e9"), "json.syntax"),
    "half a character in lines": ({"format": "ndjson"}, b'{"id": "01", "name": "\\udc00x"}\n', "json.syntax"),
    "the same column twice in Parquet": ({"format": "parquet"}, parquet_bytes(["id", "name", "id"]), "header.repeated"),
    "a damaged page in Parquet": ({"format": "parquet"}, damaged_page(), "parquet.shape"),
    "a binary column": (
        GPKG,
        gpkg_bytes(
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET sql = replace(sql, '\"name\" TEXT', '\"name\" BLOB') WHERE name = 'wards'",
        ),
        "vector.type",
    ),
    "a text that is no UTF-8": (GPKG, gpkg_bytes("UPDATE wards SET name = CAST(x'c3' AS TEXT)"), "file.encoding"),
    "a coordinate system that cannot be written down": ({"format": "shapefile"}, shapefile_bytes(), "vector.crs"),
    "a text with a NUL byte": (GPKG, gpkg_bytes("UPDATE wards SET name = 'x' || char(0) || name"), "file.nul"),
    "a layer that is a view": (
        GPKG,
        gpkg_bytes("ALTER TABLE wards RENAME TO w", "CREATE VIEW wards AS SELECT * FROM w"),
        "gpkg.layer",
    ),
    "a layer with a column that is computed": (
        GPKG,
        gpkg_bytes("ALTER TABLE wards ADD COLUMN more TEXT AS (hex(zeroblob(400000000)))"),
        "gpkg.layer",
    ),
    "a row that lies outside its page": (GPKG, misplaced_row(), "vector.shape"),
}


RECORDS = [{"id": f"0{number}", "name": "x"} for number in range(5)]
BESIDE = json.dumps({"records": RECORDS[:3], "of last year": RECORDS[3:], "more": {"records": RECORDS}})


def test_records_that_stand_beside_and_begin_as_the_asked_ones_do_are_not_taken():
    outcome = take(table("json", records="/records"), BESIDE.encode())
    assert outcome.column("id") == ["00", "01", "02"]


@pytest.mark.parametrize("behind", [', {"id": "09"}', '{"id": 1, "id": 2}]', '], [{"id": "09"}, {"id": "08"}]'])
def test_what_stands_behind_a_document_holds(behind: str):
    assert held(table("json"), (json.dumps(RECORDS) + behind).encode()).rule == "json.syntax"


@pytest.mark.parametrize("case", HELD)
def test_it_is_held(case: str):
    source, content, rule = HELD[case]
    reason = held(table(**source), content)
    assert reason.rule == rule
    assert PERSON not in str(reason)


TAKEN: dict[str, tuple[dict[str, Any], bytes, str]] = {
    "a whole pair of halves": ({"format": "json"}, json_bytes("\\ud83d\\ude00"), "😀"),
    "a backslash before what looks like half": ({"format": "json"}, json_bytes("\\\\ud83d"), "\\ud83d"),
    "a member without a name": (MANY, packed([("a.csv", CSV), ("", b"x")]), "x"),
    "an instruction before the root of an XML": (
        XML,
        b"<?xml-stylesheet href='x'?><!-- x --><r><e><id>01</id><name>x</name></e></r>",
        "x",
    ),
    "a comment inside an element": (XML, b"<r><e><id>01</id><name>a<!-- x -->b<?c?>c</name></e></r>", "abc"),
    "a comment inside a name": ({"format": "kml"}, KML.format("u", "a<!-- x -->b").encode(), "ab"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_it_is_taken_as_it_stands(case: str):
    source, content, name = TAKEN[case]
    assert [(row["id"], row["name"]) for row in take(table(**source), content).rows] == [("01", name)]
