"""Calls for help, by telephone and from call boxes."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT as LATER
from orchestration.sample.clock import END, HISTORY, LATEST, MINUTE, START
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people
from orchestration.sample.points import scatter

# In three years for each resident; the register is of one control room in three.
CALLS = 0.024
# A city that takes this long over complaints closes calls in the usual time.
USUAL_DAYS = 7
TYPES = {
    "accident": 0.24,
    "quarrel": 0.2,
    "theft": 0.14,
    "medical": 0.14,
    "women_in_distress": 0.08,
    "fire": 0.05,
    "suspicious_person": 0.08,
    "other": 0.07,
}
_SPOTS = ("opp. bank", "behind bus stand", "near temple", "gate of market", "under flyover")


def _closed_before_the_call(cells: Cells) -> None:
    cells.update(closed_at=cells["called_at"] - timedelta(hours=1))


def _there_before_sent(cells: Cells) -> None:
    cells.update(on_scene_at=cells["dispatched_at"] - timedelta(minutes=5))


FAULTS = (
    Fault(("channel_known",), put("channel", "pager")),
    Fault(("call_type_known",), put("call_type", "unknown noise")),
    Fault(("called_at.type",), impossible_date("called_at")),
    Fault(("lat.type",), lettered("lat"), lambda cells: cells["lat"] is not None),
    Fault(("lat.maximum", "lon.minimum"), swapped, lambda cells: cells["lat"] is not None),
    Fault(("closed_after_the_call",), _closed_before_the_call, lambda cells: cells["closed_at"] is not None),
    Fault(("there_after_sent",), _there_before_sent, lambda cells: cells["on_scene_at"] is not None),
    Fault(("call_type.required",), empty("call_type")),
    Fault(("call_id.pattern",), lower("call_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's calls of three years, most of them by day and in the evening."""
    count = world.size(CALLS * world.profile.population)
    called = _called(count, rng)
    false = rng.random(count) < 0.12
    sent = called + rng.integers(1, 12, count) * MINUTE
    there = sent + (3 + rng.gamma(2.2, 4, count)).astype(int) * MINUTE
    slow = float(np.clip(world.profile.resolving_days / USUAL_DAYS, 0.6, 1.5))
    closed = there + (rng.integers(8, 240, count) * slow).astype(int) * MINUTE
    none, known = np.datetime64("NaT"), rng.random(count) >= 0.06
    lat, lon = scatter(rng, world.ground, count, central=0.5)
    box = rng.random(count) < 0.05
    rows = pd.DataFrame(
        {
            "call_id": [f"EC-{number + 1:07}" for number in range(count)],
            "called_at": called,
            "channel": np.where(box, "call_box", "112"),
            "call_type": pick(rng, TYPES, count),
            "caller": only(~box & (rng.random(count) < 0.8), [name.latin for name in people(rng, count)]),
            "phone": only(~box, mobiles(rng, count)),
            "place": _places(world, count, rng),
            "lat": np.where(known, lat, np.nan),
            "lon": np.where(known, lon, np.nan),
            "dispatched_at": np.where(false, none, sent),
            "on_scene_at": np.where(false | (there > END), none, there),
            "closed_at": np.where(closed > END, none, np.where(false, sent, closed)),
            "false_alarm": false,
        }
    )
    late = (called >= LATER).astype(bool)
    files = {f"emergency_calls_{HISTORY}": rows[~late], f"emergency_calls_{LATEST}": rows[late]}
    return Batch(files, personal=("caller", "phone", "place"))


def _called(count: int, rng: np.random.Generator) -> np.ndarray:
    days = int((END - START) // np.timedelta64(1, "D"))
    minute = np.where(
        rng.random(count) < 0.35, rng.integers(0, 1_440, count), rng.normal(17.5 * 60, 200, count) % 1_440
    )
    return np.sort(START + (rng.integers(0, days, count) * 1_440 + minute.astype(int)) * MINUTE)


def _places(world: World, count: int, rng: np.random.Generator) -> list[str]:
    ward, spot = rng.integers(len(world.ground.names), size=count), rng.integers(len(_SPOTS), size=count)
    house = rng.integers(1, 250, count)
    return [f"H.No. {h}, {world.ground.names[w].latin}, {_SPOTS[s]}" for h, w, s in zip(house, ward, spot, strict=True)]


def correct(cells: Cells) -> Cells:
    """The same call again, under another type."""
    return cells | {"call_type": "quarrel" if cells["call_type"] == "other" else "other"}


MAKER = Maker(build, FAULTS, correct)
