"""Which date patterns the texts of a column follow."""

import re
from dataclasses import dataclass
from datetime import datetime

from transforms.reading.dates import to_strptime

# The usual ones first: of two that read equally many texts the first is taken. Days stand first in India.
DATES = (
    "yyyy-MM-dd", "dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "MM/dd/yyyy", "MM-dd-yyyy", "yyyy/MM/dd", "yyyyMMdd",
    "dd-MMM-yyyy", "dd MMM yyyy", "dd-MMM-yy", "dd MMMM yyyy", "MMM dd, yyyy", "MMMM dd, yyyy", "dd/MM/yy", "dd-MM-yy",
    "dd.MM.yy", "MM/dd/yy",
)  # fmt: skip
TIMES = ("HH:mm:ss", "HH:mm", "HH:mm:ss.SSS", "HH:mm:ss.SSSSSS", "hh:mm a", "hh:mm:ss a")
OFFSETS = ("", "XXX")
ENOUGH = 0.9
LOOKED_AT = 300
_DIGITS = re.compile(r"[0-9]")
_DATE_LIKE = re.compile(r"^\W?(\d{1,4}[-/. ]|\d{8}$|[A-Za-z]{3,9} \d{1,2},)")


@dataclass(frozen=True)
class Moments:
    """The patterns of a column, the most used first; `instant`: with a time; `read`: texts that one of them reads."""

    patterns: tuple[str, ...]
    instant: bool
    offset: bool
    read: int
    undecided: bool


def moments(texts: list[str]) -> Moments | None:
    """The patterns that read nearly all the texts, None where none do."""
    likely = [text for text in texts if _DATE_LIKE.match(text)]
    if len(likely) < ENOUGH * len(texts):
        return None
    instant = sum(":" in text for text in likely) * 2 > len(likely)
    patterns: list[str] = []
    left = likely
    while left and len(patterns) < 3:
        counts = {pattern: _count(pattern, left[:LOOKED_AT]) for pattern in _candidates(instant)}
        best = max(counts, key=lambda pattern: counts[pattern])
        if not counts[best]:
            break
        rest = [text for text in left if not reads(best, text)]
        if len(left) - len(rest) < max(len(texts) // 200, 1):
            break
        patterns.append(best)
        left = rest
    read = len(likely) - len(left)
    if read < ENOUGH * len(texts):
        return None
    offset = any("XXX" in pattern for pattern in patterns)
    return Moments(tuple(patterns), instant, offset, read, _undecided(patterns[0], likely))


def _candidates(instant: bool) -> list[str]:
    if not instant:
        return list(DATES)
    glue = (" ", "'T'")
    return [
        f"{day}{between}{time}{offset}" for day in DATES for between in glue for time in TIMES for offset in OFFSETS
    ]


def _count(pattern: str, texts: list[str]) -> int:
    return sum(reads(pattern, text) for text in texts)


def reads(pattern: str, text: str) -> bool:
    """Whether a pattern reads a text as the cast plan would, give or take a digit that is missing."""
    shape = to_strptime(pattern).replace("%g", "%f").replace("%-", "%")
    if "XXX" in pattern:
        text = re.sub("Z$", "+00:00", text)
    try:
        found = datetime.strptime(text, shape)
    except ValueError:
        return False
    if "yyyy" in pattern and found.year < 1000:
        return False
    fraction = re.search(r"\.([0-9]+)(?:\D|$)", text) if "SSS" in pattern else None
    return fraction is None or len(fraction.group(1)) == pattern.count("S")


def _undecided(pattern: str, texts: list[str]) -> bool:
    """Whether day and month could be the other way round in every text."""
    if not pattern.startswith(("dd/MM", "dd-MM", "dd.MM")) or "MMM" in pattern:
        return False
    other = pattern.replace("dd", "?", 1).replace("MM", "dd", 1).replace("?", "MM", 1)
    return all(reads(other, text) for text in texts[:LOOKED_AT] if reads(pattern, text))
