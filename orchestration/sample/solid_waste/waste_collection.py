"""Visits of collecting vehicles at their points on each of the last ninety days, a delivery a month."""

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END, HOUR, MINUTE
from orchestration.sample.delivery import Batch, Cells, Quantity, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.people import people
from orchestration.sample.points import MARGIN
from orchestration.sample.rush import MONSOON, month_of, weekday_of
from orchestration.sample.wards import DIGITS, Wards

DAYS, FEWEST_DAYS = 90, 9
POINTS_PER_WARD = 6
# After a Sunday there is more to take, on a Sunday fewer are at work.
WEEKDAYS = np.array([1.18, 1.0, 0.97, 0.97, 1.0, 1.02, 0.86])
DRY_DAYS = (2, 5)
MISSED = {"navsagar": 0.06, "meghavan": 0.02, "sonpali": 0.13, "phulkheda": 0.09, "tarangpur": 0.07}
NO_ACCESS = 0.015


def _weighed(cells: Cells) -> bool:
    return cells["weight_kg"] is not None


FAULTS = (
    Fault(("waste_type_known",), put("waste_type", "garden")),
    Fault(("status_known",), lambda cells: cells.update(status="done", weight_kg=None)),
    Fault(("weight_kg.maximum",), put("weight_kg", 80_000.0), _weighed),
    Fault(("weight_kg.type", "weight_where_collected"), put("weight_kg", "half full"), _weighed),
    Fault(("weight_where_collected",), put("weight_kg", None), _weighed),
    Fault(("collected_at.type",), impossible_date("collected_at")),
    Fault(("route_no.required",), empty("route_no")),
    Fault(("lat.type",), lettered("lat")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("point_id.pattern",), lower("point_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of visits."""
    frame = _as_written(world, _visits(world, rng), rng)
    months = frame["collected_at"].dt.strftime("%Y-%m")
    files = {f"waste_{month}": rows.reset_index(drop=True) for month, rows in frame.groupby(months)}
    return Batch(files, personal=("driver", "household_tag"))


def correct(cells: Cells) -> Cells:
    """The same visit with the kind of waste corrected."""
    return cells | {"waste_type": "dry" if cells["waste_type"] == "mixed" else "mixed"}


def _visits(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Every point and day, ward by ward; each ward has a vehicle and a route of its own."""
    ground, wards = world.ground, world.profile.wards
    days = np.arange(END - max(FEWEST_DAYS, round(DAYS * world.scale)) * DAY, END, DAY)
    count = wards * POINTS_PER_WARD
    ward = np.arange(count) // POINTS_PER_WARD
    lat, lon = _points(ground, rng)
    status = _statuses(world, rng, ward, days)
    kind, weight = _waste(rng, ward, days, status)
    point, day = (grid.ravel() for grid in np.indices((count, len(days))))
    order = point % POINTS_PER_WARD
    at = days[day] + 6 * HOUR + (order * 17 + rng.integers(0, 16, len(point))) * MINUTE
    drivers = np.array([name.latin for name in people(rng, 2 * wards)], dtype=object)
    # A ward has two drivers, who take turns.
    driver = drivers[2 * ward[point] + (rng.random(len(point)) < 0.3)]
    tags = [f"HH{number:09}" for number in rng.integers(10**9, size=len(point)).tolist()]
    return pd.DataFrame(
        {
            "truck_id": [f"{world.profile.prefix}-T{number + 1:03}" for number in ward[point].tolist()],
            "point_id": [f"CP-{number + 1:04}" for number in point.tolist()],
            "collected_at": at.astype("datetime64[s]"),
            "route_no": [f"Ward {ground.ids[number]} Route {1 + number % 3}" for number in ward[point].tolist()],
            "lat": lat[point],
            "lon": lon[point],
            "waste_type": kind.ravel(),
            "weight_kg": weight.ravel(),
            "status": status.ravel(),
            "driver": driver,
            "household_tag": only((status.ravel() == "collected") & (rng.random(len(point)) < 0.4), tags),
        }
    )


def _points(ground: Wards, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places (lat, lon) of the points, ward by ward, each around the middle of its ward."""
    lat, lon = [], []
    for outline in ground.outlines:
        inside = outline.buffer(-MARGIN)
        middle = inside.representative_point()
        reach = middle.distance(inside.boundary) * 0.9
        turn, far = rng.uniform(0, 2 * np.pi, POINTS_PER_WARD), reach * rng.random(POINTS_PER_WARD) ** 0.5
        lat.append(middle.y + far * np.sin(turn))
        lon.append(middle.x + far * np.cos(turn))
    return np.round(np.concatenate(lat), DIGITS), np.round(np.concatenate(lon), DIGITS)


def _statuses(world: World, rng: np.random.Generator, ward: np.ndarray, days: np.ndarray) -> np.ndarray:
    """What became of each visit (points by days): some wards are served worse, rain and Sundays stop vehicles."""
    missed = MISSED[world.profile.like] * rng.lognormal(0, 0.5, world.profile.wards)[ward][:, None]
    heavy_rain = np.isin(month_of(days), MONSOON) & (rng.random(len(days)) < 0.12)
    chance = missed * np.where(weekday_of(days) == 6, 1.8, 1) * np.where(heavy_rain, 2.5, 1)
    drawn = rng.random((len(ward), len(days)))
    stopped = [drawn < np.minimum(chance, 0.6), drawn > 1 - NO_ACCESS]
    return np.select(stopped, ["missed", "no_access"], default="collected").astype(object)


def _waste(
    rng: np.random.Generator, ward: np.ndarray, days: np.ndarray, status: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The kind of waste and its weight in kilograms (points by days); what was left adds to the next visit."""
    shape = status.shape
    separates = rng.random(ward.max() + 1)[ward][:, None] * 0.5 + 0.5
    dry_day = np.isin(weekday_of(days), DRY_DAYS)
    kind = np.where(rng.random(shape) < separates, np.where(dry_day, "dry", "wet"), "mixed").astype(object)
    usual = rng.lognormal(np.log(240), 0.45, (shape[0], 1)) * WEEKDAYS[weekday_of(days)]
    usual = usual * np.where(kind == "dry", 0.45, np.where(np.isin(month_of(days), MONSOON), 1.15, 1))
    left = np.concatenate([np.zeros((shape[0], 1), dtype=bool), status[:, :-1] != "collected"], axis=1)
    weight = np.round(usual * np.where(left, 1.7, 1) * rng.lognormal(0, 0.12, shape), 1)
    return kind, np.where(status == "collected", weight, np.nan)


def _as_written(world: World, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two cities write the unit behind each weight."""
    if world.profile.like == "navsagar":
        frame["weight_kg"] = _in_kilograms_or_tonnes(frame["weight_kg"], rng)
    if world.profile.like == "sonpali":
        frame["weight_kg"] = with_unit(frame["weight_kg"], " kg")
    return frame


def _in_kilograms_or_tonnes(kilograms: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Some scales show tonnes."""
    written = with_unit(kilograms, " kg")
    tonnes = rng.random(len(written)) < 0.2
    return pd.Series(
        [
            Quantity(round(cell.value / 1_000, 4), " t") if cell and large else cell
            for cell, large in zip(written, tonnes.tolist(), strict=True)
        ],
        dtype=object,
    )


MAKER = Maker(build, FAULTS, correct)
