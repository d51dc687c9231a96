"""Calls to the fire service: three years' history, then the latest months."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from orchestration.sample.clock import CUT, DAY, END, MINUTE, START
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.environment.air import DIWALI
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.municipal_services.complaints import address
from orchestration.sample.people import mobiles, people, places
from orchestration.sample.points import scatter
from orchestration.sample.rush import HOURS, hour_of, month_of

CALLS_PER_1000_A_YEAR = 1.2
WITHOUT_PLACE, CANCELLED, WITHOUT_PHONE = 0.04, 0.03, 0.06
# Minutes until half of the calls are reached on an empty street.
REACH = {"navsagar": 11.0, "meghavan": 6.5, "sonpali": 14.0, "tarangpur": 9.0}
DISTANCE = 10.0


@dataclass(frozen=True)
class Kind:
    """A kind of incident: its share of all calls, the months in which it is `more` frequent, how many minutes it
    takes, and the share of calls with casualties."""

    share: float
    months: tuple[int, ...]
    more: float
    minutes: float
    harm: float


KINDS = {
    "building_fire": Kind(0.15, (4, 5, 6, 11), 1.5, 95, 0.09),
    "electrical_fire": Kind(0.17, (4, 5, 6, 7), 1.7, 50, 0.03),
    "vehicle_fire": Kind(0.07, (4, 5), 1.4, 40, 0.02),
    "rubbish_fire": Kind(0.2, (3, 4, 5, 11), 1.9, 35, 0.0),
    "gas_leak": Kind(0.07, (12, 1), 1.3, 45, 0.03),
    "road_accident": Kind(0.1, (7, 8), 1.3, 55, 0.5),
    "flooding": Kind(0.05, (7, 8, 9), 5.0, 120, 0.01),
    "building_collapse": Kind(0.01, (7, 8), 4.0, 400, 0.4),
    "animal_rescue": Kind(0.09, (7, 8), 1.2, 60, 0.0),
    "other_rescue": Kind(0.05, (), 1.0, 60, 0.1),
    "false_alarm": Kind(0.04, (), 1.0, 20, 0.0),
}
GRAVE = ("Minor", "Moderate", "Severe", "Extreme")


def _sent_before_called(cells: Cells) -> None:
    cells.update(dispatched_at=cells["reported_at"] - timedelta(minutes=6))


def _there_before_sent(cells: Cells) -> None:
    cells.update(on_scene_at=cells["dispatched_at"] - timedelta(minutes=1))


def _closed_before_there(cells: Cells) -> None:
    cells.update(closed_at=cells["on_scene_at"] - timedelta(minutes=3))


def _reached(cells: Cells) -> bool:
    return cells["on_scene_at"] is not None


FAULTS = (
    Fault(("incident_id.pattern",), lower("incident_id")),
    Fault(("incident_type_known",), put("incident_type", "fire")),
    Fault(("incident_type.required",), empty("incident_type")),
    Fault(("severity_known",), put("severity", "High")),
    Fault(("reported_at.type",), impossible_date("reported_at")),
    Fault(("dispatched_after_reported",), _sent_before_called),
    Fault(("on_scene_after_dispatched",), _there_before_sent, _reached),
    Fault(("closed_after_on_scene",), _closed_before_there, _reached),
    Fault(("casualties.type",), put("casualties", "two")),
    Fault(("casualties.minimum",), put("casualties", -1)),
    Fault(("lat.type",), lettered("lat")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("updated_at.required",), empty("updated_at")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of calls."""
    years = (END - START) / (365.25 * DAY)
    reported = _moments(world.size(world.profile.population / 1_000 * CALLS_PER_1000_A_YEAR * years), rng)
    count = len(reported)
    kind = _kinds(reported, rng)
    lat, lon = scatter(rng, world.ground, count, central=0.45)
    placed = rng.random(count) >= WITHOUT_PLACE
    streets = places(rng, 150)
    frame = pd.DataFrame(
        {
            "incident_id": [f"FI-{number + 1:06}" for number in range(count)],
            "incident_type": kind,
            "lat": np.where(placed, lat, np.nan),
            "lon": np.where(placed, lon, np.nan),
            "reported_at": reported.astype("datetime64[s]"),
            "caller": [name.latin for name in people(rng, count)],
            "phone": only(rng.random(count) >= WITHOUT_PHONE, mobiles(rng, count)),
            "address": [address(streets, rng) for _ in range(count)],
            **_handled(world, reported, kind, lat, lon, rng),
        }
    )
    cuts = [START, CUT, END - 30 * DAY, END]
    files = {
        f"fire_calls_{first.astype('datetime64[M]')}": frame[(reported >= first) & (reported < last)]
        for first, last in pairwise(cuts)
    }
    return Batch(files, personal=("caller", "phone", "address"))


def correct(cells: Cells) -> Cells:
    """The same call again, an hour newer: nobody was hurt after all, or somebody was."""
    return cells | {
        "casualties": 0 if cells["casualties"] else 1,
        "updated_at": cells["updated_at"] + timedelta(hours=1),
    }


def _moments(count: int, rng: np.random.Generator) -> np.ndarray:
    """When calls come (datetime64[m]), in order: more in the evening, in early summer, and on Diwali's nights."""
    hours = np.arange(START, END, 60 * MINUTE)
    weight = 0.5 + 0.5 * HOURS[hour_of(hours)] + 0.25 * np.isin(hour_of(hours), range(18, 24))
    weight *= np.array([0.9, 0.95, 1.1, 1.25, 1.3, 1.05, 1.1, 1.05, 0.95, 0.95, 1.05, 0.9])[month_of(hours) - 1]
    nights = [np.datetime64(night, "m") for night in DIWALI]
    for night in nights:
        weight[(hours >= night + 17 * 60 * MINUTE) & (hours < night + 27 * 60 * MINUTE)] *= 6
    hour = rng.choice(len(hours), count, p=weight / weight.sum())
    return np.sort(hours[hour] + rng.integers(0, 60, count) * MINUTE)


def _kinds(reported: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The kind of each call, by its month."""
    month = month_of(reported)
    weights = np.array([kind.share * np.where(np.isin(month, kind.months), kind.more, 1) for kind in KINDS.values()])
    edges = np.cumsum(weights, axis=0) / weights.sum(axis=0)
    return np.array(list(KINDS), dtype=object)[(rng.random(len(month)) > edges).sum(axis=0)]


def _handled(
    world: World, reported: np.ndarray, kind: np.ndarray, lat: np.ndarray, lon: np.ndarray, rng: np.random.Generator
) -> dict[str, object]:
    """Who was sent, when help was there, how it ended. Traffic slows, and so does the way from the station."""
    count, facts = len(reported), [KINDS[name] for name in kind]
    stations = scatter(rng, world.ground, max(2, world.profile.zones), central=0.5)
    away = np.hypot(lat[:, None] - stations[0], lon[:, None] - stations[1])
    nearest = away.argmin(axis=1)
    usual = REACH.get(world.profile.like, DISTANCE)
    drive = usual * (0.6 + 0.35 * HOURS[hour_of(reported)]) * (0.5 + away.min(axis=1) / away.min(axis=1).mean() / 2)
    sent = reported + rng.integers(1, 4, count) * MINUTE
    there = sent + np.maximum(1, np.round(drive * rng.lognormal(-0.1, 0.35, count))).astype(int) * MINUTE
    length = np.array([fact.minutes for fact in facts]) * rng.lognormal(0, 0.5, count)
    closed = there + np.maximum(5, length).astype(int) * MINUTE
    reached = rng.random(count) >= CANCELLED
    hurt = rng.random(count) < np.array([fact.harm for fact in facts])
    grave = np.clip(rng.poisson(0.6, count) + hurt, 0, 3)
    return {
        "severity": np.array(GRAVE, dtype=object)[grave],
        "fire_station": np.array([f"{world.ground.names[n].latin} Fire Station" for n in range(stations[0].size)])[
            nearest
        ],
        "dispatched_at": sent.astype("datetime64[s]"),
        "on_scene_at": np.where(reached, there, np.datetime64("NaT")).astype("datetime64[s]"),
        "closed_at": closed.astype("datetime64[s]"),
        "casualties": np.where(hurt, 1 + rng.poisson(0.7, count), 0),
        "updated_at": (closed + 45 * MINUTE).astype("datetime64[s]"),
    }


MAKER = Maker(build, FAULTS, correct)
