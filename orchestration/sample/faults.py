"""Ways to spoil a row, for the makers to choose from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from orchestration.sample.delivery import Cells, NoSuchDay

AHEAD = timedelta(days=13_149)
Spoil = Callable[[Cells], None]


@dataclass(frozen=True)
class Fault:
    """A way to spoil a row's cells, and the ids of exactly those rules that it breaks.

    It is tried on rows that `fits` takes; where it changes nothing, the row stays clean and another is taken.
    """

    rules: tuple[str, ...]
    spoil: Spoil
    fits: Callable[[Cells], bool] = lambda _: True


def put(column: str, value: object) -> Spoil:
    """The column holds the given value."""
    return lambda cells: cells.update({column: value})


def empty(column: str) -> Spoil:
    """The column holds nothing."""
    return put(column, None)


def impossible_date(column: str) -> Spoil:
    """The column holds 31 February."""
    return put(column, NoSuchDay())


def ahead(*columns: str) -> Spoil:
    """A device's clock is decades ahead, and what goes by it as well."""
    return lambda cells: cells.update({column: cells[column] + AHEAD for column in columns})


def lettered(column: str) -> Spoil:
    """The number has a letter behind it; a row without one stays as it is."""
    return lambda cells: cells.update({column: cells[column] if cells[column] is None else f"{cells[column]}N"})


def lower(column: str) -> Spoil:
    """The code is in lower case; a row without one stays as it is."""
    return lambda cells: cells.update({column: cells[column] and cells[column].lower()})


def swapped(cells: Cells) -> None:
    """Latitude and longitude stand in each other's place."""
    cells.update(lat=cells["lon"], lon=cells["lat"])
