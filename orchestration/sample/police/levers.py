"""Which requests would have been met under which levers, by the same law; the truth that a planner is held to."""

from itertools import product

import numpy as np

from orchestration.sample.police.desk import NEVER
from orchestration.sample.police.law import Case, late, looked
from orchestration.sample.police.outages import OTHER
from orchestration.sample.police.span import DAY, HOUR

# Each lever's settings, the present one first. Costs belong to the planner.
LEVERS = {
    "retention_days": (0, 30, 45, 60),
    "hold_on_receipt": (0, 1),
    "repair_hours": (0, 24, 8),
    "clock_sync": (0, 1),
    "complete_form": (0, 1),
    "search_staff": (0, 1, 2),
    "added_cameras": (0, 10, 25, 50),
}
Setting = dict[str, int]


class Replay:
    """A city's requests, to be run again under levers.

    `staff` is who searches now: n more shorten each wait to staff / (staff + n). `rank` is the place of a request's
    hot place among those without a camera, from 1; NEVER elsewhere. New cameras never fail and keep `retention`
    minutes. `stopped` marks requests that no lever helps.
    """

    def __init__(self, case: Case, staff: int, rank: np.ndarray, retention: int, stopped: np.ndarray):
        self.staff, self.rank, self.retention = staff, rank, retention
        self.late = late(case.requests)
        self.bare = case.requests["incomplete"].to_numpy()
        self.willing = ~stopped & ~case.requests["unauthorised"].to_numpy()
        self.request, self.kinds, self.down_for, self.kept, self.wrong_clock = (
            case.pairs[name].to_numpy() for name in ("request", "kinds", "down_for", "retention", "wrong_clock")
        )
        # From here on minutes count from the request.
        self.start, self.due, self.hold = (
            case.requests[name].to_numpy() - case.requests["requested"].to_numpy() for name in ("start", "due", "hold")
        )
        self.wait = looked(case.requests) - case.requests["requested"].to_numpy()

    def met(self, setting: Setting) -> np.ndarray:
        """Whether each request would have been met."""
        good = self.willing & (bool(setting["complete_form"]) | ~self.bare)
        in_time = self._wait(setting) <= self.due
        good &= ~self.late | (bool(setting["search_staff"]) & in_time)
        seen = np.zeros(len(good), dtype=bool)
        seen[self.request[self._found(setting)]] = True
        new = np.full(len(good), max(self.retention, setting["retention_days"] * DAY))
        added = self.rank <= setting["added_cameras"]
        return good & (seen | (added & self._kept(setting, np.arange(len(good)), new)))

    def _found(self, setting: Setting) -> np.ndarray:
        """Whether each pair's camera would have had the footage, with the right time."""
        hours = setting["repair_hours"]
        repaired = bool(hours) & (self.down_for >= hours * HOUR)
        recorded = (self.kinds == 0) | (repaired & (self.kinds >> OTHER == 0))
        right = bool(setting["clock_sync"]) | ~self.wrong_clock
        return (
            recorded & right & self._kept(setting, self.request, np.maximum(self.kept, setting["retention_days"] * DAY))
        )

    def _kept(self, setting: Setting, request: np.ndarray, retention: np.ndarray) -> np.ndarray:
        """Whether footage would have been there when it was needed."""
        ends = self.start[request] + retention
        safe = 0 if setting["hold_on_receipt"] else self.hold[request]
        return (ends > 0) & ((safe < ends) | (self._wait(setting)[request] < ends))

    def _wait(self, setting: Setting) -> np.ndarray:
        return self.wait * self.staff / (self.staff + setting["search_staff"])


NOW: Setting = {lever: settings[0] for lever, settings in LEVERS.items()}


def alone(replay: Replay, unmet: np.ndarray) -> list[dict[str, int]]:
    """For each request that is not met the weakest setting of each lever that alone would have saved it."""
    saving: list[dict[str, int]] = [{} for _ in unmet]
    for lever, settings in LEVERS.items():
        for setting in reversed(settings[1:]):
            for request in np.flatnonzero(unmet & replay.met(NOW | {lever: setting})):
                saving[request][lever] = setting
    return saving


def lattice(replay: Replay) -> list[list[int]]:
    """For each combination of settings, in the order of LEVERS: the settings, and how many requests are met."""
    return [
        [*combination, int(replay.met(dict(zip(LEVERS, combination, strict=True))).sum())]
        for combination in product(*LEVERS.values())
    ]


def ranks(hot: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """The rank of each request's hot place by how many counted requests lie there, from 1; NEVER without one."""
    places, number = np.unique(hot[(hot >= 0) & counted], return_counts=True)
    order = places[np.lexsort((places, -number))]
    rank = np.full(int(hot.max(initial=-1)) + 2, NEVER)
    rank[order] = np.arange(1, len(order) + 1)
    return np.asarray(rank[hot])
