"""Texts that fit a pattern of a contract."""

import re
from collections.abc import Callable

# The parser of Python's own patterns; those of a contract (RE2) are nearly all patterns of Python as well.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from string import ascii_letters, digits
from typing import Any

# How often what may be repeated without end is repeated at most.
OFTEN = 4
_LETTERS = digits + ascii_letters + " -/_.,:"
_CLASSES = {
    codes.CATEGORY_DIGIT: re.compile(r"\d", re.ASCII),
    codes.CATEGORY_WORD: re.compile(r"\w", re.ASCII),
    codes.CATEGORY_SPACE: re.compile(r" "),
    codes.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    codes.CATEGORY_NOT_WORD: re.compile(r"\W"),
    codes.CATEGORY_NOT_SPACE: re.compile(r"\S"),
}
Draw = Callable[[int], int]


def example(pattern: str, draw: Draw = lambda _: 0) -> str:
    """A text in which the pattern is found; `draw(n)` gives a number from 0 to n−1.

    Raises ValueError for what is not understood here: look-around and references to a group.
    """
    return _text(parser.parse(pattern), draw)


def _text(parts: Any, draw: Draw) -> str:
    return "".join(_part(code, value, draw) for code, value in parts)


def _part(code: Any, value: Any, draw: Draw) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.AT:
        return ""
    if code in (codes.IN, codes.ANY, codes.NOT_LITERAL):
        letters = _among(code, value)
        return letters[draw(len(letters))]
    if code is codes.BRANCH:
        return _text(value[1][draw(len(value[1]))], draw)
    if code is codes.SUBPATTERN:
        return _text(value[-1], draw)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        return "".join(_text(inner, draw) for _ in range(least + draw(min(most, least + OFTEN) - least + 1)))
    raise ValueError(f"{code} in a pattern is not understood")


def _among(code: Any, value: Any) -> str:
    """The letters that a class allows."""
    if code is codes.ANY:
        return _LETTERS
    if code is codes.NOT_LITERAL:
        return _LETTERS.replace(chr(value), "")
    refused = value[0][0] is codes.NEGATE
    named = "".join(map(_letters, value))
    return "".join(letter for letter in _LETTERS if letter not in named) if refused else named


def _letters(item: Any) -> str:
    code, value = item
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        first, last = value
        return "".join(map(chr, range(first, last + 1)))
    if code is codes.CATEGORY:
        return "".join(filter(_CLASSES[value].match, _LETTERS))
    return ""
