"""Water by zone: sensors that report each hour where there are any, else a monthly sheet of hours by valve and day."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, ahead, impossible_date, lettered, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.people import people
from orchestration.sample.readings import days, deliveries, received, sent_again
from orchestration.sample.rush import hour_of, last_hours

TABLE = "water__water_supply"
DAYS = 60
SENSORS_PER_ZONE, VALVES_PER_ZONE = 4, 3
# Hours of supply a day; where nothing is said, four.
HOURS = {"meghavan": 20.0, "navsagar": 6.5, "sonpali": 3.0, "phulkheda": 2.0}
AT_A_CONSUMER = 0.13
# The sheets of the last months that have come: both of 31 days, as their form has a column for each.
SHEETS = (np.datetime64("2026-07"), np.datetime64("2026-08"))


def _read(cells: Cells) -> bool:
    """Whether the row was read by a sensor."""
    return cells.get("read_at") is not None


def _received_too_early(cells: Cells) -> None:
    cells.update(received_at=cells["read_at"] - timedelta(hours=2))


FAULTS = (
    Fault(("supply_hours.maximum",), put("supply_hours", 25.0)),
    Fault(("supply_hours.minimum",), lambda cells: cells.update(supply_hours=-0.5, **_dry(cells))),
    Fault(("supply_hours.type",), lettered("supply_hours")),
    Fault(("sensor_id.pattern",), lower("sensor_id"), _read),
    Fault(("pressure_bar.type",), put("pressure_bar", "LOW"), _read),
    Fault(("pressure_bar.maximum",), put("pressure_bar", 160.0), _read),
    Fault(("turbidity_ntu.maximum",), put("turbidity_ntu", 999.0), _read),
    Fault(("observed_at.required",), put("read_at", None), _read),
    Fault(("observed_at.future",), ahead("read_at", "received_at"), _read),
    Fault(("read_at.type", "observed_at.required"), impossible_date("read_at"), _read),
    Fault(("received_after_observed",), _received_too_early, _read),
    Fault(("no_flow_without_supply",), lambda cells: cells.update(supply_hours=0.0, flow_lps=64.0), _read),
)


def _dry(cells: Cells) -> Cells:
    """Nothing flows, where a flow is told at all."""
    return {"flow_lps": 0.0} if "flow_lps" in cells else {}


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries: readings of the last sixty days, or the sheets of two months."""
    steps = world.contracts.datasets[TABLE].source(world.profile.city).properties.steps
    files = _sheets(world, rng) if any(step.unpivot for step in steps) else _readings(world, rng)
    return Batch(files, personal=("consumer_no", "valve_operator"))


def _readings(world: World, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    hours = last_hours(days(DAYS, world.scale))
    points = _points(world, SENSORS_PER_ZONE, rng)
    hour, point = (grid.ravel() for grid in np.indices((len(hours), len(points))))
    on = _on(_zone_hours(points, world), hours, points, rng)[point, hour]
    flow = points["size"].to_numpy()[point] * _demand(hours)[hour] * on * rng.normal(1, 0.08, len(on))
    frame = points.drop(columns=["size", "share"]).take(point).reset_index(drop=True)
    frame = frame.assign(
        read_at=hours[hour].astype("datetime64[s]"),
        received_at=received(rng, hours[hour]).astype("datetime64[s]"),
        flow_lps=np.round(np.maximum(flow, 0), 1),
        pressure_bar=_pressure(on, points["share"].to_numpy()[point], rng),
        turbidity_ntu=_turbidity(on, hour, len(hours), points, point, rng),
        supply_hours=np.round(on, 2),
    )
    return deliveries("water_supply", _as_written(world, frame), "read_at")


def _points(world: World, per_zone: int, rng: np.random.Generator) -> pd.DataFrame:
    """The sensors or valves of the city: zone, number, consumer, operator, size in l/s and share of the supply."""
    zones = list(dict.fromkeys(world.ground.zones))
    count = len(zones) * per_zone
    operators = [name.latin for name in people(rng, len(zones))]
    numbers = rng.integers(10_000_000, 99_999_999, count)
    return pd.DataFrame(
        {
            "zone": np.repeat(np.array(zones, dtype=object), per_zone),
            "sensor_id": [f"WS-{world.profile.prefix}-{number + 1:03}" for number in range(count)],
            "consumer_no": only(rng.random(count) < AT_A_CONSUMER, [f"KN{number}" for number in numbers]),
            "valve_operator": np.repeat(np.array(operators, dtype=object), per_zone),
            "size": np.round(rng.uniform(30, 140, count), 1),
            # The tail end of a main gets water later, and less of it.
            "share": np.tile(np.linspace(1, 0.55, per_zone), len(zones)),
        }
    )


def _zone_hours(points: pd.DataFrame, world: World) -> np.ndarray:
    """Hours of supply on a usual day at each point; zones differ, and so do the ends of their mains."""
    places, zones = pd.factorize(points["zone"])
    usual = HOURS.get(world.profile.like, 4.0) * np.linspace(1.25, 0.7, len(zones))
    return np.clip(usual[places] * points["share"].to_numpy(), 0.5, 24)


def _on(usual: np.ndarray, hours: np.ndarray, points: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """The share of each hour with water (points × hours), in quarters: two thirds of it in the morning, the rest later.

    On some days a whole zone stays dry: a burst, a pump without power.
    """
    places, zones = pd.factorize(points["zone"])
    day = hours.astype("datetime64[D]").astype(int)
    day -= day[0]
    clock = hour_of(hours)
    dry = rng.random((len(zones), day[-1] + 1)) < 0.04
    swing = rng.normal(1, 0.12, (len(zones), day[-1] + 1))[places][:, day]
    early = np.array([5.0, 6.0, 5.5, 6.5])[places % 4][:, None]
    length = usual[:, None] * swing
    found = np.zeros((len(points), len(hours)))
    for start, share in ((early, 0.65), (early + 12.5, 0.35)):
        end = np.minimum(start + length * share, start + 12)
        found += np.clip(np.minimum(end, clock + 1) - np.maximum(start, clock), 0, 1)
    return np.where(dry[places][:, day], 0, np.round(np.clip(found, 0, 1) * 4) / 4)


def _demand(hours: np.ndarray) -> np.ndarray:
    """How much is drawn by the hour of the day, about 1 in the mean."""
    clock = hour_of(hours)
    return 0.7 + 0.6 * np.exp(-((clock - 7) ** 2) / 8) + 0.4 * np.exp(-((clock - 19) ** 2) / 10)


def _pressure(on: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bar: about two at the head of a main, less at its tail, next to none when the valve is shut."""
    open_ = 0.4 + 1.7 * share + rng.normal(0, 0.12, len(on))
    return np.round(np.clip(np.where(on > 0, open_, rng.uniform(0, 0.15, len(on))), 0, 16), 2)


def _turbidity(
    on: np.ndarray, hour: np.ndarray, count: int, points: pd.DataFrame, point: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """NTU, none when no water runs: more in the first quarter hours of a supply, and after rain."""
    rain = np.convolve(rng.gamma(0.12, 6, count), np.exp(-np.arange(48) / 16), mode="same")[hour]
    level = 0.6 + 0.15 * (point % SENSORS_PER_ZONE) + 0.1 * rain + np.where(on < 1, 1.2, 0)
    return np.round(np.where(on > 0, np.clip(level * rng.lognormal(0, 0.25, len(on)), 0.1, 60), np.nan), 2)


def _as_written(world: World, frame: pd.DataFrame) -> pd.DataFrame:
    """One city's sensors are of two makes: one writes bar behind the number, the other kilopascals."""
    if world.profile.like == "sonpali":
        bar = frame["pressure_bar"]
        kilopascal = frame["sensor_id"].str[-1].isin(list("369")).to_numpy()
        frame["pressure_bar"] = with_unit(bar, " bar").where(~kilopascal, with_unit((bar * 100).round(), " kPa"))
    return frame


def _sheets(world: World, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A sheet a month with a column for each day: the hours that the operator wrote down."""
    points = _points(world, VALVES_PER_ZONE, rng)
    usual = _zone_hours(points, world)
    files = {}
    for month in SHEETS:
        first = month.astype("datetime64[D]")
        dates = np.arange(first, (month + 1).astype("datetime64[D]"), DAY.astype("timedelta64[D]"))
        point, day = (grid.ravel() for grid in np.indices((len(points), len(dates))))
        hours = np.where(rng.random(len(day)) < 0.05, 0, usual[point] * rng.normal(1, 0.15, len(day)))
        frame = points.drop(columns=["size", "share"]).take(point).reset_index(drop=True)
        files[f"supply_{month}"] = frame.assign(
            month=first.astype("datetime64[s]"),
            day=np.array([str(number + 1) for number in range(len(dates))], dtype=object)[day],
            supply_hours=np.round(np.clip(hours, 0, 24) * 4) / 4,
        )
    return files


MAKER = Maker(build, FAULTS, sent_again)
