"""Where cameras would be of most use to a city's requests, under all safeguards; restricted, and never published."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from orchestration.footage import Footage, frame
from orchestration.project import Project
from orchestration.standing import standing
from transforms.footage import candidates
from transforms.footage.added import REACH_M
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Alternative, Siting
from transforms.footage.siting import site

# A new camera is taken to be a fixed one with a usual lens.
HFOV_DEG = 90.0
WARDS = "iccc__wards"
BUILDINGS = "engineering__buildings"
# Uses of buildings in which no camera is placed and into which none looks.
EXCLUDED = ("home", "worship", "clinic", "school")
# What is kept of a site.
SITE = ["site_id", "lat", "lon", "azimuth_deg", "hfov_deg", "range_m", "camera_id"]
# To about ten metres: requests about one corner are one site.
DIGITS = 4


def siting(project: Project, city: str, loaded: Footage, p: int, floor: float = 0.0) -> Siting:
    """The plan for at most `p` cameras more, new ones or turned ones; `floor` is the share of each ward's demand that
    is to be in view.

    Demand is where footage was asked for. New cameras may go on poles that stand and where no camera sees what was
    asked for. Where the city sends no buildings, nothing hides a view and no place is excluded, which the plan warns
    of. Raises FootageFault.
    """
    states = [state for state in standing(project, city) if state.version]
    wards, buildings = frame(project, WARDS, states), frame(project, BUILDINGS, states)
    if wards is None:
        raise FootageFault(f"footage of {city}: it has no wards; send {WARDS}")
    # In an order of their own, so that the same city has the same plan.
    cameras = loaded.wanted("cameras").sort_values("camera_id")
    cameras = cameras[cameras["device_type"] == "camera"]
    asked = loaded.requests[loaded.requests["counted"]].sort_values("request_id")
    demand = asked[["lat", "lon", "ward_id"]].assign(weight=1.0)
    poles = _poles(cameras, asked[asked["no_coverage"]])
    choice = pd.concat([candidates.new(poles, HFOV_DEG, REACH_M), candidates.turned(cameras)], ignore_index=True)
    excluded = pd.DataFrame({"geometry": []}) if buildings is None else buildings[buildings["use"].isin(EXCLUDED)]
    return site(cameras, demand, choice, wards, excluded, p=p, floor=floor, buildings=buildings)


def packed(plan: Siting) -> dict[str, Any]:
    """A plan as JSON holds it, to be read by `unpacked`."""
    chosen = plan.chosen[SITE].astype(object)
    return {
        "demand": plan.demand,
        "alternatives": [asdict(one) for one in plan.alternatives],
        "chosen": chosen.where(chosen.notna(), None).to_dict("records"),
        "wards": plan.wards.to_dict("records"),
        "bound": plan.bound,
        "gap": plan.gap,
        "refused": list(plan.refused),
        "cut": plan.cut,
        "warnings": list(plan.warnings),
    }


def unpacked(kept: dict[str, Any]) -> Siting:
    """The plan that `packed` made it from. Raises SafeguardFault as a new one would."""
    return Siting(
        demand=kept["demand"],
        alternatives=tuple(Alternative(**one) for one in kept["alternatives"]),
        chosen=pd.DataFrame(kept["chosen"], columns=SITE),
        wards=pd.DataFrame(kept["wards"]),
        bound=kept["bound"],
        gap=kept["gap"],
        refused=tuple(kept["refused"]),
        cut=kept["cut"],
        warnings=tuple(kept["warnings"]),
    )


def _poles(cameras: pd.DataFrame, blind: pd.DataFrame) -> pd.DataFrame:
    """Each pole that stands, and each corner where something was asked for that no camera sees."""
    places = pd.concat([cameras[["lat", "lon"]].astype(float), blind[["lat", "lon"]].astype(float).round(DIGITS)])
    poles = places.drop_duplicates().sort_values(["lat", "lon"], ignore_index=True)
    return poles.assign(pole_id=np.char.add("P", (poles.index + 1).astype(str).to_numpy(dtype=str)))
