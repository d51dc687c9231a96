"""The cells of a public table: which figures they hold, where they stand in it, and which of them to hide."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.dataset import Dataset
from transforms.engine import name
from transforms.privacy.margins import Numbers, Place, chains, counts
from transforms.privacy.risk import Measured
from transforms.privacy.suppression import hide

# The columns that are empty in the rows of a mart with its own totals, coarse ones first.
_TOTALLED = ("zone", "ward_id")


@dataclass(frozen=True)
class Figure:
    """A public column of which small values are hidden: its name, the counts among the others that it rests on, and
    whether it is such a count itself."""

    name: str
    rests_on: frozenset[str]
    is_count: bool

    @property
    def hides(self) -> str:
        """The column that says whether it is hidden."""
        return f"_hide_{self.name}"

    @property
    def flag(self) -> str:
        """That column, quoted."""
        return name(self.hides)


def complete(dataset: Dataset, figures: list[Figure], cells: pa.Table) -> tuple[pa.Table, Measured]:
    """For each row (`_row`) which figures to hide so that none can be computed, and how many counts that are.

    `cells`: the public columns, and for each figure whether it is small. Raises RiskTooHigh.
    """
    flags = {one.name: np.array(cells[one.hides].to_pylist(), bool) for one in figures}
    counted = [one for one in figures if one.is_count]
    measured = Measured()
    if counted and cells.num_rows:
        values = np.column_stack([_numbers(cells, one.name) for one in counted])
        small = np.column_stack([flags[one.name] for one in counted])
        along = [[n for n, other in enumerate(counted) if one.name in other.rests_on] for one in counted]
        table = counts(values, _places(dataset, figures, cells))
        hidden = hide(table, small, along, dataset.publication.k)
        for one in figures:
            gone = [n for n, count in enumerate(counted) if count is one or count.name in one.rests_on]
            flags[one.name] |= hidden[:, gone].any(axis=1)
        shown = values[~hidden & (values > 0)]
        measured = Measured(
            k=int(shown.min()) if len(shown) else None,
            hidden=int(small.sum()),
            beside=int((hidden & ~small).sum()),
        )
    return pa.table({"_row": cells["_row"], **{one.hides: flags[one.name] for one in figures}}), measured


def _numbers(cells: pa.Table, column: str) -> Numbers:
    """A column of counts; an absent one is none."""
    return pc.fill_null(cells[column], 0).to_numpy().astype(np.int64)


def _places(dataset: Dataset, figures: list[Figure], cells: pa.Table) -> list[Place]:
    """Where each row stands among those it adds up with."""
    hold = {"_row", "city", *(one.name for one in figures), *(one.hides for one in figures)}
    rows = cells.select([column for column in cells.column_names if column not in hold or column == "city"]).to_pylist()
    places = _totalled(dataset, rows) if dataset.query and "level" in dataset.by_name else _crossed(dataset, rows)
    if len(set(places)) == len(places):
        return places
    # Rows that nothing tells apart are parts of the same whole all the same.
    return [Place(place.group, (*place.ways, (row,))) for row, place in enumerate(places)]


def _totalled(dataset: Dataset, rows: list[dict[str, Any]]) -> list[Place]:
    """Rows of a mart that holds its own totals: by city, then by all of its key but the place."""
    ways = [column for column in _TOTALLED if column in dataset.by_name]
    apart = [column for column in dataset.key if column not in ("level", "place", *ways)]
    return [
        Place(
            (row["city"], *(row[column] for column in apart)),
            (tuple(row[column] for column in ways if row[column] is not None),),
        )
        for row in rows
    ]


def _crossed(dataset: Dataset, rows: list[dict[str, Any]]) -> list[Place]:
    """Rows without totals: each column by which they are told apart may be added over, a coarser one first."""
    columns = [column for column in rows[0] if column != "city"]
    if dataset.publication.form == "rows" and dataset.key:
        columns = [column for column in columns if column in dataset.key]
    values: list[list[Hashable]] = [[(row["city"], row[column]) for row in rows] for column in columns]
    found = chains(values)
    return [
        Place(row["city"], tuple(tuple(row[columns[number]] for number in chain) for chain in found)) for row in rows
    ]
