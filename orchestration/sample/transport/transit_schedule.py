"""The timetable of a working day as a GTFS feed: every route there and back, denser in the rush."""

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.rush import HOURS
from orchestration.sample.transport.network import Route, routes

DIRECTIONS = ("U", "D")
FIRST_MINUTE, LAST_MINUTE = 5 * 60 + 30, 23 * 60 + 40
# Minutes between buses in the mean hour of a route that runs often, and of one that runs seldom.
HEADWAYS = (14, 40)
TIMEPOINT_EACH = 5


def _leaves_before_it_comes(cells: Cells) -> None:
    cells["departure_time"] = "04:10:00"


FAULTS = (
    Fault(("arrival_time.type",), put("arrival_time", "7.30 am")),
    Fault(("departure_time.required",), empty("departure_time")),
    Fault(("departs_after_arriving",), _leaves_before_it_comes),
    Fault(("departure_time.maximum",), put("departure_time", "47:10:00")),
    Fault(("trip_id.pattern",), lower("trip_id")),
    Fault(("stop_id.pattern",), put("stop_id", "DEPOT")),
    Fault(("timepoint.maximum",), put("timepoint", 2)),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's feed: its calls at stops, with times in seconds of the service day."""
    parts = [
        _calls(route, direction, rng.uniform(*HEADWAYS), int(rng.integers(0, 12)))
        for route in routes(world)
        for direction in DIRECTIONS
    ]
    return Batch({"gtfs_2026-09-28": pd.concat(parts, ignore_index=True)})


def _calls(route: Route, direction: str, headway: float, first: int) -> pd.DataFrame:
    """All calls of a route in one direction, trip by trip."""
    start = _departures(headway, FIRST_MINUTE + first)
    out = direction == DIRECTIONS[0]
    gaps = route.seconds if out else route.seconds[::-1]
    passed = np.concatenate([[0], np.cumsum(gaps)])
    # The rush makes the way up to a quarter longer.
    slow = 0.85 + 0.2 * HOURS[start // 60]
    arrival = (start[:, None] * 60 + np.round(passed * slow[:, None] / 30) * 30).astype(int)
    trip, place = (grid.ravel() for grid in np.indices(arrival.shape))
    waits = (place % TIMEPOINT_EACH == 0) & (place > 0)
    stops = route.stops if out else route.stops[::-1]
    return pd.DataFrame(
        {
            "trip_id": [f"{route.number}-{direction}-{m // 60:02}{m % 60:02}" for m in start[trip].tolist()],
            "stop_sequence": place + 1,
            "stop_id": stops[place],
            "arrival_time": arrival.ravel(),
            "departure_time": arrival.ravel() + np.where(waits, 30, 0),
            "stop_headsign": route.ends[int(out)],
            "timepoint": (waits | (place == 0)).astype(int),
        }
    )


def _departures(headway: float, first: int) -> np.ndarray:
    """Minutes of the day at which buses leave, closer together the busier the hour."""
    minutes = [first]
    while minutes[-1] < LAST_MINUTE:
        gap = headway / np.clip(HOURS[minutes[-1] // 60], 0.5, 2)
        minutes.append(minutes[-1] + max(4, round(gap)))
    return np.array(minutes[:-1])


MAKER = Maker(build, FAULTS)
