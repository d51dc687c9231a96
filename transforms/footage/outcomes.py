"""How long requests take to end in one way or another: competing risks, with open requests censored."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.interval import Z

# The ways to end, each an event of its own; a request that is still open is censored.
ENDS = {
    "delivered": "delivered",
    "partial": "partial",
    "rejected": "rejected",
    "withdrawn": "set_aside",
    "duplicate": "set_aside",
}
WAYS = tuple(dict.fromkeys(ENDS.values()))

Numbers = npt.NDArray[np.float64]


class Incidence(NamedTuple):
    """Curves of n causes at T times: `times` (T) at which something ended, `at_risk` just before (T), cumulative
    `incidence` and its `variance` (T × n)."""

    times: Numbers
    at_risk: Numbers
    incidence: Numbers
    variance: Numbers


def curves(requests: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The cumulative incidence of each of WAYS from requested_at on, open requests being censored at `as_of`.

    A row for each way and time at which a request ended: `way`, `hours`, `at_risk`, `incidence` (0 to 1), and the ends
    of its pointwise 95 % band `low`, `high` (by log(-log), which stays inside 0 to 1). Requests that ended nobody
    knows when are left out; see `untimed`. Raises ValueError where `as_of` lies before a request.
    """
    hours = _hours(requests, as_of)
    timed = hours.notna().to_numpy()
    if (hours < 0).any():
        raise ValueError("requests end before they were made; give a later as_of, or mend their times")
    way = requests["outcome"].map(ENDS)
    code = pd.Categorical(way, categories=WAYS).codes[timed] + 1
    found = aalen_johansen(hours.to_numpy(dtype=float)[timed], code, len(WAYS))
    low, high = _band(found.incidence, found.variance)
    count = len(found.times)
    return pd.DataFrame(
        {
            "way": np.repeat(WAYS, count),
            "hours": np.tile(found.times, len(WAYS)),
            "at_risk": np.tile(found.at_risk, len(WAYS)).astype(int),
            "incidence": found.incidence.T.ravel(),
            "low": low.T.ravel(),
            "high": high.T.ravel(),
        }
    )


def untimed(requests: pd.DataFrame, as_of: pd.Timestamp) -> int:
    """How many requests ended nobody knows when."""
    return int(_hours(requests, as_of).isna().sum())


def hours_until(curves: pd.DataFrame, share: float = 0.25, way: str = "delivered") -> float | None:
    """The hours after which this share of all requests has ended in this way; None where it never has."""
    curve = curves[curves["way"] == way]
    # A quarter may come as a sum of many fractions, a little under it.
    reached = curve.loc[curve["incidence"] >= share - 1e-9, "hours"]
    return float(reached.min()) if len(reached) else None


def aalen_johansen(time: Numbers, cause: npt.NDArray[np.integer], causes: int) -> Incidence:
    """The estimate of Aalen and Johansen 1978 for causes 1 to `causes`, 0 being censored; times of any unit.

    What ends at one time ends at once, of all that were at risk before it; what is censored then still was. The
    variance is of Greenwood's type, by the delta method over increments that are multinomial, as Allignol, Schumacher
    and Beyersmann 2010 (Biometrical Journal 52) advise; without censoring it is F (1 - F) / n.
    """
    times, at = np.unique(time, return_inverse=True)
    left = np.bincount(at * (causes + 1) + cause, minlength=len(times) * (causes + 1)).reshape(len(times), causes + 1)
    at_risk = left.sum(axis=1)[::-1].cumsum()[::-1]
    some = left[:, 1:].any(axis=1)
    times, risk, ended = times[some], at_risk[some, None].astype(float), left[some, 1:]
    surviving = np.cumprod(1 - ended.sum(axis=1, keepdims=True) / risk, axis=0)
    before = np.vstack([np.ones((1, 1)), surviving])[:-1]
    incidence = (before * ended / risk).cumsum(axis=0)
    return Incidence(times, risk[:, 0], incidence, _variance(incidence, before, ended, risk))


def _variance(incidence: Numbers, before: Numbers, ended: npt.NDArray[np.integer], risk: Numbers) -> Numbers:
    """Over earlier times s, with F for the incidence and f for that at s, the sum of
    S² d (Y - d) / Y³ - 2 (F - f) S d / Y² + (F - f)² D / (Y (Y - D)), the squares written out."""
    every = ended.sum(axis=1, keepdims=True)
    # Where nobody is left, F - f is 0 ever after.
    staying = np.where(every < risk, risk - every, np.inf)
    own, cross, all_ = before**2 * ended * (risk - ended) / risk**3, before * ended / risk**2, every / (risk * staying)
    sums = [
        part.cumsum(axis=0) for part in (own, cross, cross * incidence, all_, all_ * incidence, all_ * incidence**2)
    ]
    f = incidence
    found = sums[0] - 2 * (f * sums[1] - sums[2]) + f**2 * sums[3] - 2 * f * sums[4] + sums[5]
    # Rounding may leave a little less than nothing.
    return np.asarray(np.maximum(found, 0))


def _band(incidence: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
    # All of them may come as a sum of many fractions, a little under 1.
    inside = (incidence > 0) & (incidence < 1 - 1e-9)
    f = np.where(inside, incidence, 0.5)
    width = np.exp(Z * np.sqrt(variance) / (f * -np.log(f)))
    return np.where(inside, f**width, incidence), np.where(inside, f ** (1 / width), incidence)


def _hours(requests: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Hours from each request to its end, or to `as_of` where it is open; NaN where its end has no time."""
    closed, given = requests["closed_at"], requests["outcome"].isin(["delivered", "partial"])
    ended = closed.where(~given, requests["delivered_at"].fillna(closed))
    ended = ended.where(requests["outcome"] != "pending", as_of)
    return (ended - requests["requested_at"]) / pd.Timedelta(hours=1)
