"""How wrong each device's clock is: a little drift that a server takes back, and for some a wrong clock for weeks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.police.character import Character
from orchestration.sample.police.outages import DEVICE
from orchestration.sample.police.span import DAY, FINISH

# The clock of another zone, noon and midnight taken for each other, an hour, half an hour.
WRONG_MINUTES = np.array([-330, 330, 720, -720, 60, -60, -95, 35, 28])
# Beyond it footage of the time asked for does not show what happened then; clocks are far from it on either side.
TOLERANCE_MS = 600_000
SYNC_DAYS = 7


@dataclass(frozen=True)
class Clocks:
    """For each device one spell (minutes) in which its clock is wrong by `wrong_ms`; 0 where there is none."""

    start: np.ndarray
    end: np.ndarray
    wrong_ms: np.ndarray
    rate_ms: np.ndarray
    phase: np.ndarray

    def offset(self, device: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        """Milliseconds by which the devices' clocks are ahead at these minutes."""
        wrong = (minutes >= self.start[device]) & (minutes < self.end[device])
        since = (minutes / DAY + self.phase[device]) % SYNC_DAYS
        return np.round(np.where(wrong, self.wrong_ms[device], 0) + self.rate_ms[device] * since).astype(int)


def draw(character: Character, devices: int, holes: pd.DataFrame, rng: np.random.Generator) -> Clocks:
    """A spell begins when a device comes back from an outage of its own, if it had one; none begins or ends in one."""
    start = rng.integers(6 * DAY, FINISH - 20 * DAY, devices)
    back = holes[(holes["kind"] == DEVICE) & (holes["end"] < FINISH - 20 * DAY)].groupby("device")["end"].first()
    start[back.index] = back
    start = _out_of(holes, start)
    end = start + (rng.lognormal(4.6, 0.6, devices) * DAY).astype(int)
    end = _out_of(holes, np.minimum(end, FINISH))
    bad = (rng.random(devices) < character.bad_clock) & (end > start)
    return Clocks(
        start=np.where(bad, start, 0),
        end=np.where(bad, end, 0),
        wrong_ms=np.where(bad, rng.choice(WRONG_MINUTES, devices) * 60_000, 0),
        rate_ms=rng.normal(0, character.sync_ms / SYNC_DAYS, devices),
        phase=rng.uniform(0, SYNC_DAYS, devices),
    )


def _out_of(holes: pd.DataFrame, minute: np.ndarray) -> np.ndarray:
    """A minute for each device, moved to the end of the hole that it lies in."""
    at = minute[holes["device"]]
    within = holes[(holes["start"] <= at) & (at < holes["end"])]
    moved = minute.copy()
    moved[within["device"]] = within["end"]
    return moved
