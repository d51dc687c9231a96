"""The wards: Voronoi cells of seeded points inside an irregular outline, grouped into zones that hold together."""

from dataclasses import dataclass
from math import atan2, cos, pi

import numpy as np
import shapely

from orchestration.sample.people import Name, places
from orchestration.sample.profile import Profile

DIGITS = 6
# Parts of a cell below this (square degrees, about 1,000 m²) are slivers that the outline's bays cut off.
SLIVER = 1e-7
Bounds = tuple[float, float, float, float]
_COMPASS = ("North", "North East", "East", "South East", "South", "South West", "West", "North West")


@dataclass(frozen=True)
class Wards:
    """A city's wards: n outlines in degrees with their zones, names and numbers, and the bounds they lie in.

    A ward's number is text, as in the ward file: one ward was split off another and is no number.
    """

    bounds: Bounds
    outlines: np.ndarray
    zones: list[str]
    names: list[Name]
    ids: list[str]


def draw(profile: Profile, bounds: Bounds, rng: np.random.Generator) -> Wards:
    """The wards of a city inside its bounds (west, south, east, north), numbered zone by zone."""
    outline = _outline(bounds, rng)
    cells = _cells(outline, profile.wards, rng)
    zone = _zones(cells, profile.zones)
    middle = shapely.get_coordinates(shapely.centroid(cells))
    order = np.lexsort((-middle[:, 1], zone))
    words = _zone_names(middle, zone)
    ids = [*(str(number + 1) for number in range(profile.wards - 1)), "1A"]
    return Wards(bounds, cells[order], [words[zone[i]] for i in order], places(rng, profile.wards), ids)


def _outline(bounds: Bounds, rng: np.random.Generator) -> shapely.Polygon:
    """A round city with bays and bulges: a circle of at most the bounds' size and some slow waves on it."""
    west, south, east, north = bounds
    turn = np.linspace(0, 2 * pi, 96, endpoint=False)
    waves = [rng.uniform(0.02, 0.06) * np.cos(k * turn + rng.uniform(0, 2 * pi)) for k in range(2, 7)]
    radius = 0.82 + np.clip(sum(waves), -0.16, 0.16)
    x = (west + east) / 2 + radius * np.cos(turn) * (east - west) / 2
    y = (south + north) / 2 + radius * np.sin(turn) * (north - south) / 2
    return shapely.Polygon(np.column_stack([x, y]))


def _cells(outline: shapely.Polygon, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` cells that share their edges exactly, smaller in the centre."""
    west, south, east, north = outline.bounds
    centre = np.array([(west + east) / 2, (south + north) / 2])
    points = np.empty((0, 2))
    while len(points) < count:
        drawn = rng.uniform((west, south), (east, north), (4 * count, 2))
        points = np.vstack([points, drawn[shapely.contains_xy(outline, drawn)]])[:count]
    away = (points - centre) / (east - west, north - south)
    nearer = centre + (points - centre) * (2 * np.hypot(*away.T))[:, None] ** 0.5
    # Beyond a bay of the outline a point would have no cell.
    points = np.where(shapely.contains_xy(outline, nearer)[:, None], nearer, points)
    # Moving each point to the middle of its cell takes the splinters away; once more, and all are alike.
    points = shapely.get_coordinates(shapely.centroid(_voronoi(points, outline)))
    cells = shapely.transform(_voronoi(points, outline), lambda xy: np.round(xy, DIGITS))
    return np.array([_without_slivers(cell) for cell in cells])


def _voronoi(points: np.ndarray, outline: shapely.Polygon) -> np.ndarray:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline))
    return shapely.intersection(cells, outline)


def _without_slivers(cell: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(cell) if shapely.area(part) > SLIVER]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _zones(cells: np.ndarray, count: int) -> np.ndarray:
    """A zone (0 … count−1) for each cell: seeds far from each other, of which the smallest always grows next.

    As a zone only takes cells that share an edge with it, it holds together.
    """
    middle = shapely.get_coordinates(shapely.centroid(cells))
    apart = np.hypot(*(middle[:, None] - middle[None, :]).transpose(2, 0, 1))
    adjacent = shapely.length(shapely.intersection(cells[:, None], cells[None, :])) > 0
    seeds = [int(np.argmin(np.hypot(*(middle - middle.mean(axis=0)).T)))]
    while len(seeds) < count:
        seeds.append(int(np.argmax(apart[seeds].min(axis=0))))
    zone = np.full(len(cells), -1)
    zone[seeds] = range(count)
    while (zone < 0).any():
        reach = [(zone < 0) & adjacent[zone == z].any(axis=0) for z in range(count)]
        growing = min((z for z in range(count) if reach[z].any()), key=lambda z: int((zone == z).sum()))
        zone[np.argmin(np.where(reach[growing], apart[seeds[growing]], np.inf))] = growing
    return zone


def _zone_names(middle: np.ndarray, zone: np.ndarray) -> list[str]:
    """The first zone is Central; of the others each takes the free point of the compass nearest to it."""
    centres = [middle[zone == z].mean(axis=0) - middle.mean(axis=0) for z in range(zone.max() + 1)]
    bearing = [atan2(*centre) for centre in centres]
    pairs = sorted(
        (-cos(bearing[z] - pi / 4 * point), z, point) for z in range(1, len(centres)) for point in range(len(_COMPASS))
    )
    names: dict[int, str] = {0: "Central"}
    for _, z, point in pairs:
        if z not in names and _COMPASS[point] not in names.values():
            names[z] = _COMPASS[point]
    return [names[z] for z in range(len(centres))]
