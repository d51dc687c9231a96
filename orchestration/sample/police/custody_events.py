"""The log of who did what with footage: for each request a chain in which every event seals the one before.

The seal of an event is the SHA-256, in hex, of the UTF-8 bytes of a JSON list without spaces:

    [previous_sha256, event_id, request_id, at, actor, action]

`previous_sha256` is null for a request's first event, `at` is UTC as 2026-01-31T04:30:00Z. Nothing is planted in this
dataset: a row held back would break a chain that was whole.
"""

import hashlib
import json

import numpy as np
import pandas as pd

from orchestration.sample.clock import CUT
from orchestration.sample.delivery import Batch
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people
from orchestration.sample.police.span import FINISH, moment
from orchestration.sample.police.world import police

INDIA = np.timedelta64(330, "m")
_CLOSES = {"rejected": "rejected", "withdrawn": "withdrawn", "duplicate": "closed_as_duplicate"}


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's log, by when things happened."""
    log = _happened(police(world).requests)
    log["event_id"] = [f"CE-{number + 1:07}" for number in range(len(log))]
    clerks = [name.latin for name in people(rng, max(4, world.profile.wards // 3))]
    officers = [name.latin for name in people(rng, world.profile.wards * 2)]
    asks = (log["action"] == "received").to_numpy()
    log["actor"] = np.where(asks, rng.choice(officers, len(log)), rng.choice(clerks, len(log)))
    log["at"] = moment(log["minute"].to_numpy())
    sealed = _sealed(log)
    late = sealed["at"] >= pd.Timestamp(CUT)
    files = {"custody_events_2025-10_2026-06": sealed[~late], "custody_events_2026-07_2026-09": sealed[late]}
    return Batch(files, personal=("actor",))


def seal(previous: str | None, event_id: str, request_id: str, at: np.datetime64, actor: str, action: str) -> str:
    """The seal of an event at a local time, over the seal of the one before."""
    utc = f"{at.astype('datetime64[s]') - INDIA}Z"
    text = json.dumps([previous, event_id, request_id, utc, actor, action], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _happened(requests: pd.DataFrame) -> pd.DataFrame:
    """What happened to all requests until now (request, minute, action), in the order of time."""
    ends = requests["outcome"].map(_CLOSES)
    failed = requests["failed"] & (requests["export_tried"] < requests["exported"])
    steps = [
        ("received", requests["requested"]),
        ("acknowledged", requests["taken_up"]),
        ("hold_placed", requests["hold"]),
        ("searched", requests["searched"]),
        ("located", requests["located"]),
        ("export_failed", requests["export_tried"][failed]),
        ("exported", requests["exported"]),
        ("delivered", requests["delivered"]),
        *((action, requests["closed"][ends == action]) for action in _CLOSES.values()),
    ]
    frames = [
        pd.DataFrame({"request": minutes.index, "minute": minutes.to_numpy(), "action": action, "step": number})
        for number, (action, minutes) in enumerate(steps)
    ]
    log = pd.concat(frames)
    log = log[log["minute"] <= FINISH].sort_values(["minute", "request", "step"], ignore_index=True)
    return log.assign(request_id=[f"FR-{request + 1:06}" for request in log["request"]])


def _sealed(log: pd.DataFrame) -> pd.DataFrame:
    seals: dict[str, str] = {}
    before, now = [], []
    columns = ("event_id", "request_id", "at", "actor", "action")
    for event_id, request_id, at, actor, action in zip(*(log[name].to_numpy() for name in columns), strict=True):
        previous = seals.get(request_id)
        seals[request_id] = seal(previous, event_id, request_id, at, actor, action)
        before.append(previous)
        now.append(seals[request_id])
    rows = log[list(columns)].assign(sha256=now, previous_sha256=before)
    return rows.reset_index(drop=True)


MAKER = Maker(build)
