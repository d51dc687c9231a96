"""Synthetic personal data and files that hide it, one function for each format and place."""

import gzip
import io
import json
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from stdnum import verhoeff

_DIGITS = "23456789012"
AADHAAR = _DIGITS + verhoeff.calc_check_digit(_DIGITS)
SPACED = f"{AADHAAR[:4]} {AADHAAR[4:8]} {AADHAAR[8:]}"
MOBILE = "9876501234"
PAN = "ABCPK4321Q"
VALUES = {"IN_AADHAAR": SPACED, "PHONE_NUMBER": MOBILE, "IN_PAN": PAN}

Hide = Callable[[Path, str], None]
HIDING: dict[str, Hide] = {}


def hides(name: str) -> Callable[[Hide], Hide]:
    """Adds a hiding place: a function that writes a file `name` (its end after the dash) holding the value."""

    def add(hide: Hide) -> Hide:
        HIDING[name] = hide
        return hide

    return add


def picture(kind: str, **options: object) -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, kind, **options)
    return file.getvalue()


def zipped(members: dict[str, bytes | str], comment: bytes = b"") -> bytes:
    """A zip of some members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """A workbook with a sheet, changed by a function."""
    book = openpyxl.Workbook()
    book.active.title = "Wards"
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def pdf(change: Callable[[PdfWriter], object], **encrypt: str) -> bytes:
    """A PDF with one page, changed by a function."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    if encrypt:
        writer.encrypt(**encrypt, algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def say(writer: PdfWriter, text: str) -> None:
    """Write a line on the first page."""
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    content = DecodedStreamObject()
    content.set_data(f"BT /F 12 Tf 10 10 Td ({text}) Tj ET".encode())
    page = writer.pages[0]
    fonts = DictionaryObject({NameObject("/F"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(content)


def exif(tag: int, value: object) -> Image.Exif:
    """EXIF with one entry."""
    found = Image.Exif()
    found[tag] = value
    return found


def _write(name: str, content: Callable[[str], bytes | str]) -> None:
    """A hiding place whose file is what a function makes of the value."""

    def hide(path: Path, value: str) -> None:
        made = content(value)
        path.write_bytes(made.encode() if isinstance(made, str) else made)

    HIDING[name] = hide


_write("line.txt", lambda v: f"ward office\ncall {v} for help\n")
_write("utf16.txt", lambda v: f"call {v}".encode("utf-16"))
_write("utf16 without a mark.txt", lambda v: f"please call {v} for help with this".encode("utf-16-le"))
_write("cp1252.txt", lambda v: f"café {v}".encode("cp1252"))
_write("list.md", lambda v: f"# Officers\n\n- [ward 1](#a) {v}\n")
_write("access.log", lambda v: f"[2026-11-25] INFO started\n[2026-11-25] ERROR no row for '{v}'\n")
_write("cell.csv", lambda v: f"ward,note\n1,ok\n2,{v}\n")
_write("quoted cell.csv", lambda v: f'ward,note\n1,"two\nlines {v}"\n')
_write("behind a quote that stays open to the end.csv", lambda v: f'ward,note\n1,"open\n2,fine\n3,{v}\n')
_write("behind an open quote.csv", lambda v: 'ward,note\n1,"open\n' + "2,fine\n" * 40_000 + f"3,{v}\n")
_write("column name.csv", lambda v: f"ward,{v}\n1,2\n")
_write("cell.tsv", lambda v: f"ward\tnote\n1\t{v}\n")
_write("semicolons.csv", lambda v: f"ward;note\n1;{v}\n")
_write("value.json", lambda v: json.dumps({"wards": [{"officer": {"reach": v}}]}))
_write("key.json", lambda v: json.dumps({"wards": {v: 1}}))
_write("nested.json", lambda v: json.dumps({"raw": json.dumps({"inner": v})}))
_write("line.ndjson", lambda v: f'{{"a": 1}}\n{{"a": "{v}"}}\n')
_write("no ending", lambda v: json.dumps({"a": v}))
_write("property.geojson", lambda v: json.dumps({"type": "Feature", "properties": {"o": v}, "geometry": None}))
_write("cell.ipynb", lambda v: json.dumps({"cells": [{"outputs": [{"text": [f"row {v}"]}]}]}))
_write("element.xml", lambda v: f"<wards><ward><reach>{v}</reach></ward></wards>")
_write("attribute.xml", lambda v: f'<wards><ward reach="{v}"/></wards>')
_write("comment.xml", lambda v: f"<wards><!-- {v} --><ward/></wards>")
_write("between.xml", lambda v: f"<wards><ward/>{v}<ward/></wards>")
_write("cdata.xml", lambda v: f"<wards><![CDATA[{v}]]></wards>")
_write(
    "description.kml",
    lambda v: (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><description><![CDATA[<table><tr><td>Officer</td><td>'
        f"{v[:5]}<b>{v[5:]}</b></td></tr></table>]]></description></Placemark></kml>"
    ),
)
_write("data.kmz", lambda v: zipped({"doc.kml": f'<kml><Data name="x"><value>{v}</value></Data></kml>'}))
_write("text.html", lambda v: f"<html><body><p>call <b>{v[:5]}</b>{v[5:]}</p></body></html>")
_write("attribute.html", lambda v: f'<p title="{v}">x</p>')
_write("comment.html", lambda v: f"<p>x</p><!-- {v} -->")
_write("script.html", lambda v: f"<script>const a = '{v}'</script>")
_write("character references.html", lambda v: "<p>" + "".join(f"&#{ord(c)};" for c in v) + "</p>")
_write("title.svg", lambda v: f'<svg xmlns="http://www.w3.org/2000/svg"><title>{v}</title></svg>')
_write("member.zip", lambda v: zipped({"a/b.csv": f"x\n{v}\n"}))
_write("zip in zip.zip", lambda v: zipped({"b.zip": zipped({"c.txt": v})}))
_write("member name.zip", lambda v: zipped({f"{v}.txt": "x"}))
_write("archive comment.zip", lambda v: zipped({"a.txt": "x"}, v.encode()))
_write("gz.csv.gz", lambda v: gzip.compress(f"x\n{v}\n".encode()))
_write("called otherwise.csv", lambda v: gzip.compress(v.encode()))
_write(
    "docx.docx", lambda v: zipped({"word/document.xml": f"<w><p><r><t>{v[:6]}</t></r><r><t>{v[6:]}</t></r></p></w>"})
)
_write("info.pdf", lambda v: pdf(lambda w: w.add_metadata({"/Author": v})))
_write("text.pdf", lambda v: pdf(lambda w: say(w, v)))
_write("note.pdf", lambda v: pdf(lambda w: w.add_annotation(0, FreeText(text=v, rect=(0, 0, 9, 9)))))
_write("bookmark.pdf", lambda v: pdf(lambda w: w.add_outline_item(v, 0)))
_write("attachment.pdf", lambda v: pdf(lambda w: w.add_attachment("a.csv", f"x\n{v}\n".encode())))
_write("script.pdf", lambda v: pdf(lambda w: w.add_open_action(JavaScript(f"app.alert('{v}')"))))
_write("behind the picture.png", lambda v: picture("PNG") + v.encode())
_write("behind the picture.jpg", lambda v: picture("JPEG") + v.encode())
_write("comment.jpg", lambda v: picture("JPEG", comment=v.encode()))
_write("exif.jpg", lambda v: picture("JPEG", exif=exif(0x010E, f"call {v}")))
_write("exif in utf16.jpg", lambda v: picture("JPEG", exif=exif(0x9C9C, f"call {v}".encode("utf-16-le"))))
_write("exif.png", lambda v: picture("PNG", exif=exif(0x010E, f"call {v}")))
_write("bytes.bin", lambda v: b"\0\1\2\xff" * 50 + v.encode() + b"\0" * 50)
_write("wide bytes.bin", lambda v: b"\1\2\xff\xfe" * 50 + v.encode("utf-16-le") + b"\xff" * 50)
_write("at a block's end.bin", lambda v: b"\0" * ((1 << 20) - 5) + v.encode() + b"\0" * 50)
_write("at a line's cut.txt", lambda v: "x" * ((1 << 20) - 5) + f" {v} " + "x" * 50)
for _compressed, _place in ((False, "tEXt"), (True, "zTXt")):

    @hides(f"{_place}.png")
    def _png_text(path: Path, value: str, compressed: bool = _compressed) -> None:
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", f"by {value}", zip=compressed)
        path.write_bytes(picture("PNG", pnginfo=info))


_write("cell.xlsx", lambda v: workbook(lambda b: b.active.append(["a", v])))
_write("sheet name.xlsx", lambda v: workbook(lambda b: b.create_sheet(v)))
_write("formula.xlsx", lambda v: workbook(lambda b: b.active.append([f'=CONCAT("{v}", "a")'])))
_write("comment.xlsx", lambda v: workbook(lambda b: setattr(b.active["B2"], "comment", Comment(v, "office"))))
_write("comment's author.xlsx", lambda v: workbook(lambda b: setattr(b.active["B2"], "comment", Comment("x", v))))
_write("creator.xlsx", lambda v: workbook(lambda b: setattr(b.properties, "creator", v)))
_write("header.xlsx", lambda v: workbook(lambda b: setattr(b.active.oddHeader.center, "text", f"call {v}")))
_write(
    "defined name.xlsx", lambda v: workbook(lambda b: b.defined_names.add(DefinedName("office", attr_text=f'"{v}"')))
)
_write("link.xlsx", lambda v: workbook(lambda b: setattr(b.active["A1"], "hyperlink", f"tel:{v}".replace(" ", "-"))))


@hides("hidden sheet.xlsx")
def _hidden_sheet(path: Path, value: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Old")
        sheet.sheet_state = "veryHidden"
        sheet["C3"] = value

    path.write_bytes(workbook(change))


@hides("hidden row and column.xlsx")
def _hidden_row(path: Path, value: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active["D4"] = value
        book.active.row_dimensions[4].hidden = True
        book.active.column_dimensions["D"].hidden = True

    path.write_bytes(workbook(change))


def as_excel_writes(rich: bool, *cells: str) -> dict[str, bytes]:
    """The members of a workbook whose texts stand in a table of their own."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Wards")
        for row, cell in enumerate(cells):
            if rich:
                sheet.write_rich_string(row, 0, cell[:5], book.add_format({"bold": True}), cell[5:])
            else:
                sheet.write_string(row, 0, cell)
    archive = zipfile.ZipFile(file)
    return {name: archive.read(name) for name in archive.namelist()}


_write("shared text.xlsx", lambda v: zipped(as_excel_writes(False, "a", v)))
_write("half bold.xlsx", lambda v: zipped(as_excel_writes(True, v)))


@hides("text without a cell.xlsx")
def _unused_text(path: Path, value: str) -> None:
    """As after a cell was emptied by a program that keeps the table of texts."""
    members = as_excel_writes(False, "a", value)
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(b"<v>1</v>", b"<v>0</v>")
    path.write_bytes(zipped(members))


@hides("picture in a workbook.xlsx")
def _pictured(path: Path, value: str) -> None:
    found = zipfile.ZipFile(io.BytesIO(workbook(lambda b: None)))
    members = {name: found.read(name) for name in found.namelist()}
    path.write_bytes(zipped(members | {"xl/media/image1.jpeg": picture("JPEG", comment=value.encode())}))


@hides("tar.tar.gz")
def _tar(path: Path, value: str) -> None:
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("a.csv")
        content = f"x\n{value}\n".encode()
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))


def _table(value: str) -> pa.Table:
    return pa.table({"ward": [1, 2], "note": ["fine", value]})


@hides("cell.parquet")
def _parquet(path: Path, value: str) -> None:
    pq.write_table(_table(value), path)


@hides("nested.parquet")
def _nested(path: Path, value: str) -> None:
    pq.write_table(
        pa.table({"a": [[{"b": [value]}]], "m": pa.array([[("k", "v")]], pa.map_("string", "string"))}), path
    )


@hides("bytes.parquet")
def _bytes(path: Path, value: str) -> None:
    pq.write_table(pa.table({"a": [b"\0\1\xff" + value.encode() + b"\0"]}), path)


@hides("metadata.parquet")
def _metadata(path: Path, value: str) -> None:
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"made by": value}), path)


@hides("category that no row has.parquet")
def _category(path: Path, value: str) -> None:
    frame = pd.DataFrame({"a": pd.Categorical(["x"], ["x", value])})
    with pa.OSFile(str(path), "wb") as sink:
        table = pa.Table.from_pandas(frame)
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)


@hides("stream.arrow")
def _arrow(path: Path, value: str) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, _table(value).schema) as writer:
        writer.write_table(_table(value))


def _sqlite(name: str, *statements: str) -> None:
    @hides(name)
    def hide(path: Path, value: str) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement.replace("HIDDEN", value))
        connection.commit()
        connection.close()


_sqlite("table.sqlite", "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 'HIDDEN')")
_sqlite("blob.gpkg", "CREATE TABLE t (a)", "INSERT INTO t VALUES (CAST('HIDDEN' AS BLOB))")
_sqlite("view.sqlite", "CREATE TABLE t (a)", "CREATE VIEW v AS SELECT 'HIDDEN' AS x")
_sqlite("comment.sqlite", "CREATE TABLE t (a /* HIDDEN */)")
_sqlite("column name.sqlite", 'CREATE TABLE t ("HIDDEN")')


def _duckdb(name: str, *statements: str) -> None:
    @hides(name)
    def hide(path: Path, value: str) -> None:
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement.replace("HIDDEN", value))


_duckdb("table.duckdb", "CREATE SCHEMA s", "CREATE TABLE s.t AS SELECT 'HIDDEN' AS a")
_duckdb("view.duckdb", "CREATE VIEW v AS SELECT 'HIDDEN' AS a")
_duckdb("comment.duckdb", "CREATE TABLE t (a INT)", "COMMENT ON TABLE t IS 'HIDDEN'")
_duckdb("column's comment.duckdb", "CREATE TABLE t (a INT)", "COMMENT ON COLUMN t.a IS 'HIDDEN'")
_duckdb("kinds.duckdb", "CREATE TYPE e AS ENUM ('x', 'HIDDEN')")
_duckdb("macro.duckdb", "CREATE MACRO m() AS 'HIDDEN'")
_duckdb("default.duckdb", "CREATE TABLE t (a VARCHAR DEFAULT 'HIDDEN')")
