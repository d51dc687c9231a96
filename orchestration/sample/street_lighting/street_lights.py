"""Street lights, read hourly at night and once at noon: feeders that trip, lamps that die, lamps that burn all day."""

import numpy as np
import pandas as pd
import shapely

from orchestration.sample.chance import pick
from orchestration.sample.clock import DAY, END, HOUR
from orchestration.sample.delivery import Batch, only
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people
from orchestration.sample.points import scatter
from orchestration.sample.readings import days, deliveries, received, received_too_early, sent_again

TABLE = "street_lighting__street_lights"
DAYS = 60
RESIDENTS_PER_POLE = 27_000
POLES_PER_FEEDER = 5
NIGHT = (0, 1, 2, 3, 4, 5, 6, 12, 18, 19, 20, 21, 22, 23)
# The share of feeders, or of poles, to which it happens once in the time, and for how many days.
FEEDER_TRIPS, TRIP_DAYS = 0.35, (2, 9)
LAMP_DIES, DEAD_DAYS = 0.14, (4, 25)
CONTROLLER_DIES, OFFLINE_DAYS = 0.06, (2, 12)
BURNS_BY_DAY = 0.05
FITTER_SENT = 0.5

FAULTS = (
    Fault(("pole_id.pattern",), lower("pole_id")),
    Fault(("feeder_id.required",), empty("feeder_id")),
    Fault(("feeder_id.pattern",), put("feeder_id", "Feeder 7")),
    Fault(("lamp_on.type",), put("lamp_on", "DIM")),
    Fault(("power_w.type",), put("power_w", "TRIP")),
    Fault(("power_w.maximum",), put("power_w", 6_553.5), lambda cells: cells["lamp_on"]),
    Fault(("lamp_fault_known",), put("lamp_fault", "fused")),
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("received_after_observed",), received_too_early),
    Fault(("a_dark_lamp_draws_little",), put("power_w", 88.0), lambda cells: not cells["lamp_on"]),
    Fault(("lat.maximum", "lon.minimum"), swapped),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of readings."""
    poles = _poles(world, rng)
    times = _times(days(DAYS, world.scale))
    time, pole = (grid.ravel() for grid in np.indices((len(times), len(poles))))
    observed = times[time]
    fault = _faults(poles, times, rng)[pole, time]
    lit = np.isin(_clock(observed), [hour for hour in NIGHT if hour not in (6, 12, 18)])
    # At dusk and at dawn some lamps are on already, or still.
    lit |= np.isin(_clock(observed), [6, 18]) & (rng.random(len(observed)) < 0.5)
    on = np.where(fault == "day_burning", True, lit & (fault == ""))
    watts = poles["watts"].to_numpy()[pole] * np.where(_clock(observed) < 5, 0.6, 1) * rng.normal(1, 0.03, len(on))
    sent = (fault != "") & (rng.random(len(on)) < FITTER_SENT)
    frame = poles.drop(columns=["watts", "fitter", "phone"]).take(pole).reset_index(drop=True)
    frame = frame.assign(
        observed_at=observed.astype("datetime64[s]"),
        received_at=received(rng, observed).astype("datetime64[s]"),
        lamp_on=on,
        power_w=np.where(fault == "controller_offline", np.nan, np.round(np.where(on, watts, 0), 1)),
        lamp_fault=only(fault != "", fault),
        fitter=only(sent, poles["fitter"].to_numpy()[pole]),
        phone=only(sent, poles["phone"].to_numpy()[pole]),
    )
    return Batch(deliveries("street_lights", frame), personal=("fitter", "phone"))


def _poles(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The poles that report; as points too, where the city sends a map."""
    count = max(POLES_PER_FEEDER, round(world.profile.population / RESIDENTS_PER_POLE))
    lat, lon = scatter(rng, world.ground, count, central=0.5)
    # A feeder feeds poles that stand together.
    order = np.lexsort((lat, np.round(lon, 2)))
    feeders = np.arange(count) // POLES_PER_FEEDER
    fitters, phones = people(rng, 6), mobiles(rng, 6)
    frame = pd.DataFrame(
        {
            "pole_id": [
                f"SL-{world.profile.prefix}-{number:05}" for number in rng.permutation(90_000)[:count] + 10_000
            ],
            "feeder_id": [f"FD-{feeder + 1:03}" for feeder in feeders],
            "lat": lat[order],
            "lon": lon[order],
            "watts": rng.choice([45.0, 70.0, 90.0, 120.0], count),
            "fitter": [fitters[feeder % 6].latin for feeder in feeders],
            "phone": [phones[feeder % 6] for feeder in feeders],
        }
    )
    if world.contracts.datasets[TABLE].source(world.profile.city).format == "shapefile":
        frame["geometry"] = shapely.points(frame["lon"], frame["lat"])
    return frame


def _times(count: int) -> np.ndarray:
    """The hours of the last `count` days at which lights are read (datetime64[m])."""
    return (np.arange(END - count * DAY, END, DAY)[:, None] + np.array(NIGHT) * HOUR).ravel()


def _clock(moment: np.ndarray) -> np.ndarray:
    return (moment - moment.astype("datetime64[D]")) // HOUR


def _faults(poles: pd.DataFrame, times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The fault of each pole at each time (poles × times), empty where there is none."""
    count = len(poles)
    feeder, feeders = pd.factorize(poles["feeder_id"])
    found = np.full((count, len(times)), "", dtype="U20")
    by_day = np.isin(_clock(times), [6, 12, 18]) & (rng.random(len(feeders)) < BURNS_BY_DAY)[feeder][:, None]
    found[by_day] = "day_burning"
    found[_spells(rng, count, times, CONTROLLER_DIES, OFFLINE_DAYS)] = "controller_offline"
    found[_spells(rng, count, times, LAMP_DIES, DEAD_DAYS)] = "lamp_failure"
    tripped = _spells(rng, len(feeders), times, FEEDER_TRIPS, TRIP_DAYS)
    cause = pick(rng, {"feeder_trip": 0.75, "cable_fault": 0.25}, len(feeders))
    return np.where(tripped[feeder], cause[feeder][:, None], found)


def _spells(
    rng: np.random.Generator, count: int, times: np.ndarray, share: float, length: tuple[int, int]
) -> np.ndarray:
    """For each of `count` things whether it is out at each time: a share of them once, for some days."""
    span = (END - times[0]) // DAY
    start = times[0] + (rng.random(count) * span * 1440).astype(int) * np.timedelta64(1, "m")
    end = start + rng.integers(*length, count) * DAY
    return (rng.random(count) < share)[:, None] & (times >= start[:, None]) & (times < end[:, None])


MAKER = Maker(build, FAULTS, sent_again)
