"""The bus routes of a city: their stops in degrees, all inside the wards."""

from dataclasses import dataclass

import numpy as np
import shapely

from orchestration.sample.chance import stream
from orchestration.sample.maker import World
from orchestration.sample.points import MARGIN, scatter
from orchestration.sample.wards import DIGITS

RESIDENTS_PER_ROUTE = 62_000
STOPS = (12, 24)
KM_PER_DEGREE = 111.2
# Between stops, in the mean hour.
KMPH = 17.0


@dataclass(frozen=True)
class Route:
    """A route: its stops in the order of the way out, the seconds from one to the next in the mean hour, its ends."""

    number: str
    stops: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    seconds: np.ndarray
    ends: tuple[str, str]


def routes(world: World) -> list[Route]:
    """The city's routes; some stops of different routes lie at the same corner under numbers of their own."""
    rng = stream(world.seed, world.profile.city, "bus routes")
    inside = shapely.union_all(world.ground.outlines).buffer(-MARGIN)
    shapely.prepare(inside)
    count = max(4, round(world.profile.population / RESIDENTS_PER_ROUTE * world.scale))
    return [_route(number, world, inside, rng) for number in range(1, count + 1)]


def _route(number: int, world: World, inside: shapely.Geometry, rng: np.random.Generator) -> Route:
    lat, lon = _stops(int(rng.integers(*STOPS)), world, inside, rng)
    north, east = np.diff(lat), np.diff(lon) * np.cos(np.radians(lat.mean()))
    seconds = np.hypot(north, east) * KM_PER_DEGREE / KMPH * 3600 + 25
    names = world.ground.names
    ends = rng.choice(len(names), 2, replace=False)
    return Route(
        number=f"R{number:03}",
        stops=np.array([f"S{number:03}{stop:02}" for stop in range(1, len(lat) + 1)], dtype=object),
        lat=lat,
        lon=lon,
        seconds=np.maximum(60, np.round(seconds / 30) * 30).astype(int),
        ends=(names[ends[0]].devanagari, names[ends[1]].latin),
    )


def _stops(
    count: int, world: World, inside: shapely.Geometry, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Stops along a bent line through three points, such that the way from each to the next stays in the wards."""
    while True:
        lat, lon = scatter(rng, world.ground, 3, central=0.3)
        way = shapely.linestrings(lon, lat)
        stops = shapely.line_interpolate_point(way, np.linspace(0, 1, count), normalized=True)
        lon, lat = np.round(shapely.get_coordinates(stops), DIGITS).T
        if inside.contains(shapely.linestrings(lon, lat)):
            return lat, lon
