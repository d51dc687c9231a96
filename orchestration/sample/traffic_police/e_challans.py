"""Traffic fines of three years: the history, then two deliveries with new fines and those paid meanwhile."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, DAY, END, HOUR, MINUTE, START, after
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people
from orchestration.sample.rush import HOURS, by_day, hour_of, month_of, weekday_of
from orchestration.sample.traffic_police.junctions import junctions
from orchestration.sample.traffic_police.vehicles import SHARES, fleet

# Fines in three years for each resident: a million in the four cities that send them.
PER_RESIDENT = 0.284
YEAR_BEFORE = np.datetime64("2025-10-01T00:00", "m")
FILES = {"2023-10_2025-09": YEAR_BEFORE, "2025-10_2026-06": CUT, "2026-07_2026-09": END}
CAMERA = 0.7
HINDI = 0.3
STATUSES = np.array(["unpaid", "paid", "disputed", "waived"], dtype=object)


@dataclass(frozen=True)
class Violation:
    """Its share of all fines, the fine in rupees at first and when repeated, and how often it is paid.

    `classes` are the odds of the vehicle classes, in the order of SHARES.
    """

    share: float
    fine: int
    repeated: int
    paid: float
    classes: tuple[float, ...]


VIOLATIONS = {
    "no_helmet": Violation(0.31, 1_000, 1_000, 0.58, (1, 0, 0, 0, 0)),
    "signal_jumping": Violation(0.17, 1_000, 2_000, 0.66, (0.52, 0.27, 0.14, 0.04, 0.03)),
    "over_speeding": Violation(0.14, 1_000, 2_000, 0.64, (0.3, 0.54, 0.01, 0.1, 0.05)),
    "no_parking": Violation(0.12, 500, 1_500, 0.78, (0.4, 0.46, 0.07, 0.06, 0.01)),
    "wrong_side": Violation(0.06, 1_000, 5_000, 0.55, (0.7, 0.14, 0.12, 0.03, 0.01)),
    "stop_line": Violation(0.06, 500, 1_500, 0.7, (0.55, 0.25, 0.15, 0.03, 0.02)),
    "triple_riding": Violation(0.04, 1_000, 1_000, 0.5, (1, 0, 0, 0, 0)),
    "no_seat_belt": Violation(0.04, 1_000, 1_000, 0.74, (0, 0.87, 0, 0.12, 0.01)),
    "mobile_phone": Violation(0.03, 1_500, 10_000, 0.6, (0.45, 0.42, 0.08, 0.04, 0.01)),
    "no_insurance": Violation(0.02, 2_000, 4_000, 0.4, (0.66, 0.17, 0.11, 0.06, 0)),
    "no_pollution_certificate": Violation(0.01, 10_000, 10_000, 0.35, (0.4, 0.3, 0.15, 0.14, 0.01)),
}
# Buses and lorries pay more for the same.
HEAVY = np.array([kind in ("bus", "goods") for kind in SHARES])


def _paid_too_early(cells: Cells) -> None:
    cells.update(status="paid", paid_at=cells["issued_at"] - timedelta(days=3))


FAULTS = (
    Fault(("violation_known",), put("violation", "jaywalking")),
    Fault(("violation.required",), empty("violation")),
    Fault(("vehicle_class_known",), put("vehicle_class", "tractor")),
    Fault(("issued_at.type",), impossible_date("issued_at")),
    Fault(("fine_inr.type",), put("fine_inr", "one thousand")),
    Fault(("fine_inr.maximum",), put("fine_inr", 500_000)),
    Fault(("status_known",), lambda cells: cells.update(status="closed", paid_at=None)),
    Fault(("paid_means_a_time",), lambda cells: cells.update(status="paid", paid_at=None)),
    Fault(("paid_after_issued",), _paid_too_early),
    Fault(("vehicle.pattern",), put("plate", "NOT LEGIBLE")),
    Fault(("plate.required",), empty("plate")),
    Fault(("lon.type",), lettered("lon")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("challan_id.pattern",), lower("challan_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's deliveries of fines."""
    count = world.size(world.profile.population * PER_RESIDENT)
    issued = _issued(rng, count)
    frame = pd.DataFrame({"challan_id": _numbers(world, issued), "issued_at": issued})
    frame = frame.assign(**_placed(world, rng, count), **_fined(world, rng, issued))
    outcome, decided = _followed(rng, frame)
    files, start = {}, START
    for name, end in FILES.items():
        new = (issued >= start) & (issued < end)
        # A fine of an earlier delivery comes again when it was paid or decided since.
        news = (issued < start) & (decided >= start) & (decided < end)
        files[f"e_challans_{name}"] = _as_of(frame, outcome, decided, end)[new | news].reset_index(drop=True)
        start = end
    return Batch(files, personal=("plate", "vehicle_owner", "phone", "issued_by"))


def correct(cells: Cells) -> Cells:
    """The same fine again, an hour newer, at another rate."""
    fine = 500 if cells["fine_inr"] != 500 else 1_000
    return cells | {"fine_inr": fine, "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _issued(rng: np.random.Generator, count: int) -> np.ndarray:
    """Minutes in order: busy days and hours have more fines, and speeding is caught at night as well."""
    days = np.arange(START, END, DAY)
    weight = by_day(days)
    day = rng.choice(days, count, p=weight / weight.sum())
    hours = HOURS + 0.15
    hour = rng.choice(24, count, p=hours / hours.sum())
    return np.sort(day + hour * HOUR + rng.integers(60, size=count) * MINUTE)


def _numbers(world: World, issued: np.ndarray) -> list[str]:
    years = issued.astype("datetime64[Y]").astype(int) + 1970
    return [f"{world.profile.prefix}-{year}-{number + 1:07}" for number, year in enumerate(years.tolist())]


def _placed(world: World, rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """The junction of each fine; a few handheld devices knew no position."""
    found = junctions(world)
    junction = rng.choice(len(found.ids), count, p=found.share)
    unknown = rng.random(count) < 0.01
    place = {"lat": found.lat[junction], "lon": found.lon[junction]}
    return {"junction_id": found.ids[junction]} | {
        name: np.where(unknown, np.nan, degrees) for name, degrees in place.items()
    }


def _fined(world: World, rng: np.random.Generator, issued: np.ndarray) -> dict[str, np.ndarray]:
    """What was broken, by which vehicle, whose it is, who saw it and what it costs."""
    count = len(issued)
    violation = _violations(rng, issued)
    kind = np.zeros(count, dtype=int)
    for name, rule in VIOLATIONS.items():
        chosen = violation == name
        odds = np.array(rule.classes) / sum(rule.classes)
        kind[chosen] = rng.choice(len(SHARES), int(chosen.sum()), p=odds)
    vehicles = fleet(rng, count, hindi=0 if world.profile.like == "sonpali" else HINDI)
    vehicle = vehicles.draw(rng, kind)
    writing = rng.choice(3, count, p=[0.6, 0.28, 0.12])
    officers = [name.latin for name in people(rng, world.profile.wards)]
    return {
        "violation": violation,
        "vehicle_class": np.array(list(SHARES), dtype=object)[kind],
        "plate": np.choose(writing, [way[vehicle] for way in vehicles.plates]),
        "vehicle_owner": only(rng.random(count) >= 0.02, vehicles.owners[vehicle]),
        "phone": only(rng.random(count) >= 0.15, vehicles.phones[vehicle]),
        "issued_by": only(rng.random(count) >= CAMERA, rng.choice(officers, count)),
        "fine_inr": _fines(violation, kind, vehicle),
    }


def _violations(rng: np.random.Generator, issued: np.ndarray) -> np.ndarray:
    """At night the street is empty and fast; on Sundays fewer park where they must not."""
    shares = {name: rule.share for name, rule in VIOLATIONS.items()}
    violation = pick(rng, shares, len(issued)).astype(object)
    hour = hour_of(issued)
    night = ((hour >= 22) | (hour < 6)) & (rng.random(len(issued)) < 0.4)
    violation[night] = "over_speeding"
    sunday = (weekday_of(issued) == 6) & (violation == "no_parking") & (rng.random(len(issued)) < 0.5)
    violation[sunday] = "no_helmet"
    return violation


def _fines(violation: np.ndarray, kind: np.ndarray, vehicle: np.ndarray) -> np.ndarray:
    """A vehicle that did the same before pays the higher fine, a heavy one twice as much."""
    before = pd.DataFrame({"violation": violation, "vehicle": vehicle}).groupby(["violation", "vehicle"]).cumcount()
    first, again = (
        pd.Series(violation).map({name: getattr(rule, rate) for name, rule in VIOLATIONS.items()}).to_numpy()
        for rate in ("fine", "repeated")
    )
    return np.where(before > 0, again, first) * np.where(HEAVY[kind], 2, 1)


def _followed(rng: np.random.Generator, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What becomes of each fine in the end (its place in STATUSES), and when; never where it stays unpaid."""
    count = len(frame)
    willing = frame["violation"].map({name: rule.paid for name, rule in VIOLATIONS.items()}).to_numpy()
    # High fines are paid later and less often; in the monsoon drives to collect them rest.
    dear = frame["fine_inr"].to_numpy() / 1_000
    resting = np.isin(month_of(frame["issued_at"].to_numpy()), (7, 8))
    chance = rng.random(count)
    pays = chance < willing - 0.02 * np.minimum(dear, 10) - 0.05 * resting
    outcome = np.select([pays, chance > 0.96, chance > 0.945], [1, 2, 3], default=0)
    decided = after(frame["issued_at"].to_numpy().astype("datetime64[m]"), rng, 12 + 6 * np.minimum(dear, 10))
    decided[outcome == 0] = np.datetime64("NaT")
    return outcome, decided


def _as_of(frame: pd.DataFrame, outcome: np.ndarray, decided: np.ndarray, end: np.datetime64) -> pd.DataFrame:
    """The fines as they stood at a moment."""
    known = decided < end
    issued = frame["issued_at"].to_numpy()
    status = STATUSES[np.where(known, outcome, 0)]
    return frame.assign(
        issued_at=issued.astype("datetime64[s]"),
        status=status,
        paid_at=np.where(status == "paid", decided, np.datetime64("NaT")).astype("datetime64[s]"),
        updated_at=np.where(known, decided, issued + 10 * MINUTE).astype("datetime64[s]"),
    )


MAKER = Maker(build, FAULTS, correct)
