"""How much of a city its cameras see, and where footage is wanted and none is made."""

from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd
import shapely

from transforms.footage.safeguards import Restricted
from transforms.footage.sight import meeting, plane, seen, union, views

# Cells of about a tenth of a square kilometre.
RESOLUTION = 9


@dataclass(frozen=True, eq=False)
class Coverage(Restricted):
    """What working cameras see.

    `wards`: ward_id, area_share, demand, demand_seen (both weights; a ward without demand has 0). `blind_spots`: cell
    (H3), points, weight of the demand that no working camera sees, the heaviest first. `demand`, `demand_seen`: of
    the city, with what lies in no ward.
    """

    demand: float
    demand_seen: float
    wards: pd.DataFrame
    blind_spots: pd.DataFrame


def coverage(
    cameras: pd.DataFrame, demand: pd.DataFrame, wards: pd.DataFrame, buildings: pd.DataFrame | None = None
) -> Coverage:
    """The coverage of a city by the cameras that its register calls working.

    `cameras`: the columns of the police's register; `demand`: lat, lon, ward_id (may be null), weight (0 or more);
    `wards`: ward_id, geometry; `buildings`: geometry. Geometries in degrees, as WKB or shapely.
    """
    ground = plane(wards)
    shapes = views(cameras[cameras["status"] == "working"], ground, buildings)
    place, _ = seen(shapes, ground.places(demand))
    met = np.isin(np.arange(len(demand)), place)
    outlines = ground.outlines(wards)
    told = demand.assign(demand=demand["weight"], demand_seen=demand["weight"].where(met, 0.0))
    by_ward = told.groupby("ward_id")[["demand", "demand_seen"]].sum().reindex(wards["ward_id"], fill_value=0.0)
    shares = _areas(shapes, outlines) / shapely.area(outlines)
    return Coverage(
        demand=float(told["demand"].sum()),
        demand_seen=float(told["demand_seen"].sum()),
        wards=by_ward.reset_index().assign(area_share=shares)[["ward_id", "area_share", "demand", "demand_seen"]],
        blind_spots=_cells(demand[~met]),
    )


def _areas(shapes: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    """Of each outline the square metres that lie in at least one of the views."""
    found = np.zeros(len(outlines))
    for outline, near in meeting(outlines, shapes):
        watched = union(shapes[near])
        found[outline] = shapely.intersection(watched, outlines[outline]).area
    return found


def _cells(demand: pd.DataFrame) -> pd.DataFrame:
    cells = [h3.latlng_to_cell(*place, RESOLUTION) for place in demand[["lat", "lon"]].itertuples(index=False)]
    by_cell = demand.assign(cell=cells).groupby("cell")["weight"].agg(points="size", weight="sum").reset_index()
    return by_cell.sort_values(["weight", "cell"], ascending=[False, True], ignore_index=True)
