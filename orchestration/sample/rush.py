"""How busy a street is: by hour, day of the week, month and year."""

import numpy as np

from orchestration.sample.clock import DAY, END, HOUR, START

# Shares of the mean hour: one peak on the way to work, a longer one on the way home.
HOURS = np.array(
    [
        *(0.22, 0.13, 0.1, 0.1, 0.16, 0.38, 0.7, 1.05, 1.6, 1.85, 1.6, 1.35),
        *(1.25, 1.2, 1.15, 1.2, 1.35, 1.7, 2.0, 1.9, 1.5, 1.05, 0.66, 0.4),
    ]
)
# Monday first.
WEEKDAYS = np.array([1.04, 1.02, 1.02, 1.03, 1.08, 0.99, 0.82])
# January first: rain keeps people in from June to September, festivals bring them out in October and November.
MONTHS = np.array([1.0, 1.0, 1.02, 1.0, 0.99, 0.95, 0.9, 0.91, 0.95, 1.08, 1.12, 1.06])
MONSOON = (6, 7, 8, 9)
GROWTH = 0.06


def hour_of(moment: np.ndarray) -> np.ndarray:
    """The hour of the day, 0 to 23, of local moments."""
    return (moment.astype("datetime64[h]") - moment.astype("datetime64[D]")).astype(int)


def weekday_of(moment: np.ndarray) -> np.ndarray:
    """The day of the week, 0 for Monday, of local moments."""
    # 1970 began on a Thursday.
    return (moment.astype("datetime64[D]").astype(int) + 3) % 7


def month_of(moment: np.ndarray) -> np.ndarray:
    """The month, 1 to 12, of local moments."""
    return moment.astype("datetime64[M]").astype(int) % 12 + 1


def by_day(moment: np.ndarray) -> np.ndarray:
    """How busy the days of local moments are, about 1 in the first year and a little more in each after it."""
    years = (moment - START) / (365 * DAY)
    return WEEKDAYS[weekday_of(moment)] * MONTHS[month_of(moment) - 1] * (1 + GROWTH) ** years


def busy(moment: np.ndarray) -> np.ndarray:
    """How busy streets are at local moments, about 1 in the mean hour of the first year."""
    return HOURS[hour_of(moment)] * by_day(moment)


def last_hours(days: int) -> np.ndarray:
    """The hours of the last days of the sample (datetime64[m])."""
    return np.arange(END - days * DAY, END, HOUR)
