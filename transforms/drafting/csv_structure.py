"""The structure of a CSV: encoding, delimiter, the row of names."""

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

from charset_normalizer import from_bytes

from transforms.drafting.guess import DraftFault, Guess, Structure, named, number

PIECE = 1 << 20
PIECES = 8
LINES = 400
DELIMITERS = ",;\t|"
# Single-byte encodings that Indian offices' programs write; the first that fits as well as the best is taken.
ENCODINGS = ("cp1252", "mac_roman", "cp437", "iso8859_15", "cp1251")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8"}


def structure(path: Path) -> Structure:
    """How a CSV is built. Raises DraftFault where it is none."""
    pieces = _pieces(path)
    if not pieces[0].strip():
        raise DraftFault("byte 0: the file is empty; ask the department to send it again")
    found = Structure("csv")
    encoding = _encoding(pieces)
    if encoding.value != "utf-8":
        found.properties["encoding"] = encoding
    # A letter that was cut at the end of the piece is no fault.
    text = pieces[0].decode(encoding.value, errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise DraftFault("the first megabyte: holds NUL bytes; this is no text of an encoding that is known here")
    rows = _delimited(text, found)
    named(_header(rows, found), found)
    return found


def _pieces(path: Path) -> list[bytes]:
    """The beginning of a file and pieces from all over it."""
    size = path.stat().st_size
    starts = sorted({min(part * size // PIECES, max(size - PIECE, 0)) // 4 * 4 for part in range(PIECES)})
    pieces = []
    with path.open("rb") as raw:
        for start in starts:
            raw.seek(start)
            pieces.append(raw.read(PIECE))
    return pieces


def _encoding(pieces: list[bytes]) -> Guess:
    first = pieces[0]
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return Guess(encoding, "the file begins with its byte order mark")
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = first[place::2].count(0)
        if zeros * 3 > len(first[place::2]):
            return Guess(encoding, f"{number(zeros)} of {number(len(first) // 2)} pairs of bytes hold a zero, no mark")
    bad = sum(_not_utf8(piece, piece is pieces[-1]) for piece in pieces)
    if not bad:
        return Guess("utf-8")
    best = from_bytes(b"".join(pieces)[: 2 * PIECE], cp_isolation=list(ENCODINGS))
    fits = {one for match in best for one in (match.encoding, *match.could_be_from_charset)}
    chosen = next((one for one in ENCODINGS if one in fits), "latin-1")
    others = ", ".join(sorted(fits - {chosen})) or "none"
    evidence = f"not UTF-8 in {bad} of {len(pieces)} pieces; also fitting: {others}"
    return Guess(chosen, evidence, "look at letters with accents; a wrong encoding shows there")


def _not_utf8(piece: bytes, ends: bool) -> bool:
    """Whether a piece is no UTF-8, letters cut at its two ends aside; `ends`: the file ends with it."""
    start = next((place for place, byte in enumerate(piece[:4]) if byte & 0xC0 != 0x80), 0)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(piece[start:], final=ends)
    except UnicodeDecodeError:
        return True
    return False


def _delimited(text: str, found: Structure) -> list[list[str]]:
    """The first rows by the delimiter that cuts most of them into the same number of fields."""
    whole = io.StringIO(text, newline="")
    tried = {}
    for delimiter in DELIMITERS:
        whole.seek(0)
        try:
            rows = [row for row, _ in zip(csv.reader(whole, delimiter=delimiter), range(LINES), strict=False)]
        except csv.Error:
            continue
        width, same = _width(rows)
        if width > 1:
            tried[delimiter] = (same / sum(map(bool, rows)), width, rows, same)
    if not tried:
        whole.seek(0)
        try:
            return [row for row, _ in zip(csv.reader(whole), range(LINES), strict=False)]
        except csv.Error:
            raise DraftFault("line 1: is no CSV; look at the file in a text editor") from None
    delimiter = max(tried, key=lambda one: (round(tried[one][0], 1), tried[one][1]))
    _, width, rows, same = tried[delimiter]
    if delimiter != ",":
        found.properties["delimiter"] = Guess(
            delimiter, f"cuts {same} of the first {len(rows)} lines in {width} fields"
        )
    return rows


def _width(rows: list[list[str]]) -> tuple[int, int]:
    """How wide most rows are, and how many are that wide; empty lines are none."""
    return Counter(len(row) for row in rows if row).most_common(1)[0] if any(rows) else (0, 0)


def _header(rows: list[list[str]], found: Structure) -> list[str]:
    """The row of names: the first that is as wide as most rows."""
    width, _ = _width(rows)
    place = next(place for place, row in enumerate(rows) if len(row) == width)
    if place:
        found.properties["headerRow"] = Guess(place + 1, f"{place} narrower lines stand above it")
    return rows[place]
