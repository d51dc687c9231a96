"""Shares of counts, with the interval in which they are known."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

# Two-sided 95 %.
Z = float(ndtri(0.975))

Numbers = npt.NDArray[np.float64]


class Share(NamedTuple):
    """`part` of `whole`: the share with its 95 % interval, from 0 to 1; None where the whole is 0."""

    part: int
    whole: int
    share: float | None
    low: float | None
    high: float | None


def share(part: int, whole: int) -> Share:
    """The share of a count, with Wilson's interval."""
    if not whole:
        return Share(part, whole, None, None, None)
    low, high = wilson(part, whole)
    return Share(part, whole, part / whole, float(low), float(high))


def wilson(parts: npt.ArrayLike, wholes: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """The ends of Wilson's 95 % interval for each share part / whole, from 0 to 1; NaN where the whole is 0.

    Without continuity correction: Wilson 1927, in the form of Newcombe 1998, method 3.
    """
    k, n = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    n = np.where(n > 0, n, np.nan)
    middle = (2 * k + Z**2) / (2 * (n + Z**2))
    half = Z * np.sqrt(4 * k * (n - k) / n + Z**2) / (2 * (n + Z**2))
    # The ends are exact where the share is 0 or 1; rounding must not lead beyond them.
    return np.where(k == 0, 0 * n, middle - half), np.where(k == n, 1.0, middle + half)
