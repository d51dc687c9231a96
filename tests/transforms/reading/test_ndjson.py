"""NDJSON: one document on each line, or a delivery that is held with the line's number."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import PLANTED, column, server
from tests.transforms.kit import dataset, held, take

LINES = dataset(column("a"), column("b"), servers=[server(format="ndjson")])
FEATURES = dataset(column("id"), column("geometry", "geometry"), servers=[server(format="ndgeojson")])


def cells(content: bytes) -> list[list[Any]]:
    return [[row["a"], row["b"]] for row in take(LINES, content).rows]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a": "x", "b": 1.50}\n{"b": "y", "a": true}\n', [["x", "1.50"], ["true", "y"]]),
        (b'{"a": "x", "b": "y"}', [["x", "y"]]),
        (b'\n{"a": "x", "b": "y"}\r\n\r\n \n{"a": "z", "b": null}\n', [["x", "y"], ["z", None]]),
        (b'{"a": 12345678901234567890, "b": {"c": [1]}}\n', [["12345678901234567890", '{"c": [1]}']]),
        (b'{"a": "007", "b": "1e308"}\n', [["007", "1e308"]]),
        ('{"a": "नवसागर", "b": "\u2028"}\n'.encode(), [["नवसागर", "\u2028"]]),
    ],
)
def test_what_is_read(content: bytes, expected: list[list[Any]]):
    assert cells(content) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.none() | st.integers()}), min_size=1, max_size=6))
def test_every_record_that_python_writes_is_read(records: list[dict[str, Any]]):
    content = "".join(json.dumps(record) + "\n" for record in records).encode()
    assert cells(content) == [[r["a"] or None, None if r["b"] is None else str(r["b"])] for r in records]


GOOD = b'{"a": 1, "b": 2}\n'


@pytest.mark.parametrize(
    ("content", "rule", "place"),
    [
        (b"", "file.empty", "the file"),
        (b"\n \n", "file.empty", "the file"),
        (GOOD + b'{"a": 1, "b": \n2}', "json.syntax", "line 2"),
        (GOOD + GOOD.strip() + GOOD, "json.syntax", "line 2"),
        (GOOD + b"[" + GOOD + b"]", "json.syntax", "line 2"),
        (GOOD + b'{"a": NaN, "b": 1}', "json.syntax", "line 2"),
        (GOOD + b'{"a": Infinity, "b": 1}', "json.syntax", "line 2"),
        (GOOD + b'{"a": "\xff", "b": 1}', "json.syntax", "line 2"),
        (GOOD.decode().encode("utf-16"), "json.syntax", "line 1"),
        (b"a,b\n1,2\n", "json.syntax", "line 1"),
        (GOOD + b"[1, 2]\n", "json.record", "record 1"),
        (GOOD + b"null\n", "json.record", "record 1"),
        (b'{"a": 1}\n', "header.missing", "every record"),
        (b'{"a": ' + b"[" * 5000, "json.depth", "near byte 0"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json.number", "near byte 0"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str, place: str):
    reason = held(LINES, content)
    assert (reason.rule, reason.place) == (rule, place)
    assert reason.remedy


def test_no_value_is_repeated():
    for planted in PLANTED:
        assert planted not in str(held(LINES, GOOD + f'{{"{planted}": "{planted}", "a": 1, "b": '.encode()))


POINT = {"type": "Point", "coordinates": [77.5, 12.9]}


def feature(number: int) -> bytes:
    record = {"type": "Feature", "properties": {"id": f"0{number}"}, "geometry": POINT}
    return json.dumps(record).encode() + b"\n"


def test_features_by_declaration():
    outcome = take(FEATURES, feature(1) + feature(2))
    assert outcome.column("id") == ["01", "02"]
    assert all(outcome.column("geometry"))
    assert held(FEATURES, GOOD).rule == "geojson.feature"


@pytest.mark.parametrize("format", ["json", "geojson"])
def test_lines_declared_as_one_document_are_held_with_the_remedy(format: str):
    columns = [column("id"), column("geometry", "geometry")]
    reason = held(dataset(*columns, servers=[server(format=format)]), feature(1) + feature(2))
    assert (reason.rule, reason.place) == ("json.lines", "line 2")
    assert "ndgeojson" in reason.remedy
