"""How much of a sample is written: the five cities, a tenth of their rows, or a mission of a hundred cities."""

from collections.abc import Collection
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
    profiles = mission(seed) if scale == "mission" else FIVE
    worlds = (world(profile, contracts, seed, scale) for profile in profiles if profile.city in known)
    return list(write_cities(contracts, worlds, inbox, tables, truth))
