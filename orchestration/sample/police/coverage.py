"""Which cameras see a place: those in whose sector (position, direction, field of view, range) it lies."""

from dataclasses import dataclass

import numpy as np
import shapely

# Metres in a degree of latitude, on a sphere of the earth's mean radius.
DEGREE_M = 111_195.0


@dataclass(frozen=True)
class Sectors:
    """n sectors: positions and ranges in metres, directions and fields of view in degrees clockwise from north."""

    x: np.ndarray
    y: np.ndarray
    azimuth: np.ndarray
    field: np.ndarray
    range: np.ndarray


def metres(lat: np.ndarray, lon: np.ndarray, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Places in degrees as (east, north) in metres; `middle` is the city's latitude."""
    return lon * DEGREE_M * np.cos(np.radians(middle)), lat * DEGREE_M


def degrees(x: np.ndarray, y: np.ndarray, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """(east, north) in metres as (lat, lon), to six digits, as files have it."""
    return np.round(y / DEGREE_M, 6), np.round(x / DEGREE_M / np.cos(np.radians(middle)), 6)


def seen(sectors: Sectors, x: np.ndarray, y: np.ndarray, slack: float = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (place, sector) of the places that lie in sectors, sorted; `slack` makes each larger by that share."""
    reach = sectors.range * (1 + slack)
    tree = shapely.STRtree(shapely.points(sectors.x, sectors.y))
    place, sector = tree.query(shapely.points(x, y), predicate="dwithin", distance=float(reach.max()))
    east, north = x[place] - sectors.x[sector], y[place] - sectors.y[sector]
    turn = (np.degrees(np.arctan2(east, north)) - sectors.azimuth[sector] + 180) % 360 - 180
    inside = (np.hypot(east, north) <= reach[sector]) & (np.abs(turn) <= sectors.field[sector] / 2 * (1 + slack))
    order = np.lexsort((sector[inside], place[inside]))
    return place[inside][order], sector[inside][order]


def clear(sectors: Sectors, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether no sector's border runs close by, so that whoever measures a little differently finds the same."""
    doubtful = np.zeros(len(x), dtype=int)
    for slack, step in ((0.05, 1), (-0.05, -1)):
        place, _ = seen(sectors, x, y, slack)
        np.add.at(doubtful, place, step)
    return doubtful == 0


def inside(rng: np.random.Generator, sectors: Sectors, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A place well inside each of the chosen sectors, as (east, north) in metres."""
    turn = rng.uniform(-0.44, 0.44, len(chosen)) * sectors.field[chosen] + sectors.azimuth[chosen]
    away = sectors.range[chosen] * rng.uniform(0.2, 0.88, len(chosen))
    return (
        sectors.x[chosen] + away * np.sin(np.radians(turn)),
        sectors.y[chosen] + away * np.cos(np.radians(turn)),
    )
