"""Which counts of a table must be hidden so that no hidden one can be computed back from those that are shown."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from transforms.privacy.bounds import narrow
from transforms.privacy.margins import Counts, Flags, Sum
from transforms.privacy.risk import RiskTooHigh


def hide(table: Counts, small: Flags, along: Sequence[Sequence[int]], k: int) -> Flags:
    """What to hide, as rows × columns of the table's own counts; all that is `small`, and more.

    `along`: for each column those that rest on it and go with it. A margin is taken to be known from
    elsewhere, but where it is small itself, or nothing of it is shown, or nothing else is left to be hidden: then it
    is for the table that shows it to protect these. Raises risk.RiskTooHigh.
    """
    chosen = _Hiding(table, small, along, k)
    # What is wide enough stays so when more is hidden; the margins are for other tables to protect.
    asked = np.arange(len(chosen.hidden)) < small.size
    while True:
        chosen.count()
        lost, unknown = narrow(table, chosen.hidden, asked, k)
        if not len(lost):
            break
        asked &= ~chosen.hidden
        asked[unknown] = True
        if not all(chosen.widen(cell) for cell in lost.tolist()):
            raise RiskTooHigh(
                f"{len(lost)} hidden counts could be computed back; publish fewer figures, or coarser ones"
            )
    return chosen.hidden[: small.size].reshape(small.shape)


class _Hiding:
    """The counts by number, which of them are hidden, and the sums that each stands in."""

    def __init__(self, table: Counts, small: Flags, along: Sequence[Sequence[int]], k: int) -> None:
        self.table, self.k = table, k
        self.width = table.values.shape[1]
        self.values = table.values.reshape(-1)
        self.along = along
        self.own = table.real * self.width
        self.hidden = np.zeros(len(self.values), bool)
        self.waiting: list[Sum] = []
        self.sums: dict[int, list[Sum]] = defaultdict(list)
        for one in table.sums:
            for cell in (*one.parts.tolist(), one.whole):
                self.sums[cell].append(one)
        margins = (table.values[table.real :] > 0) & (table.values[table.real :] < k)
        for cell in np.flatnonzero(np.concatenate([small, margins])).tolist():
            self.hide(cell)

    def hide(self, cell: int) -> None:
        """Hide a count and what rests on it, and the margins of which nothing is shown any more."""
        row, column = divmod(cell, self.width)
        for other in (row * self.width + one for one in (column, *self.along[column])):
            if not self.hidden[other]:
                self.hidden[other] = True
                self.waiting += self.sums[other]
                for one in self.sums[other]:
                    if one.parts[0] < self.own <= one.whole and self.hidden[one.parts].all():
                        self.hidden[one.whole] = True

    def count(self) -> None:
        """Hide more until each sum that is shown leaves room for its hidden parts, each of them alone."""
        while self.waiting:
            one = self.waiting.pop()
            while (missing := self.missing(one)) > 0 and self.more(one, missing):
                pass

    def missing(self, one: Sum) -> int:
        """By how much the hidden parts of a sum are too few or too small to be k - 1 apart; 0 where they are not."""
        gone = one.parts[self.hidden[one.parts]]
        if self.hidden[one.whole]:
            # A total that is hidden must not be told by parts that are all shown.
            return 1 if one.exact and one.whole < self.own and not len(gone) else 0
        if not len(gone):
            return 0
        least = int(self.table.least[gone[0] % self.width])
        known = int(self.values[one.parts[~self.hidden[one.parts]]].sum())
        room = int(self.values[one.whole]) - known - len(gone) * least
        lone = one.exact and len(gone) == 1
        return max(self.k - 1 - least - room, 1 if lone else 0)

    def more(self, one: Sum, missing: int) -> bool:
        """Hide one more count of a sum: the smallest part that makes up what is missing, else the largest, else the
        whole. False where all of it is hidden."""
        shown = one.parts[~self.hidden[one.parts]]
        shown = shown[np.lexsort((shown, self.values[shown]))]
        filled = shown[self.values[shown] > 0]
        enough = filled[self.values[filled] >= missing + self.table.least[filled % self.width]]
        order = [*enough.tolist(), *filled[::-1].tolist(), *shown.tolist(), one.whole]
        for cell in order:
            if not self.hidden[cell]:
                self.hide(cell)
                return True
        return False

    def widen(self, cell: int) -> bool:
        """Hide one more count near one that can be narrowed: in the sum that narrows it most, else in one that narrows
        the others of its sums. False where nothing around it is shown."""
        seen, ring = {cell}, [cell]
        while ring:
            sums = [one for other in ring for one in self.sums[other]]
            for one in sorted(sums, key=self.slack):
                if self.more(one, 1):
                    return True
            ring = sorted({int(other) for one in sums for other in (*one.parts, one.whole)} - seen)
            seen.update(ring)
        return False

    def slack(self, one: Sum) -> int:
        """How much the hidden parts of a sum come to; more where its whole is hidden."""
        gone = self.hidden[one.parts]
        return int(self.values[one.parts[gone]].sum()) + (1 << 40 if self.hidden[one.whole] else 0)
