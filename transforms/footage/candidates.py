"""What siting may choose from: new cameras on poles and corners, existing ones turned to another side."""

import pandas as pd

# The sides that a camera may look to, in degrees clockwise from north.
AZIMUTHS = [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0]


def new(poles: pd.DataFrame, hfov_deg: float, range_m: float) -> pd.DataFrame:
    """A candidate for each pole (pole_id, lat, lon) and side, all with the same optic; `camera_id` is null."""
    optic = poles[["pole_id", "lat", "lon"]].assign(hfov_deg=hfov_deg, range_m=range_m, camera_id=None)
    return _to_all_sides(optic, optic["pole_id"] + "@")


def turned(cameras: pd.DataFrame) -> pd.DataFrame:
    """A candidate for each camera of the register that stands and has optics, and each side, with its own optic."""
    standing = cameras[cameras["status"].isin(["working", "faulty"])].dropna(subset=["hfov_deg", "range_m"])
    optic = standing[["camera_id", "lat", "lon", "hfov_deg", "range_m"]]
    return _to_all_sides(optic, optic["camera_id"] + " to ")


def _to_all_sides(sites: pd.DataFrame, name: pd.Series) -> pd.DataFrame:
    """Each site to each side, with a site_id of its name and the side."""
    sides = sites.assign(site_id=name).merge(pd.DataFrame({"azimuth_deg": AZIMUTHS}), how="cross")
    return sides.assign(site_id=sides["site_id"] + sides["azimuth_deg"].astype(int).astype(str))
