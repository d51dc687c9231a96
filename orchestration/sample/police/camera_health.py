"""What the monitoring saw of each device, hour by hour over the last sixty days."""

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch
from orchestration.sample.faults import Fault, ahead, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.police.ground import wards
from orchestration.sample.police.outages import DEVICE, LINK
from orchestration.sample.police.span import FINISH, HOUR, moment
from orchestration.sample.police.world import PoliceWorld, police

DAYS = 60
# The monitoring itself was away for some hours, and misses a reading now and then.
AWAY = 3
MISSED = 0.002
FAULTS = (
    Fault(("camera_id.pattern",), lower("camera_id")),
    Fault(("ward_id.pattern",), put("ward_id", "Ward ?")),
    Fault(("observed_at.type",), impossible_date("observed_at")),
    Fault(("observed_at.future",), ahead("observed_at")),
    Fault(("clock_offset_ms.maximum",), put("clock_offset_ms", 10**10)),
    Fault(("link_up.required",), put("link_up", None)),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's readings, a file for each half of the time."""
    city = police(world)
    # A mission has the last of these hours alone.
    hours = world.size(world.profile.devices * DAYS * 24) // world.devices
    minutes = FINISH - (hours - np.arange(hours)) * HOUR
    up, linked, recording = _states(city, minutes)
    read = _read(city, minutes, rng)
    device, hour = np.nonzero(read)
    half = hour >= hours // 2
    ward = wards(world, *(city.footage.devices[name].to_numpy() for name in ("lat", "lon")))
    files = {}
    for name, chosen in (("2026-08", ~half), ("2026-09", half)):
        d, h = device[chosen], hour[chosen]
        known = up[d, h] & linked[d, h]
        box = ~city.footage.devices["camera"].to_numpy()[d]
        files[f"camera_health_{name}"] = pd.DataFrame(
            {
                "camera_id": _ids(city, d, minutes[h]),
                "ward_id": ward[d],
                "observed_at": moment(minutes[h]),
                "device_up": pd.arrays.BooleanArray(up[d, h], ~linked[d, h]),
                "link_up": pd.array(linked[d, h], dtype="boolean"),
                "recording": pd.arrays.BooleanArray(recording[d, h], box),
                "clock_offset_ms": pd.arrays.IntegerArray(city.footage.clocks.offset(d, minutes[h]), ~known),
            }
        )
    return Batch(files)


def _states(city: PoliceWorld, minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each device and hour whether it was up, whether its link was, whether it was recorded."""
    outages, count = city.footage.outages, len(city.footage.devices)
    holes = outages.holes
    down = _during(holes[holes["kind"] == DEVICE], count, minutes)
    cut = _during(pd.concat([holes[holes["kind"] == LINK], outages.bridged]), count, minutes)
    # What a device keeps for later is not recorded yet.
    lost = _during(holes, count, minutes) | cut
    return ~down, ~cut, ~lost


def _during(outages: pd.DataFrame, count: int, minutes: np.ndarray) -> np.ndarray:
    """For each device and minute whether an outage was on."""
    change = np.zeros((count, len(minutes) + 1), dtype=np.int16)
    for edge, step in (("start", 1), ("end", -1)):
        np.add.at(change, (outages["device"].to_numpy(), np.searchsorted(minutes, outages[edge].to_numpy())), step)
    return np.cumsum(change[:, :-1], axis=1) > 0


def _read(city: PoliceWorld, minutes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each device and hour whether there is a reading."""
    there = city.footage.devices["begins"].to_numpy()[:, None] <= minutes
    there &= rng.random(there.shape, dtype=np.float32) >= MISSED
    for start, hours in zip(rng.integers(0, len(minutes), AWAY), rng.integers(2, 9, AWAY), strict=True):
        there[:, start : start + hours] = False
    return there


def _ids(city: PoliceWorld, device: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    devices = city.footage.devices
    ids = devices["camera_id"].to_numpy(object)[device]
    early = minutes < devices["renumbered"].to_numpy()[device]
    ids[early] = devices["former_id"].to_numpy(object)[device[early]]
    return ids


MAKER = Maker(build, FAULTS)
