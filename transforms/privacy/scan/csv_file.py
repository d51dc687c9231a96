"""CSV and TSV: cells by column, under the words of the first row."""

import csv
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from transforms.privacy.scan.artefact import BATCH, Artefact, Part, Piece
from transforms.privacy.scan.text_file import HEAD, lines, opened

_DELIMITERS = ",;\t|"
# A row of several lines is no longer than this, in characters; beyond it a quote was left open.
ROW = 1 << 17


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The cells. Where quotes do not close, the lines as they are: nothing is left out."""
    with opened(artefact.path) as file:
        delimiter = _delimiter(file.read(HEAD))
    with opened(artefact.path) as file:
        yield from _columns(artefact, _rows(lines(file), delimiter))


def _delimiter(head: str) -> str:
    first = next((line for line in head.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _columns(artefact: Artefact, rows: Iterable[list[str]]) -> Iterator[Part]:
    """The header, then the cells of each column in batches of rows."""
    rows = iter(rows)
    header = next(rows, [])
    yield Piece(artefact.part("names"), header)
    size, held = 0, list[list[str]]()
    for row in rows:
        held.append(row)
        size += sum(map(len, row)) + 8 * len(row)
        if size > BATCH:
            yield from _pieces(artefact, header, held)
            size, held = 0, []
    yield from _pieces(artefact, header, held)


def _pieces(artefact: Artefact, header: list[str], rows: list[list[str]]) -> Iterator[Part]:
    for place, column in enumerate(zip_longest(*rows, fillvalue="")):
        name = header[place] if place < len(header) else ""
        yield Piece(artefact.part(name) if name else artefact.name, list(column), (name,))


def _rows(source: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows; where quotes are none, or do not close, the lines cut at each delimiter."""
    remembered = _Remembered(source)
    while True:
        try:
            for row in csv.reader(remembered, delimiter=delimiter, strict=True):
                remembered.forget()
                yield row
            return
        except csv.Error:
            yield from [line.split(delimiter) for line in remembered.lines]
            remembered.forget()


class _Remembered:
    """Lines, and those that went into the row that is not complete yet. Raises csv.Error where that has no end."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self.forget()

    def forget(self) -> None:
        """The row is complete."""
        self.lines: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._source)
        self.lines.append(line)
        self._size += len(line)
        # The limit of Python's own reader is one for the whole process, and anybody may lift it.
        if len(self.lines) > 1 and self._size > ROW:
            raise csv.Error
        # A null byte is no fault of a row.
        return line.replace("\0", " ")
