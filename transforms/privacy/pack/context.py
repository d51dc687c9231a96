"""Presidio's scoring by context words, for the matches of many texts at once."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.privacy.pack.column import Joined
from transforms.privacy.pack.matches import Matches, Places
from transforms.privacy.pack.rules import rules
from transforms.privacy.pack.words import AFTER, BEFORE, FACTOR, LEAST, LINKS, UNCOUNTED, Words, named_as_numbers

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
_LETTER = bytes(byte >= 0x80 or ord("a") <= byte <= ord("z") for byte in range(256))
_IN_TOKEN = np.array([bool(_LETTER[byte]) or ord("0") <= byte <= ord("9") for byte in range(256)])


@dataclass(frozen=True)
class _Lexicon:
    """The words that matter, by number; 0 stands for any other. For each, as bits by rule, for and against whom."""

    words: pa.LargeBinaryArray
    speaks_for: Places
    speaks_against: Places
    links: Mask
    uncounted: int


@cache
def _lexicon() -> _Lexicon:
    words = sorted({UNCOUNTED, *LINKS}.union(*(rule.context | rule.against for rule in rules())))
    bits = [
        [sum((word in told) << place for place, told in enumerate(sets)) for word in words]
        for sets in ([rule.context for rule in rules()], [rule.against for rule in rules()])
    ]
    speaks_for, speaks_against = (np.array([0, *some], np.int64) for some in bits)
    links = np.array([False, *(word in LINKS for word in words)])
    known = pa.array(words, pa.large_binary())
    return _Lexicon(known, speaks_for, speaks_against, links, words.index(UNCOUNTED) + 1)


def _numbers(text: bytes, bounds: Places) -> Places:
    """The numbers of the words that begin and end at every two bounds."""
    # What stands between two words is looked up with them, and is none.
    count = max(len(bounds) - 1, 0)
    pieces = pa.Array.from_buffers(pa.large_binary(), count, [None, pa.py_buffer(bounds), pa.py_buffer(text)])
    return np.asarray(pc.fill_null(pc.index_in(pieces, value_set=_lexicon().words), -1))[::2] + 1


class Context:
    """The words of joined texts."""

    def __init__(self, texts: Joined) -> None:
        self._bytes = np.frombuffer(texts.text, np.uint8)
        letter = np.frombuffer(texts.text.translate(_LETTER), bool)
        bounds = np.flatnonzero(letter[1:] != letter[:-1]) + 1
        numbers = _numbers(texts.text, bounds)
        counted = numbers != _lexicon().uncounted
        # One word more, of no meaning and beyond the end, spares asking whether there is one.
        self._starts = np.append(bounds[::2][counted], len(letter))
        self._ends = bounds[1::2][counted]
        self._numbers = np.append(numbers[counted], 0)
        self._first = np.searchsorted(self._starts, texts.starts)

    def speaks_for(self) -> Places:
        """For each text, as bits by place among `rules()`, for which rules a word of it speaks."""
        told = np.bitwise_or.reduceat(_lexicon().speaks_for[self._numbers], self._first[:-1])
        return np.where(np.diff(self._first) > 0, told, 0)

    def around(self, first: Places, last: Places) -> tuple[Places, Places]:
        """Where the last word that begins before places begins, and the first that ends behind others ends.

        0 and the end of all texts where there is none.
        """
        begins = np.append(self._starts[:-1], 0)[np.searchsorted(self._starts, first) - 1]
        ends = np.append(self._ends, len(self._bytes))[np.searchsorted(self._ends, last, side="right")]
        return begins, ends

    def rescored(self, matches: Matches, text: Places, begun: Places, outer: Words) -> Scores:
        """The scores that Presidio gives matches for the words around them and those said of all.

        The kind of a match is the place of its rule among `rules()`; `text` are the numbers of their texts, `begun`
        the places from which words are counted.
        """
        supported, told = self._read(matches.kind, text, begun)
        supported |= np.array([not rule.context.isdisjoint(outer) for rule in rules()])[matches.kind]
        named = [named_as_numbers(outer, rule.context, rule.against) is False for rule in rules()]
        opposed = (told == _AGAINST) | (told == _SILENT) & np.array(named)[matches.kind]
        raised = np.minimum(np.maximum(matches.score + FACTOR, LEAST), 1.0)
        lowered = np.maximum(matches.score - FACTOR, 0)
        return np.where(opposed, lowered, np.where(supported, raised, matches.score))

    def _read(self, place: Places, text: Places, start: Places) -> tuple[Mask, npt.NDArray[np.int8]]:
        """For each match whether a context word stands around it, and what the words before it tell."""
        lexicon = _lexicon()
        first = np.searchsorted(self._ends, start, side="right")
        low, high = self._first[text], self._first[text + 1]
        count = BEFORE + 1 - self._begins_in_word(start, first)
        supported = np.zeros(len(start), bool)
        told = np.full(len(start), _UNDECIDED)
        for step in range(1, BEFORE + 2):
            word = self._word(first - step, (first - step >= low) & (step <= count))
            speaks = _bit(lexicon.speaks_for[word], place)
            supported |= speaks
            against = _bit(lexicon.speaks_against[word], place)
            verdict = np.where(against, _AGAINST, np.where(lexicon.links[word], _UNDECIDED, _SILENT))
            verdict = np.where(speaks, _FOR, verdict)
            told = np.where(told == _UNDECIDED, verdict, told)
        for step in range(AFTER + 1):
            supported |= _bit(lexicon.speaks_for[self._word(first + step, first + step < high)], place)
        return supported, np.where(told == _UNDECIDED, _SILENT, told)

    def _word(self, at: Places, there: Mask) -> Places:
        """The numbers of words; 0 where there is none."""
        return self._numbers[np.where(there, at, -1)]

    def _begins_in_word(self, start: Places, first: Places) -> Mask:
        """Whether the first token that ends behind `start` is a word; `first` is the first such word."""
        start = start.copy()
        while (between := ~_IN_TOKEN[self._bytes[start]]).any():
            start[between] += 1
        return self._starts[first] <= start


_UNDECIDED, _FOR, _AGAINST, _SILENT = np.arange(4, dtype=np.int8)


def _bit(bits: Places, place: Places) -> Mask:
    return bits >> place & 1 == 1
