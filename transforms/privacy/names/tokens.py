"""A column of texts, cut into words, numbers and signs."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

_SPACE, _LATIN, _LETTER, _DIGIT, _SIGN, _UNSEEN = range(6)
_SEPARATOR = "\0"


@dataclass(frozen=True)
class Tokens:
    """For each token the number of its word among `words`, its text, and its start and end there in code points."""

    words: list[str]
    word: Places
    text: Places
    start: Places
    end: Places


def cut(texts: Sequence[str]) -> Tokens:
    """Cut texts. A word is a run of letters of Latin or of other scripts; each sign and line break is a token."""
    joined = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _seen(_kinds(codes))
    begins = (kinds != _SPACE) & ((kinds == _SIGN) | (np.append(_SPACE, kinds[:-1])[: len(kinds)] != kinds))
    stops = (kinds != _SPACE) & ((kinds == _SIGN) | (np.append(kinds[1:], _SPACE)[: len(kinds)] != kinds))
    starts, ends = np.flatnonzero(begins), np.flatnonzero(stops) + 1
    numbers: dict[str, int] = {}
    slices = map(joined.__getitem__, map(slice, starts.tolist(), ends.tolist()))
    word = np.fromiter((numbers.setdefault(part, len(numbers)) for part in slices), np.int64, len(starts))
    first = np.cumsum([0, *(len(text) + 1 for text in texts)])
    text = np.searchsorted(first, starts, side="right") - 1
    return Tokens(list(numbers), word, text, starts - first[text], ends - first[text])


def _kinds(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int8]:
    present = np.flatnonzero(np.bincount(codes))
    table = np.zeros(int(codes.max(initial=0)) + 1, np.int8)
    table[present] = [_kind(chr(code)) for code in present.tolist()]
    return table[codes]


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] in "LM":
        return _UNSEEN if "\ufe00" <= character <= "\ufe0f" else _LATIN if character < "\u0370" else _LETTER
    if category == "Cf":
        return _UNSEEN
    if category[0] == "N":
        return _DIGIT
    return _SPACE if category[0] in "ZC" and character != "\n" and category != "Cs" else _SIGN


def _seen(kinds: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """What cannot be seen belongs to the word around it, and is a space elsewhere."""
    unseen = np.flatnonzero(kinds == _UNSEEN)
    if not len(unseen):
        return kinds
    edged = np.concatenate([[_SPACE], kinds, [_SPACE]]).astype(np.int8)
    places = np.where(edged == _UNSEEN, 0, np.arange(len(edged)))
    before = edged[np.maximum.accumulate(places)]
    places = np.where(edged == _UNSEEN, len(edged) - 1, np.arange(len(edged)))
    behind = edged[np.minimum.accumulate(places[::-1])[::-1]]
    inside = np.where((before == behind) & (before != _SIGN), before, _SPACE)
    return np.where(edged == _UNSEEN, inside, edged)[1:-1]
