"""A plan for cameras as it is handed on: with all alternatives and warnings, and in use only when approved."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from transforms.footage.safeguards import Restricted, answered, complete


@dataclass(frozen=True)
class Alternative:
    """What could be done. `name`: repair, none or sites.

    `repaired`, `placed`, `turned`: cameras; `covered`: weight of the demand in view afterwards; `newly_watched`:
    people by ward who come into view of a working camera and were not, None where a population is not known.
    """

    name: str
    repaired: int
    placed: int
    turned: int
    covered: float
    newly_watched: dict[str, int | None]

    def as_json(self) -> dict[str, Any]:
        """The alternative with the sum over wards of the people newly watched; None where one is not known."""
        people = list(self.newly_watched.values())
        known = None if any(one is None for one in people) else sum(one or 0 for one in people)
        return {**asdict(self), "newly_watched": known, "newly_watched_by_ward": self.newly_watched}


@dataclass(frozen=True, eq=False)
class Siting(Restricted):
    """A plan, not yet approved.

    `demand`: its whole weight. `alternatives`: repair (all faulty cameras work again), none (all stays as it is),
    sites (the chosen ones beside all repaired). `chosen`: rows of the candidates. `wards`: ward_id, demand, before,
    repaired, after (weights in view). `bound`: what no choice of p sites can exceed; `gap`: how far off the best the
    choice can be, as a share of the bound. `refused`: candidates in excluded places; `cut`: how many views were cut.
    `warnings`: keys of texts. Raises SafeguardFault where an alternative or the warning on bias is missing.
    """

    demand: float
    alternatives: tuple[Alternative, ...]
    chosen: pd.DataFrame
    wards: pd.DataFrame
    bound: float
    gap: float
    refused: tuple[str, ...]
    cut: int
    warnings: tuple[str, ...]

    def __post_init__(self) -> None:
        complete([one.name for one in self.alternatives], self.warnings)

    def as_json(self) -> dict[str, Any]:
        """The plan as `pravah footage site --json` has it."""
        sites = self.chosen[["site_id", "lat", "lon", "azimuth_deg"]].to_dict("records")
        return {
            "zone": self.zone,
            "demand": self.demand,
            "alternatives": [one.as_json() for one in self.alternatives],
            "sites": sites,
            "bound": self.bound,
            "gap": self.gap,
            "refused": len(self.refused),
            "cut": self.cut,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, eq=False)
class Approved(Restricted):
    """A plan that may be used. Raises SafeguardFault without a named approver and a written impact note."""

    siting: Siting
    approver: str
    impact_note: str

    def __post_init__(self) -> None:
        answered(self.approver, self.impact_note)
