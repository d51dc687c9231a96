"""Every past request run again under levers: would it have been met?

A request's chain is looked at as a whole: covered, online, recorded, kept until it was needed, with the right time,
its form complete, and searched in time. So what levers do for each other comes by itself.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.footage import added
from transforms.footage.causes import CAUSES
from transforms.footage.fault import FootageFault
from transforms.footage.levers import LEVERS, Setting

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# What no lever helps.
STAYS = ("authorisation_missing", "wrong_time_or_place", "turned_away", "quality", "export_failed")


class NothingToReplay(FootageFault):
    """A city without a request that has matured."""


class Replay:
    """A city's requests that count and are matured (n), to be run again.

    `requests` and `pairs` are tables of the footage marts: a row for each request, and for each request and camera
    that sees its place. `staff` is how many search now: k more make each wait staff / (staff + k) as long. New cameras
    keep `new_keeps_days` where no lever asks for more; they go to the places of requests without coverage (see
    added.ranks), and never fail. A request that was met stays so. One of which the evidence does not suffice, or shows
    no cause, keeps the outcome that it had; but see `saved`. Raises NothingToReplay.
    """

    def __init__(self, requests: pd.DataFrame, pairs: pd.DataFrame, staff: int, new_keeps_days: float):
        requests = requests[_flags(requests, "counted") & _flags(requests, "matured")]
        if requests.empty:
            raise NothingToReplay(
                "footage plan: no request has matured; send footage requests, or wait until one is due"
            )
        known = _flags(requests, "known")
        self.staff, self.new_keeps = staff, new_keeps_days * DAY
        self.was_met = _flags(requests, "met")
        self.unknown = int((~known & ~self.was_met).sum())
        self.count, self.days = len(requests), _days(requests["requested_at"])
        self.open = ~self.was_met & known & _any(requests, CAUSES) & ~_any(requests, STAYS)
        self.bare, self.late = (_flags(requests, name) for name in ("incomplete_request", "capacity"))
        self.rank = np.zeros(len(requests), dtype=np.int64)
        unseen = known & _flags(requests, "no_coverage")
        lat, lon = (_numbers(requests, name)[unseen] for name in ("lat", "lon"))
        self.rank[unseen] = added.ranks(lat, lon, LEVERS["added_cameras"][-1])
        # From here on seconds count from the request.
        self.start, self.due, self.hold, self.wait = (
            (requests[name] - requests["requested_at"]).dt.total_seconds().to_numpy(float)
            for name in ("incident_from", "due_at", "hold_at", "needed_at")
        )
        self.hold = np.where(np.isnan(self.hold), np.inf, self.hold)
        self._take(pairs, pd.Index(requests["request_id"]))

    def met(self, setting: Setting) -> Flags:
        """Whether each request would have been met, in the order of the table."""
        formal = bool(setting["complete_form"]) | ~self.bare
        in_time = ~self.late | (bool(setting["search_staff"]) & (self._wait(setting) <= self.due))
        found = np.zeros(len(self.open), dtype=bool)
        found[self.request[self._found(setting)]] = True
        every = np.arange(len(self.open))
        keeps = np.full(len(self.open), max(self.new_keeps, setting["retention_days"] * DAY))
        seen = (self.rank > 0) & (self.rank <= setting["added_cameras"])
        return self.was_met | (self.open & formal & in_time & (found | (seen & self._kept(setting, every, keeps))))

    def saved(self, setting: Setting) -> int:
        """How many more would have been met, the lost requests of which nothing is known faring as the other lost ones.

        Left as they are they would hide what a lever does wherever a recorder hands no index over.
        """
        lost = int((~self.was_met).sum())
        told = max(lost - self.unknown, 1)
        return round(int((self.met(setting) & ~self.was_met).sum()) * lost / told)

    def _take(self, pairs: pd.DataFrame, request_ids: pd.Index) -> None:
        """The pairs of these requests; `request` is the row of each in them."""
        request = request_ids.get_indexer(pairs["request_id"])
        pairs, self.request = pairs[request >= 0], request[request >= 0]
        self.hole = _any(pairs, ("camera_down", "link_down_not_backfilled", "recorder_fault"))
        self.gap, self.wrong_clock = _flags(pairs, "recording_gap"), _flags(pairs, "clock_drift")
        self.down, self.keeps = (
            _numbers(pairs, name) * unit for name, unit in (("down_minutes", MINUTE), ("keeps_days", DAY))
        )

    def _found(self, setting: Setting) -> Flags:
        """Whether each pair's camera would have had the whole window when it was needed, with the right time."""
        hours = setting["repair_hours"]
        # What had lasted longer when the window began would have been repaired before.
        repaired = bool(hours) & (self.down >= hours * HOUR)
        right = bool(setting["clock_sync"]) | ~self.wrong_clock
        keeps = np.maximum(self.keeps, setting["retention_days"] * DAY)
        return ~self.gap & (~self.hole | repaired) & right & self._kept(setting, self.request, keeps)

    def _kept(self, setting: Setting, request: npt.NDArray[np.int64], keeps: Numbers) -> Flags:
        """Whether footage that is kept so long would have been there when it was needed."""
        ends = self.start[request] + keeps
        held = 0 if setting["hold_on_receipt"] else self.hold[request]
        return (ends > 0) & ((held < ends) | (self._wait(setting)[request] < ends))

    def _wait(self, setting: Setting) -> Numbers:
        return self.wait * self.staff / (self.staff + setting["search_staff"])


def _days(requested_at: pd.Series) -> int:
    """The whole days over which requests came, at least one."""
    return max(1, int(np.ceil((requested_at.max() - requested_at.min()) / pd.Timedelta(days=1))))


def _flags(rows: pd.DataFrame, name: str) -> Flags:
    """A column of truth values; what is not known is taken as false."""
    return np.asarray(rows[name].to_numpy(bool, na_value=False))


def _numbers(rows: pd.DataFrame, name: str) -> Numbers:
    """A column of numbers, NaN where not known."""
    return np.asarray(rows[name].to_numpy(float, na_value=np.nan))


def _any(rows: pd.DataFrame, names: tuple[str, ...]) -> Flags:
    return np.any([_flags(rows, name) for name in names], axis=0)
