"""What a department sends, before it takes the form of a file."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Cells = dict[str, Any]


class Quantity(NamedTuple):
    """A number with its unit written behind it, as `98 ft`."""

    value: float
    suffix: str


@dataclass(frozen=True)
class NoSuchDay:
    """31 February, in whatever pattern the file writes its dates."""

    year: int = 2025
    month: int = 2
    day: int = 31
    hour: int = 10
    minute: int = 15
    second: int = 0


@dataclass
class Record:
    """One record: cells by the contract's column names, and the ids of the rules it was made to break.

    `native` writes its dates as date cells where the file is a workbook. `revised` says that a later delivery
    holds the record again.
    """

    cells: Cells
    rules: tuple[str, ...] = ()
    native: bool = False
    revised: bool = False


@dataclass
class Batch:
    """A dataset of one city: its files (name without ending → records, in order of arrival) and the truth.

    `duplicate` rows repeat a key, `outside` points lie in no ward; `personal` has a list per kind of value.
    """

    files: dict[str, list[Record]]
    duplicate: int = 0
    outside: int = 0
    personal: list[list[str]] = field(default_factory=list)


def rows(columns: dict[str, Any]) -> list[Cells]:
    """Columns of equal length (lists, arrays) as one dictionary per row, of Python's own types."""
    lists = [getattr(values, "tolist", lambda values=values: values)() for values in columns.values()]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*lists, strict=True)]


def only(chosen: np.ndarray, values: np.ndarray | list[str]) -> np.ndarray:
    """The values where chosen, None elsewhere."""
    kept = np.array(values, dtype=object)
    kept[~chosen] = None
    return kept
