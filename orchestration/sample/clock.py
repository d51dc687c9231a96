"""The three years of the sample, in local time: when they begin, when the second delivery takes over, end."""

import numpy as np

START = np.datetime64("2023-10-01T00:00", "m")
CUT = np.datetime64("2026-07-01T00:00", "m")
END = np.datetime64("2026-10-01T00:00", "m")
HISTORY, LATEST = "2023-10_2026-06", "2026-07_2026-09"

MINUTE = np.timedelta64(1, "m")
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def moments(rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` minutes (datetime64[m]) from START to END, sorted: a few more each month, most by day."""
    days = (END - START) // DAY
    day = (days * rng.random(count) ** 0.85).astype(int)
    minute = np.clip(rng.normal(13.5 * 60, 240, count), 0, 1439).astype(int)
    return np.sort(START + day * DAY + minute * MINUTE)


def after(moment: np.ndarray, rng: np.random.Generator, median_days: float | np.ndarray) -> np.ndarray:
    """Moments after the given ones, by a lognormal delay in days of at least half an hour, in office hours."""
    delay = median_days * rng.lognormal(0, 0.8, len(moment))
    return _by_day(moment + (delay * 1440).astype(int) * MINUTE + 30 * MINUTE)


def between(rng: np.random.Generator, start: np.datetime64, end: np.datetime64, count: int) -> np.ndarray:
    """`count` minutes after start and before end, in office hours."""
    return _by_day(start + rng.integers(60, (end - DAY - start) // MINUTE, count) * MINUTE)


def _by_day(moment: np.ndarray) -> np.ndarray:
    """Nobody decides at night: what falls before 9 or after 20 o'clock waits until it is day."""
    minute = (moment - moment.astype("datetime64[D]")) // MINUTE
    wait = np.select([minute < 9 * 60, minute >= 20 * 60], [9 * 60, 13 * 60], default=0)
    return moment + wait * MINUTE


def where(chosen: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """The moments, none where not chosen."""
    return np.where(chosen, moment, np.datetime64("NaT"))
