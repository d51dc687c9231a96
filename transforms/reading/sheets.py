"""Sheets of a workbook as tables: laid out by calamine, or row by row by openpyxl where they are too large for that.

Both give the same cells: texts, numbers, truth values, dates, times; "" for an empty one.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import python_calamine

from data_contracts.dataset import Source
from data_contracts.steps import column_number
from transforms.reading.grid import Cell, Grid, Range, lay
from transforms.reading.held import Held

BLOCK = 1 << 20
# Each merged range is kept, for the few of them that are in a header.
MERGED = 1_000_000
# Excel takes 32,767 letters in a cell.
LETTERS = 1 << 17
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_MERGED_BYTES = 200


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows from the first, each with its cells from the first column, and its merged ranges.

    `whole`: all its rows are in memory.
    """

    rows: Iterator[list[Cell]]
    merged: Sequence[Range]
    whole: bool


@dataclass(frozen=True)
class Book:
    """An open workbook: the names of its sheets in order, and a way to each of them by its number from 0."""

    names: Sequence[str]
    sheet: Callable[[int], Sheet]


Opened = AbstractContextManager[Book]


def grids(opened: Opened, source: Source, unreadable: Callable[[], Held]) -> Iterator[Grid]:
    """The table of each declared sheet in the workbook's order; raises Held where there is none, or it is broken."""
    try:
        with opened as book:
            for number, label in _chosen(book.names, source):
                sheet = book.sheet(number)
                yield _table(sheet, book.names[number], label, source)
    except (python_calamine.CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise unreadable() from None
    except BaseException as error:
        # What calamine raises where it meets what it took for impossible; the class has no name to import it by.
        if type(error).__name__ == "PanicException":
            raise unreadable() from None
        raise


def _chosen(names: Sequence[str], source: Source) -> list[tuple[int, str]]:
    """The numbers of the declared sheets, and what to call each: by the contract's word, else by its place."""
    properties = source.properties
    if properties.sheet is None and not properties.sheets:
        if not names:
            raise _no_sheet(1, names)
        return [(0, "sheet 1")]
    if properties.sheet is not None:
        if properties.sheet not in names:
            raise _no_sheet(properties.sheet, names)
        return [(names.index(properties.sheet), f"sheet {properties.sheet}")]
    for wanted in properties.sheets:
        if not any(_fits(name, wanted) for name in names):
            raise _no_sheet(wanted, names)
    return [
        (number, f"sheet {name if name in properties.sheets else number + 1}")
        for number, name in enumerate(names)
        if any(_fits(name, wanted) for wanted in properties.sheets)
    ]


def _fits(name: str, wanted: str) -> bool:
    return name == wanted or fnmatchcase(name, wanted)


def _no_sheet(wanted: str | int, names: Sequence[str]) -> Held:
    return Held(
        "xlsx.sheet",
        "the file",
        f"has no sheet {wanted} among its {len(names)}",
        "correct `sheet` or `sheets` in the contract, or ask for the file again",
    )


def much_merged() -> Held:
    """Why a workbook is held that has more merged ranges than are kept."""
    message, remedy = f"has over {MERGED:,} merged ranges", "ask for a sheet without merged cells"
    return Held("xlsx.merged", "a sheet of the workbook", message, remedy)


def _table(sheet: Sheet, name: str, label: str, source: Source) -> Grid:
    properties = source.properties
    place = f"{label}, row {properties.header_row}"
    last = properties.header_row + properties.header_rows - 2
    if any(top <= last < bottom for (top, _), (bottom, _) in sheet.merged):
        remedy = "correct `headerRow` and `headerRows` in the contract, or ask for a sheet without merged cells"
        raise Held("xlsx.merged", place, "a cell of the header is merged with cells of the rows below", remedy)
    constants = {properties.sheet_column: name} if properties.sheet_column else {}
    return lay(enumerate(sheet.rows, start=1), source, f"{label}, row", sheet.merged, constants, whole=sheet.whole)


@contextmanager
def laid_out(path: Path) -> Iterator[Book]:
    """A workbook whose sheets are laid out whole: quick, for about 72 bytes of memory a cell."""
    with python_calamine.load_workbook(str(path)) as book:

        def sheet(number: int) -> Sheet:
            found = book.get_sheet_by_index(number)
            return Sheet(found.iter_rows(), found.merged_cell_ranges or [], True)

        yield Book(book.sheet_names, sheet)


@contextmanager
def streamed(path: Path, unreadable: Callable[[], Held]) -> Iterator[Book]:
    """An XLSX whose sheets are read row by row: five times as slow, in memory that does not grow with them."""
    # Seldom needed, and no quick import.
    import openpyxl

    # As a stream: from a path without the right ending it takes no workbook.
    with path.open("rb") as raw:
        try:
            # It prints the number of a style that is not there into what our command tells.
            with redirect_stdout(None):
                book = openpyxl.load_workbook(raw, read_only=True, data_only=True, keep_links=False)
        except Exception:  # whatever its parser makes of a damaged part
            raise unreadable() from None
        sheets = book.worksheets

        def sheet(number: int) -> Sheet:
            found = sheets[number]
            # Its own word on its width would have every row filled up to it.
            found.reset_dimensions()
            return Sheet(_rows(found, unreadable), _merged(path, found._worksheet_path), False)

        yield Book([found.title for found in sheets], sheet)


def _rows(sheet: Any, unreadable: Callable[[], Held]) -> Iterator[list[Cell]]:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield ["" if cell is None else cell if isinstance(cell, int | float) else _cell(cell) for cell in row]
    except Held:
        raise
    except Exception:  # as above
        raise unreadable() from None


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > LETTERS:
        message = f"holds a text of over {LETTERS:,} letters"
        raise Held("xlsx.size", "a cell of the workbook", message, "shorten it, send the file again")
    return cell.date() if isinstance(cell, datetime) and cell.time() == time.min else cell


def _merged(path: Path, part: str) -> list[Range]:
    """The merged ranges of a sheet, which stand behind its cells."""
    found: list[Range] = []
    tail = b""
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as xml:
        while block := xml.read(BLOCK):
            piece = tail + block
            end = 0
            for match in _MERGED.finditer(piece):
                left, top, right, bottom = match.groups()
                first, last = (
                    (int(top) - 1, column_number(left.decode())),
                    (int(bottom) - 1, column_number(right.decode())),
                )
                found.append((first, last))
                end = match.end()
            tail = piece[max(end, len(piece) - _MERGED_BYTES) :]
    return found
