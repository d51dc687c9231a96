"""Positions of some buses on one service day a week, every two minutes, each on its trips of the timetable."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, ahead, empty, impossible_date, lettered, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.measures import with_unit
from orchestration.sample.people import people
from orchestration.sample.rush import HOURS
from orchestration.sample.transport.network import KMPH, Route, routes
from orchestration.sample.transport.transit_schedule import DIRECTIONS

TABLE = "transport__transit_schedule"
WEEKS, FEWEST_WEEKS = 6, 2
RESIDENTS_PER_BUS = 82_000
EVERY_S = 120
LAYOVER_S = 300
# Seconds that a bus is late at the end of a trip in the mean hour.
LATE_S = 260
# About five metres, in degrees.
NOISE = 0.00005


def _in_place(cells: Cells) -> bool:
    """Whether the device wrote latitude and longitude in their own columns."""
    return bool(cells["lat"] < cells["lon"])


FAULTS = (
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("observed_at.future",), ahead("observed_at")),
    Fault(("lat.maximum",), put("lat", 91.5), _in_place),
    Fault(("lon.type",), lettered("lon"), _in_place),
    Fault(("speed_kmph.maximum",), put("speed_kmph", 655.0)),
    Fault(("delay_s.type",), put("delay_s", "on time")),
    Fault(("delay_s.maximum",), put("delay_s", 86_400)),
    Fault(("trip_id.required",), empty("trip_id")),
    Fault(("bus_id.pattern",), lower("bus_id")),
)


@dataclass(frozen=True)
class Duty:
    """A bus's service day: moments in seconds, and for each the trip, its begin and end, and where it should be."""

    at: np.ndarray
    trip: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    out: np.ndarray


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries: the earlier weeks, then the latest."""
    timetable = _timetable(world.rows(TABLE))
    buses = max(4, round(world.profile.population / RESIDENTS_PER_BUS))
    weeks = max(FEWEST_WEEKS, round(WEEKS * world.scale))
    days = [END - DAY - 7 * week * DAY for week in range(weeks)][::-1]
    drivers = [name.latin for name in people(rng, 2 * buses)]
    parts = []
    for number, route in enumerate(routes(world)[:buses], start=1):
        duty = _duty(timetable[route.number], first=int(rng.integers(EVERY_S)))
        parts += [
            _day(route, duty, day, rng).assign(
                bus_id=f"{world.profile.prefix}-BUS-{number:03}", driver=drivers[rng.integers(len(drivers))]
            )
            for day in days
        ]
    frame = pd.concat(parts, ignore_index=True)
    latest = frame["observed_at"] >= days[-1].astype("datetime64[s]")
    halves = (part.reset_index(drop=True) for part in (frame[~latest], frame[latest]))
    files = {f"positions_{part['observed_at'].min():%Y-%m-%d}": _as_written(world, part) for part in halves}
    return Batch(files, personal=("driver", "ticket_no"))


def correct(cells: Cells) -> Cells:
    """The same position with the delay computed anew."""
    return cells | {"delay_s": cells["delay_s"] + 15}


def _timetable(calls: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """By route its trips in order of departure: number, direction, first and last second."""
    trips = calls.groupby("trip_id")["arrival_time"].agg(["min", "max"]).reset_index()
    trips["route"] = trips["trip_id"].str.partition("-")[0]
    trips["direction"] = trips["trip_id"].str.split("-").str[1]
    return {str(route): own.sort_values("min") for route, own in trips.groupby("route")}


def _duty(trips: pd.DataFrame, first: int) -> Duty:
    """The day of a bus that goes to and fro: it takes the next trip back after a rest."""
    chosen, ready, direction = [], 0, DIRECTIONS[0]
    for trip in trips.itertuples():
        if trip.direction == direction and trip.min >= ready:
            chosen.append(trip)
            ready = trip.max + LAYOVER_S
            direction = DIRECTIONS[1 - DIRECTIONS.index(direction)]
    begins, ends = np.array([trip.min for trip in chosen]), np.array([trip.max for trip in chosen])
    at = np.arange(begins[0] + first, ends[-1], EVERY_S)
    which = np.searchsorted(begins, at, side="right") - 1
    riding = at <= ends[which]
    at, which = at[riding], which[riding]
    numbers = np.array([trip.trip_id for trip in chosen], dtype=object)
    out = np.array([trip.direction == DIRECTIONS[0] for trip in chosen])
    return Duty(at, numbers[which], begins[which], ends[which], out[which])


def _day(route: Route, duty: Duty, day: np.datetime64, rng: np.random.Generator) -> pd.DataFrame:
    """Where the bus was that day: it falls behind along each trip, more in the rush and on bad days."""
    count = len(duty.at)
    rush = HOURS[duty.at // 3600 % 24]
    done = (duty.at - duty.begin) / (duty.end - duty.begin)
    delay = (LATE_S * rng.lognormal(0, 0.4) * rush * done + rng.normal(0, 35, count)).astype(int)
    late = np.clip((duty.at - delay - duty.begin) / (duty.end - duty.begin), 0, 1)
    along = np.where(duty.out, late, 1 - late)
    passed = np.concatenate([[0], np.cumsum(route.seconds)]) / route.seconds.sum()
    standing = rng.random(count) < 0.15
    speed = KMPH / (0.6 + 0.25 * rush) * rng.lognormal(0, 0.3, count)
    tickets = np.cumsum(rng.poisson(3 * rush))
    return pd.DataFrame(
        {
            "observed_at": day.astype("datetime64[s]") + duty.at,
            "trip_id": duty.trip,
            "lat": np.round(np.interp(along, passed, route.lat) + rng.normal(0, NOISE, count), 6),
            "lon": np.round(np.interp(along, passed, route.lon) + rng.normal(0, NOISE, count), 6),
            "speed_kmph": np.where(standing, 0, np.round(np.minimum(speed, 75), 1)),
            "delay_s": delay,
            "ticket_no": only(
                rng.random(count) < 0.8, [f"{route.number}{day.astype('datetime64[D]')}-{n:05}" for n in tickets]
            ),
        }
    )


def _as_written(world: World, frame: pd.DataFrame) -> pd.DataFrame:
    """One supplier's devices write latitude and longitude in each other's place, another's metres a second."""
    if world.profile.like == "sonpali":
        odd = frame["bus_id"].str[-1].isin(list("13579"))
        lat, lon = frame["lat"], frame["lon"]
        return frame.assign(lat=lat.where(~odd, lon), lon=lon.where(~odd, lat))
    if world.profile.like == "tarangpur":
        return frame.assign(speed_kmph=with_unit((frame["speed_kmph"] / 3.6).round(2), " m/s"))
    return frame


MAKER = Maker(build, FAULTS, correct)
