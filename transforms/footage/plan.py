"""Which levers, at what cost, would have met how many requests; and the cheapest that reach a target."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from transforms.footage.levers import LEVERS, NOW, Costs, Setting, lattice, used
from transforms.footage.replay import Replay

RESAMPLES, BAND, SEED = 4_000, (2.5, 97.5), 7
# What every replay takes for granted; faces say it in words beside each number, and so for each lever that is used.
ASSUMED = ("same_requests_again", "same_outcome_if_met", "same_outcome_if_no_lever_helps", "prices_assumed")
ASSUMED_OF_UNKNOWN = "unknown_as_the_known"


@dataclass(frozen=True)
class Outcome:
    """What a setting would have made of the past requests.

    `met` of them would have been met, `extra` more than were; `rate` (A) of 1 with its 95 % band `low` to `high`;
    `cost_inr` a year, and for each extra request of a year `each_inr`, None where there is none. `assumed`: keys of
    what is taken for granted.
    """

    setting: Setting
    met: int
    extra: int
    rate: float
    low: float
    high: float
    cost_inr: float
    each_inr: float | None
    assumed: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The outcome as `pravah footage plan --json` has it; of its levers those that are not left as they are."""
        levers = [{"lever": lever, "value": self.setting[lever]} for lever in used(self.setting)]
        told = {"cost_inr": round(self.cost_inr), "predicted": self.rate, "low": self.low, "high": self.high}
        each = None if self.each_inr is None else round(self.each_inr)
        return {
            "levers": levers,
            **told,
            "met": self.met,
            "extra": self.extra,
            "each_inr": each,
            "assumed": self.assumed,
        }


@dataclass(frozen=True)
class Plan:
    """The cheapest setting by which `target` would have been reached; where none is, the best there is. `now` is the
    rate as it was."""

    target: float
    reachable: bool
    now: float
    chosen: Outcome

    def as_json(self) -> dict[str, Any]:
        """The plan as `pravah footage plan --json` has it."""
        reached = {"rate": self.now, "target": self.target, "reachable": self.reachable}
        return {**reached, **self.chosen.as_json()}


class Planner:
    """A city's replay and its prices."""

    def __init__(self, replay: Replay, costs: Costs):
        self.replay, self.costs = replay, costs

    def outcome(self, setting: Setting) -> Outcome:
        """What any one setting would have led to."""
        extra = self.replay.saved(setting)
        met = int(self.replay.was_met.sum()) + extra
        low, high = band(met, self.replay.count)
        cost = self.costs.yearly_inr(setting)
        a_year = extra * 365 / self.replay.days
        assumed = (*ASSUMED, *([ASSUMED_OF_UNKNOWN] if self.replay.unknown else []), *used(setting))
        rate, each = met / self.replay.count, cost / a_year if extra else None
        return Outcome(setting, met, extra, rate, low, high, cost, each, assumed)

    def alone(self) -> list[Outcome]:
        """Each setting of each lever with all others left as they are."""
        return [self.outcome({**NOW, lever: value}) for lever, values in LEVERS.items() for value in values[1:]]

    def cheapest(self, target: float) -> Plan:
        """The cheapest setting whose rate is at least `target` (of 1), by trying all of them.

        Of several equally cheap the one with the fewest levers, then the first in order. Where none reaches it, the one
        that meets most, and of several of these the same.
        """
        was = int(self.replay.was_met.sum())
        goal = [saved for _, saved in self._all if (was + saved) / self.replay.count >= target]
        least = min(goal, default=max(saved for _, saved in self._all))
        setting, _ = min(
            (one for one in self._all if one[1] >= least),
            key=lambda one: (self.costs.yearly_inr(one[0]), len(used(one[0]))),
        )
        return Plan(target, bool(goal), float(self.replay.was_met.mean()), self.outcome(setting))

    @cached_property
    def _all(self) -> list[tuple[Setting, int]]:
        return [(setting, self.replay.saved(setting)) for setting in lattice()]


def band(met: int, count: int) -> tuple[float, float]:
    """The bootstrap's 95 % percentile band of the share of `met` among `count`; the same for the same numbers.

    How many of them drawn anew are met is binomial, so that none needs to be drawn one by one.
    """
    shares = np.random.default_rng(SEED).binomial(count, met / count, RESAMPLES) / count
    low, high = np.percentile(shares, BAND)
    return float(low), float(high)
