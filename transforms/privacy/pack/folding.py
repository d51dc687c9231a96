"""The one form of a text that rules are written for: NFKC, lower case, ASCII digits, nothing invisible.

It is made character by character, so every place in it has a place in the original.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

# Between texts that are joined; no folded text holds it, and no rule matches it.
SEPARATOR = "\0"
# What may not stand before is looked for behind, so that Python can leap to the letters.
_ACCOUNT = re.compile("a/c(?<![0-9a-z]a/c)")
_DOTS = frozenset("·•।॥۔")


@dataclass(frozen=True)
class Folded:
    """A folded text; `places[i]` is where in it the i-th character of the original begins, None where that is i."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original, in code points, of a span of the folded text that is not empty."""
        if self.places is None:
            return start, end
        return bisect_right(self.places, start) - 1, bisect_right(self.places, end - 1)


@lru_cache(maxsize=1)
def folded(text: str) -> Folded:
    """Fold a text; lone surrogates are taken as they come. The last one is kept, as each rule asks for it."""
    if text.isascii():
        return Folded(account(text.lower().replace(SEPARATOR, " ")), None)
    form = account("".join(map(fold, text)))
    places = list(accumulate(map(len, map(fold, text)), initial=0))[:-1]
    return Folded(form, None if places == list(range(len(form))) else places)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Fold many texts at once."""
    folded, _ = fold_joined(SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts))
    return folded.split(SEPARATOR)


def fold_joined(joined: str) -> tuple[str, npt.NDArray[np.uint8]]:
    """Fold texts that are joined with separators, which stay; also how many bytes each character folds to."""
    codes = _codes(joined)
    present = np.zeros(codes.max(initial=0) + 1, bool)
    present[codes] = True
    forms = {character: fold(character) for character in map(chr, np.flatnonzero(present)) if character != SEPARATOR}
    sizes = np.ones(len(present), np.uint8)
    for character, form in forms.items():
        sizes[ord(character)] = len(form.encode())
        if len(form) != 1:
            joined = joined.replace(character, form)
    parted = _codes(joined)
    table = np.arange(parted.max(initial=0) + 1, dtype=np.uint32)
    for character, form in forms.items():
        if len(form) == 1:
            table[ord(character)] = ord(form)
    return account(table[parted].tobytes().decode("utf-32-le")), sizes[codes]


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def account(text: str) -> str:
    """A folded text with "a/c" made one word, in as many characters; texts may be joined."""
    return _ACCOUNT.sub("ac/", text) if "a/c" in text else text


@cache
def fold(character: str) -> str:
    """The folded form of one character: empty for what is invisible, several characters for a ligature."""
    if unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if character == "₹":
        return "rs"
    return "".join(map(_plain, unicodedata.normalize("NFKC", character).lower()))


def _plain(character: str) -> str:
    """Digits, dashes, dots and spaces of all scripts as ASCII has them; any other sign as one that no rule holds."""
    if character.isascii():
        return " " if character == SEPARATOR else character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(character)
    if kind == "Pd" or character == "−":
        return "-"
    if character in _DOTS:
        return "."
    if kind[0] == "Z":
        return " "
    return ";" if kind[0] in "PSC" else character
