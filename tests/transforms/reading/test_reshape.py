"""Declared steps: the same rows from a CSV, from a sheet that is laid out and from one that is streamed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PLANTED, column, server
from tests.transforms.kit import Outcome, csv_bytes, dataset, held, take, xlsx_bytes
from transforms.reading import workbook
from transforms.reading.held import Held

Rows = list[list[Any]]
Way = Callable[..., tuple[Dataset, bytes]]


def as_csv(columns: list[str], rows: Rows, **source: Any) -> tuple[Dataset, bytes]:
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return table("csv", columns, source), csv_bytes(*texts)


def as_sheet(columns: list[str], rows: Rows, **source: Any) -> tuple[Dataset, bytes]:
    return table("xlsx", columns, source), xlsx_bytes(*rows)


def table(form: str, columns: list[str], source: dict[str, Any]) -> Dataset:
    own = [column(own_name(name), sourceNames=[name] if name != own_name(name) else None) for name in columns]
    return dataset(*own, servers=[server(format=form, **source)])


def own_name(name: str) -> str:
    """What a column is called here whose name in the file is no name here."""
    return re.sub("[^a-z]", "_", name)


@pytest.fixture(params=["csv", "laid out", "streamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Way:
    if request.param == "streamed":
        monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0)
    return as_csv if request.param == "csv" else as_sheet


def cells(outcome: Outcome, columns: list[str]) -> Rows:
    return [[row[own_name(name)] for name in columns] for row in outcome.rows]


STACK = {"unstack": {"header": "a", "label": "B", "into": "label"}}
MONTHS = {"unpivot": {"columns": ["jan", "feb"], "into": "month", "value": "n"}}
TWO_BLOCKS: Rows = [
    ["Board", None], [None, "North"], ["a", "b"], [1, 2], [3, 4],
    [None, "South"], ["b", "a"], [5, 6],
]  # fmt: skip
TAKEN: dict[str, tuple[list[str], Rows, dict[str, Any], Rows, dict[str, int]]] = {
    "no step, a header further down": (
        ["a", "b"], [["Title"], [None], ["a", "b"], [1, "x"], [None, None], [2, None]],
        {"headerRow": 3}, [["1", "x"], ["2", None]], {},
    ),
    "two rows of names": (
        ["a", "b x"], [["a", "b"], [None, "x"], [1, 2]],
        {"headerRows": 2}, [["1", "2"]], {},
    ),
    "names joined otherwise": (
        ["a", "b/x"], [["a", "b"], [None, "x"], [1, 2]],
        {"headerRows": 2, "headerJoin": "/"}, [["1", "2"]], {},
    ),
    "cells above the header": (
        ["a", "office", "period"], [["Office", "North"], ["2025", None], ["a", None], [1, None], [2, None]],
        {"headerRow": 3, "cellsAbove": {"office": "B1", "period": "A2"}},
        [["1", "North", "2025"], ["2", "North", "2025"]], {},
    ),
    "merged cells": (
        ["a", "b"], [["a", "b"], ["x", 1], [None, 2], [None, 3], ["y", 4]],
        {"steps": [{"forwardFill": ["a"]}]},
        [["x", "1"], ["x", "2"], ["x", "3"], ["y", "4"]], {"a.forwardFill": 2},
    ),
    "nothing stands above the first cell": (
        ["a", "b"], [["a", "b"], [None, 1], ["x", 2]],
        {"steps": [{"forwardFill": ["a"]}]}, [[None, "1"], ["x", "2"]], {},
    ),
    "a group inside a group begins anew with it": (
        ["a", "b", "c"], [["a", "b", "c"], ["x", "p", 1], [None, None, 2], ["y", None, 3]],
        {"steps": [{"forwardFill": ["a", "b"]}]},
        [["x", "p", "1"], ["x", "p", "2"], ["y", None, "3"]], {"a.forwardFill": 1, "b.forwardFill": 1},
    ),
    "a text that means no value is filled as well": (
        ["a", "b"], [["a", "b"], ["x", 1], ["-", 2]],
        {"nullValues": ["", "-"], "steps": [{"forwardFill": ["a"]}]},
        [["x", "1"], ["x", "2"]], {"a.forwardFill": 1},
    ),
    "totals": (
        ["a", "b"], [["a", "b"], ["x", 1], ["Total", 1], [None, 7], ["Totals of lamps", 2]],
        {"steps": [{"setAside": {"a": "^Total$"}}, {"setAside": {"a": "^$", "b": "."}}]},
        [["x", "1"], ["Totals of lamps", "2"]], {"setAside": 2},
    ),
    "the end of the table": (
        ["a", "b"], [["a", "b"], ["x", 1], ["Note: of May", None], ["y", 2]],
        {"steps": [{"endAt": {"a": "^Note"}}]}, [["x", "1"]], {},
    ),
    "a packed column by its separator": (
        ["a", "code", "name"], [["a"], ["1/North"], [None], ["2"], ["3/x/y"]],
        {"steps": [{"split": {"column": "a", "into": ["code", "name"], "separator": "/"}}]},
        [["1/North", "1", "North"], ["2", None, None], ["3/x/y", None, None]], {"a.split": 1, "a.unsplit": 2},
    ),
    "a packed column by a pattern": (
        ["a", "code", "name"], [["a"], ["W12 North"], ["W3"], ["x"]],
        {"steps": [{"split": {"column": "a", "into": ["code", "name"], "pattern": "W([0-9]+)(?: (.*))?"}}]},
        [["W12 North", "12", "North"], ["W3", "3", None], ["x", None, None]], {"a.split": 2, "a.unsplit": 1},
    ),
    "columns that become rows": (
        ["a", "month", "n"], [["jan", "a", "feb"], [1, "x", 2], [3, "y", None]],
        {"steps": [MONTHS]},
        [["x", "jan", "1"], ["x", "feb", "2"], ["y", "jan", "3"], ["y", "feb", None]], {"unpivot": 4},
    ),
    "blocks": (
        ["a", "b", "label"], TWO_BLOCKS, {"headerRow": 3, "steps": [STACK]},
        [["1", "2", "North"], ["3", "4", "North"], ["6", "5", "South"]], {"unstack": 2},
    ),
    "blocks with a line of units and a cell above them all": (
        ["a", "b", "label", "board"],
        [["Board", None], [None, "North"], ["Units", None], ["a", "b"], [1, 2],
         [None, "South"], ["Units", None], ["a", "b"], [3, 4]],
        {"headerRow": 4, "cellsAbove": {"board": "A1"},
         "steps": [{"unstack": {"header": "a", "label": "B", "above": 2, "into": "label"}}]},
        [["1", "2", "North", "Board"], ["3", "4", "South", "Board"]], {"unstack": 2},
    ),
    "merged cells do not reach into the next block": (
        ["a", "b", "label"],
        [[None, "North"], ["a", "b"], ["x", 1], [None, 2], [None, "South"], ["a", "b"], [None, 3]],
        {"headerRow": 2, "steps": [STACK, {"forwardFill": ["a"]}]},
        [["x", "1", "North"], ["x", "2", "North"], [None, "3", "South"]], {"a.forwardFill": 1, "unstack": 2},
    ),
    "steps one after the other": (
        ["ward", "zone", "month", "n"],
        [["place", "jan", "feb"], ["Z1-7", 1, 2], ["Total", 1, 2], [None, None, None], ["End", None, None], ["?"]],
        {"ignoredColumns": ["place"],
         "steps": [{"endAt": {"place": "^End$"}}, {"setAside": {"place": "^Total"}}, MONTHS,
                   {"split": {"column": "place", "into": ["zone", "ward"], "separator": "-"}}]},
        [["7", "Z1", "jan", "1"], ["7", "Z1", "feb", "2"]], {"place.split": 2, "setAside": 1, "unpivot": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_steps(way: Way, case: str):
    columns, rows, source, expected, counts = TAKEN[case]
    if way is as_csv:
        # In a CSV every line is as long as the header, but for those above it and between blocks.
        width = max(map(len, rows))
        rows = [row + [None] * (width - len(row)) for row in rows]
    outcome = take(*way(columns, rows, **source))
    assert cells(outcome, columns) == expected
    assert outcome.checked.rows_read == len(expected)
    assert outcome.checked.repaired == counts


HELD: dict[str, tuple[Rows, dict[str, Any], str]] = {
    "a cell above that is empty": (
        [["x"], ["a", "b"], [1, 2]],
        {"headerRow": 2, "cellsAbove": {"c": "B1"}}, "table.cell",
    ),
    "no end": ([["a", "b"], [1, 2]], {"steps": [{"endAt": {"a": "^End$"}}]}, "table.end"),
    "a step's column that is gone": ([["a", "b"], [1, 2]], {"steps": [{"forwardFill": ["c"]}]}, "header.missing"),
    "a month that is gone": ([["jan", "a"], [1, 2]], {"steps": [MONTHS]}, "header.missing"),
    "a month that stands twice": ([["jan", "feb", "jan"], [1, 2, 3]], {"steps": [MONTHS]}, "header.repeated"),
    "a first block without label": (
        [[None, None], ["a", "b"], [1, 2]],
        {"headerRow": 2, "steps": [STACK]}, "table.block",
    ),
    "nothing above the first block": ([["a", "b"], [1, 2]], {"steps": [STACK]}, "table.block"),
    "a later block without label": (
        [[None, "North"], ["a", "b"], [1, 2], ["a", "b"], [3, 4]], {"headerRow": 2, "steps": [STACK]}, "table.block"
    ),
    "a label that is not alone": (
        [[None, "North"], ["a", "b"], [1, 2], ["x", "South"], ["a", "b"], [3, 4]],
        {"headerRow": 2, "steps": [STACK]}, "table.block",
    ),
    "a block with another header": (
        [[None, "North"], ["a", "b"], [1, 2], [None, "South"], ["a", "c"], [3, 4]],
        {"headerRow": 2, "steps": [STACK]}, "table.block",
    ),
    "blocks without the header's word": (
        [[None, "North"], ["x", "b"], [1, 2]],
        {"headerRow": 2, "steps": [STACK]}, "header.missing",
    ),
    "a header that is not reached": ([["a", "b"], [1, 2]], {"headerRow": 4}, "file.empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", HELD)
def test_what_holds_a_delivery(way: Way, case: str):
    rows, source, rule = HELD[case]
    made = {"c": ["c"], "month": ["month", "n"], "label": ["label"]}
    text = str(source)
    columns = ["a", "b", *(name for word, names in made.items() if f"'{word}'" in text for name in names)]
    width = max(map(len, rows))
    reason = held(*way(columns, [row + [None] * (width - len(row)) for row in rows], **source))
    assert reason.rule == rule
    assert not any(planted in str(reason) for planted in PLANTED)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"t\na,b\n1\n", "csv.columns"),
        (b"t\na,b\n1,2,3\n", "csv.columns"),
        (b't\na,b\n1,"2\n', "csv.quote"),
        (b't\na,b\n1,"2"x\n', "csv.quote"),
        (b"t\na,b\n1,\xff\n", "file.encoding"),
        (b"t\n", "file.empty"),
        (b"t\na,b\n", "file.empty"),
        (b"t\na,b,\n1,2,3\n", "xlsx.columns"),
    ],
)
def test_a_csv_that_passes_through_steps_is_as_strict(content: bytes, rule: str):
    assert held(table("csv", ["a", "b"], {"headerRow": 2}), content).rule == rule


def test_an_empty_text_is_null_only_where_the_contract_says_so():
    plain, laid = (table("csv", ["a", "b"], {"nullValues": ["-"], **words}) for words in ({}, {"headerRow": 2}))
    expected = [["", None]]
    assert cells(take(plain, b"a,b\n,-\n"), ["a", "b"]) == expected
    assert cells(take(laid, b"t\na,b\n,-\n"), ["a", "b"]) == expected


TEXTS = st.text("abcx19 '\"\n,é", max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS).filter(any), min_size=1, max_size=8))
def test_a_step_that_does_nothing_changes_nothing(rows: list[tuple[str, str]]):
    """The way through Python reads a CSV as the way through DuckDB does."""
    quoted = ['"{}","{}"'.format(*(cell.replace('"', '""') for cell in row)) for row in rows]
    content = "\n".join(["a,b", *quoted, ""]).encode()
    idle = {"steps": [{"setAside": {"a": "^nothing has this$"}}]}
    plain, laid = (take(table("csv", ["a", "b"], words), content) for words in ({}, idle))
    assert plain.rows == laid.rows


@settings(max_examples=100, deadline=None)
@given(st.text('a ,"\n', max_size=24))
def test_of_any_text_both_ways_read_the_same_or_one_holds(text: str):
    content, read = f"a,b\n{text}".encode(), []
    for words in ({}, {"steps": [{"setAside": {"a": "^nothing has this$"}}]}):
        try:
            rows = cells(take(table("csv", ["a", "b"], words), content), ["a", "b"])
        except Held:
            return
        # Lines of empty cells are none where a table is laid out anew.
        read.append([row for row in rows if any(row)])
    assert read[0] == read[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=0, max_size=4), min_size=1, max_size=5))
def test_unstacking_loses_no_row_and_moves_none_to_another_block(blocks: list[list[int]]):
    rows: Rows = []
    for number, values in enumerate(blocks):
        rows += [[None, f"L{number}"], ["a", "b"], *([value, number] for value in values)]
    expected = [[str(value), str(number), f"L{number}"] for number, values in enumerate(blocks) for value in values]
    source, content = as_sheet(["a", "b", "label"], rows, headerRow=2, steps=[STACK])
    if expected:
        assert cells(take(source, content), ["a", "b", "label"]) == expected
    else:
        assert held(source, content).rule == "file.empty"
