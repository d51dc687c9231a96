"""JSON and GeoJSON: the records where the contract points, or a delivery that is held."""

import json
from typing import Any

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, PHONE, PLANTED, column, server
from tests.transforms.kit import Outcome, dataset, held, take
from transforms.reading import json_document, json_file
from transforms.reading.held import Held

PLAIN = [column("a"), column("b")]


def table(*columns: dict, format: str = "json", **source: Any) -> Dataset:
    return dataset(*(columns or PLAIN), servers=[server(format=format, **source)])


def cells(outcome: Outcome) -> list[list[Any]]:
    return [[row["a"], row["b"]] for row in outcome.rows]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[{"a": "x", "b": "y"}]', [["x", "y"]]),
        (b'[{"b": "y", "a": "x"}]', [["x", "y"]]),
        (b' [ {"a":"x","b":"y"} , {"a":"z","b":"w"} ] \n', [["x", "y"], ["z", "w"]]),
        (b'[{"a": 1, "b": 1.50}]', [["1", "1.50"]]),
        (b'[{"a": -0, "b": 1E5}]', [["-0", "1E5"]]),
        (b'[{"a": 1e99999999999999999999, "b": 0.10}]', [["1e99999999999999999999", "0.10"]]),
        (b'[{"a": true, "b": false}]', [["true", "false"]]),
        (b'[{"a": null, "b": ""}]', [[None, None]]),
        (b'[{"a": {"c": [1, "x"]}, "b": []}]', [['{"c": [1, "x"]}', "[]"]]),
        (b'[{"a": 12345678901234567890, "b": 0.1}]', [["12345678901234567890", "0.1"]]),
        ('[{"a": "नवसागर", "b": "\\u0928"}]'.encode(), [["नवसागर", "न"]]),
        (b'[{"a": "\\ud83d\\ude00", "b": "a\\nb"}]', [["😀", "a\nb"]]),
        # A key that one record lacks is a null; not one that all of them lack.
        (b'[{"a": "x"}, {"b": "y"}]', [["x", None], [None, "y"]]),
        (b'[{"a": "x"}, {"a": "z", "b": null}]', [["x", None], ["z", None]]),
        # Brackets, quotes and backslashes in a text are text.
        (b'[{"a": "' + b"[" * 2000 + b'", "b": "\\\\\\"{' + b"{" * 200 + b'"}]', [["[" * 2000, '\\"{' + "{" * 200]]),
    ],
)
def test_what_is_read(content: bytes, expected: list[list[str | None]]):
    assert cells(take(table(), content)) == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), min_size=1, max_size=8), st.booleans(), st.booleans()
)
def test_every_value_that_python_writes_is_read(records: list[dict[str, Any]], ascii_only: bool, indent: bool):
    content = json.dumps(records, ensure_ascii=ascii_only, indent=2 if indent else None)
    expected = [[written(record[key]) for key in "ab"] for record in records]
    outcome = take(table(), content.encode())
    assert cells(outcome) == expected
    assert outcome.checked.rows_read == len(records)


def written(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "rule", "place"),
    [
        (b"", "file.empty", "byte 0"),
        (b"[]", "file.empty", "the file"),
        (b"{}", "file.empty", "the file"),
        (b"null", "file.empty", "the file"),
        (b'{"a": "x", "b": "y"}', "file.empty", "the file"),
        (b"   ", "json.syntax", "after record 0"),
        (b"a,b\n1,2\n", "json.syntax", "after record 0"),
        (b'[{"a": 1, "b": 2}', "json.syntax", "after record 1"),
        (b'[{"a": 1, "b": 2}, {"a": 1', "json.syntax", "after record 1"),
        (b'[{"a": 1, "b": 2},]', "json.syntax", "after record 1"),
        (b'[{"a": 1, "b": 2}] x', "json.syntax", "after record 1"),
        (b'[{"a": 1, "b": 2}][]', "json.syntax", "after record 1"),
        (b'{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n', "json.lines", "line 2"),
        (b"[{'a': 1}]", "json.syntax", "after record 0"),
        (b'[{"a": NaN, "b": 1}]', "json.syntax", "after record 0"),
        (b'[{"a": Infinity, "b": 1}]', "json.syntax", "after record 0"),
        (b'[{"a": 0x10, "b": 1}]', "json.syntax", "after record 0"),
        (b'[{"a": 01, "b": 1}]', "json.syntax", "after record 0"),
        (b'[{"a": "x\ty", "b": 1}]', "json.syntax", "after record 0"),
        (b'[{"a": "\xff", "b": 1}]', "json.syntax", "after record 0"),
        ('[{"a": 1, "b": 2}]'.encode("utf-16"), "json.syntax", "after record 0"),
        (b'/* x */ [{"a": 1, "b": 2}]', "json.syntax", "after record 0"),
        (b"[1, 2]", "json.record", "record 0"),
        (b'[{"a": 1, "b": 2}, []]', "json.record", "record 1"),
        (b"[null]", "json.record", "record 0"),
        (b'["text"]', "json.record", "record 0"),
        (b'[{"a": 1}]', "header.missing", "every record"),
        (b'[{"a": 1}, {"a": 2}]', "header.missing", "every record"),
        (b'[{"a": ' + b"9" * 5000 + b', "b": 2}]', "json.number", "near byte 0"),
        (b"[" * 5000 + b"]" * 5000, "json.depth", "near byte 0"),
        (b"[" * 300_000, "json.depth", "near byte 0"),
        (b'[{"a": 1, "b": ' + b'{"b": ' * 200 + b"1" + b"}" * 202 + b"]", "json.depth", "near byte 0"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str, place: str):
    reason = held(table(), content)
    assert (reason.rule, reason.place) == (rule, place)
    assert reason.remedy


def test_a_guard_against_depth_that_reads_in_blocks(monkeypatch: pytest.MonkeyPatch):
    deep = b'[{"b": "\\\\", "a": "]\\"[", "b": ' + b"[" * 120 + b"]" * 120 + b"}]"
    flat = b'[{"b": "\\\\", "a": "]\\"[' + b"[" * 120 + b'"}]'
    for size in range(1, 60):
        monkeypatch.setattr(json_file, "BLOCK", size)
        assert held(table(), deep).rule == "json.depth"
        assert cells(take(table(), flat)) == [[']"[' + "[" * 120, "\\"]]


def test_two_keys_for_one_column():
    source = table(column("a", sourceNames=["A"]), column("b"))
    reason = held(source, b'[{"a": 1, "b": 2}, {"a": 1, "A": 1, "b": 2}]')
    assert (reason.rule, reason.place) == ("header.repeated", "record 1")


NESTED = table(column("a", sourcePointer="/location/x~1y/0"), column("b", sourceNames=["B"]), records="/data/the~1rows")


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"location": {"x/y": [7, 8]}}, "7"),
        ({"location": {"x/y": {"0": 9}}}, "9"),
        ({"location": {"x/y": []}}, None),
        ({"location": {"x/y": None}}, None),
        ({"location": 5}, None),
        ({"location": None}, None),
        ({}, None),
        ({"a": "by its own name"}, "by its own name"),
        ({"a": None, "location": {"x/y": [7]}}, None),
    ],
)
def test_a_pointer_into_the_record(record: dict[str, Any], value: str | None):
    records = [{"B": 1, **record}, {"B": 2, "location": {"x/y": ["other"]}}]
    outcome = take(NESTED, json.dumps({"data": {"the/rows": records}, "more": [1]}).encode())
    assert cells(outcome) == [[value, "1"], ["other", "2"]]


def test_a_pointer_that_leads_nowhere_in_every_record_holds():
    content = json.dumps({"data": {"the/rows": [{"B": 1, "location": {"z": 1}}]}}).encode()
    assert held(NESTED, content).rule == "header.missing"


@pytest.mark.parametrize(
    "document", [{"data": {"rows": [{"B": 1}]}}, {"data": {"the/rows": {"B": 1}}}, {"data": {"the/rows": 5}}, {}]
)
def test_records_that_stand_elsewhere_hold(document: dict[str, Any]):
    assert held(NESTED, json.dumps(document).encode()).rule == "file.empty"


CAPTIONED = table(column("a", sourceDocument="/meta/day"), column("b"), records="/rows")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"meta": {"day": "Monday"}, "rows": [{"b": 1}, {"b": 2}]}, [["Monday", "1"], ["Monday", "2"]]),
        ({"rows": [{"b": 1}], "meta": {"day": "Monday"}}, [["Monday", "1"]]),
        ({"rows": [{"b": 1}], "meta": {"day": None}}, [[None, "1"]]),
        ({"rows": [{"b": 1}], "meta": {"day": 5}}, [["5", "1"]]),
    ],
)
def test_what_stands_once_in_the_document_holds_for_every_record(document: dict[str, Any], expected: list):
    assert cells(take(CAPTIONED, json.dumps(document).encode())) == expected


@pytest.mark.parametrize(
    "document", [{"rows": [{"b": 1}]}, {"meta": {}, "rows": [{"b": 1}]}, {"meta": 5, "rows": [{"b": 1}]}]
)
def test_a_value_that_the_document_lacks_holds(document: dict[str, Any]):
    reason = held(CAPTIONED, json.dumps(document).encode())
    assert (reason.rule, reason.place) == ("header.missing", "the document")


def test_keys_to_pass_over_and_null_values():
    source = table(ignoredColumns=["media_url"], nullValues=["", "N/A"])
    assert cells(take(source, b'[{"a": "N/A", "b": "", "media_url": "x"}]')) == [[None, None]]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": "%s", "c": "%s", "%s": 1}]',
        b'[{"a": "%s", "b": "%s"}, "%s"]',
        b'[{"a": "%s", "b": "%s"} %s',
        b'[{"b": "%s", "c": "%s", "c%s": {"d": 1}}]',
    ],
)
def test_no_value_and_no_key_is_echoed(content: bytes):
    reason = held(table(), content % (PERSON.encode(), PHONE.encode(), PERSON.encode()))
    assert not any(planted in str(reason) for planted in PLANTED)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    content = bytearray(json.dumps([{"a": PERSON, "b": [1, {"c": PHONE}]}, {"a": None, "b": 1.5e3}]).encode())
    pieces = [b'"', b"\\", b"\\ud800", b"\\u0000", b"[", b"}", b",", b"9" * 500, b"1e99", b"\xff", b"\0", b"-", b"nul"]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        content[place : place + draw(st.integers(0, 5))] = draw(st.sampled_from(pieces))
    return bytes(content)


@settings(max_examples=120, deadline=None)
@given(damaged())
@example(b'[{"a": 1, "b": "\\ud800"}]')
@example(b'[{"a": 1, "b": "\\u0000"}]')
def test_a_damaged_document_is_held_or_taken_and_never_ends_the_run(content: bytes):
    try:
        outcome = take(table(), content)
    except Held as reason:
        assert not any(planted in str(reason) for planted in PLANTED)
        return
    assert outcome.checked.rows_read == len(outcome.rows) > 0


# GeoJSON

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
BOW = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
HOLE_OUTSIDE = {
    "type": "Polygon",
    "coordinates": [*SQUARE["coordinates"], [[5, 5], [6, 5], [6, 6], [5, 6], [5, 5]]],
}
HOLE = {
    "type": "Polygon",
    "coordinates": [*SQUARE["coordinates"], [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1], [0.5, 0.5]]],
}
HIGH = {"type": "Polygon", "coordinates": [[[0, 0, 9], [2, 0, 9], [2, 2, 9], [0, 2, 9], [0, 0, 9]]]}
OVERLAPPING = {
    "type": "MultiPolygon",
    "coordinates": [SQUARE["coordinates"], [[[1, 0], [3, 0], [3, 2], [1, 2], [1, 0]]]],
}


def outlines(mend: bool = False, required: bool = True) -> Dataset:
    geometry = column("geometry", "geometry", "keep", required=required, mendGeometry=mend or None)
    return table(column("id"), geometry, format="geojson")


def features(*shapes: Any) -> bytes:
    made = [{"type": "Feature", "properties": {"id": f"{n}"}, "geometry": shape} for n, shape in enumerate(shapes)]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


@pytest.mark.parametrize(
    ("mend", "shape", "area", "broken"),
    [
        (False, SQUARE, 4.0, []),
        (False, HOLE, 3.75, []),
        (False, HIGH, 4.0, []),
        (False, {"type": "Point", "coordinates": [1, 2]}, 0.0, []),
        (False, BOW, None, ["geometry.valid"]),
        (False, HOLE_OUTSIDE, None, ["geometry.valid"]),
        (False, None, None, ["geometry.required"]),
        (False, "POINT (1 2)", None, ["geometry.type"]),
        (False, {"type": "Polygon", "coordinates": []}, None, ["geometry.type"]),
        (False, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, None, ["geometry.type"]),
        (False, {"type": "Polygon", "coordinates": "here"}, None, ["geometry.type"]),
        (False, {"type": "Circle", "coordinates": [0, 0]}, None, ["geometry.type"]),
        (True, SQUARE, 4.0, []),
        (True, HOLE, 3.75, []),
        (True, BOW, 2.0, []),
        # A hole drawn outside its ring is no area of its own.
        (True, HOLE_OUTSIDE, 4.0, []),
        # What is covered twice is covered.
        (True, OVERLAPPING, 6.0, []),
        (True, {"type": "GeometryCollection", "geometries": [BOW]}, 2.0, []),
        (True, None, None, ["geometry.required"]),
        # Nothing is left of these but lines, which are no outline.
        (True, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}, None, ["geometry.type"]),
        (True, {"type": "LineString", "coordinates": [[0, 0], [0, 0]]}, None, ["geometry.type"]),
        (True, {"type": "MultiLineString", "coordinates": [[[0, 0], [0, 0]]]}, None, ["geometry.type"]),
    ],
)
def test_outlines(mend: bool, shape: Any, area: float | None, broken: list[str]):
    (row,) = take(outlines(mend), features(shape)).rows
    assert (row["_broken"] or []) == broken
    if not broken:
        read = shapely.from_wkb(row["geometry"])
        assert shapely.is_valid(read) and not shapely.has_z(read)
        assert read.area == pytest.approx(area)


RING = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=8).map(
    lambda ring: [*ring, ring[0]]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(RING, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_mended_outline_is_valid_and_gains_no_ground(polygons: list[list[list[tuple[int, int]]]]):
    shape = {"type": "MultiPolygon", "coordinates": polygons}
    (row,) = take(outlines(mend=True), features(shape)).rows
    assert (row["_broken"] or []) in ([], ["geometry.type"])
    if row["geometry"]:
        read = shapely.from_wkb(row["geometry"])
        shells = shapely.union_all([shapely.make_valid(shapely.Polygon(rings[0])) for rings in polygons])
        assert shapely.is_valid(read)
        assert shapely.difference(read, shells).area == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b'{"type": "FeatureCollection", "features": []}', "file.empty"),
        (b'{"type": "FeatureCollection"}', "file.empty"),
        (b'{"features": {}}', "file.empty"),
        (json.dumps(SQUARE).encode(), "file.empty"),
        (b'{"features": [1]}', "json.record"),
        (b'{"features": [{"type": "Thing", "properties": {"id": "1"}, "geometry": null}]}', "geojson.feature"),
        (b'{"features": [{"type": "Feature", "properties": [1], "geometry": null}]}', "geojson.feature"),
        (b'{"features": [{"type": "Feature", "properties": null, "geometry": null}]}', "header.missing"),
        (features(SQUARE)[:-20], "json.syntax"),
    ],
)
def test_what_holds_a_geojson(content: bytes, rule: str):
    assert held(outlines(), content).rule == rule


def test_members_of_a_feature_beside_its_properties_are_not_data():
    feature = {"type": "Feature", "id": 7, "bbox": [0, 0, 1, 1], "properties": {"id": "1"}, "geometry": SQUARE}
    content = json.dumps({"type": "FeatureCollection", "name": "wards", "crs": {}, "features": [feature]}).encode()
    assert take(outlines(), content).column("id") == ["1"]


def test_a_geometry_may_be_read_by_pointer_alone():
    source = table(
        column("lat", "number", sourcePointer="/geometry/coordinates/1"),
        column("lon", "number", sourcePointer="/geometry/coordinates/0"),
        format="geojson",
        ignoredColumns=["id"],
    )
    outcome = take(source, features({"type": "Point", "coordinates": [77.5, 12.9]}, None))
    assert (outcome.column("lat"), outcome.column("lon")) == ([12.9, None], [77.5, None])


EXPLODED = table(column("a"), column("b", sourcePointer="/l/items/n"), explode="/l/items")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"a": "x", "l": {"items": [{"n": 1}, {"n": 2}]}}, [["x", "1"], ["x", "2"]]),
        ({"a": "x", "l": {"items": []}}, [["x", None]]),
        ({"a": "x", "l": {"items": None}}, [["x", None]]),
        ({"a": "x", "l": {}}, [["x", None]]),
        ({"a": "x"}, [["x", None]]),
        ({"a": "x", "l": {"items": [5, None, {"n": 2}]}}, [["x", None], ["x", None], ["x", "2"]]),
    ],
)
def test_items_inside_a_record_become_rows(record: dict[str, Any], expected: list):
    last = {"a": "z", "l": {"items": [{"n": 9}]}}
    assert cells(take(EXPLODED, json.dumps([record, last]).encode())) == [*expected, ["z", "9"]]


def test_where_there_is_no_array_to_explode():
    reason = held(EXPLODED, json.dumps([{"a": "x", "l": {"items": {"n": 1}}}]).encode())
    assert (reason.rule, reason.place) == ("json.array", "record 0")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=6))
def test_exploding_keeps_every_item_and_every_record(lists: list[list[int]]):
    records = [{"a": str(at), "l": {"items": [{"n": n} for n in items]}} for at, items in enumerate(lists)]
    records.append({"a": "last", "l": {"items": [{"n": 0}]}})
    expected = [[str(at), str(n)] for at, items in enumerate(lists) for n in items]
    found = [row for row in cells(take(EXPLODED, json.dumps(records).encode())) if row[1] is not None]
    assert found == [*expected, ["last", "0"]]


ENTRIES = table(column("a", sourceNames=["key"]), column("b", sourcePointer="/value/n"), entries=True, records="/wards")


def test_entries_of_an_object_are_records():
    content = json.dumps({"x": 1, "wards": {"01": {"n": 5}, "": {"n": 6}, "2": {}}}).encode()
    assert cells(take(ENTRIES, content)) == [["01", "5"], [None, "6"], ["2", None]]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b'{"wards": {}}', "file.empty"),
        (b'{"wards": []}', "file.empty"),
        (b'{"wards": {"a": {"n": 1}}', "json.syntax"),
        (b'{"wards": {"a": {"n": 1}}}x', "json.syntax"),
    ],
)
def test_what_holds_entries(content: bytes, rule: str):
    assert held(ENTRIES, content).rule == rule


SEVERAL = [{"a": "x", "b": {"a": 1}}, {"a": [{"a": 2}, {"a": -3.50}], "b": "é"}, {"b": None, "a": 12345}] * 4
EXPECTED = [["x", '{"a": 1}'], ['[{"a": 2}, {"a": -3.5}]', "é"], ["12345", None]] * 4


@pytest.mark.parametrize("layout", [{}, {"indent": 1}, {"separators": (",", ":")}])
@pytest.mark.parametrize("size", [*range(1, 40), 200])
def test_a_document_is_the_same_in_pieces_of_any_size(monkeypatch: pytest.MonkeyPatch, layout: dict, size: int):
    monkeypatch.setattr(json_document, "PIECE", size)
    beside = {"before": [SEVERAL, {"rows": 1}], "rows": SEVERAL, "after": {"rows": [1e5, True, "\\"]}}
    content = json.dumps(beside, **layout).encode()
    assert cells(take(table(records="/rows"), content)) == EXPECTED
    assert held(table(records="/rows"), content[:-1]).rule == "json.syntax"


def test_a_value_without_end_is_held(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_document, "VALUE_LENGTH", 1 << 20)
    assert held(table(), b'[{"a": 1, "b": "' + b"x" * (4 << 20) + b'"}]').rule == "json.size"
