"""What each cause takes of the requests that are not met."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.footage.causes import CAUSES, UNKNOWN, unmet

Flags = npt.NDArray[np.bool_]


def funnel(requests: pd.DataFrame) -> pd.DataFrame:
    """What each cause takes of the requests that matured: a row for each of CAUSES, then one for UNKNOWN.

    `reason`; `requests`: not met, with this cause among others; `shapley`: its share of these requests. The shares add
    up to matured - met. A request is saved only when all of its m causes are repaired, so the Shapley value (Shapley
    1953, for a game of unanimity) of each of them is 1/m.
    """
    active, unknown = _unmet(requests)
    many = active.sum(axis=1, keepdims=True)
    shapley = (active / np.maximum(many, 1)).sum(axis=0)
    return pd.DataFrame(
        {
            "reason": [*CAUSES, UNKNOWN],
            "requests": [*active.sum(axis=0), unknown],
            "shapley": [*shapley, float(unknown)],
        }
    )


def waterfall(requests: pd.DataFrame, order: Sequence[str] = CAUSES) -> pd.DataFrame:
    """The naive funnel: each request that is not met goes to the first of its causes in `order` (all of CAUSES).

    `reason`; `lost` to it; `left` of those that matured. Another order gives other numbers, which is why the shares of
    `funnel` are those to quote. Raises ValueError where the order lacks a cause, or has another one.
    """
    if sorted(order) != sorted(CAUSES):
        raise ValueError(f"a waterfall needs each of the {len(CAUSES)} causes once; mend the order")
    active, unknown = _unmet(requests)
    placed = active[:, [CAUSES.index(cause) for cause in order]]
    first = np.bincount(placed.argmax(axis=1)[placed.any(axis=1)], minlength=len(CAUSES))
    lost = np.append(first, unknown)
    matured = int((requests["counted"] & requests["matured"]).sum())
    return pd.DataFrame({"reason": [*order, UNKNOWN], "lost": lost, "left": matured - lost.cumsum()})


def _unmet(requests: pd.DataFrame) -> tuple[Flags, int]:
    """The causes of the requests that matured and were not met (rows × CAUSES), and for how many none is known."""
    rows = unmet(requests)
    active = rows[list(CAUSES)].to_numpy(dtype=bool) & rows["known"].to_numpy(dtype=bool)[:, None]
    return active, int((~active.any(axis=1)).sum())
