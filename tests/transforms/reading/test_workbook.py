"""XLSX: the declared sheet below its declared header; what would be guessed or run holds the delivery."""

import io
import struct
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, PHONE, PLANTED, column, server
from tests.transforms.kit import dataset, held, patched, take, xlsx_bytes
from transforms.reading import bomb, sheets, workbook
from transforms.reading.held import Held

IST = timezone(timedelta(hours=5, minutes=30))
PLAIN = xlsx_bytes(["a", "b"], ["x", "y"])
FORMULA = xlsx_bytes(["a", "b"], [("=1+1", 2), "y"])


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


def cached(new: bytes) -> bytes:
    """A formula's cell as other programs write it."""
    return patched(FORMULA, b'<c r="A2"><f>1+1</f><v>2</v></c>', new)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="A2"><f>1+1</f><v>2</v></c>', "2"),
        (b'<c r="A2" t="str"><f>"a"</f><v>a</v></c>', "a"),
        (b'<c r="A2" t="b"><f>TRUE()</f><v>1</v></c>', "true"),
        (b'<c r="A2"><f t="shared" ref="A2" si="0">1+1</f><v>2</v></c>', "2"),
        (b'<c r="A2"><f t="shared" si="0"/><v>2</v></c>', "2"),
        # A text formula may well come to an empty text.
        (b'<c r="A2" t="str"><f>IF(1,"",2)</f><v></v></c>', None),
        (b'<c r="A2" t="str"><f>IF(1,"",2)</f><v/></c>', None),
    ],
)
def test_a_cached_value_is_read_where_the_contract_allows_it(cell: bytes, value: str | None):
    assert read(table(formulas="cached"), cached(cell)) == [[value, "y"]]
    assert held(table(), cached(cell)).rule == "xlsx.formula"


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A2"><f>1+1</f></c>',
        b'<c r="A2"><f>1+1</f><v></v></c>',
        b'<c r="A2"><f>1+1</f><v/></c>',
        b'<c r="A2"><f>1+1</f><v /></c>',
        b'<c r="A2" s="1"><f>1+1</f>\n<v></v>\n</c>',
        b'<c r="A2" t="str"><f>"a"</f></c>',
        b'<c r="A2"><f t="shared" si="0"/></c>',
        b'<c r="A2"><f>' + b"A1+" * 2700 + b"1</f><v></v></c>",
    ],
)
@pytest.mark.parametrize("formulas", ["refuse", "cached"])
def test_a_formula_without_a_cached_value_holds(cell: bytes, formulas: str):
    reason = held(table(formulas=formulas), cached(cell))
    assert (reason.rule, reason.place) == ("xlsx.formula", "a cell of the workbook")


def test_a_formula_across_the_blocks_in_which_a_sheet_is_inspected(monkeypatch: pytest.MonkeyPatch):
    for size in range(1, 40):
        monkeypatch.setattr(workbook, "BLOCK", size)
        assert held(table(), FORMULA).rule == "xlsx.formula"
        assert held(table(formulas="cached"), cached(b'<c r="A2"><f>1+1</f></c>')).rule == "xlsx.formula"


def test_a_formula_in_another_sheet_holds_as_well():
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as source, zipfile.ZipFile(content, "w") as target:
        for member in source.namelist():
            target.writestr(member, source.read(member))
        target.writestr("xl/worksheets/sheet2.xml", "<worksheet><c><f>1+1</f><v>2</v></c></worksheet>")
    assert held(table(), content.getvalue()).rule == "xlsx.formula"


@pytest.mark.parametrize("place", ["data/sheet1.xml", "/xl/data/sheet1.xml", "worksheets/sheet1.bin"])
def test_a_sheet_where_excel_puts_none_holds_as_it_would_not_be_looked_through(place: str):
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(FORMULA)) as source, zipfile.ZipFile(content, "w") as target:
        for member in source.namelist():
            part = source.read(member)
            if member == "xl/worksheets/sheet1.xml":
                target.writestr(member, "<worksheet/>")
                member = "xl/" + place.removeprefix("/xl/")
            target.writestr(member, part.replace(b'"worksheets/sheet1.xml', b'"' + place.encode()))
    assert held(table(), content.getvalue()).rule == "xlsx.shape"


@pytest.mark.parametrize("error", [b"#N/A", b"#DIV/0!", b"#REF!"])
@pytest.mark.parametrize("formulas", ["refuse", "cached"])
def test_an_error_in_a_cell_holds_as_it_would_be_read_as_empty(error: bytes, formulas: str):
    content = patched(xlsx_bytes(["a", "b"], [5, "y"]), b'<c r="A2"><v>5', b'<c r="A2" t="e"><v>' + error)
    assert held(table(formulas=formulas), content).rule == "xlsx.error"


def zip_bomb(members: int, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, members + 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"<a>" + b" " * size + b"</a>")
    return out.getvalue()


def test_a_zip_bomb_holds_before_it_is_unpacked():
    content = zip_bomb(1, 60 << 20)
    assert len(content) < 100_000
    assert held(table(), content).rule == "zip.bomb"


def test_a_bomb_of_many_small_parts_holds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bomb, "UNPACKED_BYTES", 5 << 20)
    assert held(table(), zip_bomb(4, 1 << 20)).rule != "zip.bomb"
    assert held(table(), zip_bomb(6, 1 << 20)).rule == "zip.bomb"


ROW = b'<row r="2" spans="1:2"><c r="A2" t="s"><v>2</v></c>'


@pytest.mark.parametrize(
    "stray",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b'<c s="1" r="XFD1048576" t="n"><v>1</v></c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c t="n"\nr="B99999999999"><v>1</v></c>',
        b'<c r="ZZZZZZZ9"><v>1</v></c>',
        b'</row><row r="4294967295"><c><v>1</v></c>',
    ],
)
def test_a_stray_cell_in_the_last_corner_holds_before_its_400_gb_are_asked_for(stray: bytes):
    assert held(table(), patched(PLAIN, ROW, ROW + stray)).rule == "xlsx.size"


def test_an_empty_cell_in_the_last_corner_is_no_matter():
    styled = b'</row><row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row><row r="9">'
    assert read(table(), patched(PLAIN, ROW, ROW + styled)) == [["x", "y"]]


def test_a_part_that_lies_about_its_length_holds():
    lie = patched(PLAIN, b'uniqueCount="4"', b'uniqueCount="4294967295"', "xl/sharedStrings.xml")
    assert held(table(), lie).rule == "xlsx.shape"


def test_a_bomb_that_lies_about_its_size_holds():
    content = bytearray(zip_bomb(1, 60 << 20))
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 1000)
    assert held(table(), bytes(content)).rule in ("xlsx.shape", "zip.bomb")


def other_zip(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, content in members.items():
            archive.writestr(member.replace("__", "/"), content)
    return out.getvalue()


ODS = other_zip(
    mimetype="application/vnd.oasis.opendocument.spreadsheet",
    **{
        "META-INF__manifest.xml": "<manifest:manifest/>",
        "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Register"/></office:spreadsheet></office:body></office:document-content>',
    },
)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xlsx.shape"),
        (b"a,b\n1,2\n", "xlsx.shape"),
        (b"garbage" * 100, "xlsx.shape"),
        (PLAIN[: len(PLAIN) // 2], "xlsx.shape"),
        (PLAIN[:-10], "xlsx.shape"),
        (PLAIN[100:], "xlsx.shape"),
        (other_zip(), "xlsx.shape"),
        (other_zip(readme="hi"), "xlsx.shape"),
        (other_zip(xl__worksheets__sheet1_xml="<x/>"), "xlsx.shape"),
        (ODS, "xlsx.shape"),
        # What Office makes of a workbook with a password, and of the XLS of old.
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, "xlsx.password"),
        (xlsx_bytes(), "file.empty"),
        (xlsx_bytes(["a", "b"]), "file.empty"),
        (xlsx_bytes(["a", "b"], [None, None]), "file.empty"),
        (xlsx_bytes(["a"], ["x"]), "header.missing"),
        (xlsx_bytes(["a", "b", "a"], ["x", "y", "z"]), "header.repeated"),
        (xlsx_bytes(["Title"], ["a", "b"], ["x", "y"]), "header.missing"),
        (xlsx_bytes(["a", "b"], ["x", "y", PHONE]), "xlsx.columns"),
        (xlsx_bytes(["a", "b"], ["x", "y"], [None, None, None, PERSON]), "xlsx.columns"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str):
    reason = held(table(), content)
    assert reason.rule == rule
    assert reason.remedy
    assert not any(planted in str(reason) for planted in PLANTED)


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


def test_a_workbook_with_a_document_type_holds():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    assert held(table(), patched(PLAIN, b"<worksheet", bomb)).rule == "xlsx.shape"


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
