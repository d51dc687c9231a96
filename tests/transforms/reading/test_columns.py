"""Columns of a table that is read whole: typed or not, the values and verdicts are those of their texts."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, take, xlsx_bytes
from tests.transforms.reading.test_xls_file import xls_bytes
from transforms.reading import reshape

MOMENT = datetime(2025, 1, 31, 12, 5, 30)
NUMBERS = [1, 0, -0.0, 2.5, 7.0, -3, 1e15, 2**40, 1e300, None]
COLUMNS = [
    column("id"),
    column("number", "number"),
    column("whole", "integer"),
    column("at", "timestamp", options={"format": "dd-MM-yyyy HH:mm:ss", "defaultTimezone": "Asia/Kolkata"}),
]


def table(format: str, **source: Any) -> Dataset:
    return dataset(*COLUMNS, servers=[server(format=format, **source)])


def read(format: str, content: bytes, **source: Any) -> list[dict[str, Any]]:
    return take(table(format, **source), content).rows


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reshape, "ROWS_AT_ONCE", 3)


cells = st.tuples(
    st.sampled_from([*NUMBERS, *NUMBERS, "12", "x", True]),
    st.sampled_from([*NUMBERS, *NUMBERS, "12", "x", False]),
    st.sampled_from([MOMENT, MOMENT, date(2025, 2, 1), None, "31-01-2025 10:00:00", "x", 45000.5]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=10), st.sampled_from([[""], ["", "x", "12"], ["", "0", "2.5"]]))
def test_what_is_typed_is_read_as_its_text_would_be(rows: list[tuple[Any, ...]], nulls: list[str]):
    lines = [[each.name for each in table("xls").columns], *([f"r{at}", *row] for at, row in enumerate(rows))]
    # Of an XLSX every cell is read as a text.
    assert read("xls", xls_bytes(*lines), nullValues=nulls) == read("xlsx", xlsx_bytes(*lines), nullValues=nulls)


@pytest.mark.parametrize(
    ("last", "whole", "broken"),
    [(8, 8, []), (None, None, []), (7.5, None, ["whole.type"]), ("x", None, ["whole.type"])],
)
def test_the_last_cell_of_a_column_may_be_of_another_kind(last: Any, whole: int | None, broken: list[str]):
    lines = [["id", "number", "whole", "at"], *(["r", at, at, MOMENT] for at in range(7)), ["r", 1, last, MOMENT]]
    outcome = take(table("xls"), xls_bytes(*lines))
    assert outcome.column("whole") == [*range(7), whole]
    assert outcome.broken == [*([[]] * 7), broken]
