"""XLS, the workbook of Excel 97 to 2003: inspected record by record before it is opened, then read as an XLSX is."""

import struct
from pathlib import Path

import duckdb

from data_contracts.dataset import Dataset, Source
from transforms.reading import reshape, sheets, xls_records
from transforms.reading.held import Held
from transforms.reading.records import Records
from transforms.reading.xls_records import BOOL_OR_ERROR, CELL, FORMULA, NUMBERS, SHARED_TEXT, Run, locked, unreadable

# A sheet of that time has 65,536 rows and 256 columns; files beyond this are none that an office sends.
FILE_BYTES = 128 << 20
ROWS, COLUMNS = 1 << 16, 1 << 8
# calamine lays out every cell between the first and the last of all sheets at once, also the empty ones. Beyond so
# many one in twenty must be filled: a stray cell in the last corner would ask for a gigabyte.
CELLS, SPARSE = 1 << 22, 20
# Kinds of records, by the numbers of Microsoft's [MS-XLS].
_LOCKED, _STRING, _TEXTS, _CORNER, _BEGIN, _END = 0x002F, 0x0207, 0x00FC, 0x0200, 0x0809, 0x000A
# What may stand between a formula and the text that it came to.
_SHARED = (0x04BC, 0x0221, 0x0236)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records of the declared sheets; raises Held where one is not there or not readable."""
    _inspect(path, source)
    tables = sheets.grids(sheets.laid_out(path), source, unreadable)
    # So few rows fit into memory, unless steps make more of them.
    return reshape.records(connection, tables, dataset, source, whole=not source.properties.steps)


def _inspect(path: Path, source: Source) -> None:
    """Walk through every record once: a password, a formula or an error shows before anything is read."""
    if path.stat().st_size > FILE_BYTES:
        raise Held("xlsx.size", "the file", f"is larger than {FILE_BYTES >> 20} MiB", "ask for smaller files")
    awaited, extent, texts, depth = False, _Extent(), 0, 0
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
        depth += (kind == _BEGIN) - (kind == _END)
        texts = struct.unpack_from("<I", content.ljust(8, b"\0"), 4)[0] if kind == _TEXTS else texts
        # calamine leaves out a text whose number is beyond the table of texts.
        if _text(record) >= texts:
            raise unreadable()
        extent.meet(record)
        if kind in (FORMULA, BOOL_OR_ERROR):
            _refuse_cell(kind, content, source)
            awaited = kind == FORMULA and _came_to(content) == 0
    if awaited:
        _refuse_uncached(None)
    if depth:
        raise unreadable()


def _text(record: tuple[int, bytes] | Run) -> int:
    """The highest number of a shared text in it, -1 where there is none."""
    if isinstance(record, Run):
        return record.text
    kind, content = record
    return int(struct.unpack_from("<I", content.ljust(10, b"\xff"), 6)[0]) if kind == SHARED_TEXT else -1


class _Extent:
    """How many cells are filled, and how many lie between the first and the last of each sheet."""

    def __init__(self) -> None:
        self.filled = self.before = self.rows = self.columns = 0

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
