"""How the counts of a table add up: which are the sums of which, and which lie inside which.

A reader of the table knows this from its titles, so whoever hides a count must reckon with it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Place(NamedTuple):
    """Where a row stands: its group, and for each hierarchy the way from the whole down to the row."""

    group: Hashable
    ways: tuple[tuple[Hashable, ...], ...]

    def above(self) -> "Iterator[Place]":
        """The places one step up, one in each hierarchy in which there is one."""
        for chain, way in enumerate(self.ways):
            if way:
                yield Place(self.group, (*self.ways[:chain], way[:-1], *self.ways[chain + 1 :]))


@dataclass(frozen=True)
class Sum:
    """Counts by their number: `parts` add up to `whole`, or to no more than it."""

    whole: int
    parts: Numbers
    exact: bool


@dataclass(frozen=True)
class Counts:
    """All counts of a table, row by row, and behind them the margins that the table itself does not hold.

    `values`: rows × columns, all 0 or more; `real`: how many of the rows the table holds; `least`: for each column
    what a reader knows it to be at least.
    """

    values: Numbers
    real: int
    least: Numbers
    sums: tuple[Sum, ...]


def counts(values: Numbers, places: Sequence[Place]) -> Counts:
    """The counts of a table whose rows stand at `places`, with the margins that could be known from elsewhere: the sums
    over each of its columns while the others stay. What such sums come to in their turn is for a table that shows them.

    Whether columns add up from row to row, or lie inside each other, is read off the values themselves: what holds
    in every row, a reader is taken to know.
    """
    lines, families = _margins(values, places)
    real, width = len(values), values.shape[1]
    sums = [*_down(lines, families, width), *_across(lines, real)]
    return Counts(lines, real, (values.min(axis=0, initial=1) > 0).astype(np.int64), tuple(sums))


def chains(columns: Sequence[Sequence[Hashable]]) -> list[list[int]]:
    """Hierarchies among columns: in each every column is told by the one behind it, as a ward tells its zone."""
    found: list[list[int]] = []
    for column in sorted(range(len(columns)), key=lambda column: (len(set(columns[column])), column)):
        for chain in found:
            pairs = set(zip(columns[chain[-1]], columns[column], strict=True))
            if len(pairs) == len(set(columns[column])):
                chain.append(column)
                break
        else:
            found.append([column])
    return found


def _margins(values: Numbers, places: Sequence[Place]) -> tuple[Numbers, list[tuple[int, Numbers]]]:
    """The rows with their margins behind them, and each (whole, parts) by row."""
    at = {place: row for row, place in enumerate(places)}
    lines, families = list(values), []
    parts: dict[Place, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        for above in place.above():
            parts[above].append(row)
    for whole, rows in parts.items():
        if whole not in at:
            at[whole] = len(lines)
            lines.append(values[rows].sum(axis=0))
        families.append((at[whole], np.array(rows)))
    return np.array(lines, dtype=np.int64).reshape(len(lines), values.shape[1]), families


def _down(lines: Numbers, families: list[tuple[int, Numbers]], width: int) -> list[Sum]:
    """The sums over rows, for each column in which they hold."""
    rest = np.array([lines[whole] - lines[parts].sum(axis=0) for whole, parts in families]).reshape(-1, width)
    return [
        Sum(whole * width + column, parts * width + column, exact=not rest[:, column].any())
        for column in range(width)
        if (rest[:, column] >= 0).all()
        for whole, parts in families
    ]


def _across(lines: Numbers, real: int) -> Iterator[Sum]:
    """The sums over columns: those inside another, as many together as never come to more than it."""
    width = lines.shape[1]
    table = lines[:real]
    for whole in range(width):
        inside = [part for part in range(width) if part != whole and (table[:, part] <= table[:, whole]).all()]
        groups = {_together(table, whole, [part, *inside]) for part in inside}
        for group in sorted(groups):
            parts = np.array(group)
            exact = bool((table[:, parts].sum(axis=1) == table[:, whole]).all())
            yield from (Sum(row * width + whole, row * width + parts, exact) for row in range(len(lines)))


def _together(table: Numbers, whole: int, columns: list[int]) -> tuple[int, ...]:
    """The first of the columns, and of the others each that still fits into the whole beside those before it."""
    chosen: list[int] = []
    for column in columns:
        if column not in chosen and (table[:, [*chosen, column]].sum(axis=1) <= table[:, whole]).all():
            chosen.append(column)
    return tuple(sorted(chosen))
