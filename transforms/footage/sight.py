"""What cameras see: sectors, in metres, without what buildings hide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

# Metres in a degree of latitude, on a sphere of the earth's mean radius.
DEGREE_M = 111_195.0
# Lines by which an arc is drawn. Of a full circle's range that takes 0.1 % away, of a quarter's less than 0.01 %.
ARC = 72
# Metres to which corners of what is put together are rounded.
GRID = 1e-6
# Metres from an outline within which one stands at it.
BESIDE = 1e-3
# An edge whose two directions differ by less (as a sine) is seen end on and hides nothing.
END_ON = 1e-9


@dataclass(frozen=True)
class Plane:
    """A city's plane (equirectangular projection): east and north in metres, true to scale at latitude `middle`."""

    middle: float

    def metres(self, degrees: np.ndarray) -> np.ndarray:
        """n × 2 of (lon, lat) in degrees as n × 2 of (east, north) in metres."""
        return degrees * DEGREE_M * np.array([np.cos(np.radians(self.middle)), 1.0])

    def places(self, frame: pd.DataFrame) -> np.ndarray:
        """The points of a frame's lat and lon, in metres."""
        return shapely.points(self.metres(frame[["lon", "lat"]].to_numpy(dtype=float, na_value=np.nan)))

    def outlines(self, frame: pd.DataFrame) -> np.ndarray:
        """The outlines of a frame's geometry (WKB or shapely, in degrees), in metres."""
        return shapely.transform(_shapes(frame), self.metres)


def plane(wards: pd.DataFrame) -> Plane:
    """The plane of a city with these wards (column geometry)."""
    _, south, _, north = shapely.total_bounds(_shapes(wards))
    return Plane((south + north) / 2)


def views(cameras: pd.DataFrame, ground: Plane, buildings: pd.DataFrame | None = None) -> np.ndarray:
    """What each of n cameras sees, as an outline in metres; an empty one for a device without optics.

    `cameras`: lat, lon, azimuth_deg (clockwise from north), hfov_deg, range_m. `buildings`: geometry; nothing is seen
    in or behind one, except for that a camera stands in, as a register puts a camera on a wall now to this side of it,
    now to that.
    """
    east, north = ground.metres(cameras[["lon", "lat"]].to_numpy(dtype=float, na_value=np.nan)).T
    azimuth, field, reach = cameras[["azimuth_deg", "hfov_deg", "range_m"]].to_numpy(dtype=float, na_value=np.nan).T
    shapes = _sectors(np.column_stack([east, north]), azimuth, field, reach)
    if buildings is None:
        return shapes
    outlines = shapely.orient_polygons(ground.outlines(buildings))
    for camera, near in meeting(shapes, outlines):
        around = outlines[near]
        eye = np.array([east[camera], north[camera]])
        around = around[~shapely.contains(around, shapely.Point(eye))]
        hidden = union([*around, *_shadows(around, eye, reach[camera])])
        shapes[camera] = shapely.difference(shapes[camera], hidden)
    return shapes


def seen(shapes: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (place, view) of the points that lie in views, sorted."""
    view, place = shapely.STRtree(places).query(shapes, predicate="intersects")
    order = np.lexsort((view, place))
    return place[order], view[order]


def union(shapes: Sequence[Any] | np.ndarray) -> Any:
    """Shapes as one, in metres; corners are rounded to a millionth, as GEOS loses a piece now and then where not."""
    return shapely.union_all(shapes, grid_size=GRID)


def without(shape: Any, other: Any) -> Any:
    """A shape without what lies in another, on the same grid."""
    return shapely.difference(shape, other, grid_size=GRID)


def meeting(shapes: np.ndarray, outlines: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each shape that meets outlines, by its number, with the numbers of those."""
    shape, outline = shapely.STRtree(outlines).query(shapes, predicate="intersects")
    order = np.argsort(shape, kind="stable")
    found, starts = np.unique(shape[order], return_index=True)
    return zip(found.tolist(), np.split(outline[order], starts)[1:], strict=True)


def _shapes(frame: pd.DataFrame) -> np.ndarray:
    """Geometries as DuckDB hands them on (WKB), or as they are."""
    given = frame["geometry"].to_numpy(dtype=object)
    read = [shapely.from_wkb(bytes(one)) if isinstance(one, bytes | bytearray) else one for one in given]
    return np.array(read, dtype=object)


def _sectors(eyes: np.ndarray, azimuth: np.ndarray, field: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Sectors as polygons: from the eye along the arc and back; whole circles leave the eye out."""
    known = np.isfinite(azimuth) & np.isfinite(field) & np.isfinite(reach)
    turn = np.radians(azimuth[:, None] + field[:, None] * np.linspace(-0.5, 0.5, ARC + 1))
    arc = eyes[:, None, :] + reach[:, None, None] * np.stack([np.sin(turn), np.cos(turn)], axis=2)
    whole = field >= 360
    arc[whole, -1] = arc[whole, 0]
    first = np.where(whole[:, None], arc[:, 0], eyes)
    shapes = np.full(len(eyes), shapely.Polygon(), dtype=object)
    shapes[known] = shapely.polygons(np.concatenate([first[:, None], arc], axis=1)[known])
    return shapes


def _shadows(outlines: np.ndarray, eye: np.ndarray, reach: float) -> np.ndarray:
    """What lies behind the edges of outlines that face `eye`, to beyond `reach`; of one at which it stands, behind all.

    A ray comes to an edge that faces the eye before it comes to one that does not. `outlines`: with their inside to the
    left of each edge.
    """
    beside = shapely.distance(outlines, shapely.Point(eye)) < BESIDE
    rings, outline = shapely.get_rings(outlines, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    corners = corners - eye
    edge = ring[1:] == ring[:-1]
    left, right = corners[:-1][edge], corners[1:][edge]
    away, off = np.hypot(*left.T), np.hypot(*right.T)
    # The eye lies to the left of an edge, where the inside is, if this is positive.
    side = left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0]
    turned = np.where(beside[outline[ring[:-1][edge]]], np.abs(side), -side) > END_ON * away * off
    left, right, away, off = left[turned], right[turned], away[turned], off[turned]
    # Seen across half a circle at most, with a corner between, a shadow's far border stays beyond 0.7 of this.
    beyond = 1.5 * np.maximum(reach, np.maximum(away, off))[:, None]
    to_left, to_right = left / away[:, None], right / off[:, None]
    between = to_left + to_right
    between /= np.hypot(*between.T)[:, None]
    return shapely.polygons(
        np.stack([left, beyond * to_left, beyond * between, beyond * to_right, right], axis=1) + eye
    )
