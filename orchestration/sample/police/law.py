"""The law of the sample: from what happened to a request to the causes for which it was not met.

A request is met if at least one camera that sees the place has the whole window, keeps it until it is searched,
and shows the right time; if the form is complete and authorised; and if the desk searches and hands over.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sample.police.desk import NEVER
from orchestration.sample.police.reasons import CAUSES, HOLES
from orchestration.sample.police.span import FINISH


@dataclass(frozen=True)
class Case:
    """Requests (a row each) and the cameras that see their places (a row for each pair, sorted by request).

    `requests` has start, requested, due, hold, searched, closed, open, and what is wrong with each: incomplete,
    unauthorised, wrong, poor, failed. `pairs` has request and the columns of Footage.of.
    """

    requests: pd.DataFrame
    pairs: pd.DataFrame


def looked(requests: pd.DataFrame) -> np.ndarray:
    """The minute at which footage was needed: of the search, else of the close, else now."""
    first = np.minimum(requests["searched"], requests["closed"])
    return np.minimum(first, FINISH).to_numpy()


def expiry(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """For each pair whether footage of the window's begin was overwritten before the request, or while it waited."""
    of = case.requests.loc[case.pairs["request"]]
    ends = of["start"].to_numpy() + case.pairs["retention"].to_numpy()
    before = ends <= of["requested"].to_numpy()
    held = of["hold"].to_numpy() < ends
    return before, ~before & ~held & (ends <= looked(of))


def missing(case: Case) -> np.ndarray:
    """What is wrong with the footage of each pair: a row of truth values in the order of CAUSES."""
    found = np.zeros((len(case.pairs), len(CAUSES)), dtype=bool)
    for bit, cause in enumerate(HOLES):
        found[:, CAUSES.index(cause)] = case.pairs["kinds"].to_numpy() >> bit & 1 == 1
    before, during = expiry(case)
    found[:, CAUSES.index("expired_before_request")] = before
    found[:, CAUSES.index("expired_during_handling")] = during
    found[:, CAUSES.index("clock_drift")] = case.pairs["wrong_clock"]
    return found


def best(case: Case) -> np.ndarray:
    """For each request the row of the pair with least against it, the first of several; -1 where no camera sees."""
    chosen = np.full(len(case.requests), -1)
    against = missing(case).sum(axis=1)
    order = np.lexsort((case.pairs["device"], against, case.pairs["request"]))
    request = case.pairs["request"].to_numpy()[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = request[1:] != request[:-1]
    chosen[request[first]] = order[first]
    return chosen


def causes(case: Case) -> np.ndarray:
    """The active causes of each request: a row of truth values in the order of CAUSES; met if there is none."""
    requests, chosen = case.requests, best(case)
    found = np.where((chosen >= 0)[:, None], missing(case)[chosen], False)
    ways = {
        "authorisation_missing": requests["unauthorised"],
        "incomplete_request": requests["incomplete"],
        "no_coverage": chosen < 0,
        "wrong_time_or_place": requests["wrong"],
        "capacity": late(requests),
        "quality": requests["poor"],
        "export_failed": requests["failed"],
    }
    for cause, holds in ways.items():
        found[:, CAUSES.index(cause)] = holds
    unsearched = ((requests["searched"] >= NEVER) & (requests["closed"] <= FINISH)).to_numpy()
    found[:, CAUSES.index("turned_away")] = unsearched & ~found.any(axis=1)
    return found


def late(requests: pd.DataFrame) -> np.ndarray:
    """Whether the desk had neither searched nor decided when the request was past due."""
    unsearched = (requests["searched"] > FINISH) & (np.minimum(requests["closed"], FINISH) >= requests["due"])
    return (unsearched | (requests["open"] & (requests["due"] <= FINISH))).to_numpy()
