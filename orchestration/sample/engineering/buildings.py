"""The survey of buildings around the poles of cameras: one snapshot of outlines with their use."""

import numpy as np
import pandas as pd
import shapely

from orchestration.sample.chance import pick
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.wards import DIGITS
from transforms.footage.sight import DEGREE_M

CAMERAS = "police__cameras"
BUILDINGS = 300
USES = {"home": 0.58, "worship": 0.1, "clinic": 0.06, "school": 0.08, "other": 0.18}
# Some poles are brackets on a wall, which the register puts a step inside; the others stand in the street.
ON_A_WALL, WALL_M, STREET_M = 0.12, (1.0, 3.0), (22.0, 60.0)
# Half of a building's length and breadth.
HALF_M = (4.0, 12.0)

FAULTS = (
    Fault(("use_known",), put("use", "hostel")),
    Fault(("use.required",), empty("use")),
    Fault(("building_id.pattern",), lower("building_id")),
    Fault(("geometry.required",), empty("geometry")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The buildings; of two that would overlap the later one is left out."""
    outlines = _apart(_outlines(world, world.size(BUILDINGS), rng))
    rows = pd.DataFrame(
        {
            "building_id": [f"BLD-{world.profile.prefix}-{number + 1:05}" for number in range(len(outlines))],
            "use": pick(rng, USES, len(outlines)).astype(object),
            "geometry": outlines,
        }
    )
    return Batch({"buildings_2026": rows})


def correct(cells: Cells) -> Cells:
    """The same building again, found in another use."""
    return cells | {"use": "other" if cells["use"] == "home" else "home"}


def _outlines(world: World, count: int, rng: np.random.Generator) -> np.ndarray:
    """Rectangles in degrees, turned any way, each beside the pole of a camera or around it."""
    poles = world.rows(CAMERAS)[["lon", "lat"]].to_numpy(dtype=float)
    lon, lat = poles[rng.integers(len(poles), size=(count, 1))].transpose(2, 0, 1)
    away = np.where(rng.random(count) < ON_A_WALL, rng.uniform(*WALL_M, count), rng.uniform(*STREET_M, count))
    # In metres, east + north i: the middle from the pole, then the corners from the middle.
    to, tilt = np.exp(1j * rng.uniform(0, 2 * np.pi, (2, count, 1)))
    along, across = rng.uniform(*HALF_M, (2, count, 1))
    corners = away[:, None] * to + tilt * (along * [-1, 1, 1, -1] + 1j * across * [-1, -1, 1, 1])
    east, north = corners.real / DEGREE_M / np.cos(np.radians(lat)), corners.imag / DEGREE_M
    return shapely.polygons(np.round(np.stack([lon + east, lat + north], axis=2), DIGITS))


def _apart(outlines: np.ndarray) -> np.ndarray:
    """The outlines without those that meet an earlier one."""
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    return np.delete(outlines, np.unique(first[second < first]))


MAKER = Maker(build, FAULTS, correct)
