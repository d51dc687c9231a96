"""Points inside a city's wards, and points that lie in none."""

import numpy as np
import shapely

from orchestration.sample.wards import DIGITS, Wards

# About 40 m from the city's border, so that rounding never pushes a point over it.
MARGIN = 0.0004


def scatter(rng: np.random.Generator, wards: Wards, count: int, central: float) -> tuple[np.ndarray, np.ndarray]:
    """`count` points inside the wards as (lat, lon) in degrees; the share `central` lies around the centre."""
    inside = shapely.union_all(wards.outlines).buffer(-MARGIN)
    shapely.prepare(inside)
    west, south, east, north = wards.bounds
    middle, size = ((west + east) / 2, (south + north) / 2), (east - west, north - south)
    found = np.empty((0, 2))
    while len(found) < count:
        near = rng.normal(middle, np.array(size) / 8, (count, 2))
        far = rng.uniform((west, south), (east, north), (count, 2))
        drawn = np.where(rng.random((count, 1)) < central, near, far)
        found = np.vstack([found, drawn[shapely.contains_xy(inside, drawn)]])
    lon, lat = np.round(found[:count], DIGITS).T
    return lat, lon


def outside(rng: np.random.Generator, wards: Wards) -> tuple[float, float]:
    """A point (lat, lon) east of the city, on the mainland."""
    _, south, east, north = wards.bounds
    lat, lon = rng.uniform(south, north), rng.uniform(east + 0.05, east + 0.5)
    return round(float(lat), DIGITS), round(float(lon), DIGITS)
