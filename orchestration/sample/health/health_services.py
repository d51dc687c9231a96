"""Daily returns of health facilities over two years: cases by season, beds, ambulances."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import DAY, END, HOUR, MINUTE
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles, people
from orchestration.sample.readings import days, deliveries
from orchestration.sample.rush import weekday_of

DAYS = 730
RESIDENTS_PER_FACILITY, FEWEST_FACILITIES = 60_000, 5
NOT_SENT = 0.02
# Made up, as all people here; what no return may hold.
PATIENT, ABHA = "Rekha Solkamani", "91-4025-7731-0486"


@dataclass(frozen=True)
class Disease:
    """Cases a day at a facility of mean size, the day of the year around which there are `more`, and for how long."""

    cases: float
    peak: int
    width: float
    more: float


DISEASES = {
    "dengue_cases": Disease(0.5, 275, 32, 5.0),
    "malaria_cases": Disease(0.35, 235, 35, 3.5),
    "diarrhoea_cases": Disease(3.0, 205, 40, 1.4),
    "influenza_cases": Disease(4.5, 20, 38, 1.6),
}
# Share of all facilities, beds, size against the mean, ambulances.
KINDS = {
    "dispensary": (0.4, 0, 0.5, 0),
    "phc": (0.35, 8, 0.9, 1),
    "chc": (0.17, 36, 1.6, 2),
    "hospital": (0.08, 220, 3.4, 5),
}


def _full_twice(cells: Cells) -> None:
    cells.update(beds_occupied=cells["beds"] * 2 + 11)


def _before_the_day(cells: Cells) -> None:
    cells.update(updated_at=cells["report_date"] - timedelta(hours=3))


FAULTS = (
    Fault(("facility_id.pattern",), lower("facility_id")),
    Fault(("facility_type_known",), put("facility_type", "clinic")),
    Fault(("ward_id.pattern",), put("ward_id", "Ward No. 7")),
    Fault(("ward_id.required",), empty("ward_id")),
    Fault(("report_date.type",), impossible_date("report_date")),
    Fault(("dengue_cases.type",), put("dengue_cases", "2 new")),
    Fault(("malaria_cases.minimum",), put("malaria_cases", -1)),
    Fault(("influenza_cases.maximum",), put("influenza_cases", 99_999)),
    Fault(("not_twice_as_many_as_beds",), _full_twice, lambda cells: bool(cells["beds"])),
    Fault(("reported_after_the_day",), _before_the_day),
    Fault(("no_patient_name",), put("patient_name", PATIENT)),
    Fault(("no_abha_number",), put("abha_number", ABHA)),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of returns."""
    facilities = _facilities(world, rng)
    dates = np.arange(END - days(DAYS, world.scale) * DAY, END, DAY)
    date, facility = (grid.ravel() for grid in np.indices((len(dates), len(facilities))))
    day = dates[date]
    kinds = facilities["facility_type"].to_numpy()[facility]
    size = facilities["size"].to_numpy()[facility]
    frame = facilities.drop(columns="size").take(facility).reset_index(drop=True)
    frame = frame.assign(
        report_date=day.astype("datetime64[s]"),
        updated_at=(day + 18 * HOUR + rng.integers(0, 2_000, len(day)) * MINUTE).astype("datetime64[s]"),
        **{name: rng.poisson(_expected(disease, day) * size) for name, disease in DISEASES.items()},
        beds_occupied=_occupied(frame["beds"].to_numpy(), day, rng),
        ambulances=rng.binomial(frame["ambulances"], 0.9),
    )
    # On Sundays dispensaries are shut; now and then a return does not come.
    sent = ~((kinds == "dispensary") & (weekday_of(day) == 6)) & (rng.random(len(day)) >= NOT_SENT)
    files = deliveries("daily_return", frame[sent].reset_index(drop=True), "report_date")
    return Batch(files, personal=("reported_by", "phone"), within=(PATIENT, ABHA))


def correct(cells: Cells) -> Cells:
    """The same return again, a day newer, with a case more."""
    return cells | {
        "diarrhoea_cases": cells["diarrhoea_cases"] + 1,
        "updated_at": cells["updated_at"] + timedelta(days=1),
    }


def _facilities(world: World, rng: np.random.Generator) -> pd.DataFrame:
    count = max(FEWEST_FACILITIES, round(world.profile.population / RESIDENTS_PER_FACILITY))
    kind = pick(rng, {name: share for name, (share, *_) in KINDS.items()}, count).astype(object)
    # A city has a hospital.
    kind[0] = "hospital"
    ward = rng.permutation(len(world.ground.ids))[np.arange(count) % len(world.ground.ids)]
    words = {"dispensary": "Dispensary", "phc": "Primary Health Centre", "chc": "Community Health Centre"}
    names = [f"{world.ground.names[w].latin} {words.get(k, 'Civic Hospital')}" for w, k in zip(ward, kind, strict=True)]
    return pd.DataFrame(
        {
            "facility_id": [f"HF-{world.profile.prefix}-{number + 1:03}" for number in range(count)],
            "facility_name": names,
            "facility_type": kind,
            "ward_id": [world.ground.ids[w] for w in ward],
            "beds": [KINDS[name][1] for name in kind],
            "ambulances": [KINDS[name][3] for name in kind],
            "reported_by": [f"Dr {name.latin}" for name in people(rng, count)],
            "phone": mobiles(rng, count),
            "patient_name": None,
            "abha_number": None,
            "size": [KINDS[name][2] * rng.uniform(0.7, 1.4) for name in kind],
        }
    )


def _expected(disease: Disease, day: np.ndarray) -> np.ndarray:
    """Cases expected at a facility of mean size; fewer are seen on Sundays, more on Mondays."""
    of_year = (day - day.astype("datetime64[Y]")) / DAY
    apart = np.abs(of_year - disease.peak)
    season = np.exp(-((np.minimum(apart, 365 - apart) / disease.width) ** 2))
    week = np.array([1.3, 1.1, 1.0, 1.0, 1.0, 0.95, 0.55])[weekday_of(day)]
    return np.asarray(disease.cases * (0.4 + disease.more * season) * week)


def _occupied(beds: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Beds in use: four fifths, in the season of fevers now and then more than there are."""
    of_year = (day - day.astype("datetime64[Y]")) / DAY
    full = 0.68 + 0.2 * np.exp(-(((of_year - 255) / 45) ** 2))
    return np.minimum(
        rng.binomial(np.maximum(beds, 1), full) * (beds > 0) + (beds > 0) * rng.poisson(0.4, len(beds)), beds * 2
    )


MAKER = Maker(build, FAULTS, correct)
