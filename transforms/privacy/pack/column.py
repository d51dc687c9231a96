"""A column of texts, folded and joined for one pass."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.privacy.pack.folding import SEPARATOR, fold, fold_all
from transforms.privacy.pack.matches import Places

# Texts are worked on in blocks of about so many bytes, so that memory does not grow with the column.
BLOCK_BYTES = 32_000_000
BLOCK_ROWS = 200_000
_SURROGATE = re.compile("[\ud800-\udfff]")

# A column: a sequence of texts and nulls, an array of Arrow, a series of pandas.
Texts: TypeAlias = Sequence[str | None] | Any


@dataclass(frozen=True)
class Block:
    """Some rows of a column: the originals, the folded texts, and in which of them places are not the same.

    `mixed`, in which of them one character folds to several that are not all letters.
    """

    first: int
    originals: pa.LargeStringArray
    texts: pa.LargeStringArray
    uneven: npt.NDArray[np.bool_]
    mixed: npt.NDArray[np.bool_]


def join(texts: pa.LargeStringArray) -> tuple[bytes, Places]:
    """A separator, then each text in UTF-8 with one behind it; the places of those behind."""
    edge = pa.array([""], pa.large_string())
    edged = pa.concat_arrays([edge, texts, edge])
    whole = pa.LargeListArray.from_arrays(pa.array([0, len(edged)], pa.int64()), edged)
    joined = pc.binary_join(whole, pa.scalar(SEPARATOR, pa.large_string()))[0]
    return joined.as_buffer().to_pybytes(), np.cumsum(np.asarray(pc.binary_length(texts)) + 1)


def blocks(texts: Texts) -> Iterator[Block]:
    """The column in blocks; nulls are empty texts."""
    whole = _array(texts)
    lengths = np.asarray(pc.fill_null(pc.binary_length(whole), 0))
    ends = np.cumsum(lengths)
    start = 0
    while start < len(whole):
        spent = ends[start - 1] if start else 0
        end = min(int(np.searchsorted(ends, spent + BLOCK_BYTES)) + 1, start + BLOCK_ROWS, len(whole))
        yield _block(start, pc.fill_null(whole.slice(start, end - start), ""))
        start = end


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


def _block(first: int, originals: Any) -> Block:
    """Fold the rows: most of ASCII by Arrow, the others together."""
    texts = pc.ascii_lower(originals)
    others = pc.invert(pc.string_is_ascii(originals))
    for rare in (SEPARATOR, "a/c"):
        others = pc.or_(others, pc.match_substring(texts, rare))
    if not pc.any(others, min_count=0).as_py():
        none = np.zeros(len(originals), bool)
        return Block(first, originals, texts, none, none)
    rest = originals.filter(others)
    forms, changing = fold_all(rest.to_pylist())
    texts = pc.replace_with_mask(texts, others, pa.array(forms, pa.large_string()))
    mixed = [sign for sign in changing if len(fold(sign)) > 1 and not fold(sign).isalpha()]
    uneven, parted = (_with(rest, others, signs) for signs in (changing, mixed))
    return Block(first, originals, texts, uneven, parted)


def _with(rest: pa.LargeStringArray, others: pa.BooleanArray, signs: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which rows hold one of the signs; `rest` are the texts of the rows in `others`."""
    rows = np.asarray(others).copy()
    if signs:
        rows[rows] = np.asarray(pc.match_substring_regex(rest, f"[{re.escape(''.join(signs))}]"))
    return rows if signs else np.zeros_like(rows)
