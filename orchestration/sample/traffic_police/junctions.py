"""The junctions of a city, the same for all that the traffic police sends."""

from dataclasses import dataclass

import numpy as np

from orchestration.sample.chance import stream
from orchestration.sample.maker import World
from orchestration.sample.points import scatter

PER_WARD = 1.5


@dataclass(frozen=True)
class Junctions:
    """Junctions by their numbers, with their places in degrees and their shares of the traffic; the busiest first."""

    ids: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    share: np.ndarray


def junctions(world: World) -> Junctions:
    """The city's junctions."""
    rng = stream(world.seed, world.profile.city, "junctions")
    count = round(world.profile.wards * PER_WARD)
    lat, lon = scatter(rng, world.ground, count, central=0.5)
    share = np.sort(rng.lognormal(0, 0.8, count))[::-1]
    ids = np.array([f"J{number + 1:03}" for number in range(count)], dtype=object)
    return Junctions(ids, lat, lon, share / share.sum())
