"""Bad files of the structured, geographic and packed formats through the command line: held, and nothing is told."""

import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from tests.bad_input.conftest import GOOD, Site
from tests.contracts_kit import PERSON, PHONE, column, contract, server, write

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
