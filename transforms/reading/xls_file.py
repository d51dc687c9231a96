"""XLS, the workbook of Excel 97 to 2003: inspected record by record before it is opened, then read as an XLSX is."""

import struct
from collections.abc import Iterator
from pathlib import Path

import duckdb
import olefile

from data_contracts.dataset import Dataset, Source
from transforms.reading import reshape, sheets
from transforms.reading.held import Held
from transforms.reading.records import Records

# A sheet of that time has 65,536 rows and 256 columns; files beyond this are none that an office sends.
FILE_BYTES = 128 << 20
STREAMS = ("Workbook", "Book")
ROWS, COLUMNS = 1 << 16, 1 << 8
# Kinds of records, by the numbers of Microsoft's [MS-XLS].
_FORMULA, _LOCKED, _BOOL_OR_ERROR, _STRING, _TEXTS, _CORNER = 0x0006, 0x002F, 0x0205, 0x0207, 0x00FC, 0x0200
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
    awaited = False
    stream = _workbook(path)
    for kind, content in _records(stream):
        if awaited and kind not in _SHARED:
            _refuse_uncached(kind)
        awaited = awaited and kind in _SHARED
        if kind == _LOCKED:
            raise _locked()
        if _lies(kind, content, len(stream)):
            raise _unreadable()
        if kind in (_FORMULA, _BOOL_OR_ERROR):
            _refuse_cell(kind, content, source)
            awaited = kind == _FORMULA and _came_to(content) == 0
    if awaited:
        _refuse_uncached(None)


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
    """The kind and content of each record; one that is cut short ends them."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length
