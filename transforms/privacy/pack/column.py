"""A column of texts: those that may hold something, folded and joined for one pass."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from transforms.privacy.pack.folding import SEPARATOR, account, fold_joined
from transforms.privacy.pack.matches import Places
from transforms.privacy.pack.rules import sign

# Texts are worked on in blocks of about so many bytes, so that memory does not grow with the column.
BLOCK_BYTES = 32_000_000
BLOCK_ROWS = 200_000
# Arrow reads an expression anew at each call, which takes as long as to look through so many texts one by one.
_FEW = 500
_SURROGATE = re.compile("[\ud800-\udfff]")

# A column: a sequence of texts and nulls, an array of Arrow, a series of pandas.
Texts: TypeAlias = Sequence[str | None] | Any


@dataclass(frozen=True)
class Joined:
    """A separator, then each text in UTF-8 with one behind it; `starts`, where the texts begin, and the end."""

    text: bytes
    starts: Places

    def of(self, numbers: Places) -> "Joined":
        """Some of the texts, joined."""
        text, offsets = _whole(self._pieces.take(pa.array(np.append(0, numbers + 1))))
        return Joined(text, offsets[1:])

    @cached_property
    def _pieces(self) -> pa.LargeBinaryArray:
        """The first separator, then each text with its own."""
        buffers = [None, pa.py_buffer(np.append(0, self.starts)), pa.py_buffer(self.text)]
        return pa.Array.from_buffers(pa.large_binary(), len(self.starts), buffers)


@dataclass(frozen=True)
class Block:
    """Some rows of a column: those whose texts may hold something, folded.

    `rows` are their numbers in the column. So many of them as `plain` says are ASCII and come first; places in their
    texts are those in the originals. Of the others `begins` tells where in the texts each character of the originals
    begins, and the end.
    """

    rows: Places
    plain: int
    texts: Joined
    begins: Places


def blocks(texts: Texts) -> Iterator[Block]:
    """What of the column may hold something, in blocks; nulls are empty texts."""
    whole = _array(texts)
    lengths = np.asarray(pc.fill_null(pc.binary_length(whole), 0))
    ends = np.cumsum(lengths)
    start = 0
    while start < len(whole):
        spent = ends[start - 1] if start else 0
        end = min(int(np.searchsorted(ends, spent + BLOCK_BYTES)) + 1, start + BLOCK_ROWS, len(whole))
        originals = pc.fill_null(whole.slice(start, end - start), "")
        rows = _signed(originals)
        if len(rows):
            yield _block(start, rows, originals.take(pa.array(rows)))
        start = end


def _signed(texts: pa.LargeStringArray) -> Places:
    """The numbers of the texts that may hold something."""
    if len(texts) > _FEW:
        return np.flatnonzero(np.asarray(pc.match_substring_regex(texts, sign())))
    shown = _sign().search
    return np.array([number for number, text in enumerate(texts.to_pylist()) if shown(text)], np.int64)


@cache
def _sign() -> Any:
    return re2.compile(sign())


def edged(texts: pa.LargeStringArray) -> bytes:
    """Each text in UTF-8 with a separator behind it; one within a text is taken for a space, as folding takes it."""
    nothing, separator = (pa.scalar(sign, pa.large_string()) for sign in ("", SEPARATOR))
    text, _ = _whole(pc.binary_join_element_wise(texts, nothing, separator))
    inner = text.count(SEPARATOR.encode()) > len(texts)
    return edged(pc.replace_substring(texts, SEPARATOR, " ")) if inner else text


def _whole(made: pa.LargeBinaryArray | pa.LargeStringArray) -> tuple[bytes, Places]:
    """All texts of an array that was just made, in one piece, and where each begins there, and the end."""
    _, places, data = made.buffers()
    offsets = np.frombuffer(places, np.int64)
    return data.slice(0, int(offsets[-1])).to_pybytes(), offsets


def _array(texts: Texts) -> Any:
    """As one array of large strings; what no encoding can hold is taken for another sign, as folding takes it."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if isinstance(texts, pa.Array):
        return texts.cast(pa.large_string())
    try:
        return pa.array(texts, pa.large_string(), from_pandas=True)
    except UnicodeEncodeError:
        held = [text if text is None else _SURROGATE.sub("\ufffd", text) for text in texts]
        return pa.array(held, pa.large_string(), from_pandas=True)


def _block(first: int, rows: Places, texts: Any) -> Block:
    """Fold some rows; they count from `first`."""
    ascii_only = pc.string_is_ascii(texts)
    known = account(edged(texts.filter(ascii_only)).lower().decode())
    others, sizes = fold_joined(edged(texts.filter(pc.invert(ascii_only))).decode())
    text = f"{SEPARATOR}{known}".encode()
    begins = np.cumsum(np.append(len(text), sizes))
    text += others.encode()
    starts = np.flatnonzero(np.frombuffer(text, np.uint8) == ord(SEPARATOR)) + 1
    plain = np.asarray(ascii_only)
    rows = first + np.append(rows[plain], rows[~plain])
    return Block(rows, int(plain.sum()), Joined(text, starts), begins)
