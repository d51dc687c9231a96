"""XLS, the workbook of Excel 97 to 2003: inspected record by record before it is opened, then read as an XLSX is."""

import struct
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from data_contracts.dataset import Dataset, Source
from transforms.reading import bomb, reshape, sheets, xls_records
from transforms.reading.held import Held
from transforms.reading.records import Records
from transforms.reading.xls_records import BOOL_OR_ERROR, CELL, FORMULA, NUMBERS, SHARED_TEXT, Run, locked, unreadable

# A sheet of that time has 65,536 rows and 256 columns; files beyond this are none that an office sends.
FILE_BYTES = 128 << 20
ROWS, COLUMNS = 1 << 16, 1 << 8
# calamine lays out every cell between the first and the last of all sheets at once, also the empty ones. Beyond so
# many one in twenty must be filled: a stray cell in the last corner would ask for a gigabyte.
CELLS, SPARSE = 1 << 22, 20
# It copies a text of the workbook's list into each cell that stands for it. No office's sheets come to so much.
TEXT_BYTES = 1 << 29
# Kinds of records, by the numbers of Microsoft's [MS-XLS].
_LOCKED, _STRING, _CORNER, _BEGIN, _END, _SHEET = 0x002F, 0x0207, 0x0200, 0x0809, 0x000A, 0x0085
_TEXTS, _CONTINUED, _MERGED = 0x00FC, 0x003C, 0x00E5
# What may stand between a formula and the text that it came to.
_SHARED = (0x04BC, 0x0221, 0x0236)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records of the declared sheets; raises Held where one is not there or not readable."""
    _inspect(path, source)
    tables = sheets.grids(sheets.laid_out(path), source, unreadable)
    # So few rows fit into memory, unless steps make more of them.
    return reshape.records(connection, path, tables, dataset, source, whole=not source.properties.steps)


def _inspect(path: Path, source: Source) -> None:
    """Walk through every record once: a password, a formula or an error shows before anything is read."""
    if path.stat().st_size > FILE_BYTES:
        raise Held("xlsx.size", "the file", f"is larger than {FILE_BYTES >> 20} MiB", "ask for smaller files")
    awaited, parts, texts, extent = False, _Parts(), _Texts(), _Extent()
    stream = xls_records.stream(path)
    for record in xls_records.records(stream):
        kind, content = (None, b"") if isinstance(record, Run) else record
        if awaited and kind not in _SHARED:
            _refuse_uncached(kind)
        awaited = awaited and kind in _SHARED
        if kind == _LOCKED:
            raise locked()
        if _lies(kind, content, len(stream)):
            raise unreadable()
        parts.meet(record)
        texts.meet(record)
        extent.meet(record)
        if kind in (FORMULA, BOOL_OR_ERROR):
            _refuse_cell(kind, content, source)
            awaited = kind == FORMULA and _came_to(content) == 0
    if awaited:
        _refuse_uncached(None)
    parts.refuse_others()
    texts.refuse_many()


class _Parts:
    """Where the parts of the workbook begin, whether they end, and where its sheets are said to be."""

    def __init__(self) -> None:
        self.place = self.depth = 0
        self.begun, self.told = set[int](), set[int]()

    def meet(self, record: tuple[int, bytes] | Run) -> None:
        """Take note of a record or of a run."""
        if isinstance(record, Run):
            self.place += record.size
            return
        kind, content = record
        self.depth += (kind == _BEGIN) - (kind == _END)
        if kind == _BEGIN:
            self.begun.add(self.place)
        elif kind == _SHEET:
            self.told.add(int.from_bytes(content[:4], "little"))
        self.place += 4 + len(content)

    def refuse_others(self) -> None:
        """Raise Held where a part has no end, or a sheet is said to be where none has been looked through."""
        if self.depth or not self.told <= self.begun:
            raise unreadable()


class _Texts:
    """The workbook's list of texts, and the cells that stand for one of them."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.cells: list[np.ndarray] = []
        self.listed, self.count = False, 0

    def meet(self, record: tuple[int, bytes] | Run) -> None:
        """Take note of a record or of a run; raises Held for a cell whose text is in no list."""
        if isinstance(record, Run):
            self._stand(record.texts)
            return
        kind, content = record
        if kind == _TEXTS:
            if self.pieces:
                raise unreadable()
            (self.count,) = struct.unpack_from("<I", content.ljust(8, b"\0"), 4)
        self.listed = kind == _TEXTS or (self.listed and kind == _CONTINUED)
        if self.listed:
            self.pieces.append(content)
        elif kind == SHARED_TEXT:
            self._stand(np.array(struct.unpack_from("<I", content.ljust(10, b"\xff"), 6)))

    def _stand(self, numbers: np.ndarray) -> None:
        # calamine leaves out a text whose number is beyond the list.
        if numbers.size and int(numbers.max()) >= self.count:
            raise unreadable()
        self.cells.append(numbers)

    def refuse_many(self) -> None:
        """Raise Held where all cells' texts together could come to more than TEXT_BYTES."""
        if not self.pieces or not self.cells:
            return
        size = sum(map(len, self.pieces))
        if self.count > size // xls_records.LEAST:
            raise unreadable()
        times = np.bincount(np.concatenate(self.cells))
        # Those in as many cells as this at most come to half of it, as a letter takes twice its bytes at most: only
        # of the others the lengths are looked for, and frequent texts stand far in front as a rule.
        few = TEXT_BYTES // (4 * size)
        often = np.flatnonzero(times > few)
        lengths = np.fromiter(islice(xls_records.text_bytes(self.pieces), int(often.max(initial=-1)) + 1), int)
        if often.size and often[-1] >= len(lengths):
            raise unreadable()
        if 2 * size * few + int((times[often] * lengths[often]).sum()) > TEXT_BYTES:
            raise bomb.bomb()


class _Extent:
    """How many cells are filled, how many lie between the first and the last of each sheet, how many are merged."""

    def __init__(self) -> None:
        self.filled = self.before = self.rows = self.columns = self.merged = 0

    def meet(self, record: tuple[int, bytes] | Run) -> None:
        """Count the cells of a record or of a run; raises Held where no sheet has one, or for one too far away."""
        if isinstance(record, Run):
            self._fill(record.cells, record.rows, record.columns)
            return
        kind, content = record
        if kind == _BEGIN:
            self.before, self.rows, self.columns = self.spanned, 0, 0
        elif kind in CELL or kind == NUMBERS:
            if len(content) < 6:
                raise unreadable()
            row, column = struct.unpack_from("<HH", content)
            several = (len(content) - 6) // 6 if kind == NUMBERS else 1
            self._fill(several, row + 1, column + several)
        elif kind == _MERGED:
            # Each in eight bytes.
            self.merged += len(content) // 8
            if self.merged > sheets.MERGED:
                raise sheets.much_merged()

    def _fill(self, several: int, rows: int, columns: int) -> None:
        if columns > COLUMNS:
            raise unreadable()
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
    if content[7:8] == b"\x01" if kind == BOOL_OR_ERROR else _came_to(content) == 2:
        raise Held(
            "xlsx.error",
            "a cell of the workbook",
            "holds an error such as #N/A, which would be read as empty",
            "mend or empty the cell, send the file again",
        )
    if kind == FORMULA and source.properties.formulas == "refuse":
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


def _lies(kind: int | None, content: bytes, size: int) -> bool:
    """Whether a record asks for more room than its file can fill: calamine believes it, and the process would end."""
    if kind == _TEXTS:
        return any(count > size for count in struct.unpack_from("<II", content.ljust(8, b"\0")))
    if kind == _CORNER:
        first, last, left, right = struct.unpack_from("<IIHH", content.ljust(12, b"\0"))
        return not (first <= last <= ROWS and left <= right <= COLUMNS)
    return False
