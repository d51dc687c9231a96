"""Which texts may hold which pattern: one pass over all texts with Hyperscan, or one set of RE2 for each text.

Both give every pair that holds a match, and some that hold none; what the engine finds is the same with either.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Protocol

import numpy as np
import re2

from transforms.privacy.pack.column import Joined
from transforms.privacy.pack.matches import Places, distinct

try:
    import hyperscan
except ImportError:  # An accelerator: there is none for some machines.
    hyperscan = None  # type: ignore[assignment]

# RE2 builds its states as it reads; what many bounded repeats need does not fit its default.
_STATES = 1 << 28
_ROW_BITS = 40


Add = Callable[[int], None]


class Scanner(Protocol):
    """Finds pairs of pattern and text."""

    def __call__(self, texts: Joined) -> list[Places]:
        """For each pattern the numbers of the texts that may hold it, in their order."""


@cache
def scanner(patterns: tuple[bytes, ...], accelerated: bool = True) -> Scanner:
    """The fastest scanner there is for these patterns."""
    if accelerated and hyperscan is not None:
        return _with_hyperscan(patterns)
    return _with_re2(patterns)


def _with_hyperscan(patterns: Sequence[bytes]) -> Scanner:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    numbers = list(range(len(patterns)))
    database.compile(expressions=list(patterns), ids=numbers, elements=len(patterns), flags=[0] * len(patterns))

    def scan(texts: Joined) -> list[Places]:
        events: list[int] = []

        def seen(pattern: int, start: int, to: int, flags: int, context: object, add: Add = events.append) -> None:
            add(pattern << _ROW_BITS | to)

        database.scan(texts.text, match_event_handler=seen)
        found = np.array(events, np.int64)
        # The last character of a match is the one behind it in its text, at most the separator.
        rows = np.searchsorted(texts.starts, (found & (1 << _ROW_BITS) - 1) - 1, side="right") - 1
        pairs = distinct((found >> _ROW_BITS << _ROW_BITS) | rows)
        bounds = np.searchsorted(pairs, np.arange(len(patterns) + 1, dtype=np.int64) << _ROW_BITS)
        rows = pairs & (1 << _ROW_BITS) - 1
        return [rows[start:end] for start, end in pairwise(bounds.tolist())]

    return scan


def _with_re2(patterns: Sequence[bytes]) -> Scanner:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _STATES
    chosen = re2.Set.SearchSet(options)
    for pattern in patterns:
        chosen.Add(pattern)
    chosen.Compile()

    def scan(texts: Joined) -> list[Places]:
        rows: list[list[int]] = [[] for _ in patterns]
        for row, (start, end) in enumerate(pairwise(texts.starts.tolist())):
            for pattern in chosen.Match(texts.text[start - 1 : end]) or ():
                rows[pattern].append(row)
        return [np.array(found, np.int64) for found in rows]

    return scan
