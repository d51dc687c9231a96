"""The cells of a CSV that DuckDB would alter without a word (measured), looked for where a block gives reason to.

Of two quoted texts with spaces between them it makes one; and where lines end in CR LF, a CR alone ends one as
well if a space is behind it, and that space is lost.
"""

import mmap
import re
from functools import cache
from pathlib import Path

import numpy as np

from transforms.reading.held import Held

# So many cells are matched at once: what a match could go back to is kept until it ends.
AT_ONCE = 4_096
_ODD = re.compile(rb'" +"|\r ')
_END = re.compile(rb"\r\n?|\n")


def suspect(block: bytearray, count: int) -> bool:
    """Whether such a cell may stand in the first `count` bytes; in most no quote and no CR has a space behind it."""
    marks = [mark for mark in b'"\r' if block.find(mark, 0, count) >= 0]
    if not marks:
        return False
    seen = np.frombuffer(block, np.uint8, count)
    spaced = seen[1:] == ord(" ")
    return (
        any((spaced & (seen[:-1] == mark)).any() for mark in marks)
        and _ODD.search(memoryview(block)[:count]) is not None
    )


def refuse_altered(path: Path, delimiter: str) -> None:
    """Raise Held at the first cell that is neither plain nor in one pair of quotes, or that ends in such a CR."""
    with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as text:
        end = _END.search(text)
        sound = _sound(delimiter, end is not None and end[0] == b"\r\n")
        place, size = 0, len(text)
        while (read := sound.match(text, place)) and read.end() > place:
            place = read.end()
        # Matches hold on to the text, which could not be closed then.
        del end, read
    if place < size:
        message = "has a quote or a line end where none may stand"
        raise Held("csv.shape", f"near byte {place}", message, "ask for the file again")


@cache
def _sound(delimiter: str, double: bool) -> re.Pattern[bytes]:
    """What matches the cells up to the first one that would be altered, or so many.

    Only single bytes are repeated possessively: Python 3.11.2 takes a byte too many with a group (measured).
    """
    mark = delimiter.encode()
    begun, mark = rb"\x%02x" % mark[0], re.escape(mark)
    end = rb"\r\n|\n|\r(?! )" if double else rb"\r\n?|\n"
    # One space before a quote is passed over; behind more of them it is a letter like others.
    quoted = rb' ?"[^"]*+(?:""[^"]*+)*"(?! +") *+'
    letters = rb"[^%b\r\n]*+" % begun
    plain = rb'(?! ?")%b(?:(?!%b)%b%b)*' % (letters, mark, begun, letters)
    cell = rb"(?:" + quoted + rb"|" + plain + rb")(?:" + mark + rb"|" + end + rb"|\Z)"
    return re.compile(rb"(?:%b){1,%d}" % (cell, AT_ONCE))
