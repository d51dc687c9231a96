"""What is planted in the files: faults, points outside all wards, and rows that come twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from orchestration.sample.delivery import Batch, Cells, NoSuchDay, Record

# At most this share of a dataset's rows is spoilt.
MOST = 0.015
Spoil = Callable[[Cells], None]


@dataclass(frozen=True)
class Fault:
    """A way to spoil a row's cells, and the ids of exactly those rules that it breaks."""

    rules: tuple[str, ...]
    spoil: Spoil


def put(column: str, value: object) -> Spoil:
    """The column holds the given value."""
    return lambda cells: cells.update({column: value})


def empty(column: str) -> Spoil:
    """The column holds nothing."""
    return put(column, None)


def impossible_date(column: str) -> Spoil:
    """The column holds 31 February."""
    return put(column, NoSuchDay())


def lettered(column: str) -> Spoil:
    """The number has a letter behind it."""
    return lambda cells: cells.update({column: f"{cells[column]}N"})


def lower(column: str) -> Spoil:
    """The code is in lower case."""
    return lambda cells: cells.update({column: cells[column].lower()})


def swapped(cells: Cells) -> None:
    """Latitude and longitude stand in each other's place."""
    cells.update(lat=cells["lon"], lon=cells["lat"])


def plant(
    batch: Batch,
    faults: Sequence[Fault],
    correct: Callable[[Cells], Cells],
    away: Callable[[], tuple[float, float]],
    rng: np.random.Generator,
) -> None:
    """Spoil, move away and repeat some of a batch's rows, each row in one way only.

    `correct` gives a row's cells as a later correction has them, `away` a point (lat, lon) outside all wards.
    """
    total = sum(map(len, batch.files.values()))
    free = _free(batch, rng)
    for fault in faults:
        for _ in range(int(rng.integers(1, max(1, int(total * MOST / len(faults))) + 1))):
            _, record = next(free)
            fault.spoil(record.cells)
            record.rules = fault.rules
    for _ in range(2 + total // 500):
        _, record = next(free)
        record.cells["lat"], record.cells["lon"] = away()
        batch.outside += 1
    for number in range(2 + total // 1_000):
        file, record = next(free)
        # Every other time the row comes again in the last delivery, else in its own.
        _insert(batch.files[list(batch.files)[-1] if number % 2 else file], dict(record.cells), record, rng)
        batch.duplicate += 1
    for _ in range(1 + total // 1_000):
        file, record = next(free)
        _insert(batch.files[file], correct(record.cells), record, rng)
        batch.duplicate += 1


def _free(batch: Batch, rng: np.random.Generator) -> Iterator[tuple[str, Record]]:
    """Rows that nothing else happens to, in a random order, with their file; each has a place."""
    rows = [
        (file, record)
        for file, records in batch.files.items()
        for record in records
        if not record.revised and record.cells["lat"] is not None
    ]
    return (rows[i] for i in rng.permutation(len(rows)))


def _insert(records: list[Record], cells: Cells, like: Record, rng: np.random.Generator) -> None:
    records.insert(int(rng.integers(len(records) + 1)), Record(cells, native=like.native))
