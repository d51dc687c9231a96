"""Steps of a contract: what cannot be meant is a fault when the contract is checked."""

from pathlib import Path
from typing import Any

import pytest

from data_contracts import catalogue
from data_contracts.steps import column_number
from tests.contracts_kit import column, contract, server, write
from transforms.compiling import compile_contract

UNSTACK = {"unstack": {"header": "a", "label": "B", "into": "label"}}
SPLIT = {"column": "a", "into": ["b", "c"]}
UNPIVOT = {"columns": ["jan", "feb"], "into": "month", "value": "n"}


def faults(root: Path, form: str = "xlsx", columns: tuple[str, ...] = ("a",), **source: Any) -> list[str]:
    """All that is wrong with a contract of this server."""
    write(root, contract("things", map(column, columns), servers=[server(format=form, **source)]))
    loaded, found = catalogue.read(root)
    if not found:
        found = [fault for own in loaded.datasets.values() for fault in compile_contract(own, loaded.datasets)[1]]
    return [str(fault) for fault in found]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"steps": [{}]}, "exactly one of"),
        ({"steps": [{"forwardFill": ["a"], "setAside": {"a": "x"}}]}, "exactly one of"),
        ({"steps": [{"sort": ["a"]}]}, "steps.0.sort: Extra inputs are not permitted"),
        ({"steps": [{"forwardFill": []}]}, "at least 1 item"),
        ({"steps": [{"setAside": {}}]}, "at least 1 item"),
        ({"steps": [{"setAside": {"a": "("}}]}, "no pattern in RE2's syntax"),
        ({"steps": [{"setAside": {"a": "(?=x)"}}]}, "no pattern in RE2's syntax"),
        ({"steps": [{"forwardFill": ["a"]}, UNSTACK]}, "unstack must be the first step"),
        ({"headerRows": 2, "steps": [UNSTACK]}, "unstack needs a header of one row"),
        ({"steps": [{"split": SPLIT}]}, "either `separator` or `pattern`"),
        ({"steps": [{"split": {**SPLIT, "separator": "/", "pattern": "(.)(.)"}}]}, "either `separator` or `pattern`"),
        ({"steps": [{"split": {**SPLIT, "pattern": "(.)"}}]}, "a group for each name"),
        ({"steps": [{"split": {**SPLIT, "into": ["b", "b"], "separator": "/"}}]}, "names one twice"),
        ({"steps": [{"unpivot": {**UNPIVOT, "columns": ["jan", "jan"]}}]}, "names one twice"),
        ({"steps": [{"unpivot": {**UNPIVOT, "value": "month"}}]}, "are one name"),
        ({"steps": [{"unpivot": UNPIVOT}]}, "makes month, n, which is no column here"),
        ({"cellsAbove": {"b": "A1"}, "headerRow": 2}, "makes b, which is no column here"),
        ({"cellsAbove": {"a": "A2"}, "headerRow": 2}, "does not stand above `headerRow`"),
        ({"cellsAbove": {"a": "2A"}, "headerRow": 2}, "String should match pattern"),
        ({"sheetColumn": "zone"}, "makes zone, which is no column here"),
        ({"sheet": "A", "sheets": ["A", "B"]}, "`sheet` names one already"),
        ({"form": "csv", "sheets": ["A"]}, "sheets is not read in csv"),
        ({"form": "json", "steps": [{"forwardFill": ["a"]}]}, "steps is not read in json"),
        ({"form": "csv", "header": "none", "steps": [{"forwardFill": ["a"]}]}, "steps need the names of a header"),
        ({"form": "csv", "header": "none", "headerRow": 2}, "there is none with `header: none`"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(tmp_path: Path, source: dict[str, Any], words: str):
    found = faults(tmp_path, **source)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "source",
    [
        {"columns": ("a", "label"), "steps": [UNSTACK, {"forwardFill": ["a"]}]},
        {"columns": ("month", "n"), "steps": [{"unpivot": UNPIVOT}]},
        # A column that a step makes may serve another step alone.
        {"columns": ("a", "month", "n"), "steps": [{"split": {"column": "a", "into": ["jan", "feb"], "separator": "/"}},
                                                   {"unpivot": UNPIVOT}]},
        {"steps": [{"split": {**SPLIT, "separator": "/"}}], "ignoredColumns": ["b", "c"]},
    ],
)  # fmt: skip
def test_what_is_made_is_taken(tmp_path: Path, source: dict[str, Any]):
    assert faults(tmp_path, **source) == []


@pytest.mark.parametrize(
    ("letters", "number"), [("A", 0), ("Z", 25), ("AA", 26), ("AZ", 51), ("BA", 52), ("XFD", 16383)]
)
def test_letters_of_columns(letters: str, number: int):
    assert column_number(letters) == number
