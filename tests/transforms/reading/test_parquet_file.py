"""Parquet: typed values as the text that the cast plan expects, or a delivery that is held."""

import io
import random
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, held, take
from transforms.reading.held import Held


def parquet(words: dict[str, Any] | None = None, **columns: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **(words or {}))
    return out.getvalue()


def table(*columns: dict, **source: Any):
    return dataset(*columns, servers=[server(format="parquet", **source)])


IST = "Asia/Kolkata"
MOMENT = datetime(2024, 5, 1, 18, 45, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "kind", "options", "expected"),
    [
        (["007", "", None, "NA"], "string", {}, ["007", None, None, None]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), "string", {}, ["x", "y", "x"]),
        ([7, -(2**62)], "integer", {}, [7, -(2**62)]),
        (pa.array([7, 255], pa.uint8()), "integer", {}, [7, 255]),
        ([7.0, None, 1e6], "integer", {}, [7, None, 1_000_000]),
        ([7.5, 0.1, 1e300, 1e20], "number", {}, [7.5, 0.1, 1e300, 1e20]),
        ([Decimal("7.00"), Decimal("100.00")], "integer", {}, [7, 100]),
        ([Decimal("7.50")], "string", {}, ["7.50"]),
        ([True, False, None], "boolean", {}, [True, False, None]),
        ([date(2024, 2, 29)], "date", {"format": "dd/MM/yyyy"}, [date(2024, 2, 29)]),
        ([MOMENT], "timestamp", {"format": "yyyy-MM-dd HH:mm:ss"}, [MOMENT]),
        ([MOMENT], "timestamp", {"format": "yyyy-MM-dd HH:mm:ss", "defaultTimezone": IST}, [MOMENT]),
        ([MOMENT], "timestamp", {"format": "yyyy-MM-dd HH:mm:ssXXX", "defaultTimezone": IST}, [MOMENT]),
        (
            [datetime(2024, 5, 2, 0, 15, 30)],
            "timestamp",
            {"format": "yyyy-MM-dd HH:mm:ss", "defaultTimezone": IST},
            [MOMENT],
        ),
        (
            pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("ns")),
            "timestamp",
            {"format": "yyyy-MM-dd HH:mm:ss"},
            [MOMENT],
        ),
        ([time(7, 5)], "string", {}, ["07:05:00"]),
    ],
)
def test_values(cells: Any, kind: str, options: dict[str, Any], expected: list[Any]):
    source = table(column("a", kind, options=options or None), nullValues=["", "NA"])
    outcome = take(source, parquet(a=cells))
    assert outcome.broken == [[]] * len(expected)
    assert outcome.column("a") == expected


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), -float("inf"), 7.5])
def test_a_value_that_is_none_of_the_type_is_quarantined(cell: float):
    assert take(table(column("a", "integer")), parquet(a=[1.0, cell])).broken == [[], ["a.type"]]


def test_columns_go_by_name():
    source = table(column("a", sourceNames=["A"]), column("b"), ignoredColumns=["c"], optionalColumns=["b"])
    assert take(source, parquet(c=[[1]], A=["x"])).rows[0]["a"] == "x"
    assert take(source, parquet(A=["x"])).column("b") == [None]


WHOLE = parquet(a=["x"] * 50, b=list(range(50)))
PLAIN = table(column("a"), column("b"))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "parquet.shape"),
        (b"a,b\n1,2\n", "parquet.shape"),
        (b"PAR1", "parquet.shape"),
        (b"PAR1" + b"\0" * 20 + b"PAR1", "parquet.shape"),
        (WHOLE[:-9], "parquet.shape"),
        (WHOLE[:60] + WHOLE[-200:], "parquet.shape"),
        (b"PARE" + WHOLE[4:-4] + b"PARE", "parquet.locked"),
        (parquet(a=["x"], b=[[1]]), "parquet.type"),
        (parquet(a=["x"], b=[{"c": 1}]), "parquet.type"),
        (parquet(a=["x"], b=[b"\xff"]), "parquet.type"),
        (parquet(a=["x"]), "header.missing"),
        (parquet(a=pa.array([], pa.string()), b=pa.array([], pa.string())), "file.empty"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str):
    assert held(PLAIN, content).rule == rule


def test_damage_neither_ends_the_process_nor_loses_rows():
    dice = random.Random(5)
    for _ in range(60):
        content = bytearray(WHOLE)
        for _ in range(dice.choice([1, 3])):
            content[dice.randrange(4, len(content))] = dice.randrange(256)
        try:
            checked = take(PLAIN, bytes(content)).checked
        except Held as reason:
            assert reason.rule in ("parquet.shape", "parquet.locked", "parquet.type") or reason.rule.startswith(
                "header."
            )
        else:
            assert checked.rows_read == 50


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        ({}, {}, [-1, 5, None]),
        ({}, {"nullValues": ["", "-1"]}, [None, 5, None]),
        ({"mapCodes": {"5": "7"}}, {}, [-1, 7, None]),
        ({"unit": "m", "sourceUnit": "km"}, {}, [-1000, 5000, None]),
    ],
)
@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_number_is_taken_as_it_is_unless_something_acts_on_its_text(
    kind: str, given: dict[str, Any], source: dict[str, Any], expected: list[int | None]
):
    assert take(table(column("a", kind, **given), **source), parquet(a=[-1, 5, None])).column("a") == expected


def test_what_is_no_finite_number_is_quarantined():
    outcome = take(table(column("a", "number")), parquet(a=[1.5, float("nan"), float("inf"), None]))
    assert outcome.column("a") == [1.5, None, None, None]
    assert outcome.broken == [[], ["a.type"], ["a.type"], []]


def test_the_number_of_a_text_beyond_their_list_holds():
    # Four texts of three, by numbers of two bits: 0, 1, 2, 0.
    content, page = parquet(a=["x", "y", "z", "x"], words={"compression": "NONE"}), b"\x02\x03\x24\x00"
    assert content.count(page) == 1
    assert held(table(column("a")), content.replace(page, b"\x02\x03\x27\x00")).rule == "parquet.shape"


@pytest.mark.parametrize("words", [{}, {"use_dictionary": False}, {"row_group_size": 2}])
def test_a_word_that_means_no_value_is_found_wherever_it_stands(words: dict[str, Any]):
    content = parquet(a=["x", "y", "x", "NA"], b=["x", "y", "x", "y"], words=words)
    outcome = take(table(column("a"), column("b"), nullValues=["NA"]), content)
    assert [outcome.column("a"), outcome.column("b")] == [["x", "y", "x", None], ["x", "y", "x", "y"]]


@pytest.mark.parametrize("kind", ["string", "integer"])
def test_values_that_damage_makes_null_hold_where_the_footer_knows_of_none(kind: str):
    # Of five values the levels say: five times that there is one. The footer says that none is null.
    cells = list("vwxyz") if kind == "string" else [1, 2, 3, 4, 5]
    content, levels = parquet(a=cells, words={"compression": "NONE"}), b"\x02\x00\x00\x00\x0a\x01"
    assert content.count(levels) == 1
    damaged = content.replace(levels, levels[:-1] + b"\x00")
    assert held(table(column("a", kind)), damaged).rule == "parquet.shape"


def test_a_value_that_the_footer_counts_as_null_holds():
    content, stated = parquet(a=["v"]), b"\x36\x00\x28\x01v\x18\x01v"
    assert take(table(column("a")), content).column("a") == ["v"]
    pages, _, behind = content.rpartition(stated)
    damaged = pages + stated.replace(b"\x36\x00", b"\x36\x02") + behind
    assert held(table(column("a")), damaged).rule == "parquet.shape"
