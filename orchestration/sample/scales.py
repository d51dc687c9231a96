"""How much of a sample is written: the five cities, a tenth of their rows, or a mission of a hundred cities."""

import os
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from orchestration.sample.maker import World
from orchestration.sample.mission import mission
from orchestration.sample.profile import FIVE, Profile
from orchestration.sample.write import write_cities

Scale = Literal["small", "five", "mission"]
TENTH = 0.1
FEWEST_DEVICES = 30
# Cities that are written at a time: each takes up to 1.2 GB.
AT_ONCE = 4


def world(profile: Profile, contracts: Catalogue, seed: int, scale: Scale) -> World:
    """A city at a scale: in a mission all its devices and a tenth of the rows, in a small sample a tenth of both."""
    tenth = max(FEWEST_DEVICES, round(profile.devices * TENTH))
    devices = tenth if scale == "small" else profile.devices
    return World(profile, contracts, seed, 1 if scale == "five" else TENTH, devices)


def write_sample(
    inbox: Path,
    seed: int = 7,
    truth: Path | None = None,
    scale: Scale = "five",
    cities: Collection[str] = (),
    tables: Collection[str] = (),
    contracts: Catalogue | None = None,
) -> list[Path]:
    """Write the sample cities' files, or those of some cities and tables; see `write_cities`.

    Cities that the contracts do not know are left out.
    """
    contracts = contracts or catalogue.load()
    known = cities or contracts.cities
    profiles = [profile for profile in (mission(seed) if scale == "mission" else FIVE) if profile.city in known]
    write = partial(_write_city, contracts=contracts, inbox=inbox, seed=seed, truth=truth, scale=scale, tables=tables)
    if scale == "small" or tables or len(profiles) < 2:
        return list(chain.from_iterable(map(write, profiles)))
    # Whole cities are worth processes of their own, which take seconds to begin.
    with ProcessPoolExecutor(min(AT_ONCE, os.cpu_count() or 1), get_context("spawn")) as pool:
        return list(chain.from_iterable(pool.map(write, profiles)))


def _write_city(
    profile: Profile,
    contracts: Catalogue,
    inbox: Path,
    seed: int,
    truth: Path | None,
    scale: Scale,
    tables: Collection[str],
) -> list[Path]:
    return list(write_cities(contracts, [world(profile, contracts, seed, scale)], inbox, tables, truth))
