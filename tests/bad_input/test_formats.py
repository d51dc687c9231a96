"""Bad files of the structured, geographic and packed formats through the command line: held, and nothing is told."""

import gzip
import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
import xlsxwriter
import xlwt

from tests.bad_input.conftest import GOOD, Site
from tests.contracts_kit import PERSON, PHONE, column, contract, server, write
from tests.transforms.kit import xlsx_bytes

COLUMNS = [column("id", treatment="pseudonym", key=True), column("name")]
RECORD = {"id": "01", "name": PERSON}
LINE = json.dumps(RECORD).encode() + b"\n"
XML = f"<r><e><id>01</id><name>{PERSON}</name></e></r>"
ENTITIES = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 12))
BOMB = f'<!DOCTYPE r [<!ENTITY e0 "{PERSON}">{ENTITIES}]>{XML.replace("01", "&e11;")}'
KML = f"<kml><Placemark><name>{PERSON}</name><description>{PHONE}</description></Placemark></kml>"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def merged() -> bytes:
    """A workbook of which a name is merged with the cell below it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "name"])
        page.write_row(2, 0, ["01", PERSON])
        page.merge_range(0, 1, 1, 1, "name")
    return out.getvalue()


def locked() -> bytes:
    """An XLS with the record of a password in place of another record."""
    book, out = xlwt.Workbook(), io.BytesIO()
    book.add_sheet(PERSON)
    book.save(out)
    return out.getvalue().replace(struct.pack("<HH", 0x0042, 2), struct.pack("<HH", 0x002F, 2), 1)


def locked_zip() -> bytes:
    """A zip whose member is marked as encrypted."""
    content = bytearray(zipped({PERSON: LINE}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def endless() -> bytes:
    """A GeoPackage whose layer is a view that counts without end."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.gpkg"
        geometry = shapely.to_wkb(np.array([shapely.Point(0, 0)], object))
        pyogrio.raw.write(
            file, geometry, [np.array([PERSON], object)], ["id"], geometry_type="Point", crs="EPSG:4326", layer="x"
        )
        with closing(sqlite3.connect(file)) as database:
            counting = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, id AS name FROM n"
            database.executescript(f"ALTER TABLE x RENAME TO y; CREATE VIEW x AS {counting};")
        return file.read_bytes()


XML_SERVER: dict[str, Any] = {"format": "xml", "records": "/r/e"}
CASES: dict[str, tuple[dict[str, Any], bytes, str]] = {
    "lines as a document": ({"format": "json"}, LINE * 2, "line 2: json.lines"),
    "features in lines": ({"format": "geojson"}, LINE * 2, "line 2: json.lines"),
    "a cut line": ({"format": "ndjson"}, LINE + LINE[:-9], "line 2: json.syntax"),
    "a document as lines": ({"format": "ndjson"}, json.dumps([RECORD], indent=1).encode(), "line 1: json.syntax"),
    "cut XML": (XML_SERVER, XML[:-3].encode(), "after record 1: xml.syntax"),
    "an entity bomb": (XML_SERVER, BOMB.encode(), "xml."),
    "a page as XML": (XML_SERVER, b"<!DOCTYPE html><html></html>", "the file: xml.doctype"),
    "a KML without the data": ({"format": "kml"}, KML.encode(), "every record: header.missing"),
    "an empty zip": ({"format": "shapefile"}, zipped({}), "the file: file.empty"),
    "a shapefile without .prj": (
        {"format": "shapefile"},
        zipped({f"{PERSON}{suffix}": b"x" for suffix in (".shp", ".shx", ".dbf")}),
        "the zip: shapefile.part",
    ),
    "a shapefile without .dbf": (
        {"format": "shapefile"},
        zipped({f"{PERSON}{suffix}": b"x" for suffix in (".shp", ".shx", ".prj")}),
        "the zip: shapefile.part",
    ),
    "no GeoPackage": ({"format": "gpkg", "layer": "x"}, LINE, "the GeoPackage: vector.shape"),
    "no Parquet": ({"format": "parquet"}, LINE, "the file: parquet.shape"),
    "half a feed": ({"format": "gtfs", "member": "stops.txt"}, zipped({"stops.txt": LINE}), "the feed: gtfs.members"),
    "a shapefile in an empty zip": ({"format": "shapefile"}, b"PK\x05\x06" + bytes(18), "the file: file.empty"),
    "more behind a document": ({"format": "json"}, json.dumps([RECORD]).encode() + b"]", "json.syntax"),
    "features in lines, one of them": ({"format": "ndgeojson"}, LINE, "feature 0: geojson.feature"),
    "half a character": ({"format": "json"}, json.dumps([{**RECORD, "name": "\ud800x"}]).encode(), "json."),
    "XML with an entity of its own": (XML_SERVER, XML.replace("01", "&e;").encode(), "xml.syntax"),
    "two encodings in one file": (
        {},
        f"id,name\n01,{PERSON} é\n".encode() + f"02,{PERSON} é\n".encode("cp1252"),
        "near byte 35: file.encoding",
    ),
    "UTF-16 pasted into UTF-8": ({}, b"id,name\n" + f"01,{PERSON}\n".encode("utf-16"), "file.nul"),
    "a sheet whose name changed": (
        {"format": "xlsx", "sheet": "Register"},
        xlsx_bytes(["id", "name"], ["01", PERSON], sheet=PERSON),
        "the file: xlsx.sheet",
    ),
    "cells merged across header and rows": ({"format": "xlsx"}, merged(), "sheet 1, row 1: xlsx.merged"),
    "a locked XLS": ({"format": "xls"}, locked(), "the file: xlsx.password"),
    "a locked zip": ({"packing": "zip"}, locked_zip(), "the file: zip.password"),
    "a bad one of many": (
        {"packing": "zip", "member": "*.csv", "members": "many"},
        zipped({"A.csv": b"id,name\n01,x\n", f"{PERSON}.csv": b"id,name\n02,x,y\n", "z.csv": b"id,name\n03,x\n"}),
        "member 2, line 2: csv.columns",
    ),
    "a view without end": ({"format": "gpkg", "layer": "x"}, endless(), "the GeoPackage: gpkg.layer"),
    "a zip of two": ({"packing": "zip"}, zipped({PERSON: LINE, PHONE: LINE}), "the file: zip.member"),
    "a bomb": ({"packing": "gz"}, gzip.compress(b"x" * (30 << 20)), "the file: zip.bomb"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_held_and_the_others_go_on(site: Site, case: str):
    given, content, expected = CASES[case]
    write(site.contracts, contract("things", COLUMNS, servers=[server(**given)]))
    site.put("things", "march.dat", content)
    site.put("poles", "march.csv", GOOD)
    code, out, err = site.run()
    site.silent(out, err)
    assert code == 1
    (line,) = [line for line in out.splitlines() if line.startswith("held: works__things")]
    assert expected in line
    assert len(line.partition("; ")[2]) > 10, "what to do"
    assert "Traceback" not in err
