"""Readings of devices: at which hours, when the city got them, in which deliveries."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from orchestration.sample.clock import DAY, END, MINUTE
from orchestration.sample.delivery import Cells

FEWEST_DAYS = 6
# The last deliveries begin so many days before the end of the sample.
CUTS = (30, 10)
# Now and then a device is cut off, and sends what it kept when it is back.
CUT_OFF = 0.004


def days(most: int, scale: float) -> int:
    """How many of the last days are made at a scale; rules on a table's size ask for a few."""
    return max(FEWEST_DAYS, round(most * min(1.0, scale)))


def received(rng: np.random.Generator, observed: np.ndarray) -> np.ndarray:
    """When readings (datetime64[m]) reached the city: after minutes, some after hours."""
    late = rng.random(len(observed)) < CUT_OFF
    return observed + np.where(late, rng.integers(60, 600, len(observed)), rng.integers(1, 9, len(observed))) * MINUTE


def deliveries(stem: str, rows: pd.DataFrame, time: str = "observed_at") -> dict[str, pd.DataFrame]:
    """The rows as files in order of arrival, in each those of its days; the last ones are the newest."""
    moment = rows[time].to_numpy().astype("datetime64[m]")
    first = moment.min().astype("datetime64[D]")
    cuts = [first, *(cut for days in CUTS if (cut := END - days * DAY) > first), END]
    return {
        f"{stem}_{start.astype('datetime64[D]')}": rows[(moment >= start) & (moment < stop)].reset_index(drop=True)
        for start, stop in pairwise(cuts)
    }


def received_too_early(cells: Cells) -> None:
    """The reading was received before it was taken."""
    cells.update(received_at=cells["observed_at"] - timedelta(hours=2))


def sent_again(cells: Cells) -> Cells:
    """The same reading, received an hour later."""
    return cells | {"received_at": cells["received_at"] + timedelta(hours=1)}
