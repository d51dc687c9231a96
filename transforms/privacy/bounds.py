"""How far a reader of a table can narrow its hidden counts, by linear programming over all that is shown.

A count is certain to be wide enough where two tables of whole numbers that agree with everything shown differ in it
by enough. Both are found by the solver, and checked here.
"""

import numpy as np
from scipy import sparse

from transforms.privacy.exchange import exchanged
from transforms.privacy.margins import Counts, Flags, Numbers, Sum
from transforms.privacy.program import Floats, Program

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
        self.exact = np.zeros((2, len(self.cells)), bool)
        number = np.full(len(values), -1)
        number[self.cells] = np.arange(len(self.cells))
        mine = [(number[cells], signs, to, exact) for cells, signs, to, exact, _ in known if number[cells[0]] >= 0]
        self.rows = self._matrix([(cells, signs) for cells, signs, *_ in mine])
        self.to = np.array([to for *_, to, _ in mine], float)
        exact = np.array([exact for *_, exact in mine], bool)
        self.at_least = np.where(exact, self.to, -np.inf)
        self.by_cell = self.rows[exact].tocsc()
        least = np.minimum(table.least[self.cells % width], self.truth)
        # Nobody needs to move further than this to set another count free, and the solver stays within bounds.
        most = self.truth + 2 * k
        self.program = Program(self.rows, self.at_least, self.to, least.astype(float), most.astype(float))

    def _matrix(self, rows: list[tuple[Numbers, Numbers]]) -> sparse.csr_array:
        at = np.repeat(np.arange(len(rows)), [len(cells) for cells, _ in rows])
        cells, signs = (np.concatenate([row[i] for row in rows] or [np.zeros(0, np.int64)]) for i in (0, 1))
        return sparse.csr_array((signs, (at, cells)), shape=(len(rows), len(self.cells)))

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
        taken = np.zeros(self.by_cell.shape[0], bool)
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
            self._take(aims, whole=True)
        self.exact[up.astype(int), chosen] = True

    def _take(self, aims: Floats, whole: bool = False) -> Flags:
        """Widen the bounds by a table that agrees with all that is shown and makes the counts' sum with `aims` least;
        which counts it did so for.

        The solver may answer in fractions where it is not asked for whole numbers; a set of counts with one of them
        is left as it was.
        """
        found = self.program.solve(aims, whole)
        table = np.rint(found).astype(np.int64)
        off = np.abs(found - table) > _EXACT
        sums = self.rows @ table
        off |= abs(self.rows).T @ ((sums < self.at_least) | (sums > self.to)) > 0
        good = (np.bincount(self.part, off) == 0)[self.part]
        self.low[good] = np.minimum(self.low, table)[good]
        self.high[good] = np.maximum(self.high, table)[good]
        return good


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
