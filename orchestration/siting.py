"""Where cameras would be of most use to a city's requests, under all safeguards; restricted, and never published."""

import numpy as np
import pandas as pd

from orchestration.footage import Footage, frame
from orchestration.project import Project
from orchestration.run import standing
from transforms.footage import candidates
from transforms.footage.added import REACH_M
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Siting
from transforms.footage.siting import site

# A new camera is taken to be a fixed one with a usual lens.
HFOV_DEG = 90.0
WARDS = "iccc__wards"
# To about ten metres: requests about one corner are one site.
DIGITS = 4


def siting(project: Project, city: str, loaded: Footage, p: int, floor: float = 0.0) -> Siting:
    """The plan for at most `p` cameras more, new ones or turned ones; `floor` is the share of each ward's demand that
    is to be in view.

    Demand is where footage was asked for. New cameras may go on poles that stand and where no camera sees what was
    asked for. No contract tells yet which places are excluded, which the plan warns of. Raises FootageFault.
    """
    wards = frame(project, WARDS, [state for state in standing(project, city) if state.version])
    if wards is None:
        raise FootageFault(f"footage of {city}: it has no wards; send {WARDS}")
    cameras = loaded.wanted("cameras")
    cameras = cameras[cameras["device_type"] == "camera"]
    asked = loaded.requests[loaded.requests["counted"]]
    demand = asked[["lat", "lon", "ward_id"]].assign(weight=1.0)
    poles = _poles(cameras, asked[asked["no_coverage"]])
    choice = pd.concat([candidates.new(poles, HFOV_DEG, REACH_M), candidates.turned(cameras)], ignore_index=True)
    return site(cameras, demand, choice, wards, pd.DataFrame({"geometry": []}), p=p, floor=floor)


def _poles(cameras: pd.DataFrame, blind: pd.DataFrame) -> pd.DataFrame:
    """Each pole that stands, and each corner where something was asked for that no camera sees."""
    places = pd.concat([cameras[["lat", "lon"]].astype(float), blind[["lat", "lon"]].astype(float).round(DIGITS)])
    poles = places.drop_duplicates(ignore_index=True)
    return poles.assign(pole_id=np.char.add("P", (poles.index + 1).astype(str).to_numpy(dtype=str)))
