"""What a file says, before it takes its form: its columns under the file's names, and its rows."""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from data_contracts.dataset import Column, Source

TEXT = pa.large_string()
LABEL = "Fictional sample, not government data"


@dataclass(frozen=True)
class Field:
    """A column of a file: its header, the frame's column that it shows, and what the contract says of it.

    `column` is None for one that the contract ignores; `pattern` is that of its dates.
    """

    header: str
    cell: str
    column: Column | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Page:
    """The rows of a file with the cells that were spoilt (column → row → cell), and how it is to be written."""

    fields: list[Field]
    rows: pd.DataFrame
    spoilt: dict[str, dict[int, Any]]
    source: Source
    title: str
    constants: dict[str, Any] = field(default_factory=dict)

    def slice(self, start: int, stop: int) -> "Page":
        """The same page with only some of the rows."""
        spoilt = {
            column: {row - start: cell for row, cell in cells.items() if start <= row < stop}
            for column, cells in self.spoilt.items()
        }
        return replace(self, rows=self.rows.iloc[start:stop].reset_index(drop=True), spoilt=spoilt)


def fits(text: str, encoding: str) -> bool:
    """Whether an encoding has all letters of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
