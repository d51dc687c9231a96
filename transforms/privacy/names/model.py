"""Finds names in a column of texts with the trained weights, all texts at once.

CRFsuite trains the model; here its sums are worked out for whole columns, which is many times faster than asking it
text by text. A test holds the two to the same probabilities.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from transforms.privacy.names import features
from transforms.privacy.names.features import CASES, EDGE, KINDS, NUMBER, REACH, SHAPES, Traits, traits
from transforms.privacy.names.gazetteer import plain
from transforms.privacy.names.tokens import Places, Tokens
from transforms.privacy.names.weights import LABELS, WEIGHTS, Weights, prefix, read, scale

Numbers = npt.NDArray[np.float64]
# What a token says of others is soon forgotten, so longer texts are read in pieces of so many tokens.
_PIECE = 128
# Distinct words are kept, as columns of one dataset share most of theirs.
_KEPT = 200_000
_REACHES = (0, *REACH)


@dataclass(frozen=True)
class _Word:
    """Of a word: the numbers of kind and shape, whether it tells the text's case, its weights by reach and label."""

    kind: int
    shape: int
    tells: bool
    weights: Numbers


class Model:
    """The probabilities of labels, by weights as they were trained."""

    def __init__(self, weights: Weights) -> None:
        self._states = {trait: np.array(scale(row)) for trait, row in weights.states.items()}
        self._leans = np.array(scale(weights.lean))
        self._follows = np.exp([scale(weights.transitions[label]) for label in LABELS])
        self._word = lru_cache(maxsize=_KEPT)(self._looked_up)
        self._edge = self._weighed(Traits(EDGE, "other", (), (f"k={EDGE}",)))
        self._rows = self._row_table()
        self._places = self._place_table()

    def probabilities(self, tokens: Tokens, extra: Collection[str] = frozenset()) -> Numbers:
        """For each token how likely it is part of a name, 0 to 1. `extra` are plain words known as names."""
        if not len(tokens.word):
            return np.zeros(0)
        starts, sizes = _pieces(tokens.text)
        scores = _closed(self._scores(tokens, extra), self._follows, tokens.text, starts, sizes)
        # At each step one token of every piece that is so long.
        steps = [starts[: np.searchsorted(-sizes, -step)] + step for step in range(int(sizes[0]))]
        return _part_of_name(scores, self._follows, steps)

    def _scores(self, tokens: Tokens, extra: Collection[str]) -> Numbers:
        """For each token and label the sum of the weights of all its traits."""
        words = [self._word(word) for word in tokens.words] + [self._edge]
        if extra:
            for number, word in enumerate(tokens.words):
                if plain(word) in extra:
                    words[number] = self._weighed(traits(word, extra))
        weights = np.stack([word.weights for word in words])
        kinds, shapes, tells = (
            np.array([getattr(word, told) for word in words]) for told in ("kind", "shape", "tells")
        )
        at = _Neighbours(tokens, len(tokens.words))
        scores = sum(weights[at.word(reach), number] for number, reach in enumerate(_REACHES))
        before, kind, behind = (kinds[at.word(reach)] for reach in (-1, 0, 1))
        scores += self._rows[before, kind, behind]
        case = _cases(tokens, shapes[tokens.word], tells[tokens.word])
        begins = np.array([features.begins(one) for one in KINDS], np.int64)
        scores += self._places[case[tokens.text], begins[before], shapes[tokens.word], kind]
        return scores + np.outer(self._leans[_leaning(before, kind, behind)], [0, 1, 1])

    def _looked_up(self, word: str) -> _Word:
        return self._weighed(traits(word))

    def _weighed(self, it: Traits) -> _Word:
        weights = np.zeros((len(_REACHES), len(LABELS)))
        for number, reach in enumerate(_REACHES):
            for trait in it.near if reach else it.own:
                weights[number] += self._states.get(prefix(reach) + trait, 0)
        return _Word(NUMBER[it.kind], SHAPES.index(it.shape), it.kind != "initial", weights)

    def _row_table(self) -> Numbers:
        """The weights of any three kinds in a row."""
        table = np.zeros((len(KINDS),) * 3 + (len(LABELS),))
        for trait, weights in self._states.items():
            before, _, rest = trait.rpartition(">")
            kind, _, behind = rest.partition("<")
            if kind in NUMBER and (before or behind) and (before or EDGE) in NUMBER and (behind or EDGE) in NUMBER:
                first, last = (NUMBER[one] if one else slice(None) for one in (before, behind))
                table[first, NUMBER[kind], last] += weights
        return table

    def _place_table(self) -> Numbers:
        """The weights of case, begin of a sentence, shape and kind."""
        table = np.zeros((len(CASES), 2, len(SHAPES), len(KINDS), len(LABELS)))
        for case, shape, kind in np.ndindex(len(CASES), len(SHAPES), len(KINDS)):
            it = Traits(KINDS[kind], SHAPES[shape], (), ())
            for begins in (False, True):
                table[case, int(begins), shape, kind] = self._states.get(features.in_place(CASES[case], begins, it), 0)
        return table


class _Neighbours:
    """The words around each token; beyond its text there is the edge."""

    def __init__(self, tokens: Tokens, edge: int) -> None:
        width = max(map(abs, REACH))
        self._width, self._edge = width, edge
        self._word, self._text = tokens.word, tokens.text
        self._padded = np.pad(tokens.word, width, constant_values=edge)
        self._texts = np.pad(tokens.text, width, constant_values=-1)

    def word(self, reach: int) -> Places:
        there = slice(self._width + reach, self._width + reach + len(self._word))
        return np.where(self._texts[there] == self._text, self._padded[there], self._edge)


def _leaning(before: Places, kind: Places, behind: Places) -> Places:
    """For each token which of the weights' leans is its own."""
    no_name, like = (np.array([said(one) for one in KINDS]) for said in (features.no_name, features.like_name))
    return no_name[kind] * np.where(like[before] | like[behind], 1, 2)


def _cases(tokens: Tokens, shapes: Places, tells: npt.NDArray[np.bool_]) -> Places:
    """For each text the number of its case."""
    told = [features.case([shape]) for shape in SHAPES]
    cases = np.zeros(int(tokens.text[-1]) + 1, np.int64)
    np.bitwise_or.at(cases, tokens.text[tells], np.array([CASES.index(case) for case in told])[shapes[tells]])
    return cases


def _pieces(text: Places) -> tuple[Places, Places]:
    """Where texts, or pieces of long ones, begin and how many tokens they have, the longest first."""
    begins = np.flatnonzero(np.diff(text, prepend=-1) != 0)
    lengths = np.diff(begins, append=len(text))
    parts = -(-lengths // _PIECE)
    nth = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    starts = np.repeat(begins, parts) + nth * _PIECE
    sizes = np.minimum(np.repeat(lengths, parts) - nth * _PIECE, _PIECE)
    order = np.argsort(-sizes, kind="stable")
    return starts[order], sizes[order]


def _closed(scores: Numbers, follows: Numbers, text: Places, starts: Places, sizes: Places) -> Numbers:
    """Scores of pieces that stand by themselves: beside a cut within a text the next token is taken for no name."""
    scores, ends = scores.copy(), starts + sizes - 1
    cut = starts[(starts > 0) & (text[starts] == text[starts - 1])]
    scores[cut] += np.log(follows[0])
    cut = ends[(ends + 1 < len(text)) & (text[ends] == text[(ends + 1) % len(text)])]
    scores[cut] += np.log(follows[:, 0])
    return scores


def _part_of_name(scores: Numbers, follows: Numbers, steps: list[Places]) -> Numbers:
    """One less the probability of the first label, by the forward-backward algorithm."""
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    forward, backward = np.empty_like(likely), np.ones_like(likely)
    forward[steps[0]] = _shares(likely[steps[0]])
    for last, these in pairwise(steps):
        forward[these] = _shares(_times(forward[last[: len(these)]], follows) * likely[these])
    for these, following in zip(steps[-2::-1], steps[:0:-1], strict=True):
        some = these[: len(following)]
        backward[some] = _shares(_times(backward[following] * likely[following], follows.T))
    return 1 - _shares(forward * backward)[:, 0]


def _times(rows: Numbers, matrix: Numbers) -> Numbers:
    """Rows times matrix, each row by itself: what a text gets does not hang on those beside it."""
    return sum(rows[:, [number]] * matrix[number] for number in range(len(matrix)))


def _shares(rows: Numbers) -> Numbers:
    return rows / rows.sum(axis=1, keepdims=True)


@cache
def model() -> Model:
    """The project's model, loaded once. Raises WeightsFault where its weights cannot be read."""
    return Model(read(WEIGHTS))
