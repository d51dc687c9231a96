"""What any plan for cameras must hold and keep to, whatever else it says: domain.md §5, safeguards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from transforms.footage.fault import FootageFault
from transforms.footage.sight import Plane, meeting, union, without

# The alternatives of a plan in the order in which they are to be thought of.
ALTERNATIVES = ("repair", "none", "sites")
# Keys of warnings. Recorded crime mirrors where police look, so the first stands on every plan.
BIASED_DEMAND = "biased_demand"
NO_EXCLUDED_PLACES = "no_excluded_places"
POPULATION_MISSING = "population_missing"
FLOOR_OUT_OF_REACH = "floor_out_of_reach"
NOT_PROVEN_BEST = "not_proven_best"


class SafeguardFault(FootageFault):
    """A plan lacks what it may not be without; says what."""


@dataclass(frozen=True, kw_only=True)
class Restricted:
    """What may not leave the restricted zone: a map of what cameras do not see helps those who would hide there."""

    zone: Literal["restricted"] = field(default="restricted", init=False)


def complete(alternatives: Sequence[str], warnings: Sequence[str]) -> None:
    """Raises SafeguardFault unless repair comes first, no new camera is a choice and the demand's bias is told."""
    if tuple(alternatives) != ALTERNATIVES:
        raise SafeguardFault(f"a plan has the alternatives {', '.join(ALTERNATIVES)}, in this order; state them all")
    if BIASED_DEMAND not in warnings:
        raise SafeguardFault(f"a plan has the warning {BIASED_DEMAND}; add it")


def answered(approver: str, impact_note: str) -> None:
    """Raises SafeguardFault unless somebody answers for a plan by name and has written what it does to people."""
    if not approver.strip():
        raise SafeguardFault("the plan has no approver; name the person who answers for it")
    if not impact_note.strip():
        raise SafeguardFault("the plan has no impact note; write what it does to the people who are newly watched")


def outside(shapes: np.ndarray, sites: np.ndarray, excluded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The views of n sites without what lies in excluded places, and whether each site lies in none.

    `excluded`: outlines of homes, places of worship, clinics and schools, in metres.
    """
    kept = shapes.copy()
    for view, near in meeting(shapes, excluded):
        closed = union(excluded[near])
        kept[view] = shapely.difference(shapes[view], closed)
    within, _ = shapely.STRtree(excluded).query(sites, predicate="within")
    return kept, ~np.isin(np.arange(len(sites)), within)


def newly_watched(before: np.ndarray, after: np.ndarray, wards: pd.DataFrame, ground: Plane) -> dict[str, int | None]:
    """By ward the people in view who were not: its population × the share of its area that came into view.

    `before`, `after`: views in metres; `wards`: ward_id, population, geometry. None where the population is not known.
    Takes people to live evenly over a ward, which is a measure to compare plans by, no count of persons.
    """
    outlines = ground.outlines(wards)
    more, known = np.zeros(len(outlines)), shapely.STRtree(before)
    # Of what was in view already only that counts which the new views meet.
    for ward, near in meeting(outlines, after):
        views = union(after[near])
        fresh = without(views, union(before[known.query(views, predicate="intersects")]))
        more[ward] = shapely.intersection(fresh, outlines[ward]).area
    people = wards["population"].astype("Float64") * (more / shapely.area(outlines))
    told = [None if pd.isna(count) else round(count) for count in people]
    return dict(zip(wards["ward_id"].tolist(), told, strict=True))
