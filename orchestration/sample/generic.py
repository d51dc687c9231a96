"""Rows from a contract alone, for a dataset that has no maker of its own."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data_contracts.dataset import Column, Dataset
from orchestration.sample import points
from orchestration.sample.clock import END, HOUR, START
from orchestration.sample.delivery import Batch
from orchestration.sample.keeping import judge
from orchestration.sample.maker import Maker, World
from orchestration.sample.patterns import example
from orchestration.sample.people import places
from orchestration.sample.planting import key_of
from transforms.reading.units import factor

ROWS = 400
# How often the columns of a broken rule are drawn again; what breaks one still is left out.
ROUNDS = 30
# The share of empty cells where the contract allows them; as a rule that meets one is kept, more of those drawn again.
EMPTY, EMPTY_AGAIN = 0.1, 0.5
LARGEST = 1_000
# A rule that more of the rows still break is one that chance does not keep.
HOPELESS = 0.5
PLACES = 2


class NotMade(Exception):
    """A dataset of which no rows can be made from its contract alone."""


def maker(dataset: Dataset) -> Maker:
    """A maker that goes by the contract: types, bounds, patterns, codes, references, rules of rows."""
    return Maker(partial(_build, dataset))


def _build(dataset: Dataset, world: World, rng: np.random.Generator) -> Batch:
    outlines = world.ground.outlines
    if dataset.geometry and any(
        other.properties.boundary == dataset.table for other in world.contracts.datasets.values()
    ):
        rows = _Rows(dataset, world, len(outlines), rng).frame()
        return Batch({dataset.name: rows.assign(**{dataset.geometry.name: outlines})})
    drawn = _Rows(dataset, world, world.size(ROWS), rng)
    rows = drawn.frame()
    with judge(dataset) as broken:
        for _ in range(ROUNDS):
            rules = broken(rows)
            other = drawn.frame(EMPTY_AGAIN) if rules else rows
            for rule in rules:
                rows = rows.assign(**{name: rows[name].where(~rule.rows, other[name]) for name in rule.columns})
        rules = broken(rows)
    bad = np.any([rule.rows for rule in rules] or [np.zeros(len(rows), dtype=bool)], axis=0)
    if dataset.key:
        bad |= rows.duplicated(key_of(dataset, rows)).to_numpy()
    if bad.all():
        names = ", ".join(rule.name for rule in rules if rule.rows.mean() > HOPELESS)
        message = f"no row keeps {names} by chance; write orchestration/sample/{dataset.department}/{dataset.name}.py"
        raise NotMade(f"{dataset.table}: {message}")
    return Batch({dataset.name: rows[~bad].reset_index(drop=True)})


class _Rows:
    """Draws a column after the other."""

    def __init__(self, dataset: Dataset, world: World, count: int, rng: np.random.Generator):
        self.dataset, self.world, self.count, self.rng = dataset, world, count, rng
        self.words = [name.latin for name in places(rng, 200)]
        placed = [column.derived_from for column in dataset.columns if "place(" in (column.expression or "")]
        self.placed = placed[0] if placed else ()
        form = dataset.source(world.profile.city).properties
        self.once = {
            column.name
            for column in dataset.file_columns
            if column.properties.source_document or set(form.cells_above) & set(column.source_names)
        }

    def frame(self, empty: float = EMPTY) -> pd.DataFrame:
        """The rows with all columns of a file; each time others."""
        self.moment = START + self.rng.integers(0, (END - START) // HOUR - 24 * 60, self.count) * HOUR
        self.at = points.scatter(self.rng, self.world.ground, self.count, central=0.4)
        return pd.DataFrame({column.name: self._column(column, empty) for column in self.dataset.file_columns})

    def _column(self, column: Column, empty: float) -> pd.Series:
        values = pd.Series(self._values(column))
        if column.name in self.once:
            return pd.Series(np.repeat(END - HOUR if values.dtype.kind == "M" else values.iloc[:1], self.count))
        if column.required or column.primary_key or column.name in self.placed:
            return values
        if values.dtype == np.int64:
            values = values.astype("Int64")
        return values.mask(self.rng.random(self.count) < empty)

    def _values(self, column: Column) -> Any:
        if column.name in self.placed:
            return self.at[self.placed.index(column.name)]
        if column.references:
            table, _, name = column.references.rpartition(".")
            return self.rng.choice(self.world.rows(table)[name].dropna().unique(), self.count)
        codes = _argument(self.dataset, column, "validValues")
        if codes:
            return self.rng.choice(pd.Series(codes), self.count)
        match column.logical_type:
            case "integer" | "number":
                return self._numbers(column)
            case "date" | "timestamp":
                return self._moments(column)
            case "boolean":
                return self.rng.random(self.count) < 0.5
            case "geometry":
                return shapely.points(*reversed(self.at))
        return self._texts(column)

    def _numbers(self, column: Column) -> np.ndarray:
        bounds = column.options
        low = bounds.get("minimum", bounds.get("exclusiveMinimum", min(0, bounds.get("maximum", 0) - LARGEST)))
        high = bounds.get("maximum", bounds.get("exclusiveMaximum", low + LARGEST))
        if column.logical_type == "integer":
            step = bounds.get("multipleOf", 1)
            first = low + ("exclusiveMinimum" in bounds)
            last = high - ("exclusiveMaximum" in bounds)
            return self.rng.integers(-(-first // step), last // step + 1, self.count) * step
        # Within the bounds by so much that rounding never reaches them.
        values = low + (high - low) * self.rng.uniform(0.02, 0.98, self.count)
        given = column.properties.source_unit
        return np.round(values / factor(given, str(column.properties.unit)) if given else values, PLACES)

    def _moments(self, column: Column) -> np.ndarray:
        """Each a while after that of the column before it, as contracts name them in their order."""
        self.moment = self.moment + self.rng.integers(1, 30, self.count) * HOUR
        return self.moment.astype("datetime64[D]" if column.logical_type == "date" else "datetime64[m]")

    def _texts(self, column: Column) -> list[str]:
        pattern = _pattern(self.dataset, column)
        if pattern:
            return [example(pattern, lambda n: int(self.rng.integers(n))) for _ in range(self.count)]
        if column.primary_key:
            return [f"{self.world.profile.prefix}-{number + 1:06}" for number in range(self.count)]
        least, most = column.options.get("minLength", 0), column.options.get("maxLength")
        return [word.ljust(least, "x")[:most] for word in self.rng.choice(self.words, self.count).tolist()]


def _pattern(dataset: Dataset, column: Column) -> str | None:
    """The column's pattern, or that of one which is derived from it alone."""
    own = column.options.get("pattern") or _argument(dataset, column, "pattern")
    return own or next((c.options.get("pattern") for c in dataset.columns if c.derived_from == (column.name,)), None)


def _argument(dataset: Dataset, column: Column, name: str) -> Any:
    """What a rule on the column's values names."""
    bodies = (rule.body for rule in dataset.rules if rule.column == column.name)
    return next((body["arguments"][name] for body in bodies if name in (body.get("arguments") or {})), None)
