"""A table as its file has it: the names, where they stand, and the rows of cells below them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import islice
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.dataset import Column, Dataset, Source
from data_contracts.steps import column_number
from transforms.reading.dates import NUMBERED, to_strptime
from transforms.reading.held import Held

# A sheet's cell as its library gives it: text, number, truth value, date or time; an empty one is "".
Cell = Any
# Where Arrow writes the parts of a moment.
_PLACES = {"%Y": (0, 4), "%y": (2, 4), "%m": (5, 7), "%d": (8, 10), "%H": (11, 13), "%M": (14, 16), "%S": (17, 19)}
AT_ONCE = 500
# A merged range: (row, column) of its first and of its last cell, from 0.
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """A table: `rows` have a cell for each of `names`; `above` are the rows before the header.

    `place` says where the header stands, `constants` are columns that hold one cell in every row and that `rows`
    have not got yet, `empty` is what an empty cell is as a value.
    """

    names: list[str]
    rows: Iterator[list[Cell]]
    place: str
    above: list[list[Cell]]
    constants: Mapping[str, Cell] = field(default_factory=dict)
    empty: str | None = None

    def whole(self) -> "Grid":
        """The table with its constants in each row."""
        if not self.constants:
            return self
        cells = list(self.constants.values())
        rows = ([*row, *cells] for row in self.rows)
        return replace(self, names=[*self.names, *self.constants], rows=rows, constants={})

    def position(self, name: str, dataset: Dataset) -> int:
        """Where a column stands that the contract names by its own name or by the file's.

        Raises Held where it is not there, or stands there twice.
        """
        column = dataset.by_name.get(name)
        wanted = column.source_names if column else (name,)
        found = [position for position, own in enumerate(self.names) if own in wanted]
        if not found:
            remedy = "if it was renamed, correct `steps` in the contract; else ask for the whole file"
            raise Held("header.missing", self.place, f"no column for {name}", remedy)
        if len(found) > 1:
            places = f"{self.place}, columns {found[0] + 1} and {found[1] + 1}"
            raise Held("header.repeated", places, f"both stand for {name}", "ask for a file with one of them")
        return found[0]


def lay(
    lines: Iterator[tuple[int, list[Cell]]],
    source: Source,
    where: str,
    merged: Iterable[Range] = (),
    constants: Mapping[str, Cell] = MappingProxyType({}),
    empty: str | None = None,
    whole: bool = False,
) -> Grid:
    """The table of a sheet or of a text, from its numbered rows; raises Held where it has no header.

    `where` goes before a row's number to say its place; `whole`: all rows are there, so many are looked at at once.
    A part of a name that is merged over several columns belongs to each of them, if other parts follow below.
    """
    properties = source.properties
    place = f"{where} {properties.header_row}"
    last = properties.header_row + properties.header_rows - 1
    head = [cells for _, cells in islice(lines, last)]
    if len(head) < last:
        raise Held("file.empty", place, "the table ends before its header", "ask for the file again")
    names = _names(head, properties.header_row - 1, merged, properties.header_join)
    above = head[: properties.header_row - 1]
    known = {**constants, **_cells_above(above, source, place)}
    rows = (_rows_at_once if whole else _rows)(lines, len(names), where)
    return Grid(names, rows, place, above, known, empty)


def _names(head: Sequence[list[Cell]], first: int, merged: Iterable[Range], join: str) -> list[str]:
    width = max(map(len, head[first:]))
    rows = [[*cells, *[""] * (width - len(cells))] for cells in head]
    for (top, left), (bottom, right) in merged:
        if first <= top and bottom < len(rows) - 1:
            rows[top][left + 1 : right + 1] = [rows[top][left]] * len(rows[top][left + 1 : right + 1])
    parts = zip(*(row[:width] for row in rows[first:]), strict=True)
    names = [join.join(text for cell in part if (text := text_of(cell, None))) for part in parts]
    while names and not names[-1]:
        names.pop()
    return names


def _cells_above(above: Sequence[list[Cell]], source: Source, place: str) -> dict[str, Cell]:
    """The declared cells above the header by the names of the columns that they become."""
    found: dict[str, Cell] = {}
    for name, address in source.properties.cells_above.items():
        letters = address.rstrip("0123456789")
        row, column = above[int(address[len(letters) :]) - 1], column_number(letters)
        found[name] = row[column] if column < len(row) else ""
        if found[name] == "":
            remedy = "correct `cellsAbove` in the contract, or ask for the file again"
            raise Held("table.cell", f"{place}, cell {address}", "is empty", remedy)
    return found


def _rows(lines: Iterator[tuple[int, list[Cell]]], width: int, where: str) -> Iterator[list[Cell]]:
    """The rows that are no empty ones, each as wide as the header."""
    for number, cells in lines:
        # Almost every row has a text or a number that is not nought, which is soon found.
        if len(cells) == width and any(cells):
            yield cells
            continue
        if len(cells) > width and any(cell != "" for cell in cells[width:]):
            remedy = "ask for a file in which every column has a name"
            raise Held("xlsx.columns", f"{where} {number}", "has a cell to the right of the header", remedy)
        if any(cell != "" for cell in cells):
            yield [*cells[:width], *[""] * (width - len(cells))]


def _rows_at_once(lines: Iterator[tuple[int, list[Cell]]], width: int, where: str) -> Iterator[list[Cell]]:
    """The same, sooner."""
    while block := list(islice(lines, AT_ONCE)):
        rows = [cells for _, cells in block]
        yield from rows if set(map(len, rows)) == {width} and all(map(any, rows)) else _rows(iter(block), width, where)


def texts(cells: Sequence[Cell], column: Column | None, empty: str | None = None) -> pa.Array:
    """The cells of a column as text_of() makes them, all at once where they are of one kind."""
    with suppress(pa.ArrowTypeError):
        found = pa.array(cells, pa.string())
        return found if empty == "" else pc.if_else(pc.equal(found, ""), None, found)
    cells, kinds = filled(cells)
    if kinds <= {int, float}:
        with suppress(pa.ArrowInvalid):
            return numbers(pa.array(cells, pa.float64()))
    if kinds <= {date, datetime} and _parts(column):
        return written(moments(cells), column)
    return pa.array([text_of(cell, column) for cell in cells], pa.string())


def filled(cells: Sequence[Cell]) -> tuple[Sequence[Cell], set[type]]:
    """Cells and their kinds with nulls for the empty ones, where those are the only texts among them."""
    kinds = set(map(type, cells))
    if str in kinds and all(cell == "" for cell in cells if type(cell) is str):
        return [None if cell == "" else cell for cell in cells], kinds - {str}
    return cells, kinds


def moments(cells: Sequence[Cell]) -> pa.Array:
    """Dates and moments, the former as the beginning of their day."""
    return pa.array(
        [datetime.combine(cell, time.min) if type(cell) is date else cell for cell in cells], pa.timestamp("us")
    )


def written(values: pa.Array, column: Column | None) -> pa.Array:
    """Moments by the parts of the column's pattern: what Arrow writes, put together anew."""
    texts = values.cast(pa.timestamp("s"), safe=False).cast(pa.string())
    parts = _parts(column)
    cut = [pc.utf8_slice_codeunits(texts, *_PLACES[part]) if part in _PLACES else part for part in parts]
    return pc.binary_join_element_wise(*cut, "")


def numbers(values: pa.Array) -> pa.Array:
    """Floats as text, whole ones without a fraction."""
    whole = pc.and_(pc.equal(values, pc.trunc(values)), pc.less(pc.abs(values), 2.0**63))
    digits = pc.if_else(whole, values, None).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, digits, values.cast(pa.string()))


def text_of(cell: Cell, column: Column | None) -> str | None:
    """A cell as the text that the cast plan expects; whole numbers without a fraction, dates as declared."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if cell == "" or cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    declared = _pattern(column) if isinstance(cell, date) else None
    if declared:
        # Milliseconds are %g to DuckDB; to Python that is a year.
        thousandths = f"{cell.microsecond // 1000:03d}" if isinstance(cell, datetime) else "000"
        return cell.strftime(declared.replace("%g", thousandths))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _pattern(column: Column | None) -> str | None:
    """The first of a column's patterns that a date can be written by; a word such as excel1900 is none."""
    declared = (column.options.get("format"), *column.properties.source_formats) if column else ()
    return next((to_strptime(pattern) for pattern in declared if pattern and pattern not in NUMBERED), None)


def _parts(column: Column | None) -> list[str]:
    """The parts of a column's pattern; empty where one of them is none of those with a fixed place."""
    parts = [part for part in re.split("(%-?.)", _pattern(column) or "") if part]
    return parts if all(part in _PLACES for part in parts if part.startswith("%")) else []
