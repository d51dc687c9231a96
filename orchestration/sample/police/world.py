"""The world of a city's police, drawn once from its register: footage, requests, why each of them ended as it did."""

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from orchestration.sample.chance import stream
from orchestration.sample.maker import World
from orchestration.sample.police import clocks, demand, desk, devices, levers, outages
from orchestration.sample.police.character import CHARACTERS, Character
from orchestration.sample.police.coverage import seen
from orchestration.sample.police.footage import Footage
from orchestration.sample.police.law import Case, best, causes, missing
from orchestration.sample.police.reasons import CAUSES, HOLES
from orchestration.sample.police.span import DAY, FINISH

REGISTER = "police__cameras"
# Less of a window is no footage in part.
LEAST_PART = 0.25
_DRAWN: WeakKeyDictionary[World, "PoliceWorld"] = WeakKeyDictionary()


@dataclass(frozen=True)
class PoliceWorld:
    """One city. `requests` has a row for each request with all of its minutes, `pairs` the cameras that see it."""

    character: Character
    footage: Footage
    requests: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def case(self) -> Case:
        """The requests and their cameras, as the law wants them."""
        return Case(self.requests, self.pairs)

    @cached_property
    def causes(self) -> np.ndarray:
        """The active causes of each request: a row of truth values in the order of CAUSES."""
        return causes(self.case)

    @cached_property
    def best(self) -> np.ndarray:
        """The device with the least against it for each request, -1 where no camera sees the place."""
        chosen = best(self.case)
        return np.where(chosen < 0, -1, self.pairs["device"].to_numpy()[chosen])

    @cached_property
    def matured(self) -> np.ndarray:
        """Whether a request counts: its due date has passed or it is closed; not withdrawn, no duplicate."""
        past = (self.requests["due"] <= FINISH) | (self.requests["closed"] <= FINISH)
        return (past & (self.requests["nature"] == "")).to_numpy()

    @property
    def met(self) -> np.ndarray:
        """Whether a request ended with the whole window handed over."""
        return (self.requests["outcome"] == "delivered").to_numpy()

    @cached_property
    def replay(self) -> levers.Replay:
        """The requests, to be run again under levers; those that do not count are never met."""
        hopeless = ("wrong_time_or_place", "turned_away", "quality", "export_failed")
        stopped = self.causes[:, [CAUSES.index(cause) for cause in hopeless]].any(axis=1) | ~self.matured
        rank = levers.ranks(self.requests["hot"].to_numpy(), self.matured)
        kept = max(self.character.retention, key=lambda days: self.character.retention[days]) * DAY
        return levers.Replay(self.case, self.character.staff, rank, kept, stopped)


def police(world: World) -> PoliceWorld:
    """The police of a city, the same for every dataset."""
    if world not in _DRAWN:
        _DRAWN[world] = _draw(world)
    return _DRAWN[world]


def _draw(world: World) -> PoliceWorld:
    character = CHARACTERS[world.profile.like]
    footage = _footage(world, character)
    rng = stream(world.seed, world.profile.city, "police", "requests")
    eyes = np.flatnonzero(footage.devices["camera"])
    sectors = devices.sectors(footage.devices, eyes)
    asked = demand.ask(character, world.size(character.asking * world.profile.devices), world.ground, sectors, rng)
    place, sector = seen(sectors, asked["x"].to_numpy(), asked["y"].to_numpy())
    pairs = _pairs(footage, asked, place, eyes[sector])
    return PoliceWorld(character, footage, _handled(character, asked, pairs, rng), pairs)


def _footage(world: World, character: Character) -> Footage:
    rng = stream(world.seed, world.profile.city, "police", "footage")
    _, south, _, north = world.ground.bounds
    real = devices.real(character, world.rows(REGISTER), (south + north) / 2, rng)
    failed = outages.draw(character, real, rng)
    return Footage(real, failed, clocks.draw(character, len(real), failed.holes, rng))


def _pairs(footage: Footage, asked: pd.DataFrame, request: np.ndarray, device: np.ndarray) -> pd.DataFrame:
    """The cameras that were there when something happened at the places that they see."""
    start, end = asked["start"].to_numpy()[request], asked["end"].to_numpy()[request]
    there = footage.devices["begins"].to_numpy()[device] <= start
    pairs = footage.of(device[there], start[there], end[there])
    return pairs.assign(request=request[there])


def _handled(character: Character, asked: pd.DataFrame, pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The requests with what the desk did with them."""
    planned = desk.plan(asked, character, rng)
    planned["hold"] = _placed(asked, planned, pairs)
    open_yet = asked.join(planned).assign(open=False, poor=False, failed=False)
    found = _found(open_yet, pairs, character, rng)
    finished = desk.finish(asked, planned, found, rng)
    done = open_yet.assign(**{name: finished[name] for name in finished})
    done["outcome"] = desk.outcome(asked, finished, found)
    # What went wrong later than today has not gone wrong yet.
    now = (done["located"] < desk.NEVER) & (done["closed"] < desk.NEVER)
    return done.assign(open=done["outcome"] == "pending", poor=found["poor"] & now, failed=found["failed"] & now)


def _placed(asked: pd.DataFrame, planned: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """A hold is placed where a camera still has something of the window."""
    request, hold = pairs["request"].to_numpy(), planned["hold"].to_numpy()
    alive = asked["start"].to_numpy()[request] + pairs["retention"].to_numpy() > hold[request]
    some = np.zeros(len(asked), dtype=bool)
    some[request[alive & (pairs["share"].to_numpy() > 0)]] = True
    return np.where(some & (hold <= FINISH) & (hold < planned["searched"].to_numpy()), hold, desk.NEVER)


def _found(requests: pd.DataFrame, pairs: pd.DataFrame, character: Character, rng: np.random.Generator) -> pd.DataFrame:
    """What a search finds of each request: the whole window, a part of it, or neither; and what is wrong with that."""
    case = Case(requests, pairs)
    chosen = best(case)
    against = missing(case)[chosen]
    holes = np.isin(CAUSES, HOLES)
    cut = against[:, holes].any(axis=1)
    usable = (chosen >= 0) & ~against[:, ~holes].any(axis=1) & ~requests["wrong"].to_numpy()
    whole = usable & ~cut
    part = usable & cut & (pairs["share"].to_numpy()[chosen] >= LEAST_PART)
    poor = whole & (rng.random(len(requests)) < character.quality)
    # Half of what shows little is handed over all the same.
    part |= poor & (rng.random(len(requests)) < 0.5)
    failed = whole & ~poor & (rng.random(len(requests)) < character.export_failed)
    return pd.DataFrame({"whole": whole, "part": part, "poor": poor, "failed": failed})
