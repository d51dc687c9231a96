"""The records of an XLS, one by one or many plain ones at once, as Microsoft's [MS-XLS] has them."""

import re
import struct
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import olefile

from transforms.reading.held import Held

STREAMS = ("Workbook", "Book")
FORMULA, BOOL_OR_ERROR, NUMBERS, SHARED_TEXT = 0x0006, 0x0205, 0x00BD, 0x00FD
_NUMBER, _COMPACT, _ROW, _EMPTY = 0x0203, 0x027E, 0x0208, 0x0201
# Those of one cell each: number, text of three kinds, compact number.
CELL = (FORMULA, BOOL_OR_ERROR, _NUMBER, 0x0204, 0x00D6, SHARED_TEXT, _COMPACT)
# Numbers of sectors from here on are none.
_RESERVED = 0xFFFFFFFA
# Of these almost all of a sheet is made; by their kinds their lengths, which are all even.
_PLAIN = {SHARED_TEXT: (10,), _NUMBER: (14,), _COMPACT: (10,), NUMBERS: range(18, 103, 6), _ROW: (16,), _EMPTY: (6,)}
_ANY = b"|".join(
    re.escape(struct.pack("<HH", kind, length)) + b".{%d}" % length for kind in _PLAIN for length in _PLAIN[kind]
)
_MANY = re.compile(b"(?s)(?:%b){100}" % _ANY)
# Of a shared text: whether its letters are of two bytes, have forms of their own, and a reading aid; and the bytes
# that a letter may take in UTF-8.
_WIDE, _RICH, _PHONETIC, _LETTER = 1, 8, 4, 3
# The bytes that a text takes at least.
LEAST = 3
# The words of 16 bits in which a run of them is looked for, at first and at most, and those of the longest of them.
_WORDS, _MOST_WORDS, _LONGEST = 1 << 12, 1 << 18, 53


class Run(NamedTuple):
    """What plain records one behind the other say.

    How many cells they fill, how many rows and columns those reach over from the first on, the numbers of the shared
    texts in them, and how many bytes they are.
    """

    cells: int
    rows: int
    columns: int
    texts: np.ndarray
    size: int


def unreadable() -> Held:
    """Why a damaged file is held."""
    return Held("xlsx.shape", "the file", "is not an XLS, or is cut short", "open and save it again in Excel")


def locked() -> Held:
    """Why a file with a password is held."""
    return Held("xlsx.password", "the file", "is locked by a password", "ask for an XLS without a password")


def stream(path: Path) -> bytes:
    """The stream of a compound file in which the sheets stand; raises Held where there is none."""
    try:
        with olefile.OleFileIO(path) as compound:
            if compound.exists("EncryptedPackage"):
                raise locked()
            name = next(filter(compound.exists, STREAMS), None)
            if name is None or not _sound(path, compound, name):
                raise unreadable()
            return _in_one(path, compound, name) or bytes(compound.openstream(name).read())
    except Held:
        raise
    except Exception:  # whatever the library makes of a damaged directory
        raise unreadable() from None


def _sound(path: Path, compound: olefile.OleFileIO, name: str) -> bool:
    """Whether all chains of sectors that calamine follows to the stream end, and nothing is longer than the file.

    It takes that on trust: a chain that comes back to itself fills the memory.
    """
    root, entry, size = compound.root, compound.root.kids_dict[name.lower()], path.stat().st_size
    table, counted = compound.fat, (compound.num_dir_sectors, compound.num_mini_fat_sectors)
    if max(root.size, entry.size, *(number * compound.sectorsize for number in counted)) > size:
        return False
    if compound.num_difat_sectors == 0 and compound.first_difat_sector < _RESERVED:
        return False
    small = entry.size < compound.minisectorcutoff
    if small:
        compound.loadminifat()
    chains = [(table, compound.first_dir_sector), (table, compound.first_mini_fat_sector), (table, root.isectStart)]
    return all(_ends(*chain) for chain in (*chains, (compound.minifat if small else table, entry.isectStart)))


def _ends(table: Sequence[int], sector: int) -> bool:
    """Whether a chain of sectors, each of which says which one is next, leaves the table."""
    for _ in table:
        if sector >= len(table):
            return True
        sector = table[sector]
    return sector >= len(table)


def _in_one(path: Path, compound: olefile.OleFileIO, name: str) -> bytes:
    """A stream whose sectors follow one another, as almost all do; empty where not. olefile reads one by one."""
    entry, sector, table = compound.root.kids_dict[name.lower()], compound.sectorsize, compound.fat
    first, last = entry.isectStart, entry.isectStart + (entry.size - 1) // sector
    if compound.get_type(name) != olefile.STGTY_STREAM or entry.size < compound.minisectorcutoff or last >= len(table):
        return b""
    if table[first:last] != array(table.typecode, range(first + 1, last + 1)):
        return b""
    with path.open("rb") as file:
        file.seek((first + 1) * sector)
        return file.read(entry.size)


def records(content: bytes) -> Iterator[tuple[int, bytes] | Run]:
    """The kind and content of each record, or what a run of plain ones says; one that is cut short ends them."""
    place, most = 0, _WORDS
    while place + 4 <= len(content):
        if _MANY.match(content, place):
            run = _run(np.frombuffer(content, "<u2", min(most, (len(content) - place) // 2), place))
            yield run
            place += run.size
            # Where other records come between, little is looked through in vain.
            most = min(2 * most, _MOST_WORDS) if run.size > most else _WORDS
            continue
        kind, length = struct.unpack_from("<HH", content, place)
        yield kind, content[place + 4 : place + 4 + length]
        place += 4 + length


def _run(words: np.ndarray) -> Run:
    """The run of plain records with which these words begin."""
    heads, size = _heads(words)
    cells, rows, columns = 0, 0, 0
    for kind, begins in heads.items():
        if begins.size and (kind == NUMBERS or kind in CELL):
            # The words of a record are its kind, its length, a row, a column, a format and what stands there.
            row, column, several = words[2:][begins], words[3:][begins], begins.size
            if kind == NUMBERS:
                each = (words[1:][begins].astype(int) - 6) // 6
                column, several = column + each - 1, int(each.sum())
            cells, rows, columns = cells + several, max(rows, int(row.max()) + 1), max(columns, int(column.max()) + 1)
    begins = heads[SHARED_TEXT]
    return Run(cells, rows, columns, words[5:][begins] | words[6:][begins].astype("u4") << 16, size)


def _heads(words: np.ndarray) -> tuple[dict[int, np.ndarray], int]:
    """Where in a run the records of each kind begin, and its size in bytes: each begins where another ends."""
    found, begins, ends = {}, np.zeros(len(words), bool), np.zeros(len(words), bool)
    for kind, lengths in _PLAIN.items():
        heads = np.flatnonzero(words[:-_LONGEST] == kind)
        length = words[1:][heads]
        sound = length == lengths[0] if len(lengths) == 1 else np.isin(length, lengths)
        found[kind] = heads = heads[sound]
        begins[heads] = ends[heads + 2 + length[sound] // 2] = True
    # A row and a column may look like the beginning of one: there the run ends, and so it does behind its last one.
    end = int(np.argmax(begins[1:] != ends[1:])) + 1
    last = int(np.flatnonzero(begins[:end])[-1])
    size = 2 * last + 4 + int(words[last + 1])
    return {kind: heads[: np.searchsorted(heads, end)] for kind, heads in found.items()}, size


def text_bytes(pieces: list[bytes]) -> Iterator[int]:
    """The bytes that each shared text may come to, by the record that lists them and those that continue it.

    It ends where the list is cut short. A text's letters may go on in the next record, of one byte or of two each.
    """
    piece, place, following = pieces[0], 8, iter(pieces[1:])
    try:
        while True:
            if place + LEAST > len(piece):
                piece, place = next(following), 0
            letters, flags = struct.unpack_from("<HB", piece, place)
            place += LEAST
            yield letters * _LETTER
            width = 1 + (flags & _WIDE)
            behind = 0
            if flags & _RICH:
                behind, place = 4 * struct.unpack_from("<H", piece, place)[0], place + 2
            if flags & _PHONETIC:
                behind, place = behind + struct.unpack_from("<I", piece, place)[0], place + 4
            while letters * width > len(piece) - place:
                letters -= (len(piece) - place) // width
                piece = next(following)
                width, place = 1 + (piece[0] & _WIDE), 1
            place += letters * width + behind
            while place > len(piece):
                place, piece = place - len(piece), next(following)
    except (StopIteration, struct.error, IndexError):
        return
