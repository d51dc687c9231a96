"""XML: the elements where the contract points, or a delivery that is held."""

import time
from typing import Any

import pytest
import shapely

from tests.contracts_kit import PERSON, column, server
from tests.transforms.kit import dataset, held, take
from transforms.reading import xml_file


def table(*columns: dict, records: str = "/r/e", **source: Any):
    return dataset(*(columns or (column("a"), column("b"))), servers=[server(format="xml", records=records, **source)])


def cells(source: Any, content: bytes) -> list[list[Any]]:
    return [[row["a"], row["b"]] for row in take(source, content).rows]


def doc(*records: str, head: str = "") -> bytes:
    return f"{head}<r><title>x</title>{''.join(records)}</r>".encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (doc("<e><a>x</a><b>1.0</b></e>", "<e><b/><a> 007 </a></e>"), [["x", "1.0"], [" 007 ", None]]),
        (doc("<e><a>x &amp; &#2344;</a><b><![CDATA[<p>]]></b></e>"), [["x & न", "<p>"]]),
        (doc("<e>\n <a>x</a>\n <!-- no --> <?no no?> <b>y</b>\n</e>"), [["x", "y"]]),
        (doc("<f><a>no</a></f>", "<e><a>x</a><b>y</b></e>", "<g><e><a>no</a></e></g>"), [["x", "y"]]),
        ("\ufeff".encode() + doc("<e><a>x</a><b>y</b></e>"), [["x", "y"]]),
        ('<?xml version="1.0" encoding="utf-16"?><r><e><a>न</a><b>y</b></e></r>'.encode("utf-16"), [["न", "y"]]),
        (b'<?xml version="1.0" encoding="cp1252"?><r><e><a>\x93</a><b>y</b></e></r>', [["\u201c", "y"]]),
        (b'<r xmlns="urn:x"><e><a>x</a><b>y</b></e></r>', [["x", "y"]]),
        (doc("<e><a>x</a><a>z</a><b>y</b></e>"), [['["x", "z"]', "y"]]),
    ],
)
def test_what_is_read(content: bytes, expected: list[list[Any]]):
    assert cells(table(), content) == expected


def test_nothing_of_an_open_record_is_let_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_file, "LET_GO_BYTES", 0)
    inner = "<c><e><a>no</a></e></c>" + " " * (1 << 16)
    assert (
        cells(table(column("a"), column("b", sourcePointer="/c/e/a")), doc(f"<e><a>x</a>{inner}</e>" * 3))
        == [["x", "no"]] * 3
    )


POINTED = table(
    column("a", sourcePointer="/m/d/0/@v"),
    column("b", sourcePointer="/t/#text"),
    ignoredColumns=["@id"],
    records="/r/e",
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ('<e id="1"><t k="1">top</t><m><d v="5"/></m></e>', ["5", "top"]),
        ('<e id="1"><t k="1">top</t><m><d v="5"/><d v="6"/></m></e>', ["5", "top"]),
        ('<e><t k="1"/><m><d v="5"/></m></e>', ["5", None]),
    ],
)
def test_attributes_and_nested_values_by_pointer(record: str, expected: list[Any]):
    other = '<e><t k="1">other</t><m><d v="7"/></m></e>'
    assert cells(POINTED, doc(record, other)) == [expected, ["7", "other"]]


def test_an_attribute_by_name():
    source = table(column("a", sourceNames=["@id"]), column("b"))
    assert cells(source, doc('<e id="1"><b>x</b></e>')) == [["1", "x"]]


@pytest.mark.parametrize("items", ["", "<i><n>1</n></i>", "<i><n>1</n></i><i><n>2</n></i>"])
def test_items_inside_a_record_become_rows(items: str):
    source = table(column("a"), column("b", sourcePointer="/l/i/n"), explode="/l/i")
    found = [["x", str(number + 1)] for number in range(items.count("<i>"))] or [["x", None]]
    last = "<e><a>z</a><l><i><n>9</n></i></l></e>"
    assert cells(source, doc(f"<e><a>x</a><l>{items}</l></e>", last)) == [*found, ["z", "9"]]


def test_a_declared_prefix_tells_two_names_apart():
    content = b'<r xmlns:p="urn:p" xmlns:q="urn:q"><p:e q:i="3"><p:a>x</p:a><q:a>y</q:a></p:e><q:e/></r>'
    source = table(
        column("a", sourceNames=["mine:a"]),
        column("b", sourceNames=["yours:a"]),
        records="/r/mine:e",
        namespaces={"mine": "urn:p", "yours": "urn:q"},
        ignoredColumns=["@yours:i"],
    )
    assert cells(source, content) == [["x", "y"]]


GOOD = "<e><a>x</a><b>y</b></e>"
BOMB = '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">]>'


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xml.syntax"),
        (b"a,b\n1,2\n", "xml.syntax"),
        (doc(GOOD)[:-3], "xml.syntax"),
        (doc(GOOD) + doc(GOOD), "xml.syntax"),
        (doc(GOOD, "<e><a>&nbsp;</a></e>"), "xml.syntax"),
        (doc(GOOD, "<e><a>x & y</a></e>"), "xml.syntax"),
        (doc(GOOD, "<e><a>x</b></e>"), "xml.syntax"),
        (doc(GOOD).replace(b"y", b"\xff"), "xml.syntax"),
        (b"<r>" * 100_000, "xml.syntax"),
        (doc(f"<e><a>{'x' * 11_000_000}</a><b/></e>"), "xml.syntax"),
        (doc("<e><a>&c;</a><b/></e>", head=BOMB), "xml.doctype"),
        (doc(GOOD, head='<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>'), "xml.doctype"),
        (doc(GOOD, head='<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'), "xml.doctype"),
        (doc(GOOD, head="<!DOCTYPE r [<!ENTITY % p \"<!ENTITY q 'x'>\">%p;]>"), "xml.doctype"),
        (b"<!DOCTYPE html><html><body>Session expired</body></html>", "xml.doctype"),
        (doc(), "file.empty"),
        (b"<other><e><a>x</a><b>y</b></e></other>", "file.empty"),
        (doc("<e><a>x</a></e>"), "header.missing"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str):
    begun = time.monotonic()
    reason = held(table(), content)
    assert reason.rule == rule
    assert PERSON not in str(reason)
    assert time.monotonic() - begun < 5


def test_a_file_without_end_and_without_a_record(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_file, "RECORD_BYTES", 1 << 20)
    assert held(table(), doc("<x>y</x>" * (1 << 18), GOOD)).rule == "xml.size"
    assert take(table(), doc(GOOD * (1 << 16))).checked.rows_read == 1 << 16


@pytest.mark.parametrize("record", [f"<e><a>x</a><{PERSON}/></e>", f'<e {PERSON}="1"><a>x</a></e>'])
def test_what_no_column_names_is_told_and_left_out(record: str):
    outcome = take(table(), doc(GOOD, record))
    assert [drift.rule for drift in outcome.checked.drift] == ["header.unknown"]
    assert PERSON not in str(outcome)


# KML

PLACES = dataset(
    column("name"), column("zone"), column("geometry", "geometry"), servers=[server(format="kml", ignoredColumns=["x"])]
)
RING = "<LinearRing><coordinates>0,0,9 4,0,9\n4,4,9 0,0,9</coordinates></LinearRing>"
HOLE = RING.replace("4", "1")
OUTLINE = f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs><innerBoundaryIs>{HOLE}</innerBoundaryIs></Polygon>"
POINT = "<Point><coordinates> 77.5,12.9,0 </coordinates></Point>"


def kml(*placemarks: str) -> bytes:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>D</name>{"".join(placemarks)}</Document></kml>'.encode()


def mark(geometry: str = POINT, data: str = '<Data name="zone"><value>East</value></Data>', own: str = "") -> str:
    return f"<Placemark><name>N</name>{own}<ExtendedData>{data}</ExtendedData>{geometry}</Placemark>"


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (POINT, "POINT (77.5 12.9)"),
        ("<LineString><coordinates>0,0 1,1</coordinates></LineString>", "LINESTRING (0 0, 1 1)"),
        (OUTLINE, "POLYGON ((0 0, 4 0, 4 4, 0 0), (0 0, 1 0, 1 1, 0 0))"),
        (f"<MultiGeometry>{POINT}{POINT}</MultiGeometry>", "MULTIPOINT ((77.5 12.9), (77.5 12.9))"),
        (f"<MultiGeometry>{OUTLINE}</MultiGeometry>", "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0), (0 0, 1 0, 1 1, 0 0)))"),
        ("", None),
    ],
)
def test_geometries_of_a_kml(geometry: str, expected: str | None):
    (read,) = take(PLACES, kml(mark(geometry))).column("geometry")
    assert (shapely.from_wkb(read) if read else None) == (shapely.from_wkt(expected) if expected else None)


@pytest.mark.parametrize(
    "geometry",
    [
        "<Point><coordinates>east,12</coordinates></Point>",
        "<Point><coordinates>1e999,12</coordinates></Point>",
        "<Point/>",
        "<Model/>",
        "<Polygon/>",
        f"<MultiGeometry><Model/>{POINT}</MultiGeometry>",
    ],
)
def test_a_geometry_that_is_none_is_quarantined(geometry: str):
    outcome = take(PLACES, kml(mark(), mark(geometry)))
    assert outcome.broken == [[], ["geometry.type"]]


def test_descriptions_and_folders_are_there_only_if_a_column_asks():
    own = f"<description><![CDATA[<b>{PERSON}</b>]]></description><phoneNumber>{PERSON}</phoneNumber>"
    content = kml(
        f"<Folder><name>City</name><Folder><name>A</name>{mark(own=own)}{mark()}</Folder>{mark()}</Folder>", mark()
    )
    assert PERSON not in str(take(PLACES, content).rows)
    asking = dataset(
        column("name"),
        column("zone"),
        column("folder"),
        column("description"),
        column("geometry", "geometry"),
        servers=[server(format="kml")],
    )
    outcome = take(asking, content)
    assert outcome.column("folder") == ["City/A", "City/A", "City", None]
    assert outcome.column("description") == [f"<b>{PERSON}</b>", None, None, None]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ('<Data name="zone"><value>a</value></Data><Data name="zone"><value>b</value></Data>', "header.repeated"),
        ("", "header.missing"),
    ],
)
def test_what_holds_a_kml(data: str, rule: str):
    assert held(PLACES, kml(mark(data=data))).rule == rule


def test_simple_data_and_a_name_of_both():
    data = '<SchemaData><SimpleData name="zone">West</SimpleData><SimpleData name="name">n</SimpleData></SchemaData>'
    both = dataset(
        column("name", sourceNames=["ExtendedData/name"]),
        column("zone"),
        column("geometry", "geometry"),
        servers=[server(format="kml", ignoredColumns=["name"])],
    )
    outcome = take(both, kml(mark(data=data)))
    assert (outcome.column("name"), outcome.column("zone")) == (["n"], ["West"])


@pytest.mark.parametrize("again", [POINT, OUTLINE, "<ExtendedData/>", "<name>M</name>"])
def test_an_element_that_a_placemark_has_twice_holds(again: str):
    assert take(PLACES, kml(mark())).checked.rows_read == 1
    assert held(PLACES, kml(mark(own=again))).rule == "header.repeated"


@pytest.mark.parametrize(("letters", "rule"), [(16_383, None), (16_384, "xml.size")])
def test_folders_with_endless_names_hold_where_a_column_asks_for_them(letters: int, rule: str | None):
    content = kml(f"<Folder><name>A</name><Folder><name>{'x' * (letters - 1)}</name>{mark()}</Folder></Folder>")
    assert take(PLACES, content).checked.rows_read == 1
    columns = (column("name"), column("zone"), column("folder"), column("geometry", "geometry"))
    asking = dataset(*columns, servers=[server(format="kml")])
    if rule is None:
        assert len(take(asking, content).column("folder")[0]) == letters + 1
    else:
        assert held(asking, content).rule == rule
