"""Counts of vehicles at a few junctions: each hour of the last sixty days, in three deliveries."""

from itertools import pairwise

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.rush import MONSOON, busy, last_hours, month_of
from orchestration.sample.traffic_police.junctions import junctions
from orchestration.sample.traffic_police.vehicles import SHARES

DAYS, FEWEST_DAYS = 60, 6
RESIDENTS_PER_SITE = 200_000
# Passenger car units of each class, and how fast it is on an empty street.
UNITS = np.array([0.5, 1.0, 0.8, 2.2, 2.0])
FREE_KMPH = np.array([44.0, 48.0, 38.0, 36.0, 40.0])
# The counters stop now and then; their intervals are missing then.
SILENT = 0.01


def _off_the_quarter(cells: Cells) -> None:
    cells["interval_start"] += np.timedelta64(7, "m").item()


FAULTS = (
    Fault(("vehicle_class_known",), put("vehicle_class", "cycle")),
    Fault(("volume.type",), put("volume", "many")),
    Fault(("volume.minimum",), lambda cells: cells.update(volume=-1, speed_avg_kmph=None)),
    Fault(("volume.required",), empty("volume")),
    Fault(("speed_avg_kmph.maximum",), put("speed_avg_kmph", 255.0), lambda cells: cells["volume"] > 0),
    Fault(("occupancy_pct.maximum",), put("occupancy_pct", 655.35)),
    Fault(("no_speed_without_vehicles",), lambda cells: cells.update(volume=0, speed_avg_kmph=31.5)),
    Fault(("interval_start.type",), impossible_date("interval_start")),
    Fault(("interval_on_the_quarter",), _off_the_quarter),
    Fault(("lat.type",), lettered("lat")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of counts."""
    frame = _counted(world, rng)
    frame = frame[rng.random(len(frame)) >= SILENT].reset_index(drop=True)
    start = frame["interval_start"].to_numpy()
    cuts = [start.min().astype("datetime64[D]"), *(END - days * DAY for days in (14, 5)), END]
    files = {
        f"counts_{first.astype('datetime64[D]')}": frame[(start >= first) & (start < last)].reset_index(drop=True)
        for first, last in pairwise(cuts)
        if first < last
    }
    return Batch(files)


def correct(cells: Cells) -> Cells:
    """The same interval counted again, with a vehicle more."""
    return cells | {"volume": cells["volume"] + 1}


def _counted(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Every site, hour and class."""
    sites = max(2, round(world.profile.population / RESIDENTS_PER_SITE))
    hours = last_hours(max(FEWEST_DAYS, round(DAYS * world.scale)))
    found, kinds = junctions(world), np.array(list(SHARES), dtype=object)
    site, hour, kind = (grid.ravel() for grid in np.indices((sites, len(hours), len(kinds))))
    # What passes in the mean hour, and how much of the street's width that takes.
    mean = 1_500 * (found.share[:sites] / found.share[0]) ** 0.5
    crowd = busy(hours)[None, :] * rng.lognormal(0, 0.12, (sites, len(hours)))
    volume = rng.poisson((mean[:, None] * crowd)[site, hour] * np.array(list(SHARES.values()))[kind])
    units = np.zeros((sites, len(hours)))
    np.add.at(units, (site, hour), volume * UNITS[kind])
    load = units / (2.3 * mean * (UNITS @ np.array(list(SHARES.values()))))[:, None]
    speed = _speeds(rng, load[site, hour], kind, hours[hour])
    frame = pd.DataFrame(
        {
            "site_id": found.ids[site],
            "interval_start": hours[hour].astype("datetime64[s]"),
            "vehicle_class": kinds[kind],
            "volume": volume,
            "speed_avg_kmph": np.where(volume > 0, speed, np.nan),
            "occupancy_pct": np.round(np.clip(34 * load[site, hour] ** 1.3, 0, 100), 1),
            "lat": found.lat[site],
            "lon": found.lon[site],
        }
    )
    return _as_written(world, frame)


def _speeds(rng: np.random.Generator, load: np.ndarray, kind: np.ndarray, hour: np.ndarray) -> np.ndarray:
    """Speeds fall with the fourth power of the load, after the curve of the Bureau of Public Roads; rain slows too."""
    wet = np.where(np.isin(month_of(hour), MONSOON), 0.92, 1)
    return np.round(FREE_KMPH[kind] * wet / (1 + 0.9 * load**4) * rng.normal(1, 0.04, len(load)), 1)


def _as_written(world: World, frame: pd.DataFrame) -> pd.DataFrame:
    """Two suppliers write units behind their numbers."""
    if world.profile.like == "sonpali":
        frame["occupancy_pct"] = with_unit(frame["occupancy_pct"], "%")
    if world.profile.like == "tarangpur":
        frame["speed_avg_kmph"] = with_unit(frame["speed_avg_kmph"], " km/h")
    return frame


MAKER = Maker(build, FAULTS, correct)
