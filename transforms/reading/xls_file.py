"""XLS, the workbook of Excel 97 to 2003: inspected record by record before it is opened, then read as an XLSX is."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import olefile

from data_contracts.dataset import Dataset, Source
from transforms.reading import reshape, sheets
from transforms.reading.held import Held
from transforms.reading.records import Records

# A sheet of that time has 65,536 rows and 256 columns; files beyond this are none that an office sends.
FILE_BYTES = 128 << 20
STREAMS = ("Workbook", "Book")
ROWS, COLUMNS = 1 << 16, 1 << 8
# calamine lays out every cell between the first and the last of all sheets at once, also the empty ones. Beyond so
# many one in twenty must be filled: a stray cell in the last corner would ask for a gigabyte.
CELLS, SPARSE = 1 << 22, 20
# Kinds of records, by the numbers of Microsoft's [MS-XLS].
_FORMULA, _LOCKED, _BOOL_OR_ERROR, _STRING, _TEXTS, _CORNER = 0x0006, 0x002F, 0x0205, 0x0207, 0x00FC, 0x0200
_BEGIN, _END, _NUMBERS, _SHARED_TEXT = 0x0809, 0x000A, 0x00BD, 0x00FD
# Ours, for many cells at once.
_CELLS = -1
# Those of one cell each: number, text of three kinds, compact number.
_CELL = (_FORMULA, _BOOL_OR_ERROR, 0x0203, 0x0204, 0x00D6, _SHARED_TEXT, 0x027E)
_COUNTS = np.isin(np.arange(1 << 16), _CELL).astype(int)
# Of these almost all of a sheet is made, so many are taken at once: shared texts, numbers, compact numbers alone
# and in a row, and beside them rows and empty cells. Of each the beginning says all that is asked.
_KNOWN = ((_SHARED_TEXT, 10), (0x0203, 14), (0x027E, 10), *((_NUMBERS, 6 + 6 * n) for n in range(2, 17)),
          (0x0208, 16), (0x0201, 6))  # fmt: skip
_PLAIN = b"|".join(re.escape(struct.pack("<HH", *each)) + b".{%d}" % each[1] for each in _KNOWN)
_RUN, _EACH = re.compile(b"(?s)(?:%b){32,10000}+" % _PLAIN), re.compile(b"(?s)(?=(.{14}))(?:%b)" % _PLAIN)
# What may stand between a formula and the text that it came to.
_SHARED = (0x04BC, 0x0221, 0x0236)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records of the declared sheets; raises Held where one is not there or not readable."""
    _inspect(path, source)
    return reshape.records(connection, sheets.grids(sheets.laid_out(path), source, _unreadable), dataset, source)


def _unreadable() -> Held:
    return Held("xlsx.shape", "the file", "is not an XLS, or is cut short", "open and save it again in Excel")


def _locked() -> Held:
    return Held("xlsx.password", "the file", "is locked by a password", "ask for an XLS without a password")


def _inspect(path: Path, source: Source) -> None:
    """Walk through every record once: a password, a formula or an error shows before anything is read."""
    if path.stat().st_size > FILE_BYTES:
        raise Held("xlsx.size", "the file", f"is larger than {FILE_BYTES >> 20} MiB", "ask for smaller files")
    awaited, extent, texts, depth = False, _Extent(), 0, 0
    stream = _workbook(path)
    for kind, content in _records(stream):
        if awaited and kind not in _SHARED:
            _refuse_uncached(kind)
        awaited = awaited and kind in _SHARED
        if kind == _LOCKED:
            raise _locked()
        if _lies(kind, content, len(stream)):
            raise _unreadable()
        depth += (kind == _BEGIN) - (kind == _END)
        texts = struct.unpack_from("<I", content.ljust(8, b"\0"), 4)[0] if kind == _TEXTS else texts
        # calamine leaves out a text whose number is beyond the table of texts.
        if kind == _SHARED_TEXT and struct.unpack_from("<I", content.ljust(10, b"\xff"), 6)[0] >= texts:
            raise _unreadable()
        if kind == _CELLS and extent.meet_many(content) >= texts:
            raise _unreadable()
        extent.meet(kind, content)
        if kind in (_FORMULA, _BOOL_OR_ERROR):
            _refuse_cell(kind, content, source)
            awaited = kind == _FORMULA and _came_to(content) == 0
    if awaited:
        _refuse_uncached(None)
    if depth:
        raise _unreadable()


class _Extent:
    """How many cells are filled, and how many lie between the first and the last of each sheet."""

    def __init__(self) -> None:
        self.filled = self.before = self.rows = self.columns = 0

    def meet(self, kind: int, content: bytes) -> None:
        """Count a record; raises Held for a cell that stands where no sheet has one, or too far away."""
        if kind == _BEGIN:
            self.before, self.rows, self.columns = self.spanned, 0, 0
        elif kind in _CELL or kind == _NUMBERS:
            if len(content) < 6:
                raise _unreadable()
            row, column = struct.unpack_from("<HH", content)
            several = (len(content) - 6) // 6 if kind == _NUMBERS else 1
            self._fill(several, row + 1, column + several)

    def meet_many(self, run: bytes) -> int:
        """Count a run of cells as meet() does; the highest number of a shared text in it, -1 where there is none."""
        heads = np.array(_EACH.findall(run + bytes(4)), "S14").view(np.uint8).reshape(-1, 14)
        kind, length, row, column = np.ascontiguousarray(heads[:, :8]).view("<u2").T.astype(int)
        several = np.where(kind == _NUMBERS, (length - 6) // 6, _COUNTS[kind])
        filled = several > 0
        if filled.any():
            self._fill(int(several.sum()), int(row[filled].max()) + 1, int((column + several)[filled].max()))
        texts = np.ascontiguousarray(heads[kind == _SHARED_TEXT, 10:]).view("<u4")
        return int(texts.max()) if texts.size else -1

    def _fill(self, several: int, rows: int, columns: int) -> None:
        if columns > COLUMNS:
            raise _unreadable()
        self.filled += several
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        if self.spanned > max(CELLS, SPARSE * self.filled):
            remedy = "empty what stands far from the table, send the file again"
            raise Held("xlsx.size", "a sheet of the workbook", f"spans over {CELLS:,} cells", remedy)

    @property
    def spanned(self) -> int:
        """The cells that would be laid out."""
        return self.before + self.rows * self.columns


def _refuse_cell(kind: int, content: bytes, source: Source) -> None:
    if content[7:8] == b"\x01" if kind == _BOOL_OR_ERROR else _came_to(content) == 2:
        raise Held(
            "xlsx.error",
            "a cell of the workbook",
            "holds an error such as #N/A, which would be read as empty",
            "mend or empty the cell, send the file again",
        )
    if kind == _FORMULA and source.properties.formulas == "refuse":
        raise Held(
            "xlsx.formula",
            "a cell of the workbook",
            "holds a formula",
            "ask for values only, or allow `formulas: cached` in the contract",
        )


def _refuse_uncached(kind: int | None) -> None:
    if kind != _STRING:
        raise Held(
            "xlsx.formula",
            "a cell of the workbook",
            "holds a formula without a cached value",
            "open the file in Excel, save it, send it again",
        )


def _came_to(formula: bytes) -> int | None:
    """What a formula came to: 0 a text, which follows, 1 a truth value, 2 an error, 3 an empty text, None a number."""
    return formula[6] if formula[12:14] == b"\xff\xff" else None


def _lies(kind: int, content: bytes, size: int) -> bool:
    """Whether a record asks for more room than its file can fill: calamine believes it, and the process would end."""
    if kind == _TEXTS:
        return any(count > size for count in struct.unpack_from("<II", content.ljust(8, b"\0")))
    if kind == _CORNER:
        first, last, left, right = struct.unpack_from("<IIHH", content.ljust(12, b"\0"))
        return not (first <= last <= ROWS and left <= right <= COLUMNS)
    return False


def _workbook(path: Path) -> bytes:
    """The stream of a compound file in which the sheets stand."""
    try:
        with olefile.OleFileIO(path) as compound:
            if compound.exists("EncryptedPackage"):
                raise _locked()
            name = next(filter(compound.exists, STREAMS), None)
            if name is None:
                raise _unreadable()
            return bytes(compound.openstream(name).read())
    except Held:
        raise
    except Exception:  # whatever the library makes of a damaged directory
        raise _unreadable() from None


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind and content of each record, or many plain cells as one; a record that is cut short ends them."""
    place = 0
    while place + 4 <= len(stream):
        if run := _RUN.match(stream, place):
            yield _CELLS, run.group()
            place = run.end()
            continue
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length
