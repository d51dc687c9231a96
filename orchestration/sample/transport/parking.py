"""Parking lots each hour of the last sixty days: how full, at what tariff, and what the month brought so far."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles
from orchestration.sample.points import scatter
from orchestration.sample.rush import MONSOON, by_day, hour_of, last_hours, month_of, weekday_of
from orchestration.sample.traffic_police.vehicles import fleet

DAYS, FEWEST_DAYS = 60, 6
RESIDENTS_PER_LOT = 68_000
COUNTER_FAILS = 0.015
TARIFFS = (10, 20, 20, 30, 40)


@dataclass(frozen=True)
class Use:
    """Who parks in a lot: the hour of the day at which it is fullest, for how many hours, and how on a weekend."""

    peak: float
    width: float
    weekend: float


# Offices, markets, stations.
USES = (Use(13, 3.6, 0.35), Use(19, 2.8, 1.3), Use(15, 6.0, 0.9))
FAULTS = (
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("occupied.type",), put("occupied", "FULL")),
    Fault(("occupied.minimum",), put("occupied", -4)),
    Fault(("not_fuller_than_full",), lambda cells: cells.update(occupied=cells["spaces"] + 12)),
    Fault(("spaces.minimum",), lambda cells: cells.update(spaces=0, occupied=None)),
    Fault(("tariff_inr.maximum",), put("tariff_inr", 2_000)),
    Fault(("tariff_inr.type",), put("tariff_inr", "free")),
    Fault(("lat.type",), lettered("lat")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("lot_id.pattern",), lower("lot_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries: the first weeks, then the latest."""
    days = max(FEWEST_DAYS, round(DAYS * world.scale))
    frame = _lots(world, last_hours(days), rng)
    latest = frame["observed_at"] >= (END - (days // 6) * DAY).astype("datetime64[s]")
    parts = (part.reset_index(drop=True) for part in (frame[~latest], frame[latest]))
    files = {f"parking_{part['observed_at'].min():%Y-%m-%d}": part for part in parts}
    return Batch(files, personal=("plate", "phone"))


def correct(cells: Cells) -> Cells:
    """The same hour after the attendant counted by hand."""
    return cells | {"occupied": 0 if cells["occupied"] else 1}


def _lots(world: World, hours: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Every lot and hour."""
    count = max(4, round(world.profile.population / RESIDENTS_PER_LOT))
    lot, hour = (grid.ravel() for grid in np.indices((count, len(hours))))
    lat, lon = scatter(rng, world.ground, count, central=0.7)
    spaces = rng.integers(4, 60, count) * 10
    tariff = rng.choice(TARIFFS, count)
    occupied = np.round(spaces[:, None] * _filled(rng, count, hours)).astype(int)
    collected = _collected(occupied, tariff, hours)
    vehicles, size = fleet(rng, 4_000, hindi=0), len(lot)
    plates = rng.choice(vehicles.plates[0], size)
    failed = rng.random(size) < COUNTER_FAILS
    return pd.DataFrame(
        {
            "lot_id": np.array([f"P-{number + 1:03}" for number in range(count)], dtype=object)[lot],
            "observed_at": hours[hour].astype("datetime64[s]"),
            "lat": lat[lot],
            "lon": lon[lot],
            "spaces": spaces[lot],
            "occupied": pd.Series(occupied.ravel()).astype("Int64").mask(failed),
            "tariff_inr": tariff[lot],
            "collected_inr": collected.ravel(),
            "plate": only(occupied.ravel() > 0, plates),
            "phone": only(rng.random(size) < 0.3, mobiles(rng, size)),
        }
    )


def _filled(rng: np.random.Generator, count: int, hours: np.ndarray) -> np.ndarray:
    """The share of each lot (rows) that is taken in each hour (columns), at most 1."""
    chosen = [USES[use] for use in rng.integers(len(USES), size=count)]
    peak, width, weekend = (np.array([[getattr(use, name)] for use in chosen]) for name in ("peak", "width", "weekend"))
    shape = np.exp(-((hour_of(hours) - peak) ** 2) / (2 * width**2))
    days = np.where(weekday_of(hours) >= 5, weekend, 1) * by_day(hours)
    rain = np.where(np.isin(month_of(hours), MONSOON), 0.92, 1)
    popular = rng.uniform(0.5, 1.15, (count, 1))
    return np.clip(popular * shape * days * rain * rng.normal(1, 0.06, (count, len(hours))), 0, 1)


def _collected(occupied: np.ndarray, tariff: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Rupees since the first of the month; some park with a pass."""
    taken = pd.DataFrame((occupied * tariff[:, None] * 0.55).T)
    return taken.groupby(hours.astype("datetime64[M]")).cumsum().round().astype(int).to_numpy().T


MAKER = Maker(build, FAULTS, correct)
