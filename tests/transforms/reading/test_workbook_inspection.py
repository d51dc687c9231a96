"""XLSX: what is found while a workbook is unpacked, before anything in it is read."""

import io
import struct
import zipfile

import pytest

from tests.contracts_kit import PERSON, PHONE, PLANTED
from tests.transforms.kit import held, patched, xlsx_bytes
from tests.transforms.reading.test_workbook import PLAIN, read, table
from transforms.reading import bomb, workbook

FORMULA = xlsx_bytes(["a", "b"], [("=1+1", 2), "y"])


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


def test_a_workbook_with_a_document_type_holds():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    assert held(table(), patched(PLAIN, b"<worksheet", bomb)).rule == "xlsx.shape"
