"""What is planted in a dataset's files: faults, points outside all wards, and rows that come twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from data_contracts.dataset import Column, Dataset
from orchestration.sample import points
from orchestration.sample.delivery import Cells, cells
from orchestration.sample.faults import Fault
from orchestration.sample.maker import Maker, World

# At most this share of a dataset's rows is spoilt, by each fault at most so many; of one file at most another share,
# as rules on the share of rejects would hold it. Where there is no room for all faults, some are left out.
MOST = 0.015
MOST_EACH = 120
MOST_OF_FILE = 0.05
TRIES, FIRST = 3_000, 32


@dataclass(eq=False)
class Planted:
    """A file's rows and what was planted in them; rows count from 0.

    `spoilt` has the cells that stand in the file instead (column → row → cell), `rules` which rules a row breaks.
    """

    rows: pd.DataFrame
    spoilt: dict[str, dict[int, Any]] = field(default_factory=dict)
    rules: dict[int, tuple[str, ...]] = field(default_factory=dict)
    outside: int = 0

    def spoil(self, row: int, changed: Cells, rules: tuple[str, ...]) -> None:
        """Put other cells in a row."""
        for column, cell in changed.items():
            self.spoilt.setdefault(column, {})[row] = cell
        if rules:
            self.rules[row] = rules

    def reordered(self, order: np.ndarray) -> "Planted":
        """The same rows in another order: `order` has the old place of each."""
        place = np.empty(len(order), dtype=int)
        place[order] = np.arange(len(order))
        spoilt = {
            column: {int(place[row]): cell for row, cell in cells.items()} for column, cells in self.spoilt.items()
        }
        rules = {int(place[row]): rules for row, rules in self.rules.items()}
        return Planted(self.rows.take(order).reset_index(drop=True), spoilt, rules, self.outside)


def plant(dataset: Dataset, maker: Maker, world: World, rng: np.random.Generator) -> dict[str, Planted]:
    """A dataset's files with what is planted in them; each row is touched in one way only.

    Where other datasets refer to this one, a spoilt row stands beside the good one, as they need that.
    """
    files = world.batch(dataset.table).files
    needed = any(dataset.table in other.requires for other in world.contracts.datasets.values())
    free = _Free([rows.reset_index(drop=True) for rows in files.values()], dataset, needed, rng)
    for turn in rng.permutation(len(maker.faults)):
        most = min(MOST_EACH, max(1, int(free.total * MOST / len(maker.faults))))
        _spoil(maker.faults[turn], int(rng.integers(1, most + 1)), free)
    _move_away(dataset, partial(points.outside, rng, world.ground), free)
    # A table in which columns stand for rows has one cell for each of them, none for a second one.
    wide = any(step.unpivot for step in dataset.source(world.profile.city).properties.steps)
    if maker.correct and dataset.key and not wide:
        _repeat(maker.correct, free)
    return dict(zip(files, (file.planted(rng) for file in free.files), strict=True))


class _File:
    """A file in which something is being planted; `more` are rows that come beside its own, with what is spoilt."""

    def __init__(self, rows: pd.DataFrame):
        self.now = Planted(rows)
        self.more: list[tuple[Cells, Cells, tuple[str, ...]]] = []

    @property
    def full(self) -> bool:
        """Whether no more rows of it may be spoilt."""
        spoilt = len(self.now.rules) + sum(bool(rules) for _, _, rules in self.more)
        return spoilt >= int(len(self.now.rows) * MOST_OF_FILE)

    def planted(self, rng: np.random.Generator) -> Planted:
        """The file with the further rows anywhere among its own."""
        rows = self.now.rows
        if not self.more:
            return self.now
        cells = pd.DataFrame([cells for cells, _, _ in self.more], columns=rows.columns, dtype=object)
        self.now.rows = pd.concat([rows, cells.astype(rows.dtypes.to_dict())], ignore_index=True)
        for number, (_, changed, rules) in enumerate(self.more, start=len(rows)):
            self.now.spoil(number, changed, rules)
        places = np.append(np.arange(len(rows)), rng.integers(0, len(rows) + 1, len(self.more)) - 0.5)
        return self.now.reordered(np.argsort(places, kind="stable"))


class _Row:
    """A row that nothing happened to yet."""

    def __init__(self, free: "_Free", number: int, file: _File, place: int, cells: Cells):
        self.free, self.number = free, number
        self.file, self.place, self.cells = file, place, cells

    def change(self, changed: Cells, rules: tuple[str, ...]) -> None:
        """Put other cells in it, or in a copy of it where others need the good one."""
        self.free.taken.add(self.number)
        if rules and self.free.needed:
            self.file.more.append((self.cells, changed, rules))
        else:
            self.file.now.spoil(self.place, changed, rules)

    def again(self, cells: Cells, file: _File) -> None:
        """Have it come once more."""
        self.free.taken.add(self.number)
        file.more.append((cells, {}, ()))


class _Free:
    """The rows that nothing happened to yet, in a random order; none of them comes again with its key."""

    def __init__(self, files: list[pd.DataFrame], dataset: Dataset, needed: bool, rng: np.random.Generator):
        sizes = [len(rows) for rows in files]
        self.files, self.needed, self.total = [_File(rows) for rows in files], needed, sum(sizes)
        self.starts = np.append(0, np.cumsum(sizes))
        alone = np.ones(self.total, dtype=bool)
        if dataset.key:
            keys = pd.concat([rows[key_of(dataset, rows)] for rows in files], ignore_index=True)
            alone = ~keys.duplicated(keep=False).to_numpy()
        self.order = rng.permutation(np.flatnonzero(alone))
        self.taken: set[int] = set()
        self.drawn: list[_Row] = []

    def each(self) -> Iterator[_Row]:
        """The first of the rows, up to a bound."""
        for place in range(min(TRIES, len(self.order))):
            if place == len(self.drawn):
                # Mostly few are needed; where many are looked at, more are taken out of the frames at a time.
                self.drawn += self._rows(self.order[place : 2 * place + FIRST])
            if self.drawn[place].number not in self.taken:
                yield self.drawn[place]

    def _rows(self, numbers: np.ndarray) -> list[_Row]:
        which = np.searchsorted(self.starts, numbers, side="right") - 1
        places = numbers - self.starts[which]
        told = [iter(cells(file.now.rows.take(places[which == one]))) for one, file in enumerate(self.files)]
        return [
            _Row(self, int(number), self.files[one], int(place), next(told[one]))
            for number, one, place in zip(numbers, which, places, strict=True)
        ]


def _spoil(fault: Fault, count: int, free: _Free) -> None:
    for row in free.each():
        if all(file.full for file in free.files):
            return
        after = dict(row.cells)
        if not row.file.full and fault.fits(row.cells):
            fault.spoil(after)
        changed = {column: cell for column, cell in after.items() if cell is not row.cells[column]}
        if changed:
            row.change(changed, fault.rules)
            count -= 1
        if not count:
            return


def _move_away(dataset: Dataset, away: Callable[[], tuple[float, float]], free: _Free) -> None:
    """Points outside all wards, where the dataset is placed in them; where a ward is required that is a fault."""
    placed = [column for column in dataset.columns if "place(" in (column.expression or "")]
    if not placed:
        return
    rules = tuple(f"{column.name}.required" for column in placed if column.required)
    rows = (row for row in free.each() if _has_place(row, placed[0], rules))
    for row in islice(rows, min(MOST_EACH, 2 + free.total // 500)):
        row.change(dict(zip(placed[0].derived_from, away(), strict=True)), rules)
        row.file.now.outside += not rules


def _has_place(row: _Row, column: Column, rules: tuple[str, ...]) -> bool:
    return row.cells[column.derived_from[0]] is not None and not (rules and row.file.full)


def _repeat(correct: Callable[[Cells], Cells], free: _Free) -> None:
    """Some rows come again as they are, some as a later correction has them."""
    same, corrected = (min(MOST_EACH, least + free.total // 1_000) for least in (2, 1))
    for turn, row in enumerate(list(islice(free.each(), same + corrected))):
        if turn < same:
            # Every other one comes again in the last delivery, else in its own.
            row.again(row.cells, free.files[-1] if turn % 2 else row.file)
        else:
            row.again(correct(dict(row.cells)), row.file)


def key_of(dataset: Dataset, rows: pd.DataFrame) -> list[str]:
    """The file's columns that make the primary key; one that is derived stands for what it is derived from."""
    columns = [dataset.by_name[name] for name in dataset.key]
    named = dict.fromkeys(source for column in columns for source in (column.derived_from or (column.name,)))
    return [name for name in named if name in rows.columns]
