"""A small town to plan cameras for: two square wards side by side, 200 m wide, with its corner at (0, 0)."""

import numpy as np
import pandas as pd
import shapely

from transforms.footage.sight import DEGREE_M

WIDE = 200.0
PEOPLE = (1_000, 400)
OPTIC = {"azimuth_deg": 0.0, "hfov_deg": 360.0, "range_m": 20.0}


def degrees(metres: np.ndarray) -> np.ndarray:
    """(east, north) in metres as (lon, lat); so near to the equator a degree of each is as long."""
    return metres / DEGREE_M


def shapes(*metres: shapely.Geometry) -> pd.DataFrame:
    return pd.DataFrame({"geometry": [shapely.transform(shape, degrees) for shape in metres]}, dtype=object)


def wards() -> pd.DataFrame:
    squares = shapes(shapely.box(0, 0, WIDE, WIDE), shapely.box(WIDE, 0, 2 * WIDE, WIDE))
    return squares.assign(ward_id=["1", "2"], population=PEOPLE)


def placed(*metres: tuple[float, float], **columns: object) -> pd.DataFrame:
    lon, lat = degrees(np.array(metres, dtype=float).reshape(-1, 2)).T
    return pd.DataFrame({"lat": lat, "lon": lon}).assign(**columns)


def cameras(*metres: tuple[float, float], status: list[str]) -> pd.DataFrame:
    names = [f"C{number}" for number in range(len(metres))]
    return placed(*metres, **OPTIC).assign(camera_id=names, status=status)


def demand(*metres: tuple[float, float], weight: list[float]) -> pd.DataFrame:
    ward = ["1" if east < WIDE else "2" if east < 2 * WIDE else None for east, _ in metres]
    return placed(*metres).assign(ward_id=ward, weight=weight)


def candidates(*metres: tuple[float, float], turns: list[str | None] | None = None) -> pd.DataFrame:
    names = [f"S{number}" for number in range(len(metres))]
    return placed(*metres, **OPTIC).assign(site_id=names, camera_id=turns or [None] * len(metres))
