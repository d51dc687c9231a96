"""Requests and their cameras as the footage marts have them, from what a sample city's own truth knows of them."""

from functools import cache

import numpy as np
import pandas as pd

from data_contracts import catalogue
from orchestration.sample.police.desk import NEVER
from orchestration.sample.police.footage import NEVER as NOTHING_DOWN
from orchestration.sample.police.law import looked
from orchestration.sample.police.reasons import CAUSES, HOLES
from orchestration.sample.police.span import DAY, ORIGIN
from orchestration.sample.police.world import PoliceWorld, police
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import Scale, world

CONTRACTS = catalogue.load()
CITIES = {profile.city: profile for profile in FIVE}
TIMES = {
    "requested_at": "requested",
    "due_at": "due",
    "hold_at": "hold",
    "incident_from": "start",
}


@cache
def truth(city: str, scale: Scale = "five") -> PoliceWorld:
    return police(world(CITIES[city], CONTRACTS, 7, scale))


@cache
def requests(city: str, scale: Scale = "five") -> pd.DataFrame:
    drawn = truth(city, scale)
    asked = drawn.requests
    return pd.DataFrame(
        {
            "request_id": [f"R{number:06}" for number in range(len(asked))],
            **{column: instants(asked[name]) for column, name in TIMES.items()},
            "needed_at": instants(pd.Series(looked(asked))),
            "lat": asked["lat"],
            "lon": asked["lon"],
            "counted": asked["nature"] == "",
            "matured": drawn.matured,
            "met": drawn.met,
            **pd.DataFrame(drawn.causes, columns=list(CAUSES)),
            "known": True,
        }
    )


@cache
def pairs(city: str, scale: Scale = "five") -> pd.DataFrame:
    drawn = truth(city, scale)
    seen = drawn.pairs
    kinds = seen["kinds"].to_numpy()
    return pd.DataFrame(
        {
            "request_id": requests(city, scale)["request_id"].to_numpy()[seen["request"]],
            "camera_id": drawn.footage.devices["camera_id"].to_numpy()[seen["device"]],
            **{cause: kinds >> bit & 1 == 1 for bit, cause in enumerate(HOLES)},
            "down_minutes": seen["down_for"].where(seen["down_for"] < NOTHING_DOWN).astype("Float64"),
            "keeps_days": seen["retention"] / DAY,
            "clock_drift": seen["wrong_clock"],
        }
    )


def keeps_days(city: str, scale: Scale = "five") -> np.ndarray:
    """What each camera of a city keeps."""
    devices = truth(city, scale).footage.devices
    return devices["retention"][devices["camera"]].to_numpy(float)


def instants(minutes: pd.Series) -> pd.Series:
    """Minutes of the sample as instants; NaT for what has not happened."""
    return pd.Timestamp(ORIGIN, tz="UTC") + pd.to_timedelta(minutes.where(minutes < NEVER), unit="min")
