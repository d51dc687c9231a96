"""CSV and TSV: cells by column, under the words of the first row."""

import csv
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import ConvertOptions, CSVStreamingReader, ParseOptions, ReadOptions, open_csv

from transforms.privacy.scan.artefact import BATCH, HEADINGS, Artefact, Part, Piece
from transforms.privacy.scan.text_file import HEAD, lines, opened

_DELIMITERS = ",;\t|"
# A line's end, and a null byte.
_STRANGE = r"[\r\n\x00]"
# A row of several lines is no longer than this, in characters; beyond it a quote was left open.
ROW = 1 << 17


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The cells. Where quotes do not close, the lines as they are: nothing is left out."""
    with opened(artefact.path) as file:
        delimiter, encoding = _delimiter(file.read(HEAD)), file.encoding
    with opened(artefact.path) as file:
        rows = _rows(lines(file), delimiter)
        header = next(rows, [])
        yield Piece(artefact.part("names"), header)
        if encoding.startswith("utf-8") and _regular(artefact.path, delimiter, header):
            yield from _by_arrow(artefact, delimiter, header)
        else:
            yield from _columns(artefact, header, rows)


def _delimiter(head: str) -> str:
    first = next((line for line in head.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _regular(path: Path, delimiter: str, header: list[str]) -> bool:
    """Whether Arrow, which is several times as fast, finds the same header, as many cells in each row, and none with
    a line's end, as all the rest would be where a quote does not close, or with a null byte."""
    if not 0 < len(header) <= HEADINGS:
        return False
    try:
        with _reader(path, delimiter, len(header)) as batches:
            for number, batch in enumerate(batches):
                if number == 0 and [column[0].as_py() for column in batch.columns] != header:
                    return False
                if any(pc.any(pc.match_substring_regex(column, _STRANGE)).as_py() for column in batch.columns):
                    return False
    except (pa.ArrowException, OSError):
        return False
    return True


def _reader(path: Path, delimiter: str, columns: int) -> CSVStreamingReader:
    names = [str(number) for number in range(columns)]
    return open_csv(
        path,
        ReadOptions(column_names=names, block_size=BATCH, use_threads=False),
        ParseOptions(delimiter=delimiter, newlines_in_values=True),
        ConvertOptions(column_types=dict.fromkeys(names, pa.large_string())),
    )


def _by_arrow(artefact: Artefact, delimiter: str, header: list[str]) -> Iterator[Part]:
    first = 1
    with _reader(artefact.path, delimiter, len(header)) as batches:
        for batch in batches:
            for name, column in zip(header, batch.slice(first).columns, strict=True):
                yield Piece(artefact.part(name) if name else artefact.name, column, (name,))
            first = 0


def _columns(artefact: Artefact, header: list[str], rows: Iterable[list[str]]) -> Iterator[Part]:
    """The cells of each column in batches of rows."""
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
