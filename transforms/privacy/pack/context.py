"""Presidio's scoring by context words, for the matches of many texts at once."""

from dataclasses import dataclass
from functools import cache
from itertools import repeat

import numpy as np
import numpy.typing as npt

from transforms.privacy.pack.matches import Matches, Places
from transforms.privacy.pack.rules import Rule, rules
from transforms.privacy.pack.words import AFTER, BEFORE, FACTOR, LEAST, LINKS, UNCOUNTED, Words, named_as_numbers

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
_LETTER = bytes(byte >= 0x80 or ord("a") <= byte <= ord("z") for byte in range(256))
_BLANK = bytes(byte if _LETTER[byte] else ord(" ") for byte in range(256))
_IN_TOKEN = np.array([bool(_LETTER[byte]) or ord("0") <= byte <= ord("9") for byte in range(256)])


@dataclass(frozen=True)
class _Lexicon:
    """The words that matter, by number; 0 stands for any other. For each, as bits by rule, for and against whom."""

    numbers: dict[bytes, int]
    speaks_for: Places
    speaks_against: Places
    links: Mask


@cache
def _lexicon() -> _Lexicon:
    words = sorted({UNCOUNTED, *LINKS}.union(*(rule.context | rule.against for rule in rules())))
    bits = [
        [sum((word in told) << place for place, told in enumerate(sets)) for word in words]
        for sets in ([rule.context for rule in rules()], [rule.against for rule in rules()])
    ]
    speaks_for, speaks_against = (np.array([0, *some], np.int64) for some in bits)
    numbers = {word: number for number, word in enumerate(words, start=1)}
    return _Lexicon(numbers, speaks_for, speaks_against, np.array([False, *(word in LINKS for word in words)]))


class Context:
    """The words of joined texts; `starts` are the places where the texts begin, and one beyond the last."""

    def __init__(self, joined: bytes, starts: Places) -> None:
        lexicon = _lexicon()
        self._bytes = np.frombuffer(joined, np.uint8)
        letter = np.frombuffer(joined.translate(_LETTER), bool)
        bounds = np.flatnonzero(letter[1:] != letter[:-1]) + 1
        words = joined.translate(_BLANK).split()
        numbers = np.fromiter(map(lexicon.numbers.get, words, repeat(0)), np.int64, len(words))
        counted = numbers != lexicon.numbers[UNCOUNTED]
        # One word more, of no meaning and beyond the end, spares asking whether there is one.
        self._starts = np.append(bounds[::2][counted], len(joined))
        self._ends = bounds[1::2][counted]
        self._numbers = np.append(numbers[counted], 0)
        self._texts = starts
        self._first = np.searchsorted(self._starts, starts)

    def speaks_for(self) -> Places:
        """For each text, as bits by place among `rules()`, for which rules a word of it speaks."""
        told = np.bitwise_or.reduceat(_lexicon().speaks_for[self._numbers], self._first[:-1])
        return np.where(np.diff(self._first) > 0, told, 0)

    def rescored(self, place: int, rule: Rule, matches: Matches, starts: Places, outer: Words) -> Scores:
        """The scores that Presidio gives the matches of a rule for the words around them and those said of all.

        `place` is the rule's among `rules()`, `starts` are the places in their texts from which words are counted.
        """
        supported, told = self._read(place, matches.text, self._texts[matches.text] + starts)
        if not rule.context.isdisjoint(outer):
            supported[:] = True
        opposed = told == _AGAINST
        if named_as_numbers(outer, rule.context, rule.against) is False:
            opposed |= told == _SILENT
        raised = np.minimum(np.maximum(matches.score + FACTOR, LEAST), 1.0)
        lowered = np.maximum(matches.score - FACTOR, 0)
        return np.where(opposed, lowered, np.where(supported, raised, matches.score))

    def _read(self, place: int, text: Places, start: Places) -> tuple[Mask, npt.NDArray[np.int8]]:
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
            verdicts = [
                (speaks, _FOR),
                (_bit(lexicon.speaks_against[word], place), _AGAINST),
                (lexicon.links[word], _UNDECIDED),
            ]
            verdict = np.select([said for said, _ in verdicts], [meaning for _, meaning in verdicts], _SILENT)
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


def _bit(bits: Places, place: int) -> Mask:
    return bits >> place & 1 == 1
