"""The batch engine: the pack on a column at a time, with the findings and scores of Presidio's own path.

Texts without a sign of anything are put aside. One pass over the others, joined, tells which of them may hold which
pattern; the exact patterns run on those alone, on the stretch in which a match can lie, and their check digits and the
words around them are computed for all at once.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa

from transforms.privacy.pack.column import Block, Texts, blocks
from transforms.privacy.pack.context import Context
from transforms.privacy.pack.matches import NONE, Matches, Places, distinct, together
from transforms.privacy.pack.origins import Origins
from transforms.privacy.pack.rules import THRESHOLD, Pattern, Rule, entities, rules, shapes
from transforms.privacy.pack.scanning import scanner
from transforms.privacy.pack.stretches import stretches
from transforms.privacy.pack.words import Words, words_of

FINDINGS = pa.schema(
    [("row", pa.int64()), ("entity", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("score", pa.float64())]
)


def recognise(texts: Texts, context: str = "", threshold: float = THRESHOLD, accelerated: bool = True) -> pa.Table:
    """Personal data in a column of texts, by the pack's rules: row, entity, start, end, score.

    Rows count from 0, offsets are code points of the original text; nulls hold nothing. `context` is what is said of
    the column as a whole, such as its name. `accelerated` false leaves Hyperscan out; the findings are the same.
    """
    outer = words_of(context)
    found = [_findings(block, outer, threshold, accelerated) for block in blocks(texts)]
    return pa.concat_tables([FINDINGS.empty_table(), *found]).combine_chunks()


def _findings(block: Block, outer: Words, threshold: float, accelerated: bool) -> pa.Table:
    shaped = scanner(shapes(), accelerated)(block.texts)
    hot = distinct(np.concatenate(shaped))
    return _Hot(block, hot).findings(shaped, outer, threshold) if len(hot) else FINDINGS.empty_table()


class _Hot:
    """The texts of a block that hold some shape, by their numbers in the block."""

    def __init__(self, block: Block, numbers: Places) -> None:
        self._block, self._numbers = block, numbers
        self._texts = block.texts.of(numbers)
        self._context = Context(self._texts)
        self._stretches = stretches(self._texts, self._context)

    def findings(self, shaped: Sequence[Places], outer: Words, threshold: float) -> pa.Table:
        """The matches of entities, scored with the words around them, at their places in the originals.

        `shaped` are the numbers of the texts with each shape.
        """
        matches = self._matches(shaped, outer, threshold).pruned()
        text = self._text(matches)
        origins = Origins(self._block, self._numbers, self._texts)
        scores = self._context.rescored(matches, text, origins.begun(text, matches.start), outer)
        matches = Matches(_entity_numbers()[matches.kind], matches.start, matches.end, scores).pruned()
        matches = matches.of(matches.score >= threshold)
        return self._table(matches, origins)

    def _matches(self, shaped: Sequence[Places], outer: Words, threshold: float) -> Matches:
        """The matches of every rule, by its place among `rules()`.

        A pattern that counts for nothing without context is left alone where there is none.
        """
        speaks_for = self._context.speaks_for()
        hot = [np.searchsorted(self._numbers, numbers) for numbers in shaped]
        parts = [NONE]
        for place, rule in enumerate(rules()):
            for pattern in rule.patterns:
                numbers = hot[pattern.shape]
                if pattern.score < threshold and rule.context.isdisjoint(outer):
                    numbers = numbers[speaks_for[numbers] >> place & 1 == 1]
                if len(numbers):
                    parts.append(self._exact(place, rule, pattern, numbers))
        return together(parts)

    def _exact(self, place: int, rule: Rule, pattern: Pattern, numbers: Places) -> Matches:
        """The matches of a pattern in some texts, those that pass the rule's check."""
        numbers = 2 * numbers
        texts = self._stretches.of(numbers)
        pieces = _compiled(pattern.exact).split(texts.text)
        found = pieces[1::2]
        ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
        start, end = ends[:-1:2], ends[1::2]
        at = np.searchsorted(texts.starts, start, side="right") - 1
        shift = self._stretches.starts[numbers[at]] - texts.starts[at]
        score = np.full(len(found), pattern.score)
        matches = Matches(np.full(len(found), place), start + shift, end + shift, score)
        return matches if rule.check is None else matches.of(rule.check.many(found))

    def _text(self, matches: Matches) -> Places:
        """The number of the text that each match lies in."""
        return np.searchsorted(self._texts.starts, matches.start, side="right") - 1

    def _table(self, matches: Matches, origins: Origins) -> pa.Table:
        text = self._text(matches)
        rows = self._block.rows[self._numbers[text]]
        starts, ends = origins.spans(text, matches.start, matches.end)
        order = np.lexsort((matches.kind, ends, starts, rows))
        names = pa.DictionaryArray.from_arrays(pa.array(matches.kind[order]), pa.array(entities())).cast(pa.string())
        columns = [rows[order], names, starts[order], ends[order], matches.score[order]]
        return pa.table(columns, schema=FINDINGS)


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    """A pattern as the one group by which it parts a text."""
    return re.compile(f"({pattern})".encode())


@cache
def _entity_numbers() -> Places:
    """For each rule the number of its entity among `entities()`."""
    names = entities()
    return np.array([names.index(rule.entity) for rule in rules()])
