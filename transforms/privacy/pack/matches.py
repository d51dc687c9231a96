"""Matches of one entity in many texts, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """For each match the number of its text, its start and end there, and its score."""

    text: Places
    start: Places
    end: Places
    score: npt.NDArray[np.float64]

    def of(self, chosen: npt.NDArray[np.generic]) -> "Matches":
        """Some of the matches, by mask or by number."""
        return Matches(self.text[chosen], self.start[chosen], self.end[chosen], self.score[chosen])

    def pruned(self) -> "Matches":
        """Without those of score 0 and those that lie in another of the same text with no lower score, in order.

        This is what Presidio's EntityRecognizer.remove_duplicates leaves.
        """
        order = np.lexsort((-self.score, -self.end, self.start, self.text))
        matches = self.of(order[self.score[order] > 0])
        again = (np.diff(matches.text) == 0) & (np.diff(matches.start) == 0) & (np.diff(matches.end) == 0)
        if again.any():
            matches = matches.of(np.append(True, ~again))
        near = np.diff(matches.text) == 0
        return matches.of(~matches._inside(near)) if near.any() else matches

    def _inside(self, near: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which of the sorted matches lie in an earlier one that stays; `near`, which share a text with the next."""
        inside = np.zeros(len(self.text), bool)
        kept: list[int] = []
        for number in np.flatnonzero(np.append(near, False) | np.append(False, near)).tolist():
            kept = [other for other in kept if self.text[other] == self.text[number]]
            if any(self.end[o] >= self.end[number] and self.score[o] >= self.score[number] for o in kept):
                inside[number] = True
            else:
                kept = [other for other in kept if self.end[other] >= self.start[number]] + [number]
        return inside


def together(parts: Sequence[Matches]) -> Matches:
    """The matches of several parts."""
    return Matches(
        np.concatenate([part.text for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.score for part in parts]),
    )


def distinct(numbers: Places) -> Places:
    """The numbers, each once, in order; for what is nearly sorted quicker than numpy's own."""
    numbers = np.sort(numbers)
    return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers
