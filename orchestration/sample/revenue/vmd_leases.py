"""Leases of displays: a bill a month for each, with what was paid, what is owed and how long the display worked."""

from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.clock import CUT, DAY, END, HISTORY, HOUR, LATEST, START
from orchestration.sample.delivery import Batch, Cells, Quantity
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.points import scatter
from orchestration.sample.revenue.parties import named, parties

DEVICES_A_DISPLAY = 60
BAD_PAYERS = 0.22
KINDS = {"company": 0.55, "firm": 0.3, "individual": 0.15}
PERSONAL = ("lessee_pan", "gstin", "contact_person", "phone", "email", "bank_account", "ifsc")
MONTHS = np.arange(START, END, dtype="datetime64[M]")
_PLACES = ("Chowk", "Circle", "Station Road", "Flyover", "Toll Naka", "Bus Stand")


def _ends_first(cells: Cells) -> None:
    cells["ends_on"] = cells["starts_on"] - pd.Timedelta(days=30)


def _bill_too_late(cells: Cells) -> None:
    cells["billed_for"] = cells["ends_on"] + pd.Timedelta(days=62)


def _does_not_add_up(cells: Cells) -> None:
    cells["arrears_inr"] = round(cells["arrears_inr"] + 10_000, 2)


def _other_pan(cells: Cells) -> None:
    cells["gstin"] = f"27AAACZ0000A{cells['gstin'][12:]}"


FAULTS = (
    Fault(("lessee_kind_known",), put("lessee_kind", "agency")),
    Fault(("billed_inr.type",), put("billed_inr", "as per order")),
    Fault(("received_inr.required",), empty("received_inr")),
    Fault(("starts_on.type",), impossible_date("starts_on")),
    Fault(("uptime_pct.maximum",), put("uptime_pct", 970.0)),
    Fault(("site_id.pattern",), lower("site_id")),
    Fault(("lease_ends_after_it_begins", "billed_within_the_lease"), _ends_first),
    Fault(("billed_within_the_lease",), _bill_too_late),
    Fault(("arrears_add_up",), _does_not_add_up),
    Fault(("gstin_holds_the_pan",), _other_pan),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The bills of three years, then those of the last months with what was still paid on the one before."""
    lease = _leases(world, rng)
    lessees = parties(rng, len(lease), KINDS)
    which, month, running = _bills(lease, world.profile.working, rng)
    rows = pd.DataFrame({"lease_id": lease["lease_id"].to_numpy()[which], "billed_for": month} | running)
    for column in ("site_id", "site", "lat", "lon", "starts_on", "ends_on"):
        rows[column] = lease[column].to_numpy()[which]
    for column, known in _KNOWN.items():
        rows[column] = lessees[known].to_numpy()[which]
    posted = month.astype("datetime64[m]") + rng.integers(22, 27, len(rows)) * DAY
    rows["updated_at"] = posted + rng.integers(10, 18, len(rows)) * HOUR
    return Batch(_files(rows), personal=PERSONAL, within=named(lessees))


_KNOWN = {
    "lessee_name": "name",
    "lessee_kind": "kind",
    "lessee_pan": "pan",
    "gstin": "gstin",
    "contact_person": "contact",
    "phone": "phone",
    "email": "email",
    "bank_account": "bank_account",
    "ifsc": "ifsc",
}


def correct(cells: Cells) -> Cells:
    """The same bill a day later, with something more paid."""
    paid = min(500.0, cells["arrears_inr"])
    return cells | {
        "received_inr": round(cells["received_inr"] + paid, 2),
        "arrears_inr": round(cells["arrears_inr"] - paid, 2),
        "updated_at": cells["updated_at"] + pd.Timedelta(days=1),
    }


def _leases(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Two leases of each display, one after the other with some empty months between them."""
    displays = world.size(world.profile.devices / DEVICES_A_DISPLAY)
    lat, lon = scatter(rng, world.ground, displays, central=0.5)
    ward = rng.integers(len(world.ground.names), size=displays)
    handover = MONTHS[0] + rng.integers(4, 30, displays)
    begun, gap = handover - rng.integers(24, 37, displays), rng.integers(1, 5, displays)
    one = pd.DataFrame(
        {
            "site_id": [f"VMD-{number + 1:03}" for number in range(displays)],
            "site": [f"{world.ground.names[w].latin} {_PLACES[rng.integers(len(_PLACES))]}" for w in ward],
            "lat": lat,
            "lon": lon,
            "rent": np.round(rng.lognormal(10.05, 0.35, displays), -2),
        }
    )
    first = one.assign(starts_on=begun.astype("datetime64[s]"), ends_on=_last_day(handover - 1))
    start = handover + gap
    second = one.assign(starts_on=start.astype("datetime64[s]"), ends_on=_last_day(start + 35), rent=one["rent"] * 1.1)
    lease = pd.concat([first, second], ignore_index=True)
    lease["lease_id"] = [f"VL-{number + 1:04}" for number in range(len(lease))]
    return lease


def _last_day(month: np.ndarray) -> np.ndarray:
    return ((month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[s]")


def _bills(
    lease: pd.DataFrame, working: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """For each bill its lease, its month and its figures; what is not paid carries over to the next month."""
    start, end = (lease[column].to_numpy().astype("datetime64[M]")[:, None] for column in ("starts_on", "ends_on"))
    runs = (start <= MONTHS) & (end >= MONTHS)
    uptime = np.round(np.clip(100 * rng.beta(60 * working, 60 * (1 - working) / 2, runs.shape), 51, 100), 1)
    # Below nine tenths of the time the rent is cut in proportion.
    billed = np.round(lease["rent"].to_numpy()[:, None] * np.minimum(1, uptime / 90), 2) * runs
    bad = rng.random(len(lease)) < BAD_PAYERS
    pays, part = np.where(bad, 0.3, 0.88), np.where(bad, 0.35, 1)
    opening, received, arrears = (np.zeros(runs.shape) for _ in range(3))
    for now in range(len(MONTHS)):
        opening[:, now] = arrears[:, now - 1] if now else 0
        owed = opening[:, now] + billed[:, now]
        share = np.where(rng.random(len(lease)) < pays, part, rng.choice([0, 0, 0.3], len(lease)))
        received[:, now] = np.round(owed * share, 2) * runs[:, now]
        arrears[:, now] = np.round(owed - received[:, now], 2)
    which, month = np.nonzero(runs)
    return which, MONTHS[month], {
        "opening_inr": opening[runs],
        "billed_inr": billed[runs],
        "received_inr": received[runs],
        "arrears_inr": arrears[runs],
        "uptime_pct": _typed(uptime[runs], rng),
    }  # fmt: skip


def _typed(uptime: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some write the sign behind the number."""
    signed = rng.random(len(uptime)) < 0.4
    cells = np.empty(len(uptime), dtype=object)
    cells[:] = [Quantity(share, "%") if sign else share for share, sign in zip(uptime.tolist(), signed, strict=True)]
    return cells


def _files(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rows["billed_for"] = rows["billed_for"].astype("datetime64[s]")
    late = rows["billed_for"] >= CUT
    news = (rows["billed_for"] == CUT - 30 * DAY) & (rows["received_inr"] > 0)
    history = rows[~late].copy()
    history.loc[news, "arrears_inr"] = (history["arrears_inr"] + history["received_inr"])[news].round(2)
    history.loc[news, "received_inr"] = 0.0
    latest = rows[late | news].copy()
    latest.loc[news, "updated_at"] += 30 * DAY
    return {f"vmd_leases_{HISTORY}": history, f"vmd_leases_{LATEST}": latest}


MAKER = Maker(build, FAULTS, correct)
