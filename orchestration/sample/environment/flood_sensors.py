"""Flood sensors, hour by hour through the monsoon: rain, and the water that rises behind it."""

import numpy as np
import pandas as pd
import shapely

from orchestration.sample.clock import HOUR
from orchestration.sample.delivery import Batch
from orchestration.sample.faults import Fault, empty, impossible_date, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.people import mobiles, people
from orchestration.sample.points import scatter
from orchestration.sample.readings import days, deliveries, received, received_too_early, sent_again
from orchestration.sample.rush import hour_of, last_hours

TABLE = "environment__flood_sensors"
DAYS = 90
RESIDENTS_PER_SENSOR, FEWEST_SENSORS = 120_000, 4
SITES = ("Underpass", "Nala – Culvert", "River Bridge", "Pumping Station", "Storm Drain Outfall", "Railway Subway")
# Storms a day, how long they last and how hard it rains (mm an hour).
STORMS, STORM_HOURS, INTENSITY = 0.4, 3.0, 7.5
COAST, TIDE_M, TIDE_HOURS = "navsagar", 0.16, 12.42
COVERED_BY_MUD = 0.15
SILENT = 0.012

FAULTS = (
    Fault(("level_m.type",), put("level_m", "DRY")),
    Fault(("level_m.required",), empty("level_m")),
    Fault(("level_m.minimum",), put("level_m", -3.2)),
    Fault(("danger_level_m.exclusiveMinimum",), put("danger_level_m", 0.0)),
    Fault(("rain_mm.maximum",), put("rain_mm", 999.9)),
    Fault(("battery_pct.maximum",), put("battery_pct", 655.0)),
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("received_after_observed",), received_too_early),
    Fault(("lat.maximum", "lon.minimum"), swapped),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of readings."""
    sensors = _sensors(world, rng)
    hours = last_hours(days(DAYS, world.scale))
    rain = _rain(hours, len(sensors), rng)
    level = _levels(rain, sensors, hours, world, rng)
    hour, sensor = (grid.ravel() for grid in np.indices(rain.shape))
    observed = hours[hour]
    frame = sensors.drop(columns=["rise", "drain"]).take(sensor).reset_index(drop=True)
    frame = frame.assign(
        observed_at=observed.astype("datetime64[s]"),
        received_at=received(rng, observed).astype("datetime64[s]"),
        rain_mm=np.round(rain.ravel(), 1),
        level_m=np.round(level.ravel(), 2),
        battery_pct=_battery(hour, sensor),
    )
    frame = frame[rng.random(len(frame)) >= SILENT].reset_index(drop=True)
    return Batch(deliveries("flood_sensors", _as_written(world, frame)), personal=("caretaker", "phone"))


def _sensors(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The sensors: where they hang, from where on water is a danger, how fast it rises there and drains again."""
    count = max(FEWEST_SENSORS, round(world.profile.population / RESIDENTS_PER_SENSOR))
    lat, lon = scatter(rng, world.ground, count, central=0.3)
    where = rng.choice(len(world.ground.names), count, replace=False)
    caretakers = people(rng, count)
    frame = pd.DataFrame(
        {
            "sensor_id": [f"FS-{world.profile.prefix}-{number + 1:02}" for number in range(count)],
            "site": [f"{world.ground.names[w].latin} {SITES[i % len(SITES)]}" for i, w in enumerate(where)],
            "lat": lat,
            "lon": lon,
            "danger_level_m": np.round(rng.uniform(1.2, 2.8, count), 1),
            "caretaker": [name.latin for name in caretakers],
            "phone": mobiles(rng, count),
            "rise": rng.uniform(0.014, 0.03, count),
            "drain": rng.uniform(0.12, 0.35, count),
        }
    )
    if world.contracts.datasets[TABLE].source(world.profile.city).format in ("geojson", "gpkg"):
        frame["geometry"] = shapely.points(lon, lat)
    return frame


def _rain(hours: np.ndarray, sensors: int, rng: np.random.Generator) -> np.ndarray:
    """Rain in mm (hours × sensors): storms over the whole city, stronger here than there, fewer as September ends."""
    left = (hours[-1] + HOUR - hours) / (90 * 24 * HOUR)
    storm = rng.random(len(hours)) < STORMS / 24 * (0.35 + 1.1 * left) * np.where(hour_of(hours) >= 14, 1.6, 0.65)
    city = np.zeros(len(hours))
    for start in np.flatnonzero(storm):
        length = 1 + rng.poisson(STORM_HOURS)
        shape = np.sin((np.arange(length) + 0.5) / length * np.pi)
        city[start : start + length] += (rng.gamma(1.6, INTENSITY) * shape)[: len(city) - start]
    return np.minimum(city[:, None] * rng.gamma(4, 0.25, (len(hours), sensors)), 150)


def _levels(
    rain: np.ndarray, sensors: pd.DataFrame, hours: np.ndarray, world: World, rng: np.random.Generator
) -> np.ndarray:
    """Metres of water (hours × sensors): each hour's rain comes in, a share of what stands there drains."""
    level, left = rain * sensors["rise"].to_numpy(), 1 - sensors["drain"].to_numpy()
    for hour in range(1, len(rain)):
        level[hour] += level[hour - 1] * left
    if world.profile.like == COAST:
        # At high tide the drains cannot run off.
        level += TIDE_M * (1 + np.sin((hours - hours[0]) / HOUR / TIDE_HOURS * 2 * np.pi))[:, None]
    level += 0.15 + rng.uniform(0, 0.03, rain.shape)
    return _covered(np.minimum(level, 20), rng)


def _covered(level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some sensors lie under mud for a while: their level does not move."""
    for sensor in np.flatnonzero(rng.random(level.shape[1]) < COVERED_BY_MUD):
        start = rng.integers(len(level))
        level[start : start + 24 * 9, sensor] = level[start, sensor]
    return level


def _battery(hour: np.ndarray, sensor: np.ndarray) -> np.ndarray:
    """Percent: falls in two months from full to a third, then somebody changes it."""
    return np.round(100 - (hour / 24 + 11 * sensor) % 60 / 60 * 66)


def _as_written(world: World, frame: pd.DataFrame) -> pd.DataFrame:
    """Sonpali's sensors write units behind their numbers, those of one make centimetres."""
    if world.profile.like == "sonpali":
        level = frame["level_m"]
        fine = frame["sensor_id"].str[-1].isin(list("258")).to_numpy()
        frame["level_m"] = with_unit(level, " m").where(~fine, with_unit((level * 100).round(), " cm"))
        frame["danger_level_m"] = with_unit(frame["danger_level_m"], " m")
        frame["rain_mm"] = with_unit(frame["rain_mm"], " mm")
        frame["battery_pct"] = with_unit(frame["battery_pct"], " %")
    return frame


MAKER = Maker(build, FAULTS, sent_again)
