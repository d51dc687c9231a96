"""When devices, links and recorders failed: for each device the holes in its footage, none over another."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.police.character import Character, Outage
from orchestration.sample.police.span import DAY, FINISH, HOUR

# The first days are whole, so that each camera that ever recorded shows in the index.
WHOLE = 5 * DAY
DEVICE, LINK, RECORDER, OTHER = range(4)


@dataclass(frozen=True)
class Outages:
    """Frames of device, start, end (minutes, the end not included), kind; sorted, disjoint for each device.

    In `holes` nothing was kept. In `bridged` the link was down and the device kept its footage until it was up.
    """

    holes: pd.DataFrame
    bridged: pd.DataFrame


def draw(character: Character, register: pd.DataFrame, rng: np.random.Generator) -> Outages:
    """The outages of the devices of a register (with camera, begins, pole, recorder, faulty, edge; see devices)."""
    device = np.arange(len(register))
    camera = register["camera"].to_numpy()
    own = _units(character.device, device, rng)
    stuck = _stuck(register, rng)
    links = _units(character.link, register["pole"].to_numpy(), rng)
    recorders = _units(character.recorder, register["recorder"].to_numpy(), rng)
    gaps = _units(character.gap, device, rng)
    for frame, kind in ((own, DEVICE), (stuck, DEVICE), (links, LINK), (recorders, RECORDER), (gaps, OTHER)):
        frame["kind"] = kind
    failed = pd.concat([own, stuck, links, recorders, gaps], ignore_index=True)
    # A call box has no recorder to fail; and what is new works.
    begun = failed["start"] >= register["begins"].to_numpy()[failed["device"]] + WHOLE
    failed = failed[begun & (camera[failed["device"]] | (failed["kind"] <= LINK))]
    bridges = register["edge"].to_numpy()[failed["device"]] & (failed["kind"] == LINK)
    holes = _disjoint(failed[~bridges])
    return Outages(holes, _clear_of(_disjoint(failed[bridges]), holes))


def _units(outage: Outage, unit: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Outages of units (poles, recorders) as those of all devices on them; some units fail far more than others."""
    units = int(unit.max()) + 1
    count = rng.poisson(outage.yearly * rng.gamma(1.5, 1 / 1.5, units) * (FINISH - WHOLE) / (365 * DAY))
    which = np.repeat(np.arange(units), count)
    start = rng.integers(WHOLE, FINISH, len(which))
    length = outage.hours * HOUR * rng.lognormal(0, outage.spread, len(which))
    failed = pd.DataFrame({"unit": which, "start": start, "end": start + np.maximum(length, 20).astype(int)})
    members = pd.DataFrame({"unit": unit, "device": np.arange(len(unit))})
    return failed.merge(members, on="unit")[["device", "start", "end"]]


def _stuck(register: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What the register calls faulty has mostly been down for some days or weeks, and still is."""
    device = np.flatnonzero(register["faulty"].to_numpy() & (rng.random(len(register)) < 0.7))
    start = FINISH - (rng.lognormal(2.3, 0.9, len(device)) * DAY).astype(int) - HOUR
    return pd.DataFrame({"device": device, "start": np.maximum(start, WHOLE), "end": FINISH})


def _disjoint(failed: pd.DataFrame) -> pd.DataFrame:
    """Outages that touch become one: what stopped the footage is what counts."""
    failed = failed.assign(end=failed["end"].clip(upper=FINISH)).sort_values(["device", "start", "kind"])
    device, start = failed["device"].to_numpy(), failed["start"].to_numpy()
    # Devices stand behind each other on one line, so that one running maximum does for all.
    line = device * 2 * FINISH
    reach = np.maximum.accumulate(line + failed["end"].to_numpy())
    new = np.ones(len(failed), dtype=bool)
    new[1:] = (line + start)[1:] > reach[:-1] + HOUR
    group = np.cumsum(new)
    merged = failed.groupby(group).agg({"device": "first", "start": "first", "end": "max", "kind": "first"})
    return merged.reset_index(drop=True)


def _clear_of(bridged: pd.DataFrame, holes: pd.DataFrame) -> pd.DataFrame:
    """Those of the bridged outages during which there was no hole."""
    line = holes["device"].to_numpy() * 2 * FINISH
    begin, end = line + holes["start"].to_numpy(), line + holes["end"].to_numpy()
    at = bridged["device"].to_numpy() * 2 * FINISH
    first = np.searchsorted(end, at + bridged["start"].to_numpy() - HOUR)
    last = np.searchsorted(begin, at + bridged["end"].to_numpy() + HOUR)
    return bridged[last <= first].reset_index(drop=True)
