"""The words around a match, as Presidio's enhancer finds them where the pack's own engine cuts the text.

A word is a run of letters, in UTF-8. Digits are tokens, so that a match is found among them, and no words: a list of
numbers does not push its heading out of reach.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from functools import lru_cache

from transforms.privacy.pack.folding import folded
from transforms.privacy.pack.lists import LISTS

# How many words Presidio's enhancer takes on either side, beside the one that the match begins in.
BEFORE, AFTER = 5, 2
# What a context word adds, and the least a match with one scores: Presidio's own figures.
FACTOR, LEAST = 0.35, 0.4

TOKEN = re.compile(r"[^\x00-`{-\x7f]+|[0-9]+")
# Presidio counts this lemma as no word.
UNCOUNTED = b"be"
# Words that may stand between a contrary word and what it is said of.
LINKS = frozenset(word.encode() for word in LISTS["links"])

Words = Sequence[bytes]


def words_of(text: str) -> tuple[bytes, ...]:
    """The words of any text, in their order."""
    return tuple(token.encode() for token in TOKEN.findall(folded(text).text) if is_word(token))


def is_word(token: str) -> bool:
    """Whether a token of folded text counts as a word."""
    return token.encode() != UNCOUNTED and not "0" <= token[0] <= "9"


class Index:
    """The words of one folded text, to be asked for those before a place."""

    def __init__(self, text: str) -> None:
        tokens = list(TOKEN.finditer(text))
        words = [token for token in tokens if is_word(token.group())]
        self._tokens = [(token.start(), is_word(token.group())) for token in tokens]
        self._ends = [token.end() for token in tokens]
        self._word_ends = [word.end() for word in words]
        self._words = [word.group().encode() for word in words]

    def before(self, start: int) -> Words:
        """The words that Presidio takes before a match that begins at `start`, the nearest last."""
        own, is_own = self._tokens[bisect_right(self._ends, start)]
        first = bisect_right(self._word_ends, own)
        return self._words[max(first - BEFORE - 1 + is_own, 0) : first]


@lru_cache(maxsize=1)
def indexed(text: str) -> Index:
    """The index of a text; the last one is kept, as matches come text by text."""
    return Index(text)


def opposed(before: Words, outer: Words, context: Collection[bytes], against: Collection[bytes]) -> bool:
    """Whether words speak against a match: the nearest before it, or the nearest but linking words.

    Where those do not tell, the words that name the whole column do, if they name numbers: "order no", not "order".
    """
    told = tells(before, context, against)
    return (named_as_numbers(outer, context, against) if told is None else told) is False


def named_as_numbers(outer: Words, context: Collection[bytes], against: Collection[bytes]) -> bool | None:
    """What the words that name a column tell; None unless they end in a linking word."""
    return tells(outer, context, against) if outer and outer[-1] in LINKS else None


def tells(words: Words, context: Collection[bytes], against: Collection[bytes]) -> bool | None:
    """Whether the last word but linking ones speaks for (True) or against; None where it does neither."""
    for word in reversed(words):
        if word in context:
            return True
        if word in against:
            return False
        if word not in LINKS:
            break
    return None
