"""The batch engine: the pack on a column at a time, with the findings and scores of Presidio's own path.

One pass over the joined texts tells which of them may hold which pattern; the exact patterns run on those alone, and
their check digits and the words around them are computed for all at once.
"""

import re
from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np
import pyarrow as pa

from transforms.privacy.pack.column import Block, Texts, blocks, join
from transforms.privacy.pack.context import Context
from transforms.privacy.pack.folding import SEPARATOR, Folded, folded
from transforms.privacy.pack.matches import Matches, Places, distinct, together
from transforms.privacy.pack.rules import THRESHOLD, Pattern, Rule, rules, shapes
from transforms.privacy.pack.scanning import scanner
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
    shaped = scanner(shapes(), accelerated)(*join(block.texts))
    hot = _Hot(block, distinct(np.concatenate(shaped)), outer, threshold)
    found: dict[str, list[Matches]] = {}
    for place, rule in enumerate(rules()):
        matches = hot.matches(place, rule, [shaped[pattern.shape] for pattern in rule.patterns])
        if matches is not None:
            found.setdefault(rule.entity, []).append(matches)
    names = sorted(found)
    parts = [together(found[name]).pruned() for name in names]
    parts = [part.of(part.score >= threshold) for part in parts]
    kinds = np.repeat(np.arange(len(parts)), [len(part.text) for part in parts])
    return hot.table(names, kinds, together(parts)) if parts else FINDINGS.empty_table()


class _Hot:
    """The texts of a block that hold some shape. Places in them are those of their UTF-8."""

    def __init__(self, block: Block, rows: Places, outer: Words, threshold: float) -> None:
        self._block, self._rows, self._outer, self._threshold = block, rows, outer, threshold
        self._joined, ends = join(block.texts.take(pa.array(rows)))
        self._starts = np.append(1, ends + 1)
        self._texts = self._joined[1:].split(SEPARATOR.encode())
        self._context = Context(self._joined, self._starts)
        self._speaks_for = self._context.speaks_for()
        self._last = -1, folded("")

    def matches(self, place: int, rule: Rule, shaped: Sequence[Places]) -> Matches | None:
        """The matches of a rule, scored with the words around them; None where there is none.

        `shaped` are the rows with the shape of each pattern. A pattern that counts for nothing without context is left
        alone where there is none.
        """
        parts = []
        for pattern, rows in zip(rule.patterns, shaped, strict=True):
            numbers = np.searchsorted(self._rows, rows)
            if pattern.score < self._threshold and rule.context.isdisjoint(self._outer):
                numbers = numbers[self._speaks_for[numbers] >> place & 1 == 1]
            if len(numbers):
                parts.append(self._exact(rule, pattern, numbers))
        if not parts:
            return None
        matches = together(parts).pruned()
        scores = self._context.rescored(place, rule, matches, self._begun(matches), self._outer)
        return Matches(matches.text, matches.start, matches.end, scores)

    def _exact(self, rule: Rule, pattern: Pattern, numbers: Places) -> Matches:
        """The matches of a pattern in some texts, those that pass the rule's check."""
        texts = self._texts
        joined = SEPARATOR.encode().join([texts[number] for number in numbers.tolist()])
        ends = np.cumsum(self._starts[numbers + 1] - self._starts[numbers])
        places, found = [], []
        for match in _compiled(pattern.exact).finditer(joined):
            places.append(match.start())
            found.append(match.group())
        starts, lengths = np.array(places, np.int64), np.array(list(map(len, found)), np.int64)
        at = np.searchsorted(ends, starts, side="right")
        starts -= np.append(0, ends)[at]
        matches = Matches(numbers[at], starts, starts + lengths, np.full(len(found), pattern.score))
        return matches if rule.check is None else matches.of(rule.check.many(found))

    def _begun(self, matches: Matches) -> Places:
        """Where matches begin; one that begins inside what a single character folded to, where that begins."""
        starts = matches.start.copy()
        begin = self._starts[matches.text]
        characters = self._characters(begin, begin + matches.start)
        for match in np.flatnonzero(self._block.mixed[self._rows[matches.text]]).tolist():
            form, character = self._form(int(matches.text[match])), int(characters[match])
            starts[match] -= len(form.text[form.first(character) : character].encode())
        return starts

    def _form(self, number: int) -> Folded:
        """A text with its way back to the original; the last one is kept, as matches come text by text."""
        if self._last[0] != number:
            self._last = number, folded(self._block.originals[int(self._rows[number])].as_py())
        return self._last[1]

    def table(self, names: list[str], kinds: Places, matches: Matches) -> pa.Table:
        """The matches, each of one of the named entities, at their places in the originals, in code points."""
        begin = self._starts[matches.text]
        starts, ends = (self._characters(begin, begin + at) for at in (matches.start, matches.end))
        for match in np.flatnonzero(self._block.uneven[self._rows[matches.text]]).tolist():
            starts[match], ends[match] = self._form(int(matches.text[match])).span(starts[match], ends[match])
        order = np.lexsort((kinds, ends, starts, matches.text))
        rows = self._rows[matches.text] + self._block.first
        entities = pa.DictionaryArray.from_arrays(pa.array(kinds[order]), pa.array(names)).cast(pa.string())
        columns = [rows[order], entities, starts[order], ends[order], matches.score[order]]
        return pa.table(columns, schema=FINDINGS)

    def _characters(self, start: Places, end: Places) -> Places:
        """How many characters there are from one place in the joined texts to another."""
        more = self._continued
        return end - start - (np.searchsorted(more, end) - np.searchsorted(more, start))

    @cached_property
    def _continued(self) -> Places:
        """The places of bytes that begin no character."""
        return np.flatnonzero(np.frombuffer(self._joined, np.int8) < -64)


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())
