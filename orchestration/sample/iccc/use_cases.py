"""The list of use cases: one snapshot, the whole catalogue with what the city makes of it."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.iccc.catalogue import CATALOGUE, Character, UseCase, character
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people

AS_OF = np.datetime64("2026-09-25")
# Days before the list: since when use cases have run, when they were measured before.
SINCE, BASELINE = (150, 2_400), (380, 900)


def _measured_again_earlier(cells: Cells) -> None:
    cells.update(current_on=cells["baseline_on"] - timedelta(days=30))


def _measured(cells: Cells) -> bool:
    return cells["baseline"] is not None


FAULTS = (
    Fault(("use_case_id.pattern",), lower("use_case_id")),
    Fault(("status_known",), put("status", "running"), lambda cells: cells["status"] != "live"),
    Fault(("title.required",), empty("title")),
    Fault(("what_is_live_has_a_date",), empty("live_since"), lambda cells: cells["status"] == "live"),
    Fault(("live_since.type",), impossible_date("live_since"), lambda cells: cells["status"] == "pilot"),
    Fault(("baseline.type",), put("baseline", "approx."), _measured),
    Fault(("baseline.minimum",), put("baseline", -5.0), _measured),
    Fault(("a_measure_has_its_day",), empty("baseline_on"), _measured),
    Fault(("measured_again_later",), _measured_again_earlier, _measured),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's list of use cases."""
    city, count = character(world.profile.like), len(CATALOGUE)
    status = _statuses(city, rng)
    started = np.isin(status, ["live", "pilot", "stopped"])
    officers, phones = people(rng, 8), mobiles(rng, 8)
    desk = rng.integers(8, size=count)
    frame = pd.DataFrame(
        {
            "use_case_id": [f"UC-{number:02}" for number in range(1, count + 1)],
            "use_case_group": [case.group for case in CATALOGUE],
            "title": [case.title for case in CATALOGUE],
            "title_hi": [case.title_hi for case in CATALOGUE],
            "departments": [case.departments for case in CATALOGUE],
            "feeds": [case.feeds for case in CATALOGUE],
            "status": status,
            "live_since": np.where(started, AS_OF - rng.integers(*SINCE, count), np.datetime64("NaT")).astype("M8[s]"),
            "sop_id": only(
                rng.random(count) < city.procedure * np.where(started, 1, 0.3),
                [f"SOP-{number:02}" for number in range(1, count + 1)],
            ),
            "kpi": [case.kpi for case in CATALOGUE],
            "kpi_unit": [case.unit for case in CATALOGUE],
            "better": ["higher" if case.after > case.before else "lower" for case in CATALOGUE],
            "nodal_officer": [officers[number].latin for number in desk],
            "phone": [phones[number] for number in desk],
            **_measures(city, status == "live", rng),
        }
    )
    return Batch({"use_cases_2026-09": frame}, personal=("nodal_officer", "phone"))


def _statuses(city: Character, rng: np.random.Generator) -> np.ndarray:
    """What runs; every city has at least one use case of each kind."""
    live = round(city.live * len(CATALOGUE))
    rest = len(CATALOGUE) - live
    pilots = max(1, rest // 3)
    words = ["live"] * live + ["pilot"] * pilots + ["stopped"] + ["planned"] * (rest - pilots - 1)
    return rng.permutation(np.array(words, dtype=object))


def _measures(city: Character, live: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What was measured before and now, and when."""
    count = len(CATALOGUE)
    measured = live & (rng.random(count) < city.measured)
    before = np.array([_near(case.before, rng) for case in CATALOGUE])
    gain = np.array([_gain(case) for case in CATALOGUE]) * np.clip(city.gain + rng.normal(0, 0.15, count), -0.2, 1.2)
    days = rng.integers(*BASELINE, count)
    never = np.datetime64("NaT")
    return {
        "baseline": np.where(measured, before, np.nan),
        "baseline_on": np.where(measured, AS_OF - days, never).astype("M8[s]"),
        "current": np.where(measured, np.round(np.maximum(before * (1 + gain), 0), 1), np.nan),
        "current_on": np.where(measured, AS_OF - rng.integers(5, 40, count), never).astype("M8[s]"),
    }


def _near(value: float, rng: np.random.Generator) -> float:
    return round(value * rng.uniform(0.85, 1.12), 1)


def _gain(case: UseCase) -> float:
    return case.after / case.before - 1


MAKER = Maker(build, FAULTS)
