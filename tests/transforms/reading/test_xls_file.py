"""XLS: what Excel wrote until 2003, inspected record by record."""

import io
import struct
from datetime import date, datetime
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, column, server
from tests.transforms.kit import dataset, held, take, xlsx_bytes
from transforms.reading import sheets, xls_file
from transforms.reading.held import Held

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def xls_bytes(*rows: list[Any], sheets: tuple[str, ...] = ("Register",)) -> bytes:
    """A workbook whose sheets hold the same rows; a text that begins with = is a formula."""
    book, out = xlwt.Workbook(), io.BytesIO()
    form = xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm")
    for sheet in sheets:
        page = book.add_sheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write(number, place, xlwt.Formula(cell[1:]))
                elif isinstance(cell, date):
                    page.write(number, place, cell, form)
                elif cell is not None:
                    page.write(number, place, cell)
    book.save(out)
    return out.getvalue()


PLAIN = xls_bytes(["a", "b"], ["x", "y"])


def table(*columns: dict, **source: Any) -> Dataset:
    return dataset(*(columns or (column("a"), column("b"))), servers=[server(format="xls", **source)])


def read(source: Dataset, content: bytes) -> list[list[Any]]:
    return [[row[own.name] for own in source.columns] for row in take(source, content).rows]


@pytest.mark.parametrize(
    ("cell", "text"),
    [("x", "x"), (" x ", " x "), (7, "7"), (7.0, "7"), (1.5, "1.5"), (True, "true"), ("007", "007"), (None, None),
     ("नवसागर", "नवसागर"), (date(2025, 1, 31), "2025-01-31")],
)  # fmt: skip
def test_cells_as_text(cell: Any, text: str | None):
    assert read(table(), xls_bytes(["a", "b"], [cell, "y"])) == [[text, "y"]]


def test_a_moment_is_written_by_the_columns_pattern():
    moment = column("a", "timestamp", options={"format": "dd-MM-yyyy HH:mm"})
    (row,) = read(table(moment, column("b")), xls_bytes(["a", "b"], [datetime(2025, 1, 31, 12, 5), "y"]))
    assert row[0].isoformat() == "2025-01-31T12:05:00+00:00"


def test_sheets_and_steps_work_as_in_xlsx():
    content = xls_bytes(["t"], ["a", "b"], ["x", 1], [None, 2], ["Total", 3], sheets=("North", "South", "Notes"))
    source = table(
        column("a"), column("b"), column("zone"), sheets=["*th"], sheetColumn="zone", headerRow=2,
        steps=[{"setAside": {"a": "^Total"}}, {"forwardFill": ["a"]}],
    )  # fmt: skip
    assert read(source, content) == [[a, b, zone] for zone in ("North", "South") for a, b in (("x", "1"), ("x", "2"))]


# Formulas and errors, as Excel would have written them


def with_result(result: bytes) -> bytes:
    """A workbook with a formula that came to something; xlwt itself writes that it came to an empty text."""
    content = xls_bytes(["a", "b"], ["=1+1", "y"])
    empty = b"\x03" + b"\x00" * 5 + b"\xff\xff"
    assert content.count(empty) == 1
    return content.replace(empty, result)


@pytest.mark.parametrize(
    ("formulas", "result", "rule"),
    [
        ("refuse", struct.pack("<d", 2), "xlsx.formula"),
        ("cached", b"\x00" * 6 + b"\xff\xff", "xlsx.formula"),
        ("cached", b"\x02\x00\x2a\x00\x00\x00\xff\xff", "xlsx.error"),
    ],
)
def test_formulas_that_hold(formulas: str, result: bytes, rule: str):
    assert held(table(formulas=formulas), with_result(result)).rule == rule


@pytest.mark.parametrize(
    ("result", "text"),
    [(struct.pack("<d", 2.0), "2"), (b"\x01\x00\x01\x00\x00\x00\xff\xff", "true")],
)
def test_a_cached_value_is_read_where_the_contract_allows_it(result: bytes, text: str):
    assert read(table(formulas="cached"), with_result(result)) == [[text, "y"]]


def test_an_error_in_a_cell_holds():
    content = xls_bytes(["a", "b"], [True, "y"])
    cell = struct.pack("<HHHH", 0x0205, 8, 1, 0)
    start = content.index(cell)
    damaged = content[: start + 10] + b"\x2a\x01" + content[start + 12 :]
    assert held(table(), damaged).rule == "xlsx.error"


def locked() -> bytes:
    """A workbook with the record of a password in place of another record."""
    return PLAIN.replace(struct.pack("<HH", 0x0042, 2), struct.pack("<HH", 0x002F, 2), 1)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xlsx.shape"),
        (b"a,b\n1,2\n", "xlsx.shape"),
        (xlsx_bytes(["a", "b"], ["x", "y"]), "xlsx.shape"),
        (COMPOUND + b"\0" * 2000, "xlsx.shape"),
        (PLAIN[: len(PLAIN) // 2], "xlsx.shape"),
        (locked(), "xlsx.password"),
        (xls_bytes(["a"], ["x"]), "header.missing"),
        (xls_bytes(["a", "b"]), "file.empty"),
        (xls_bytes(["a", "b"], ["x", "y", "z"]), "xlsx.columns"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str):
    assert held(table(), content).rule == rule


def test_a_sheet_whose_name_changed_holds():
    reason = held(table(sheet="Register"), xls_bytes(["a", "b"], ["x", "y"], sheets=(PERSON,)))
    assert reason.rule == "xlsx.sheet"
    assert PERSON not in str(reason)


@pytest.mark.parametrize(
    ("record", "lie"),
    [
        (struct.pack("<H", 0x00FC), b"\xff\xff\xff\x7f" * 2),
        (struct.pack("<HH", 0x0200, 14), struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF)),
    ],
)
def test_a_record_that_asks_for_more_than_there_is_holds(record: bytes, lie: bytes):
    start = PLAIN.index(record) + 4
    assert held(table(), PLAIN[:start] + lie + PLAIN[start + len(lie) :]).rule == "xlsx.shape"


def test_a_file_larger_than_any_office_sends_holds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xls_file, "FILE_BYTES", 1000)
    assert held(table(), PLAIN).rule == "xlsx.size"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_held_or_read_and_never_ends_the_run(data: st.DataObject):
    content = bytearray(PLAIN)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    try:
        take(table(), bytes(content))
    except Held as reason:
        assert reason.rule.startswith(("xlsx.", "header.", "file.", "table."))


def test_more_merged_ranges_than_are_kept_hold(monkeypatch: pytest.MonkeyPatch):
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("Register")
    page.write(0, 0, "a")
    page.write(0, 1, "b")
    page.write_merge(1, 2, 0, 0, "x")
    page.write_merge(1, 2, 1, 1, "y")
    book.save(out)
    assert take(table(), out.getvalue()).checked.rows_read
    monkeypatch.setattr(sheets, "MERGED", 1)
    assert held(table(), out.getvalue()).rule == "xlsx.merged"
