"""Flows of vehicles between places: each hour of two weeks in two deliveries; no plate, and nothing below ten."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.rush import HOURS, busy, hour_of, last_hours
from orchestration.sample.traffic_police.junctions import junctions

DAYS, FEWEST_DAYS = 14, 4
RESIDENTS_PER_SITE = 300_000
CLASSES = {"two_wheeler": 0.62, "car": 0.31, "goods": 0.07}
# Fewer vehicles than these could be known one by one.
LEAST = 10
KM_PER_DEGREE = 111.2
MEAN_FLOW = 130


def _known(cells: Cells) -> bool:
    return cells["vehicles"] is not None


FAULTS = (
    Fault(("vehicle_class_known",), put("vehicle_class", "private car")),
    Fault(("vehicles.minimum",), put("vehicles", 3)),
    Fault(("vehicles.type",), put("vehicles", "12-15"), lambda cells: cells["travel_time_min"] is None),
    Fault(("travel_time_min.maximum",), put("travel_time_min", 900.0), _known),
    Fault(("hidden_as_a_whole",), put("travel_time_min", 12.5), lambda cells: not _known(cells)),
    Fault(("two_places",), lambda cells: cells.update(to_site=cells["from_site"])),
    Fault(("hour_start.type",), impossible_date("hour_start")),
    Fault(("on_the_hour",), lambda cells: cells.update(hour_start=cells["hour_start"].replace(minute=20))),
    Fault(("from_site.pattern",), lower("from_site")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of flows."""
    frame = _flows(world, rng)
    latest = frame["hour_start"] >= (END - 3 * DAY).astype("datetime64[s]")
    parts = (part.reset_index(drop=True) for part in (frame[~latest], frame[latest]))
    return Batch({f"anpr_flows_{part['hour_start'].min():%Y-%m-%d}": part for part in parts})


def correct(cells: Cells) -> Cells:
    """The same flow, counted again."""
    return cells | {"vehicles": (cells["vehicles"] or LEAST) + 1}


def _flows(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Every pair of places, hour and class in which a vehicle came through; near places send each other more."""
    count = max(4, round(world.profile.population / RESIDENTS_PER_SITE) + 2)
    found = junctions(world)
    hours = last_hours(max(FEWEST_DAYS, round(DAYS * world.scale)))
    start, end, hour, kind = (grid.ravel() for grid in np.indices((count, count, len(hours), len(CLASSES))))
    apart = start != end
    start, end, hour, kind = start[apart], end[apart], hour[apart], kind[apart]
    km = _distances(found.lat[:count], found.lon[:count])[start, end]
    pull = (found.share[start] * found.share[end]) ** 0.5 / found.share[0] / (1 + km / 4)
    mean = MEAN_FLOW * pull * busy(hours)[hour] * np.array(list(CLASSES.values()))[kind]
    vehicles = rng.poisson(mean * rng.lognormal(0, 0.15, len(mean)))
    # 24 km/h on an empty street, some junctions on the way, and more of everything in the rush.
    minutes = (km * 2.5 + 2) * (0.8 + 0.35 * HOURS[hour_of(hours[hour])]) * rng.normal(1, 0.05, len(km))
    shown = vehicles >= LEAST
    frame = pd.DataFrame(
        {
            "from_site": found.ids[start],
            "to_site": found.ids[end],
            "hour_start": hours[hour].astype("datetime64[s]"),
            "vehicle_class": np.array(list(CLASSES), dtype=object)[kind],
            "vehicles": pd.Series(vehicles).astype("Int64").where(shown),
            "travel_time_min": np.where(shown, np.round(minutes, 1), np.nan),
        }
    )
    if world.profile.like == "tarangpur":
        frame["travel_time_min"] = with_unit((frame["travel_time_min"] * 60).round().astype("Int64"), " s")
    return frame[vehicles > 0]


def _distances(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Kilometres between each two of some places in degrees."""
    north = (lat[:, None] - lat) * KM_PER_DEGREE
    east = (lon[:, None] - lon) * KM_PER_DEGREE * np.cos(np.radians(lat.mean()))
    return np.hypot(north, east)


MAKER = Maker(build, FAULTS, correct)
