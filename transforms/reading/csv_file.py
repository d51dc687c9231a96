"""CSV, with delimiter, encoding and decimal mark as declared; nothing is sniffed."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from data_contracts.dataset import Dataset, Source
from transforms.engine import literal, literals, name, named_file
from transforms.reading import csv_cells, csv_table, header, pieces, reshape
from transforms.reading.held import Held
from transforms.reading.records import Records

HEADER_BYTES = 1 << 20
LINE_BYTES = 1 << 21
BLOCK = 1 << 21
EMPTY_BYTES = 1 << 20
# Fits the processor's cache: counting quotes there costs half of what it does in larger blocks.
SCANNED = 1 << 18
# So much of a block is looked at again with the next one: what is looked for may lie across.
SEAM = 1 << 12


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The file's records; raises Held where the file is not such a CSV."""
    text = _as_utf8(path, source, scratch)
    odd = _scan(text)
    if source.properties.laid_out:
        return reshape.records(connection, path, [csv_table.table(text, source)], dataset, source)
    # Where spaces part the cells, one behind a quote is nothing odd.
    if odd and source.properties.delimiter != " ":
        csv_cells.refuse_altered(text, source.properties.delimiter)
    headed = source.properties.header == "names"
    # Without a header the columns stand in the contract's order, all of them.
    names = _header(text, source) if headed else [column.name for column in dataset.file_columns]
    found = header.match(names, dataset, source, "line 1")
    columns = ", ".join(f"{literal(f'c{position}')}: 'VARCHAR'" for position in range(len(names)))
    # parallel=false accepts an unclosed quote at the end of the file (measured); strict parallel does not.
    reader = (
        f"read_csv({named_file(text)}, auto_detect=false, header={str(headed).lower()}, strict_mode=true, "
        f"null_padding={str(source.properties.short_lines).lower()}, "
        f"delim={literal(source.properties.delimiter)}, quote='\"', escape='\"', "
        f"nullstr=[{literals(source.properties.null_values)}], max_line_size={LINE_BYTES}, "
        f"columns={{{columns}}})"
    )
    absent = "CAST(NULL AS VARCHAR)"
    cells = {c.name: f"c{found[c.name]}" if c.name in found else absent for c in dataset.file_columns}
    chosen = ", ".join(f"{cell} AS {name(column)}" for column, cell in cells.items())
    return Records(f"SELECT {chosen} FROM {reader}", partial(_held, text), at_once=pieces.rows(text))


def _as_utf8(path: Path, source: Source, scratch: Path) -> Path:
    """The file itself where it is UTF-8, else a copy in UTF-8; raises Held at the first wrong byte."""
    encoding = codecs.lookup(source.properties.encoding).name
    if path.stat().st_size == 0:
        raise Held("file.empty", "byte 0", "the file is empty", "ask the department to send it again")
    if encoding == "utf-8":
        return path
    target = scratch / "utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with path.open("rb") as raw, target.open("w", encoding="utf-8", newline="") as text:
        for place, block in _blocks(raw):
            try:
                text.write(decoder.decode(block, final=not block))
            except UnicodeError as error:
                # UTF-16 without its mark is a UnicodeError that names no place.
                raise _wrong_encoding(place + getattr(error, "start", 0), encoding) from None
    return target


def _wrong_encoding(byte: int, encoding: str) -> Held:
    return Held(
        "file.encoding",
        f"near byte {byte}",
        f"is not {encoding}",
        "correct `encoding` in the contract, or ask for the file in it",
    )


def _first_wrong(path: Path) -> int:
    """Where the first byte stands that is no UTF-8, as where another encoding was pasted into a file."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
    with path.open("rb") as raw:
        for place, block in _blocks(raw):
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return place - waiting + error.start
    return 0


def _blocks(raw: io.BufferedIOBase) -> Iterator[tuple[int, bytes]]:
    """The file's blocks with their offsets, and an empty one at the end."""
    place = 0
    while block := raw.read(BLOCK):
        yield place, block
        place += len(block)
    yield place, b""


def _scan(path: Path) -> bool:
    """What DuckDB would let through: NUL bytes, and quotes that do not pair.

    And what it loses rows by without a word (measured): a last line longer than its buffer, and empty lines by
    the megabyte. Returns whether there may be a cell that it alters.
    """
    buffer = bytearray(SCANNED)
    view = np.frombuffer(buffer, dtype=np.uint8)
    place = quotes = open_line = empty = 0
    odd, tail = False, bytearray()
    with path.open("rb", buffering=0) as raw:
        while count := raw.readinto(buffer):
            nul = buffer.find(b"\0", 0, count)
            if nul >= 0:
                raise Held(
                    "file.nul",
                    f"byte {place + nul}",
                    "holds a NUL byte",
                    "ask for the file again; it was damaged or is in another encoding",
                )
            # Most files quote nothing, and looking costs next to nothing beside counting.
            if buffer.find(b'"', 0, count) >= 0:
                quotes += int(np.count_nonzero(view[:count] == ord('"')))
            open_line = count - 1 - end if (end := _line_end(buffer, count)) >= 0 else open_line + count
            if open_line >= 2 * LINE_BYTES:
                raise _long_line(f"near byte {place + count - open_line}")
            empty = empty + count if buffer[0] in b"\r\n" and not buffer[:count].strip(b"\r\n") else 0
            if empty >= EMPTY_BYTES:
                raise Held("csv.line", f"near byte {place}", "holds only empty lines", "ask for the file again")
            seam = tail + buffer[: min(SEAM, count)]
            odd = odd or csv_cells.suspect(buffer, count) or csv_cells.suspect(seam, len(seam))
            tail = buffer[max(0, count - SEAM) : count]
            place += count
    if quotes % 2:
        raise Held("csv.quote", "the file", "a quote is opened and never closed", "ask for the file again")
    return odd


def _line_end(buffer: bytearray, count: int) -> int:
    """Where the last line of the first `count` bytes ends, -1 where none does."""
    end = buffer.rfind(b"\n", 0, count)
    return end if end >= 0 else buffer.rfind(b"\r", 0, count)


def _long_line(place: str) -> Held:
    return Held("csv.line", place, f"is longer than {LINE_BYTES} bytes", "ask for the file again")


def _header(path: Path, source: Source) -> list[str]:
    with path.open("rb") as raw:
        first = raw.read(HEADER_BYTES)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")(errors="strict").decode(first)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(error.start, "utf-8") from None
    lines = io.StringIO(text, newline="")
    try:
        names = next(csv.reader(lines, delimiter=source.properties.delimiter, strict=True), [])
    except csv.Error:
        raise Held("csv.header", "line 1", "is no CSV header", "check `delimiter` in the contract") from None
    if len(first) == HEADER_BYTES and lines.tell() == len(text):
        raise Held("csv.line", "line 1", "is longer than 1 MiB", "this is no CSV of the contract's shape")
    return names


# What DuckDB's messages say, and the reason we give; the message itself echoes the line, so it stops here.
_MESSAGES = (
    ("unterminated quote", "csv.quote", "a quoted value does not end properly", "ask for the file again"),
    ("Invalid unicode", "file.encoding", "", ""),
    ("Expected Number of Columns", "csv.columns", "", "ask for the file again; the line is cut or overfull"),
    ("Maximum line size", "csv.line", f"is longer than {LINE_BYTES} bytes", "ask for the file again"),
)


def _held(path: Path, error: duckdb.Error) -> Held:
    """DuckDB's complaint about a CSV as a reason that holds no value; any other error is raised as it is."""
    text = str(error)
    if "CSV" not in text.partition("\n")[0]:
        raise error
    line = re.search(r"CSV Error on Line: (\d+)", text)
    place = f"line {line.group(1)}" if line else "the file"
    for words, rule, message, remedy in _MESSAGES:
        if words in text:
            counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
            if counts:
                message = f"has {counts.group(2)} fields instead of {counts.group(1)}"
            if rule == "file.encoding":
                return _wrong_encoding(_first_wrong(path), "utf-8")
            return Held(rule, place, message, remedy)
    return Held("csv.shape", place, "is not the CSV that the contract declares", "check line ends and delimiter")
