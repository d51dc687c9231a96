"""What the truth says of a city's requests: their causes, what would have saved them, where the files are silent."""

from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.delivery import only
from orchestration.sample.maker import World
from orchestration.sample.police import devices, levers
from orchestration.sample.police.coverage import seen
from orchestration.sample.police.reasons import CAUSES, MISSTATED
from orchestration.sample.police.world import PoliceWorld

FEEDS = ("police__recordings", "police__custody_events", "police__crime_incidents")


def of(world: World, city: PoliceWorld, request_ids: pd.Series, stated: pd.Series) -> dict[str, Any]:
    """The truth over a city's requests; `stated` are the reasons in the file."""
    unmet = city.matured & ~city.met
    first = first_cause(city.causes)
    saved = levers.alone(city.replay, unmet)
    sure = evidence(world, city)
    wrong = unmet & stated.notna().to_numpy() & (stated.to_numpy() != first)
    requests = {
        name: {"matured": bool(m), "met": bool(d), "causes": _causes(row) if u else [], "saved_by": s,
               "misstated": bool(w), "evidence": bool(e)}
        for name, m, d, u, row, s, w, e in zip(
            request_ids, city.matured, city.met, unmet, city.causes, saved, wrong, sure, strict=True
        )
    }  # fmt: skip
    return {
        "requests": requests,
        "levers": {lever: list(settings) for lever, settings in levers.LEVERS.items()},
        "staff": city.character.staff,
        "met_under": {" ".join(map(str, row[:-1])): row[-1] for row in levers.lattice(city.replay)},
        "register": _register(city),
    }


def first_cause(causes: np.ndarray) -> np.ndarray:
    """The cause that a desk would name first; None where there is none."""
    return only(np.asarray(causes.any(axis=1)), np.array(CAUSES, dtype=object)[causes.argmax(axis=1)])


def misstate(causes: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The causes as a desk states them: `share` of those that have a usual disguise are taken for another."""
    stated = causes.copy()
    for cause, taken_for in MISSTATED.items():
        chosen = np.flatnonzero((causes == cause) & (rng.random(len(causes)) < share))
        stated[chosen] = pick(rng, taken_for, len(chosen))
    return stated


def incident_ids(requests: pd.DataFrame) -> np.ndarray:
    """The number of the crime behind each request; None where none was registered."""
    return only(requests["linked"].to_numpy(), [f"CI-{case + 1:06}" for case in requests["case"]])


def evidence(world: World, city: PoliceWorld) -> np.ndarray:
    """Whether the files suffice to find a request's causes.

    They do not where a city does not send them, where a recorder hands no index over, and where the register has
    the direction of a camera wrong.
    """
    sure = np.full(len(city.requests), all(world.profile.sends(feed) for feed in FEEDS))
    doubtful = city.footage.devices["silent"] | city.footage.devices["turned"]
    eyes = np.flatnonzero(city.footage.devices["camera"])
    x, y = city.requests["x"].to_numpy(), city.requests["y"].to_numpy()
    for registered in (False, True):
        place, sector = seen(devices.sectors(city.footage.devices, eyes, registered), x, y)
        sure[place[doubtful.to_numpy()[eyes[sector]]]] = False
    return sure


def _causes(row: np.ndarray) -> list[str]:
    return [cause for cause, holds in zip(CAUSES, row, strict=True) if holds]


def _register(city: PoliceWorld) -> dict[str, list[str]]:
    """Where the register is wrong or silent: devices turned round or renumbered, and those without an index."""
    found = city.footage.devices
    chosen = {"turned": found["turned"], "renumbered": found["former_id"].notna(), "silent": found["silent"]}
    return {word: found["camera_id"][rows].tolist() for word, rows in chosen.items()}
