"""XLSX: sheets cell by cell, with what people put above, below and beside a table."""

import io
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

from orchestration.sample.delivery import plain
from orchestration.sample.writing import grid
from orchestration.sample.writing.moments import in_numbers
from orchestration.sample.writing.page import LABEL, Page
from orchestration.sample.writing.tokens import scalar, texts

# XlsxWriter would write the present moment into each workbook.
CREATED = datetime(2026, 10, 1)
# Every so many rows dates are cells of that kind, not text.
NATIVE = 5


def encode(page: Page) -> bytes:
    """The workbook's bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": page.title, "comments": LABEL, "created": CREATED})
        writer = _Writer(book)
        for name, parts in grid.sheets(page):
            sheet, row = book.add_worksheet(name), 0
            for part in parts:
                row = writer.part(sheet, row, part)
        if not page.source.properties.sheets and not page.source.properties.sheet_column:
            book.add_worksheet("About").write_string(0, 0, LABEL)
    return stream.getvalue()


class _Writer:
    """Writes tables into the sheets of one workbook."""

    def __init__(self, book: Any):
        self.bold = book.add_format({"bold": True})
        self.moment = book.add_format({"num_format": "dd-mm-yyyy hh:mm"})
        self.day = book.add_format({"num_format": "dd-mm-yyyy"})

    def part(self, sheet: Any, row: int, part: grid.Part) -> int:
        """Write a table from a row on; the row behind it."""
        named = part.page.source.properties.header_rows
        for number, line in enumerate(part.head):
            for place, text in enumerate(line):
                if text:
                    sheet.write_string(row + number, place, text, self.bold)
        _merge(sheet, row + len(part.head) - named, part.head[len(part.head) - named :], self.bold)
        row += len(part.head)
        self._rows(sheet, row, part.page)
        row += len(part.page.rows)
        for number, line in enumerate(part.foot):
            for place, text in enumerate(line):
                if text:
                    sheet.write_string(row + number, place, text)
        return row + len(part.foot)

    def _rows(self, sheet: Any, first: int, page: Page) -> None:
        for place, field in enumerate(page.fields):
            spoilt, cells = page.spoilt.get(field.cell, {}), page.rows[field.cell]
            words = texts(page, field).to_pylist() if pd.api.types.is_datetime64_dtype(cells.dtype) else None
            day = field.column is not None and field.column.logical_type == "date"
            for number, value in enumerate(cells.astype(object)):
                cell = plain(spoilt.get(number, value))
                if number % NATIVE == 0 and _is_whole(cell):
                    sheet.write_datetime(first + number, place, cell, self.day if day else self.moment)
                elif words and words[number] and number not in spoilt:
                    _write(sheet, first + number, place, float(words[number]) if in_numbers(field) else words[number])
                else:
                    _write(sheet, first + number, place, scalar(cell, field))


def _is_whole(cell: Any) -> bool:
    """Whether it is a moment without seconds: Excel counts days as a float, which would lose them."""
    return isinstance(cell, datetime) and not cell.second and not cell.microsecond


def _write(sheet: Any, row: int, place: int, value: str | float | bool | None) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif value is not None:
        sheet.write_number(row, place, value)


def _merge(sheet: Any, row: int, head: list[grid.Line], bold: Any) -> None:
    """A name over several columns is one cell, where other names stand below it."""
    for number, line in enumerate(head[:-1]):
        start = 0
        for place in range(1, len(line) + 1):
            if place == len(line) or line[place] != line[start]:
                if line[start] and place - start > 1:
                    sheet.merge_range(row + number, start, row + number, place - 1, line[start], bold)
                start = place
