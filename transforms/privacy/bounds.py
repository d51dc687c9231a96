"""How far a reader of a table can narrow its hidden counts, by linear programming over all that is shown.

A count is certain to be wide enough where two tables of whole numbers that agree with everything shown differ in it
by enough. Both are found by the solver, and checked here.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from transforms.privacy.exchange import exchanged
from transforms.privacy.margins import Counts, Flags, Numbers, Sum

_EXACT = 1e-6
# So little that nothing pushed aside keeps what is pushed up from its most.
_ASIDE = 0.01


def narrow(table: Counts, hidden: Flags, asked: Flags, k: int) -> tuple[Numbers, Numbers]:
    """The hidden counts among those `asked` for that a reader can narrow, by number, and those not known to be safe.

    `hidden`: for each count, margins included, whether the reader lacks it. A count is safe if it can be all of
    1 to k - 1, or the ends of what it can be lie k - 1 or more apart. Of counts that hang together the search ends
    with the first that can be narrowed, as it is to be mended before the others are looked at.
    """
    low, high = exchanged(table, hidden)
    doubtful = hidden & asked & ~_wide(low, high, k)
    if not doubtful.any():
        return np.flatnonzero(doubtful), np.flatnonzero(doubtful)
    search = _Search(table, hidden, doubtful, k)
    turn = 0
    while len(search.open()):
        if not search.push_apart(turn) and len(search.open()):
            search.push_one_each()
        turn += 1
    return search.cells[search.lost()], search.cells[search.bad()]


def _wide(low: Numbers, high: Numbers, k: int) -> Flags:
    return ((low <= 1) & (high >= k - 1)) | (high - low >= k - 1)


class _Search:
    """The hidden counts that hang together with a doubtful one, as variables; `low` and `high` are what each is in
    some table that agrees."""

    def __init__(self, table: Counts, hidden: Flags, doubtful: Flags, k: int) -> None:
        self.k = k
        values, width = table.values.reshape(-1), table.values.shape[1]
        known = [_known(one, hidden, table) for one in table.sums if hidden[one.whole] or hidden[one.parts].any()]
        sets = _sets(len(values), [cells for cells, *_ in known])
        # Where the table shows nothing, whatever a reader knows is from elsewhere.
        told = [sets[cells[0]] for cells, _, _, _, shows in known if shows]
        doubtful = doubtful & np.isin(sets, told)
        self.cells = np.flatnonzero(hidden & np.isin(sets, sets[doubtful]))
        self.part = np.unique(sets[self.cells], return_inverse=True)[1]
        self.asked = doubtful[self.cells]
        self.truth = values[self.cells]
        self.low, self.high = self.truth.copy(), self.truth.copy()
        self.least = np.minimum(table.least[self.cells % width], self.truth)
        # Nobody needs to move further than this to set another count free, and the solver stays within bounds.
        self.most = self.truth + 2 * k
        self.exact = np.zeros((2, len(self.cells)), bool)
        number = np.full(len(values), -1)
        number[self.cells] = np.arange(len(self.cells))
        mine = [(number[cells], *rest) for cells, *rest in known if number[cells[0]] >= 0]
        self.equal, self.to = self._matrix([row for *row, exact, _ in mine if exact])
        self.within, self.below = self._matrix([row for *row, exact, _ in mine if not exact])
        self.by_cell = self.equal.tocsc()

    def _matrix(self, rows: list[list[Any]]) -> tuple[sparse.csr_array, Numbers]:
        at = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
        numbers, signs = (np.concatenate([row[i] for row in rows] or [np.zeros(0, np.int64)]) for i in (0, 1))
        shape = (len(rows), len(self.cells))
        return sparse.csr_array((signs, (at, numbers)), shape=shape), np.array([row[2] for row in rows])

    def bad(self) -> Flags:
        """Those not known to be wide enough."""
        return self.asked & ~_wide(self.low, self.high, self.k)

    def lost(self) -> Flags:
        """Those known not to be."""
        return self.bad() & self.exact.all(axis=0)

    def open(self) -> Numbers:
        """The bad ones of which it is not known yet, nor of any that hang together with them."""
        return np.flatnonzero(self.bad() & ~np.isin(self.part, self.part[self.lost()]))

    def push_apart(self, seed: int) -> bool:
        """Push up open counts of which no two stand in one sum, and all others down; whether that closed more than one
        by one would have."""
        chosen = self.open()
        aims = np.zeros(len(self.cells))
        aims[chosen] = _ASIDE
        taken = np.zeros(len(self.to), bool)
        for cell in np.random.default_rng(seed).permutation(chosen).tolist():
            sums = self.by_cell.indices[self.by_cell.indptr[cell] : self.by_cell.indptr[cell + 1]]
            if not taken[sums].any():
                taken[sums] = True
                aims[cell] = -1
        self._take(aims)
        return len(chosen) - len(self.open()) > len(np.unique(self.part[chosen]))

    def push_one_each(self) -> None:
        """In each set of counts that hang together push one open count as far as it goes."""
        chosen = self.open()
        _, first = np.unique(self.part[chosen], return_index=True)
        chosen = chosen[first]
        up = self.exact[0, chosen]
        aims = np.zeros(len(self.cells))
        aims[chosen] = np.where(up, -1, 1)
        taken = self._take(aims)
        if not taken[chosen].all():
            aims[taken] = 0
            self._take(aims, whole=1)
        self.exact[up.astype(int), chosen] = True

    def _take(self, aims: npt.NDArray[np.float64], whole: int = 0) -> Flags:
        """Widen the bounds by a table that agrees with all that is shown and makes the counts' sum with `aims` least;
        which counts it did so for.

        The solver may answer in fractions where it is not asked for whole numbers; a set of counts with one of them
        is left as it was.
        """
        live = np.isin(self.part, self.part[aims != 0])
        equal, to = _of(self.equal, self.to, live)
        within, below = _of(self.within, self.below, live)
        found = linprog(
            aims[live],
            A_ub=within,
            b_ub=below,
            A_eq=equal,
            b_eq=to,
            bounds=np.column_stack([self.least, self.most])[live],
            integrality=whole,
            method="highs",
        ).x
        # The true table agrees with what is shown, so there always is one.
        assert found is not None
        table = np.rint(found).astype(np.int64)
        off = np.abs(found - table) > _EXACT
        off |= abs(equal).T @ (equal @ table != to) > 0
        off |= abs(within).T @ (within @ table > below) > 0
        good = np.zeros(len(live), bool)
        good[live] = (np.bincount(self.part[live], off) == 0)[self.part[live]]
        self.low[good] = np.minimum(self.low[live], table)[good[live]]
        self.high[good] = np.maximum(self.high[live], table)[good[live]]
        return good


def _of(matrix: sparse.csr_array, known: Numbers, live: Flags) -> tuple[sparse.csr_array, Numbers]:
    """The rows of a matrix that speak of some of its columns, and those columns of them."""
    rows = np.flatnonzero(abs(matrix) @ live.astype(np.int64))
    return matrix[rows][:, np.flatnonzero(live)], known[rows]


def _known(one: Sum, hidden: Flags, table: Counts) -> tuple[Numbers, Numbers, int, bool, bool]:
    """What a sum says of its hidden counts: their numbers and signs, what they come to, whether just that or at most,
    and whether the table shows any part of it."""
    every, signs = np.append(one.parts, one.whole), np.append(np.ones(len(one.parts), np.int64), -1)
    gone = hidden[every]
    shown = every[~gone]
    rest = -int((signs[~gone] * table.values.reshape(-1)[shown]).sum())
    return every[gone], signs[gone], rest, one.exact, bool((shown < table.real * table.values.shape[1]).any())


def _sets(size: int, together: list[Numbers]) -> Numbers:
    """The number of the set that each count belongs to, where those named together hang together."""
    first = np.concatenate([np.repeat(cells[:1], len(cells)) for cells in together])
    links = sparse.coo_array((np.ones(len(first)), (first, np.concatenate(together))), shape=(size, size))
    return np.asarray(sparse.csgraph.connected_components(links, directed=False)[1])
