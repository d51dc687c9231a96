"""What footage of a window of time each device has, and until when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.police.clocks import TOLERANCE_MS, Clocks
from orchestration.sample.police.outages import OTHER, Outages
from orchestration.sample.police.span import DAY

# Longer than any outage: nothing to repair.
NEVER = 10**9


@dataclass(frozen=True)
class Footage:
    """A city's devices, their outages and clocks."""

    devices: pd.DataFrame
    outages: Outages
    clocks: Clocks

    def of(self, device: np.ndarray, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
        """For each device and window (minutes) a row: what is missing and why.

        `kinds` has a bit for each of HOLES that cut into the window, `share` is what was recorded of it, `down_for`
        minutes the shortest outage that repair could end had lasted when the window began (below zero: it began
        inside), `retention` minutes, `wrong_clock` whether the window is not to be found by its time.
        """
        kinds, missing, down_for = np.zeros(len(device), int), np.zeros(len(device)), np.full(len(device), NEVER)
        window, hole = self._cuts(device, start, end)
        kind, begun, ended = (self.outages.holes[name].to_numpy()[hole] for name in ("kind", "start", "end"))
        np.bitwise_or.at(kinds, window, 1 << kind)
        np.add.at(missing, window, np.minimum(ended, end[window]) - np.maximum(begun, start[window]))
        np.minimum.at(down_for, window, np.where(kind == OTHER, NEVER, start[window] - begun))
        offset = self.clocks.offset(device, start)
        return pd.DataFrame(
            {
                "device": device,
                "kinds": kinds,
                "share": 1 - missing / (end - start),
                "down_for": down_for,
                "retention": self.devices["retention"].to_numpy()[device] * DAY,
                "wrong_clock": np.abs(offset) > TOLERANCE_MS,
            }
        )

    def names(self, device: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        """The numbers that the devices bore at these minutes; some were given another one."""
        chosen = self.devices.iloc[device]
        return np.where(minutes < chosen["renumbered"], chosen["former_id"], chosen["camera_id"])

    def _cuts(self, device: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pairs (window, hole) of the holes that cut into the windows."""
        holes = self.outages.holes
        # Devices stand behind each other on one line; holes are disjoint there, and sorted.
        line = 10 * NEVER
        at = holes["device"].to_numpy() * line
        first = np.searchsorted(at + holes["end"].to_numpy(), device * line + start, side="right")
        last = np.searchsorted(at + holes["start"].to_numpy(), device * line + end, side="left")
        many = np.maximum(last - first, 0)
        window = np.repeat(np.arange(len(device)), many)
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        return window, first[window] + within
