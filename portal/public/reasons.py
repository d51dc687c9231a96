"""Why requests for footage were not met, and which causes together are as many as the goal lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from portal.public.rates import GOAL, Rate, has
from transforms.release.reader import Release

TABLE, TOP = "mart_footage_reasons", "mart_footage_top_reasons"
# Where the evidence does not suffice; nobody can mend it, as nobody knows what it is.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """A cause, the requests in which it stood, and its share of those that were lost (None: hidden)."""

    name: str
    requests: int | None
    lost: float | None


@dataclass(frozen=True)
class Step:
    """A cause's share in every 100 requests that matured, and that of all causes so far."""

    name: str
    share: float
    together: float


@dataclass(frozen=True)
class Way:
    """Of every 100 requests `met`; the largest causes, until they are as many as the goal lacks."""

    met: float
    steps: tuple[Step, ...]

    @property
    def gap(self) -> float:
        """Requests of every 100 that the goal lacks; 0 where it is reached."""
        return max(0.0, GOAL - self.met)

    @property
    def enough(self) -> bool:
        """Whether the causes shown are as many as the goal lacks."""
        return (self.steps[-1].together if self.steps else 0) >= self.gap


def reasons(release: Release, city: str) -> list[Reason]:
    """The causes, the largest share first, those that are hidden last."""
    if not has(release, TABLE, city):
        return []
    query = f"SELECT reason, requests, shapley FROM {TABLE} WHERE city = ? ORDER BY shapley DESC NULLS LAST, reason"
    return [Reason(*row) for row in release.query(query, [city])]


def top(release: Release, city: str) -> list[tuple[date, list[str]]]:
    """The main known causes of each month that names any, the largest first; months newest first."""
    if not has(release, TOP, city):
        return []
    query = f"SELECT month, list(reason ORDER BY rank) FROM {TOP} WHERE city = ? GROUP BY month ORDER BY month DESC"
    return [(month, causes) for month, causes in release.query(query, [city])]


def way(rate: Rate, causes: Sequence[Reason]) -> Way | None:
    """The way from the rate over all published months to the goal; None where a month of it is hidden."""
    if not rate.complete or not rate.told:
        return None
    shares = [(one.name, 100 * one.lost / rate.whole) for one in causes if one.lost and one.name != UNKNOWN]
    together = list(accumulate(share for _, share in shares))
    steps = [Step(name, share, total) for (name, share), total in zip(shares, together, strict=True)]
    gap = GOAL - rate.pct
    # Each is needed as long as those before it are not enough.
    return Way(rate.pct, tuple(step for step in steps if step.together - step.share < gap))
