"""What a department sends, before it takes the form of a file."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

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
    microsecond: int = 0


@dataclass
class Batch:
    """A dataset of one city: its files in order of arrival (name without ending → clean rows), and what tests know.

    A frame has the contract's file columns, in any order; times are local and naive. Columns that the contract
    ignores in a file may stand beside them under their name in the file. `personal` are columns that hold personal
    data, `within` personal values that stand inside longer texts; `truth` is what else was planted, as JSON.
    """

    files: dict[str, pd.DataFrame]
    personal: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    truth: dict[str, Any] = field(default_factory=dict)


def only(chosen: np.ndarray, values: np.ndarray | list[str]) -> np.ndarray:
    """The values where chosen, None elsewhere."""
    kept = np.array(values, dtype=object)
    kept[~chosen] = None
    return kept


def cells(rows: pd.DataFrame) -> list[Cells]:
    """Each row's cells as Python's own values, None where there is none."""
    columns = [list(map(plain, rows[name].astype(object))) for name in rows.columns]
    return [dict(zip(rows.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def plain(value: Any) -> Any:
    """A cell as Python's own value, None where there is none."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value
