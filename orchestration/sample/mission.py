"""A mission of a hundred cities: the five sample cities, and others that are coined from the seed."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from orchestration.sample.chance import stream
from orchestration.sample.people import Name, cities
from orchestration.sample.profile import FIVE, Profile

CITIES, DEVICES = 100, 59_802
# Where coined cities lie: on the mainland, away from its borders. Degrees.
WEST, SOUTH, EAST, NORTH = 75.0, 16.0, 83.0, 26.0
STYLES = 5
# What a city takes over from the one that it is most like.
ASSUMED = "footageAssumptions"


def mission(seed: int) -> list[Profile]:
    """All cities of the mission, with 59,802 devices between them."""
    names, rng = _names(seed), stream(seed, "mission")
    share = rng.lognormal(0, 0.5, len(names))
    left = DEVICES - sum(city.devices for city in FIVE)
    devices = np.floor(share / share.sum() * left).astype(int)
    devices[: left - int(devices.sum())] += 1
    return [*FIVE, *(_coined(name, int(count), rng) for name, count in zip(names, devices, strict=True))]


def write_contracts(seed: int, source: Path, target: Path) -> None:
    """A copy of a folder of contracts with a file for each city of the mission beside those that are there."""
    if source.resolve() != target.resolve():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"), dirs_exist_ok=True)
    profiles = {city.city: city for city in mission(seed)}
    for name in _names(seed):
        profile = profiles[name.latin.lower()]
        kin = yaml.safe_load((source / "cities" / f"{profile.like}.yaml").read_text(encoding="utf-8"))
        told = _city(name, profile, seed) | {ASSUMED: kin[ASSUMED]}
        text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
        note = "# A fictional city of a made-up mission; no real place bears the name.\n"
        (target / "cities" / f"{profile.city}.yaml").write_text(note + text, encoding="utf-8")


def _names(seed: int) -> list[Name]:
    return cities(stream(seed, "names of cities"), CITIES - len(FIVE))


def _coined(name: Name, devices: int, rng: np.random.Generator) -> Profile:
    """A city like one of the five, as large as its devices ask for, and a bit better or worse."""
    kin = FIVE[rng.integers(len(FIVE))]
    size = devices / kin.devices
    better = float(rng.uniform(0.8, 1.25))
    return replace(
        kin,
        city=name.latin.lower(),
        prefix=name.latin[:3].upper(),
        wards=int(np.clip(round(kin.wards * size), 10, 120)),
        zones=int(np.clip(round(kin.zones * size), 2, 8)),
        population=round(kin.population * size),
        devices=devices,
        working=min(0.97, kin.working * better),
        complaints=round(kin.complaints * size),
        complaint_updates=round(kin.complaint_updates * size),
        resolving_days=kin.resolving_days / better,
        style=int(rng.integers(STYLES)),
        kin=kin.city,
    )


def _city(name: Name, profile: Profile, seed: int) -> dict[str, object]:
    """The city's file. It is as wide as its wards ask for."""
    rng = stream(seed, profile.city, "place")
    west, south = rng.uniform((WEST, SOUTH), (EAST, NORTH)).round(2).tolist()
    wide = round(0.025 * profile.wards**0.5, 2)
    bounds = [west, south, round(west + wide, 2), round(south + wide, 2)]
    return {
        "id": profile.city,
        "name": name.latin,
        "nameHi": name.devanagari,
        "state": "Sample State",
        "fictional": True,
        "bounds": bounds,
    }
