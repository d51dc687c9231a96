"""How datasets are made: a maker for each, and the city that it makes rows for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd

from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset
from orchestration.sample import wards
from orchestration.sample.chance import stream
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault
from orchestration.sample.profile import Profile

HOME = "orchestration.sample"
# A table of fewer rows than these is not made smaller still: rules on its size would hold it.
FEW = 40


@dataclass(frozen=True)
class Maker:
    """How a dataset is made: its rows, what is planted in them, how a correction of a row looks.

    Without `correct` no row comes twice.
    """

    build: Callable[["World", np.random.Generator], Batch]
    faults: Sequence[Fault] = ()
    correct: Callable[[Cells], Cells] | None = None


class World:
    """One sample city: its character, its ground, and the rows of its datasets, each made once.

    `scale` is the share of rows that is made: 1 for the five cities as they are; `devices` how many there are in it.
    """

    def __init__(self, profile: Profile, contracts: Catalogue, seed: int, scale: float, devices: int):
        self.profile, self.contracts, self.seed = profile, contracts, seed
        self.scale, self.devices = scale, devices
        bounds = contracts.cities[profile.city].bounds
        self.ground = wards.draw(profile, bounds, stream(seed, profile.city, "outlines"))
        self._batches: dict[str, Batch] = {}

    def size(self, rows: float) -> int:
        """A number of rows at the run's scale; a small number stays as it is."""
        return round(max(rows * self.scale, min(rows, FEW)))

    def batch(self, table: str) -> Batch:
        """A dataset's clean files."""
        if table not in self._batches:
            maker = maker_of(self.contracts.datasets[table])
            self._batches[table] = maker.build(self, stream(self.seed, self.profile.city, table))
        return self._batches[table]

    def rows(self, table: str) -> pd.DataFrame:
        """The clean rows of another dataset of this city, all its files together."""
        return pd.concat(self.batch(table).files.values(), ignore_index=True)


def maker_of(dataset: Dataset) -> Maker:
    """The dataset's own maker, else one that goes by the contract alone."""
    # It needs what stands here, so it cannot be imported before.
    from orchestration.sample.generic import maker

    return own_maker(dataset) or maker(dataset)


def own_maker(dataset: Dataset) -> Maker | None:
    """The maker in `<department>/<dataset>.py` beside this file, if there is one."""
    module = f"{HOME}.{dataset.department}.{dataset.name}"
    try:
        found: Maker = import_module(module).MAKER
    except ModuleNotFoundError as error:
        if error.name and f"{module}.".startswith(f"{error.name}."):
            return None
        raise
    return found
