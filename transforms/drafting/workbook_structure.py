"""The structure of a workbook: which sheet, which rows hold the names."""

import zipfile
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from data_contracts.dataset import Source
from data_contracts.properties import SourceProperties
from transforms.drafting.guess import DraftFault, Guess, Structure, named
from transforms.reading import workbook
from transforms.reading.grid import Cell, Range, lay
from transforms.reading.held import Held
from transforms.reading.sheets import laid_out

TOP = 60
LOOKED_AT = 20_000


@dataclass(frozen=True)
class _Sheet:
    """The top of a sheet with its merged ranges, and how many rows were counted."""

    name: str
    top: list[list[Cell]]
    merged: tuple[Range, ...]
    rows: int


def structure(path: Path, kind: str) -> Structure:
    """How a workbook (`xlsx`, `xls`) is built that a reader has looked through. Raises DraftFault where it is none."""
    source = Source("inbox", kind, (), SourceProperties(formulas="cached"))
    try:
        with workbook.opened(path, source) if kind == "xlsx" else laid_out(path) as book:
            sheets = [_sheet(book, number) for number in range(len(book.names))]
    except (python_calamine.CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise DraftFault(f"the file: is no {kind} that can be read; open and save it again in Excel") from None
    sheets = [sheet for sheet in sheets if any(map(_filled, sheet.top))]
    if not sheets:
        raise DraftFault("the file: every sheet of it is empty; ask the department to send it again")
    chosen = max(sheets, key=lambda sheet: sheet.rows)
    found = Structure(kind)
    if len(sheets) > 1:
        todo = "each of the other sheets needs a contract of its own, or all of them `sheets`"
        found.properties["sheet"] = Guess(chosen.name, f"the longest of {len(sheets)} sheets", todo)
    named(_names(chosen, found), found)
    return found


def _sheet(book: Any, number: int) -> _Sheet:
    sheet = book.sheet(number)
    top = [list(row) for row in islice(sheet.rows, TOP)]
    return _Sheet(
        book.names[number], top, tuple(sheet.merged), len(top) + sum(1 for _ in islice(sheet.rows, LOOKED_AT))
    )


def _names(sheet: _Sheet, found: Structure) -> list[str]:
    """The names of the header, as the reader joins them."""
    first = _header(sheet.top)
    last = max([first, *(bottom for (top, _), (bottom, _) in sheet.merged if top == first)])
    below = [(top, left, right) for (top, left), (_, right) in sheet.merged if top == first and right > left]
    # A name over several columns has theirs in the row below it.
    last = max(last, first + 1) if below and last + 1 < len(sheet.top) and _is_text(sheet.top[first + 1]) else last
    if first:
        above = "the first row that is about as wide as the widest and holds no number"
        found.properties["headerRow"] = Guess(first + 1, f"{above}; {first} stand above it")
    if last > first:
        found.properties["headerRows"] = Guess(last - first + 1, "cells of the header are merged")
    properties = SourceProperties(header_row=first + 1, header_rows=last - first + 1)
    source = Source("inbox", found.format, (), properties)
    try:
        names = lay(enumerate(sheet.top, start=1), source, "the header, row", sheet.merged).names
    except Held as held:
        raise DraftFault(str(held)) from None
    return list(names)


def _filled(row: list[Cell]) -> int:
    return sum(cell != "" for cell in row)


def _is_text(row: list[Cell]) -> bool:
    return not any(isinstance(cell, float | int | date) for cell in row)


def _header(rows: list[list[Cell]]) -> int:
    """The first row that is about as wide as the widest and holds texts alone, else the first with anything."""
    widest = max(map(_filled, rows))
    for place, row in enumerate(rows):
        if _filled(row) * 5 >= widest * 4 and _is_text(row):
            return place
    return next(place for place, row in enumerate(rows) if _filled(row))
