"""Matches in joined texts, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """For each match the number of its kind, its start and end in the joined texts, and its score."""

    kind: Places
    start: Places
    end: Places
    score: npt.NDArray[np.float64]

    def of(self, chosen: npt.NDArray[np.generic]) -> "Matches":
        """Some of the matches, by mask or by number."""
        return Matches(self.kind[chosen], self.start[chosen], self.end[chosen], self.score[chosen])

    def pruned(self) -> "Matches":
        """Without those of score 0 and those that lie in another of the same kind with no lower score, in order.

        This is what Presidio's EntityRecognizer.remove_duplicates leaves.
        """
        # As if the kinds had the texts one after another, so that matches of two kinds never meet.
        apart = self.kind * self.end.max(initial=0)
        start, end = self.start + apart, self.end + apart
        order = np.lexsort((-self.score, -end, start))
        order = order[self.score[order] > 0]
        again = (np.diff(start[order]) == 0) & (np.diff(end[order]) == 0)
        order = order[np.append(True, ~again)] if again.any() else order
        return self.of(order[~_inside(start[order], end[order], self.score[order])])


def _inside(start: Places, end: Places, score: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which of the sorted matches lie in an earlier one that stays and scores no less."""
    inside = np.zeros(len(start), bool)
    near = start[1:] < np.maximum.accumulate(end)[:-1]
    kept: list[int] = []
    for number in np.flatnonzero(np.append(near, False) | np.append(False, near)).tolist():
        kept = [other for other in kept if end[other] > start[number]]
        if any(end[other] >= end[number] and score[other] >= score[number] for other in kept):
            inside[number] = True
        else:
            kept.append(number)
    return inside


_NOWHERE = np.zeros(0, np.int64)
NONE = Matches(_NOWHERE, _NOWHERE, _NOWHERE, np.zeros(0))


def together(parts: Sequence[Matches]) -> Matches:
    """The matches of several parts."""
    return Matches(
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.score for part in parts]),
    )


def distinct(numbers: Places) -> Places:
    """The numbers, each once, in order; for what is nearly sorted quicker than numpy's own."""
    numbers = np.sort(numbers)
    return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers
