"""A CSV as a table whose rows pass through Python, for contracts that lay it out anew."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from data_contracts.dataset import Source
from transforms.reading.grid import Cell, Grid, lay
from transforms.reading.held import Held

Line = tuple[int, list[Cell]]


def table(text: Path, source: Source) -> Grid:
    """The table of a CSV in UTF-8, which is read as its rows are; raises Held where it is no such CSV.

    Rows have as many fields as the header. Only above it, with `shortLines`, and between blocks that are to be
    unstacked they may have fewer.
    """
    properties = source.properties
    lines = _lines(text, properties.delimiter)
    head = list(islice(lines, properties.header_row + properties.header_rows - 1))
    if head:
        ragged = properties.short_lines or bool(properties.steps and properties.steps[0].unstack)
        lines = _even(lines, len(head[-1][1]), ragged)
    return lay(chain(head, lines), source, "line", empty="")


def _lines(text: Path, delimiter: str) -> Iterator[Line]:
    with text.open(encoding="utf-8-sig", newline="") as file:
        record: list[str] = []
        reader = csv.reader(_noted(file, record), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if any(cell.startswith(' "') for cell in cells) and _spaced(cells, record, delimiter):
                    remedy = "ask for the file without spaces before quotes"
                    raise Held("csv.quote", f"line {reader.line_num}", "has a space before a quote", remedy)
                record.clear()
                yield reader.line_num, cells
        except UnicodeDecodeError:
            remedy = "correct `encoding` in the contract"
            raise Held("file.encoding", f"after line {reader.line_num}", "is not utf-8", remedy) from None
        except csv.Error:
            message = "a quoted value does not end properly, or is longer than 128 KiB"
            raise Held("csv.quote", f"line {reader.line_num}", message, "ask for the file again") from None


def _noted(lines: Iterable[str], record: list[str]) -> Iterator[str]:
    """The lines, each noted before it is handed on."""
    for line in lines:
        record.append(line)
        yield line


def _spaced(cells: list[Cell], record: list[str], delimiter: str) -> bool:
    """Whether a quote behind a space begins a value, where DuckDB passes over that space; or both are in quotes."""
    again, *more = csv.reader(record, delimiter=delimiter, strict=True, skipinitialspace=True)
    if more or len(again) != len(cells):
        return True
    return any(cell != other for cell, other in zip(cells, again, strict=True) if cell.startswith(' "'))


def _even(lines: Iterator[Line], width: int, ragged: bool) -> Iterator[Line]:
    for number, cells in lines:
        if len(cells) > width or (0 < len(cells) < width and not ragged):
            message = f"has {len(cells)} fields where the header has {width}"
            raise Held("csv.columns", f"line {number}", message, "ask for the file again; the line is cut or overfull")
        yield number, cells
