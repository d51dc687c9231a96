"""XLSX: one sheet, header row as declared; formulas only where the contract allows their cached value."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import python_calamine

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading import header
from transforms.reading.dates import to_strptime
from transforms.reading.held import Held
from transforms.reading.records import Records, stream

UNPACKED_BYTES = 2 << 30
RATIO = 200
BLOCK = 1 << 20
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# A formula followed by the end of its cell: nothing was cached.
_UNCACHED = re.compile(rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?/>|</(?:\w+:)?f>)\s*</(?:\w+:)?c>")


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The declared sheet's records; raises Held where it is not there or not readable."""
    _inspect(path, source)
    try:
        with python_calamine.load_workbook(str(path)) as book:
            rows = _sheet(book, source).iter_rows()
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from None
    place = f"sheet {source.properties.sheet or 1}, row {source.properties.header_row}"
    names = [_text(cell, None) or "" for cell in _header(rows, source, place)]
    while names and not names[-1]:
        names.pop()
    found = header.match(names, dataset, source, place)
    return stream(connection, dataset, _cells(rows, found, dataset, source))


def _unreadable(error: Exception) -> Held:
    if isinstance(error, python_calamine.PasswordError):
        return Held("xlsx.password", "the file", "is locked by a password", "ask for it without one")
    return Held("xlsx.shape", "the file", "is not a readable XLSX", "open and save it again in Excel")


def _inspect(path: Path, source: Source) -> None:
    """Unpack every part once, counting: a bomb, a broken member or a formula shows before it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            total = 0
            for member in archive.infolist():
                if member.file_size > RATIO * max(member.compress_size, 1 << 16):
                    raise Held("zip.bomb", "the file", "unpacks to far more than it should", "do not open it")
                total += _unpacked(archive, member, source)
                if total > UNPACKED_BYTES:
                    raise Held("zip.bomb", "the file", "unpacks to over 2 GiB", "ask for smaller files")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError):
        raise Held("xlsx.shape", "the file", "is not an XLSX, or is cut short", "ask for the file again") from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> int:
    """The member's size in bytes, found by reading it."""
    sheet = member.filename.startswith("xl/worksheets/")
    size, tail = 0, b""
    with archive.open(member) as stream:
        while block := stream.read(BLOCK):
            size += len(block)
            if sheet:
                _refuse_formulas(tail + block, source)
                tail = block[-256:]
    return size


def _refuse_formulas(xml: bytes, source: Source) -> None:
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


def _sheet(book: python_calamine.CalamineWorkbook, source: Source) -> python_calamine.CalamineSheet:
    if source.properties.sheet is None:
        return book.get_sheet_by_index(0)
    if source.properties.sheet not in book.sheet_names:
        raise Held(
            "xlsx.sheet",
            "the file",
            f"has no sheet {source.properties.sheet} among its {len(book.sheet_names)}",
            "correct `sheet` in the contract, or ask for the file again",
        )
    return book.get_sheet_by_name(source.properties.sheet)


def _header(rows: Iterator[list[object]], source: Source, place: str) -> list[object]:
    for number, row in enumerate(rows, start=1):
        if number == source.properties.header_row:
            return row
    raise Held("file.empty", place, "the sheet ends before its header", "ask for the file again")


def _cells(
    rows: Iterator[list[object]], found: dict[str, int], dataset: Dataset, source: Source
) -> Iterator[list[str | None]]:
    """Each row's cells as text, in the contract's order; empty rows are no records."""
    columns = [(found[column.name], column) for column in dataset.file_columns]
    nulls = source.properties.null_values
    for row in rows:
        if any(cell != "" for cell in row):
            texts = [_text(row[position], column) for position, column in columns]
            yield [None if text in nulls else text for text in texts]


def _text(cell: object, column: Column | None) -> str | None:
    """A cell as the text that the cast plan expects; whole numbers without a fraction, dates as declared."""
    if cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        declared = column.options.get("format") if column else None
        return cell.strftime(to_strptime(declared)) if declared else cell.isoformat()
    return str(cell)
