"""The register of procedures: one snapshot, a procedure for each use case that names one."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.iccc.catalogue import CATALOGUE, character
from orchestration.sample.iccc.use_cases import AS_OF
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people

USE_CASES = "iccc__use_cases"
YEAR = 365
NEVER = np.datetime64("NaT")


def _reviewed_too_early(cells: Cells) -> None:
    cells.update(last_reviewed_on=cells["approved_on"] - timedelta(days=40))


def _drilled_too_early(cells: Cells) -> None:
    cells.update(last_drill_on=cells["approved_on"] - timedelta(days=12))


FAULTS = (
    Fault(("sop_id.pattern",), lower("sop_id")),
    Fault(("version.pattern",), put("version", "final")),
    Fault(("version.required",), empty("version")),
    Fault(("approved_on.type",), impossible_date("approved_on")),
    Fault(("target_minutes.type",), put("target_minutes", "2 hours")),
    Fault(("target_minutes.minimum",), put("target_minutes", 0)),
    Fault(("reviewed_after_approved",), _reviewed_too_early),
    Fault(("drilled_after_approved",), _drilled_too_early),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's register of procedures."""
    cases = world.rows(USE_CASES)
    cases = cases[cases["sop_id"].notna()].reset_index(drop=True)
    city, count = character(world.profile.like), len(cases)
    approved = AS_OF - rng.integers(YEAR + 30, 5 * YEAR, count)
    officers = people(rng, 6)
    frame = pd.DataFrame(
        {
            "sop_id": cases["sop_id"],
            "use_case_id": cases["use_case_id"],
            "version": [f"{major}.{minor}" for major, minor in rng.integers((1, 0), (4, 6), (count, 2))],
            "approved_on": approved.astype("M8[s]"),
            "last_reviewed_on": _last(approved, city.reviewed, 0.7, rng),
            "last_drill_on": _last(approved, city.drilled, 0.5, rng),
            # Some cities allow more than the catalogue does.
            "target_minutes": [
                int(CATALOGUE[int(case[-2:]) - 1].minutes * factor)
                for case, factor in zip(cases["use_case_id"], rng.choice([1, 1, 1.5, 2], count), strict=True)
            ],
            "prepared_by": [officers[number].latin for number in rng.integers(0, 4, count)],
            "approved_by": [officers[number].latin for number in rng.integers(4, 6, count)],
        }
    )
    return Batch({"sops_2026-09": frame}, personal=("prepared_by", "approved_by"))


def _last(approved: np.ndarray, fresh: float, once: float, rng: np.random.Generator) -> np.ndarray:
    """The last day on which it was done: for the share `fresh` within a year, for some of the rest before, or never."""
    count = len(approved)
    chance = rng.random(count)
    earlier = np.minimum(approved + rng.integers(20, 300, count), AS_OF - YEAR - 5)
    done = np.where(chance < fresh, AS_OF - rng.integers(3, YEAR - 5, count), np.maximum(earlier, approved))
    return np.where(chance < fresh + (1 - fresh) * once, done, NEVER).astype("M8[s]")


MAKER = Maker(build, FAULTS)
