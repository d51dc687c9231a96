"""Names of people in a column of texts, as findings like those of the pack."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.privacy.names.model import model
from transforms.privacy.names.staff import Staff, staff
from transforms.privacy.names.tokens import Places, cut
from transforms.privacy.pack.batch import FINDINGS
from transforms.privacy.pack.column import Texts
from transforms.privacy.pack.rules import THRESHOLD

ENTITY = "PERSON"
# Texts are worked on in blocks of about so many characters, so that memory does not grow with the column.
_BLOCK = 4_000_000
_SURE = 10_000
# Taken off the score of a word alone: words that no list knows stand alone oftener than names do.
_ALONE = 0.3

Mask = npt.NDArray[np.bool_]


def find(texts: Texts, names: Iterable[str] = (), threshold: float = THRESHOLD) -> pa.Table:
    """Names in a column of texts: row, entity, start, end, score.

    Rows count from 0, offsets are code points of the original text; nulls hold nothing. `names` are people known to
    the caller, such as the staff of a city: where one of them stands in full, or with initials, the score is 1. Raises
    WeightsFault where the model cannot be loaded.
    """
    known = staff(tuple(names))
    plain = texts.to_pylist() if isinstance(texts, pa.Array | pa.ChunkedArray) else texts
    tables = [_findings(first, block, known, threshold) for first, block in _blocks(plain)]
    return pa.concat_tables([FINDINGS.empty_table(), *tables]).combine_chunks()


def _blocks(texts: Sequence[str | None]) -> Iterator[tuple[int, list[str]]]:
    first, size, block = 0, 0, []
    for row, text in enumerate(texts):
        block.append(text or "")
        size += len(block[-1])
        if size > _BLOCK:
            yield first, block
            first, size, block = row + 1, 0, []
    if block:
        yield first, block


def _findings(row: int, texts: list[str], known: Staff, threshold: float) -> pa.Table:
    tokens = cut(texts)
    # Whole numbers, so that sums over a column are exact.
    likely = np.rint(model().probabilities(tokens, known.words) * _SURE).astype(np.int64)
    for begin, end in known.found(tokens):
        likely[begin : end + 1] = _SURE
    is_word = np.array([word[0].isalpha() for word in tokens.words], bool)[tokens.word]
    is_long = is_word & np.array([len(word) > 1 for word in tokens.words], bool)[tokens.word]
    first, last = _spans(tokens.text, likely >= threshold * _SURE, is_word)
    whole = _between(is_long, first, last) > 0
    first, last = first[whole], last[whole]
    text = tokens.text[first]
    score = _between(likely * is_word, first, last) / _between(is_word, first, last) / _SURE
    score -= _ALONE * ((_between(is_long, first, last) == 1) & (score < 1))
    columns = [text + row, pa.repeat(ENTITY, len(text)), tokens.start[first], tokens.end[last], score]
    return pa.table(columns, schema=FINDINGS).filter(score >= threshold)


def _spans(text: Places, marked: Mask, is_word: Mask) -> tuple[Places, Places]:
    """First and last token of each run of marked ones, less signs at either end."""
    begins = marked.copy()
    begins[1:] &= ~marked[:-1] | (np.diff(text) != 0)
    places = np.flatnonzero(marked & is_word)
    runs = np.cumsum(begins)[places]
    return places[np.diff(runs, prepend=-1) != 0], places[np.diff(runs, append=-1) != 0]


def _between(values: Places | Mask, first: Places, last: Places) -> Places:
    """The sum over each span."""
    sums = np.cumsum(np.append(0, values))
    return sums[last + 1] - sums[first]
