"""XLSX: the declared sheet below its declared header; what would be guessed or run holds the delivery."""

import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, column, server
from tests.transforms.kit import dataset, held, patched, take, xlsx_bytes
from transforms.reading import sheets, workbook
from transforms.reading.held import Held

IST = timezone(timedelta(hours=5, minutes=30))
PLAIN = xlsx_bytes(["a", "b"], ["x", "y"])


def table(*columns: dict, **source: Any) -> Dataset:
    return dataset(*(columns or (column("a"), column("b"))), servers=[server(format="xlsx", **source)])


def read(source: Dataset, content: bytes) -> list[list[Any]]:
    outcome = take(source, content)
    return [[row[column.name] for column in source.columns] for row in outcome.rows]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x", "x"),
        (" x ", " x "),
        (7, "7"),
        (7.0, "7"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (-3, "-3"),
        (560001, "560001"),
        (123456789012, "123456789012"),
        (1e15, "1000000000000000"),
        ("007", "007"),
        (True, "true"),
        (False, "false"),
        (None, None),
        ("नवसागर", "नवसागर"),
        ("a\nb", "a\nb"),
        ("NULL", "NULL"),
    ],
)
def test_cells_as_text(cell: Any, text: str | None):
    assert read(table(), xlsx_bytes(["a", "b"], [cell, "y"])) == [[text, "y"]]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\ufffe\uffff"), max_size=8),
            st.integers(-(10**15), 10**15) | st.floats(-1e6, 1e6).map(lambda x: float(f"{x:.10g}")),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_every_row_that_was_written_is_read(rows: list[tuple[str, float]]):
    source = table(column("a"), column("b", "number"))
    # Told to leave texts alone; by itself xlsxwriter takes some for formulas and addresses.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    assert read(source, xlsx_bytes(["a", "b"], *rows, **plain)) == [[text or None, value] for text, value in rows]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["a", "b"], ["x", "y"]], 1),
        ([["Title"], ["a", "b"], ["x", "y"]], 2),
        ([["Title", "is", "wider", "than the table"], ["a", "b"], ["x", "y"]], 2),
        ([[], ["a", "b"], ["x", "y"]], 2),
        ([[], [], ["a", "b"], ["x", "y"]], 3),
        ([["Title"], [], ["a", "b"], ["x", "y"]], 3),
        ([["a", "b"], [], ["x", "y"], [None, None], []], 1),
        ([["b", "a"], ["y", "x"]], 1),
        ([[None, "a", "b"], [None, "x", "y"]], 1),
        ([["a", "b", None, None], ["x", "y"]], 1),
    ],
)
def test_the_header_stands_in_the_declared_row(rows: list[list[Any]], header: int):
    assert read(table(headerRow=header), xlsx_bytes(*rows)) == [["x", "y"]]


def test_a_short_row_ends_in_nulls():
    assert read(table(), xlsx_bytes(["a", "b"], ["x"])) == [["x", None]]


DAY = column("a", "date", options={"format": "dd-MM-yyyy"})
MOMENT = column("a", "timestamp", options={"format": "dd-MM-yyyy HH:mm", "defaultTimezone": "Asia/Kolkata"})
FINE = column("a", "timestamp", options={"format": "yyyy-MM-dd HH:mm:ss.SSS"})


@pytest.mark.parametrize(
    ("given", "cell", "value"),
    [
        (DAY, date(2025, 1, 31), date(2025, 1, 31)),
        (DAY, datetime(2025, 1, 31, 12, 5), date(2025, 1, 31)),
        (DAY, "31-01-2025", date(2025, 1, 31)),
        (DAY, "2025-01-31", None),
        (DAY, 45688, None),
        (MOMENT, datetime(2025, 1, 31, 12, 5), datetime(2025, 1, 31, 12, 5, tzinfo=IST)),
        (MOMENT, date(2025, 1, 31), datetime(2025, 1, 31, tzinfo=IST)),
        (MOMENT, "31-01-2025 12:05", datetime(2025, 1, 31, 12, 5, tzinfo=IST)),
        # A time without a day is no instant; 1900 would be a guess.
        (MOMENT, time(12, 5), None),
        (FINE, datetime(2025, 1, 31, 12, 5, 30, 123000), datetime(2025, 1, 31, 12, 5, 30, 123000, tzinfo=UTC)),
        (FINE, datetime(2025, 1, 31, 12, 5, 30), datetime(2025, 1, 31, 12, 5, 30, tzinfo=UTC)),
        (column("a"), date(2025, 1, 31), "2025-01-31"),
        (column("a", "integer"), date(2025, 1, 31), None),
    ],
)
def test_native_dates(given: dict, cell: Any, value: Any):
    outcome = take(table(given, column("b")), xlsx_bytes(["a", "b"], [cell, "y"]))
    assert outcome.column("a") == [value]
    assert outcome.broken == [[] if value else ["a.type"]]


def test_native_dates_of_a_workbook_that_counts_from_1904():
    content = xlsx_bytes(["a", "b"], [date(2025, 1, 31), "y"], date_1904=True)
    assert read(table(DAY, column("b")), content) == [[date(2025, 1, 31), "y"]]


@pytest.mark.parametrize(
    ("source", "content", "place"),
    [
        (table(headerRow=3), xlsx_bytes(["a", "b"], ["x", "y"]), "sheet 1, row 3"),
        (table(sheet="Register", headerRow=2), xlsx_bytes(["a"], ["a", "c"], ["x", "y"]), "sheet Register, row 2"),
        (table(headerRow=2), xlsx_bytes(["t"], ["a", "b"], ["x", "y"], [], ["x", "y", "z"]), "sheet 1, row 5"),
    ],
)
def test_the_place_is_that_of_the_sheet(source: Dataset, content: bytes, place: str):
    assert held(source, content).place == place


def several(**sheets: list[list[Any]]) -> bytes:
    """A workbook with these sheets in order."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name.replace("_", " "))
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return out.getvalue()


def merged(*ranges: tuple[int, int, int, int, str], rows: list[list[Any]]) -> bytes:
    """A workbook with merged ranges (first row, first column, last row, last column, text) over its rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for given in ranges:
            page.merge_range(*given)
    return out.getvalue()


both_ways = pytest.mark.parametrize("large", [False, True], ids=["laid out", "streamed"])


@pytest.fixture
def by_size(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes every sheet for a large one, or for a small one."""
    monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0 if large else 1 << 40)


ZONES = several(Zone_1=[["a", "b"], ["x", 1]], Notes=[["?"]], Zone_2=[["b", "a"], [2, "y"]])


def test_more_merged_ranges_than_are_kept_hold(monkeypatch: pytest.MonkeyPatch):
    content = merged((1, 0, 2, 0, "x"), (1, 1, 2, 1, "y"), rows=[["a", "b"], ["x", "y"], [None, None], ["x", "y"]])
    assert take(table(), content).checked.rows_read
    monkeypatch.setattr(sheets, "MERGED", 1)
    assert held(table(), content).rule == "xlsx.merged"


@both_ways
@pytest.mark.usefixtures("by_size")
@pytest.mark.parametrize(
    "sheets", [["Zone 1", "Zone 2"], ["Zone 2", "Zone 1"], ["Zone *"], ["Zone ?"], ["*1", "Zone*"]]
)
def test_several_sheets_are_read_in_the_workbooks_order(sheets: list[str]):
    source = table(column("a"), column("b"), column("zone"), sheets=sheets, sheetColumn="zone")
    assert read(source, ZONES) == [["x", "1", "Zone 1"], ["y", "2", "Zone 2"]]


@both_ways
@pytest.mark.usefixtures("by_size")
@pytest.mark.parametrize(
    ("sheets", "content", "rule", "place"),
    [
        (["Zone 1", "Zone 3"], ZONES, "xlsx.sheet", "the file"),
        (["Zone 1", "Ward *"], ZONES, "xlsx.sheet", "the file"),
        (["*"], ZONES, "header.missing", "sheet 2, row 1"),
        (["Zone 1", "Notes"], ZONES, "header.missing", "sheet Notes, row 1"),
        (["*"], several(One=[["a", "b"], [1, 2]], Two=[["a", "b"], [1, 2, 3]]), "xlsx.columns", "sheet 2, row 2"),
        (["*"], several(One=[["a", "b"], [1, 2]], Two=[]), "file.empty", "sheet 2, row 1"),
    ],
)
def test_one_sheet_that_does_not_fit_holds_the_delivery(sheets: list[str], content: bytes, rule: str, place: str):
    reason = held(table(sheets=sheets), content)
    assert (reason.rule, reason.place) == (rule, place)


@both_ways
@pytest.mark.usefixtures("by_size")
def test_a_part_of_a_name_that_is_merged_over_columns_belongs_to_each():
    content = merged(
        (0, 0, 1, 0, "a"), (0, 1, 0, 2, "b"), rows=[[], [None, "x", "y"], [1, 2, 3]]
    )  # fmt: skip
    own = [column("a"), column("b", sourceNames=["b x"]), column("c", sourceNames=["b y"])]
    assert read(table(*own, headerRows=2), content) == [["1", "2", "3"]]


@both_ways
@pytest.mark.usefixtures("by_size")
@pytest.mark.parametrize(
    ("ranges", "words", "holds"),
    [
        ([(0, 0, 1, 0, "a")], {}, True),
        ([(0, 0, 2, 0, "a")], {"headerRows": 2}, True),
        ([(0, 2, 3, 2, "t")], {"headerRow": 2}, True),
        ([(2, 0, 3, 0, "x")], {}, False),
        ([(0, 0, 0, 1, "t")], {"headerRow": 2}, False),
    ],
)
def test_cells_merged_across_header_and_rows_hold(ranges: list, words: dict, holds: bool):
    rows = [["a", "b"], ["a", "b"], [None, "y"], [None, "y"]]
    content = merged(*ranges, rows=rows)
    if holds:
        assert held(table(**words), content).rule == "xlsx.merged"
    else:
        assert take(table(**words), content).checked.rows_read


@both_ways
@pytest.mark.usefixtures("by_size")
@pytest.mark.parametrize(
    "cell",
    ["x", " x ", 7, 7.0, 1.5, 1e15, True, None, "नवसागर", date(2025, 1, 31), datetime(2025, 1, 31, 12, 5), time(12, 5)],
)
def test_both_ways_give_the_same_cells(cell: Any, large: bool):
    moment = column("a", "timestamp", options={"format": "dd-MM-yyyy HH:mm"})
    content = xlsx_bytes(["a", "b"], [cell, "y"], [], [cell, "z"])
    for own in (column("a"), moment):
        rows = read(table(own, column("b")), content)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workbook, "LAID_OUT_BYTES", 1 << 40 if large else 0)
            assert read(table(own, column("b")), content) == rows


def test_a_sheet_is_found_by_its_name():
    assert read(table(sheet="Register"), PLAIN) == [["x", "y"]]
    reason = held(table(sheet="Register"), xlsx_bytes(["a", "b"], ["x", "y"], sheet=PERSON))
    assert reason.rule == "xlsx.sheet"
    assert PERSON not in str(reason)


@both_ways
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_workbook_is_held_or_read_and_never_ends_the_run(data: st.DataObject, large: bool):
    content = bytearray(PLAIN)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] ^= data.draw(st.integers(1, 255))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook, "LAID_OUT_BYTES", 0 if large else 1 << 40)
        try:
            take(table(), bytes(content))
        except Held as reason:
            assert reason.rule.startswith(("xlsx.", "zip.", "header.", "file."))


def test_nothing_is_printed_of_a_style_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(workbook, "LAID_OUT_BYTES", 0)
    content = patched(xlsx_bytes(["a"], ["x"]), b'xfId="0" builtinId', b'xfId="7" builtinId', "xl/styles.xml")
    assert held(table(column("a")), content).rule == "xlsx.shape"
    assert not capsys.readouterr().out
