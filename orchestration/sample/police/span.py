"""Time as whole minutes since footage was first indexed: quick to compare, as moments only in the files."""

import numpy as np

from orchestration.sample.clock import END, MINUTE

ORIGIN = np.datetime64("2025-09-01T00:00", "m")
# Requests are made from here on, so that there is footage to ask for.
OPENED = int((np.datetime64("2025-10-01T00:00", "m") - ORIGIN) // MINUTE)
FINISH = int((END - ORIGIN) // MINUTE)
HOUR, DAY = 60, 1_440


def moment(minutes: np.ndarray) -> np.ndarray:
    """Minutes as datetime64[m]; what lies after the sample's end, or is below zero, as no moment."""
    known = (minutes >= 0) & (minutes <= FINISH)
    return np.where(known, ORIGIN + np.where(known, minutes, 0) * MINUTE, np.datetime64("NaT"))


def office_hours(minutes: np.ndarray) -> np.ndarray:
    """Nobody decides at night: what falls before 9 or after 20 o'clock waits until it is day."""
    of_day = minutes % DAY
    return minutes + np.select([of_day < 9 * HOUR, of_day >= 20 * HOUR], [9 * HOUR - of_day, 33 * HOUR - of_day], 0)
