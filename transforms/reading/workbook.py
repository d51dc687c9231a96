"""XLSX: inspected before it is opened; formulas only where the contract allows their cached value."""

import functools
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

import duckdb
import re2

from data_contracts.dataset import Dataset, Source
from transforms.reading import bomb, reshape, sheets
from transforms.reading.held import Held
from transforms.reading.records import Records

BLOCK = 1 << 20
# What a compound file of older Office begins with; a workbook locked by a password is one.
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
# The longest formula that Excel takes, and its cell around it.
CELL_BYTES = 1 << 16
# calamine lays out every cell between the first and the last, also the empty ones: one stray cell in the last
# corner of a sheet would ask for 400 GB and end the process.
CELLS = 20_000_000
LAST_ROW = 1 << 20
# Beyond this a sheet is read row by row. Laid out, 19 million numbers took 1.4 GB (measured); where the limit lies
# is an estimate from that.
LAID_OUT_BYTES = 1 << 28
# So it is where its texts could come to more than this: calamine copies one of the workbook's list into each cell.
TEXT_BYTES = 1 << 29
# It believes what a part says of its own length as well.
_LENGTH = re.compile(rb"ount=[\"'][0-9]{9,}")
_EMPTY = re.compile(rb"c\s[^<>]*/>")
_PLACE = re.compile(rb"r=[\"']([A-Za-z]+)([0-9]+)[\"']")
_REFERENCE = re.compile(rb"([A-Za-z]+)([0-9]+)")
_FAR_ROW = re.compile(rb"r=[\"']([0-9]{7,})[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"t=[\"']e[\"']")
# A text by its place in the workbook's list, of which calamine takes the first one where the place is no number.
_NO_PLACE = re.compile(rb"t=[\"']s[\"'][^<>]*>[^<]*<(?:\w+:)?v>[0-9]*(?:[^0-9<]|<[^/])")
# Another one than UTF-8 it takes for UTF-8.
_ENCODING = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^<>]*\sencoding\s*=\s*[\"'](?!(?i:utf-8)[\"'])[^\"'<>]*[\"']")
# By these two a part is a sheet, wherever the workbook says that its sheets are.
_SHEET_DATA, _CELL = re2.compile(rb"<(?:[^\s<>/]+:)?sheetData[\s/>]"), re2.compile(rb"<(?:[^\s<>/]+:)?c[\s/>]")
# What in a sheet asks for a closer look; a search by which a file is read that has none of it.
_SUSPECT = re2.compile(
    rb"""<!DOCTYPE|ount=["'][0-9]{9}|r=["'][0-9]{7}|t=["']e["']|<(?:\w+:)?f[\s/>]|"""
    rb"""t=["']s["'][^<>]*>[^<]*<(?:\w+:)?v>[0-9]*(?:[^0-9<]|<[^/])"""
)
# A formula's cell that ends without a value, or with an empty one where it is not a text (t="str").
_UNCACHED = re.compile(
    rb"""<(?:\w+:)?c(?:(?P<text>\s(?=[^<>]*\bt=["']str["']))|(?!\s[^<>]*\bt=["']str["']))[^<>]*>\s*"""
    rb"""<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?(text)|(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*)</(?:\w+:)?c>"""
)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records of the declared sheets; raises Held where one is not there or not readable."""
    tables = sheets.grids(opened(path, source), source, _unreadable)
    return reshape.records(connection, path, tables, dataset, source)


def opened(path: Path, source: Source) -> sheets.Opened:
    """The workbook, laid out unless it is too large for that; raises Held for what it may not have."""
    return sheets.streamed(path, _unreadable) if _inspect(path, source) else sheets.laid_out(path)


def _unreadable() -> Held:
    return Held("xlsx.shape", "the file", "is not an XLSX, or is cut short", "open and save it again in Excel")


def _inspect(path: Path, source: Source) -> bool:
    """Unpack every part once, counting: a bomb, a broken member or a formula shows before it is read.

    Returns whether a part is too large to be laid out.
    """
    parts = []
    with path.open("rb") as raw:
        if raw.read(len(COMPOUND)) == COMPOUND:
            message = "is locked by a password, or is in the form before 2007"
            raise Held("xlsx.password", "the file", message, "ask for an XLSX without a password")
    try:
        with zipfile.ZipFile(path) as archive:
            if not any(map(_is_sheet, archive.namelist())):
                raise _unreadable()
            for member in archive.infolist():
                if member.header_offset < 0:
                    raise _unreadable()
                if member.file_size > bomb.RATIO * max(member.compress_size, bomb.SMALL):
                    raise bomb.bomb()
                parts.append(_unpacked(archive, member, source))
                if sum(part.size for part in parts) > bomb.UNPACKED_BYTES:
                    raise bomb.large()
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
        expat.ExpatError,
    ):
        raise _unreadable() from None
    if any(part.merged > sheets.MERGED for part in parts):
        raise sheets.much_merged()
    texts = max(part.cells for part in parts) * max(part.longest for part in parts)
    return texts > TEXT_BYTES or any(part.size > LAID_OUT_BYTES for part in parts)


@dataclass
class _Part:
    """What a part of a workbook comes to.

    Its bytes; of a sheet at most so many cells with a text, and merged ranges; of the workbook's list of texts how long
    the longest may be. An item of it, however it is spelt, ends as `</si>` does, and a cell with a text closes two
    elements at least, its value and itself.
    """

    name: str
    size: int = 0
    cells: int = 0
    merged: int = 0
    longest: int = 0
    _item: int = 0

    def __post_init__(self) -> None:
        name = _path(self.name)
        # calamine passes over what is no XML, and texts with it. With a separator, prefixes must be known.
        self._xml = expat.ParserCreate(namespace_separator="}") if re.fullmatch(r"xl/.*\.xml", name) else None

    def meet(self, block: bytes) -> None:
        """Take note of its next bytes, of which the last are none. Raises ExpatError, and Held for another encoding."""
        if self._xml:
            if self.size == 0 and _ENCODING.match(block):
                raise _unreadable()
            self._xml.Parse(block, not block)
        self.size += len(block)
        if _is_sheet(self.name):
            self.cells += block.count(b"</") // 2 + 1
            self.merged += block.count(b"mergeCell")
        elif self.name.lower().endswith("sharedstrings.xml"):
            first, *others = map(len, block.split(b"si>"))
            self.longest = max(self.longest, self._item + first, *others)
            self._item = others[-1] if others else self._item + first


def _is_sheet(member: str) -> bool:
    """Whether a part is a sheet of an XLSX; other kinds of workbook name theirs differently."""
    return _path(member).startswith("xl/worksheets/") and member.lower().endswith(".xml")


def _path(member: str) -> str:
    """The path of a part as calamine compares it."""
    return member.lower().replace("\\", "/")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> _Part:
    """What a member holds, found by reading it; twice, if anything in it asks for a closer look."""
    part, sheet, reach = _Part(member.filename), _is_sheet(member.filename), _Reach()
    rows = cells = False
    for block, xml in _pieces(archive, member):
        part.meet(block)
        if sheet:
            if _SUSPECT.search(xml) or reach.widens(xml):
                return _examined(archive, member, source)
            continue
        # No workbook has a document type; what it may define could grow without end.
        if _LENGTH.search(xml) or b"<!DOCTYPE" in xml:
            raise _unreadable()
        rows, cells = rows or bool(_SHEET_DATA.search(xml)), cells or bool(_CELL.search(xml))
        if rows and cells:
            # A sheet where Excel puts none would be read without having been looked through.
            raise _unreadable()
    return part


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """The member in blocks, the last of which is empty, each together with as much before it as a cell may take."""
    tail = b""
    with archive.open(member) as stream:
        block = None
        while block != b"":
            block = stream.read(BLOCK)
            xml = tail + block
            yield block, xml
            tail = xml[-CELL_BYTES:]


def _examined(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> _Part:
    """A sheet whose cells are looked at one by one; raises Held for what it may not have."""
    part, rows, columns = _Part(member.filename), 0, 0
    for block, xml in _pieces(archive, member):
        part.meet(block)
        if _LENGTH.search(xml) or b"<!DOCTYPE" in xml:
            raise _unreadable()
        _refuse_cells(xml, source)
        rows, columns = map(max, (rows, columns), _corner(xml))
        if rows * columns > CELLS or rows > LAST_ROW:
            remedy = "empty what stands far from the table, send the file again"
            raise Held("xlsx.size", "a sheet of the workbook", f"spans over {CELLS:,} cells", remedy)
    return part


class _Reach:
    """A box that all cells of a sheet lie in, whether they hold something or not."""

    def __init__(self) -> None:
        self.column, self.digits = "A", 1
        self.beyond = self._beyond()

    def widens(self, xml: bytes) -> bool:
        """Widen the box to the cells of another piece; whether it holds more of them than may be laid out."""
        while found := self.beyond.search(xml):
            column, row = _REFERENCE.match(xml, found.start() + len("r='")).groups()  # type: ignore[union-attr]
            self.column = max(self.column, column.decode().upper(), key=lambda letters: (len(letters), letters))
            self.digits = max(self.digits, len(row))
            width = functools.reduce(_digit, self.column.encode(), 0)
            if width * 10**self.digits > CELLS or 10**self.digits > LAST_ROW:
                return True
            self.beyond = self._beyond()
        return False

    def _beyond(self) -> Any:
        """The reference of a cell to the right of the box, or below it."""
        letters = self.column
        right = [f"[A-Z]{{{len(letters) + 1},}}"]
        for place, letter in enumerate(letters):
            if letter != "Z":
                right.append(f"{letters[:place]}[{chr(ord(letter) + 1)}-Z][A-Z]{{{len(letters) - place - 1}}}")
        below = f"[A-Z]+[0-9]{{{self.digits + 1}}}"
        return re2.compile(f"(?i)r=[\"'](?:(?:{'|'.join(right)})[0-9]|{below})".encode())


def _corner(xml: bytes) -> tuple[int, int]:
    """The last row and the last column of the cells with a value in a piece of a sheet."""
    places = _PLACE.findall(_EMPTY.sub(b"", xml))
    # As bytes first: a row's number stands in each of its cells.
    rows = {int(row) for row in {row for _, row in places}}
    rows |= {row for row in map(int, _FAR_ROW.findall(xml)) if row > LAST_ROW}
    columns = {functools.reduce(_digit, column.upper(), 0) for column in {column for column, _ in places}}
    return max(rows, default=0), max(columns, default=0)


def _digit(number: int, letter: int) -> int:
    return number * 26 + letter - ord("A") + 1


def _refuse_cells(xml: bytes, source: Source) -> None:
    if _ERROR.search(xml):
        raise Held(
            "xlsx.error",
            "a cell of the workbook",
            "holds an error such as #N/A, which would be read as empty",
            "mend or empty the cell, send the file again",
        )
    if _NO_PLACE.search(xml):
        raise _unreadable()
    if source.properties.formulas == "refuse" and _FORMULA.search(xml):
        raise Held(
            "xlsx.formula",
            "a cell of the workbook",
            "holds a formula",
            "ask for values only, or allow `formulas: cached` in the contract",
        )
    if source.properties.formulas == "cached" and _UNCACHED.search(xml):
        raise Held(
            "xlsx.formula",
            "a cell of the workbook",
            "holds a formula without a cached value",
            "open the file in Excel, save it, send it again",
        )
