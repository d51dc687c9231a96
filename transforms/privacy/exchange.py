"""What hidden counts can be, as far as moving cases between neighbouring rows tells it; quick, and never too much.

Each bound found here is that of a whole table that agrees with everything shown. What is not found may still be so.
"""

import numpy as np

from transforms.privacy.margins import Counts, Flags, Numbers, Sum

_ENDLESS = 1 << 40


def exchanged(table: Counts, hidden: Flags) -> tuple[Numbers, Numbers]:
    """For each count, margins included, the least and the most it is found to be able to be; itself where it is shown.

    Rows are neighbours where they are parts of one sum and of no other: what one of them loses another may gain.
    """
    values = table.values.reshape(-1)
    low, high = values.copy(), values.copy()
    families = _families(table, hidden)
    up, down = _room(table, values)
    for cells in families:
        low[cells] -= np.minimum(down[cells], up[cells].sum() - up[cells])
        high[cells] += np.minimum(up[cells], down[cells].sum() - down[cells])
    _whole_rows(table, hidden, families, low, high)
    return low, high


def _families(table: Counts, hidden: Flags) -> list[Numbers]:
    """The hidden parts of each sum over rows, those that are in no other."""
    width = table.values.shape[1]
    over = [one for one in table.sums if one.exact and not _in_row(one, width)]
    stands = np.zeros(len(hidden), np.int64)
    for one in table.sums:
        if not _in_row(one, width):
            stands[one.parts] += 1
            stands[one.whole] += 1
    found = (one.parts[hidden[one.parts] & (stands[one.parts] == 1)] for one in over)
    return [cells for cells in found if len(cells) > 1]


def _in_row(one: Sum, width: int) -> bool:
    return bool(one.whole // width == one.parts[0] // width)


def _room(table: Counts, values: Numbers) -> tuple[Numbers, Numbers]:
    """How far each count could go up and down while the others of its row stay."""
    width = table.values.shape[1]
    up = np.full(len(values), _ENDLESS)
    down = values - np.minimum(np.resize(table.least, len(values)), values)
    for one in table.sums:
        if _in_row(one, width):
            left = 0 if one.exact else int(values[one.whole] - values[one.parts].sum())
            up[one.parts] = np.minimum(up[one.parts], left)
            down[one.whole] = min(int(down[one.whole]), left)
            if one.exact:
                up[one.whole] = down[one.parts] = 0
    return up, down


def _whole_rows(table: Counts, hidden: Flags, families: list[Numbers], low: Numbers, high: Numbers) -> None:
    """Widen the bounds by tables in which rows that are hidden whole give up all cases of theirs but one."""
    width = table.values.shape[1]
    whole: Flags = np.all(hidden.reshape(-1, width), axis=1)
    kept = _one_case(table)
    gives = _may_give(table, kept)
    lows, highs = low.reshape(-1, width), high.reshape(-1, width)
    by_rows: dict[tuple[int, ...], int] = {}
    for cells in families:
        rows = cells // width
        by_rows[tuple(rows[whole[rows]])] = by_rows.get(tuple(rows[whole[rows]]), 0) + 1
    for found, columns in by_rows.items():
        if columns == width and len(found) > 1:
            rows = np.array(found)
            given = (table.values[rows] - kept[rows]) * gives[rows, None]
            lows[rows] = np.minimum(lows[rows], table.values[rows] - given)
            highs[rows] = np.maximum(highs[rows], table.values[rows] + given.sum(axis=0) - given)


def _one_case(table: Counts) -> Numbers:
    """For each row what it comes to with one case: one in every column that has any, but of parts that together are
    no more than their whole only the first."""
    width = table.values.shape[1]
    kept = np.minimum(table.values, 1)
    for one in table.sums:
        if _in_row(one, width) and kept.reshape(-1)[one.parts].sum() > 1:
            row, parts = one.whole // width, one.parts % width
            kept[row, parts[np.flatnonzero(kept[row, parts])[1:]]] = 0
    return kept


def _may_give(table: Counts, kept: Numbers) -> Flags:
    """The rows of which both what they keep and what they give away is a row that could be."""
    width = table.values.shape[1]
    fits: Flags = np.all(kept >= np.minimum(table.least, table.values), axis=1)
    for one in table.sums:
        if _in_row(one, width):
            row, parts, whole = one.whole // width, one.parts % width, one.whole % width
            for some in (kept[row], table.values[row] - kept[row]):
                rest = int(some[whole] - some[parts].sum())
                fits[row] &= rest == 0 if one.exact else rest >= 0
    return fits
