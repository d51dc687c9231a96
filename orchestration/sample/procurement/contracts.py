"""Tenders and contracts: one row for each process, and the later delivery with what was awarded or amended since."""

from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, DAY, END, HISTORY, HOUR, LATEST, START, where
from orchestration.sample.delivery import Batch, Cells, Quantity, only
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.revenue.parties import named, parties

TABLE = "procurement__contracts"
LAKH, CRORE = 1e5, 1e7
KINDS = {"company": 0.55, "firm": 0.33, "individual": 0.06, "public_body": 0.06}
PERSONAL = (
    "supplier_pan",
    "gstin",
    "signatory",
    "signatory_pan",
    "contact_person",
    "phone",
    "email",
    "bank_account",
    "ifsc",
)
PROCEDURES = {"open": 0.58, "limited": 0.2, "selective": 0.07, "direct": 0.15}
# What is bought, by category: its share, the median estimate in lakhs, and titles.
_BOUGHT = {
    "goods": (0.38, 22, ("Supply of PTZ cameras with mounting", "Supply of recorders", "Supply of UPS batteries")),
    "works": (
        0.24,
        60,
        ("Laying of optical fibre duct", "Poles and junction boxes", "Civil works at the command centre"),
    ),
    "services": (0.38, 35, ("Operation and maintenance of cameras", "Manpower for the control room", "Security audit")),
}
# What a process has only from its award on.
_AWARD = (
    *("awarded_on", "award_inr", "consortium_members", "supplier_name", "supplier_pan", "gstin", "msme"),
    *("local_content_class", "starts_on", "ends_on", "amendments", "signatory", "signatory_pan", "contact_person"),
    *("phone", "email", "bank_account", "ifsc"),
)


def _awarded(cells: Cells) -> bool:
    return cells["awarded_on"] is not None


def _awarded_first(cells: Cells) -> None:
    cells["awarded_on"] = cells["tendered_on"] - pd.Timedelta(days=20)


def _ends_first(cells: Cells) -> None:
    cells["ends_on"] = cells["starts_on"] - pd.Timedelta(days=1)


def _other_pan(cells: Cells) -> None:
    cells["gstin"] = f"27AAACZ0000A{cells['gstin'][12:]}"


FAULTS = (
    Fault(("stage_known",), put("stage", "work order"), _awarded),
    Fault(("procedure_known",), put("procedure", "spot purchase")),
    Fault(("procurement_category.required",), empty("procurement_category")),
    Fault(("tendered_on.type",), impossible_date("tendered_on")),
    Fault(("estimate_inr.type",), put("estimate_inr", "to be revised")),
    Fault(("bidders.maximum",), put("bidders", 2_024)),
    Fault(("ocid.pattern",), lambda cells: cells.update(ocid=cells["ocid"].upper())),
    Fault(("local_content_known",), put("local_content_class", "imported"), _awarded),
    Fault(("ifsc.pattern",), lower("ifsc"), _awarded),
    Fault(("awarded_after_the_tender",), _awarded_first, _awarded),
    Fault(("an_award_is_whole",), put("stage", "tender"), _awarded),
    Fault(("contract_ends_after_it_begins",), _ends_first, _awarded),
    Fault(("gstin_holds_the_pan",), _other_pan, _awarded),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's processes as they stood at the cut, then those that went on or began since."""
    count = world.size(60 + world.profile.devices / 8)
    tendered = np.sort(START + (rng.random(count) * ((END - START) // DAY)).astype(int) * DAY)
    awarded = tendered + rng.integers(25, 110, count) * DAY
    amended = awarded + rng.integers(60, 400, count) * DAY
    winners = parties(rng, count, KINDS)
    rows = pd.DataFrame(
        {"ocid": [f"ocds-in{world.profile.prefix.lower()}1-{number + 1:06}" for number in range(count)]}
    )
    rows = rows.assign(**_tender(tendered, rng))
    rows = rows.assign(**_award(rows, awarded, winners, rng), **_supplier(winners, rng))
    rows["amendments"] = np.where(rng.random(count) < 0.3, rng.integers(1, 4, count), 0)
    whole = _at(rows, awarded, amended, END)
    before = _at(rows, awarded, amended, CUT)[tendered < CUT]
    news = (tendered >= CUT) | (whole["updated_at"].to_numpy() >= CUT)
    files = {f"contracts_{HISTORY}": before, f"contracts_{LATEST}": whole[news]}
    written = {name: _as_written(file.reset_index(drop=True), world, rng) for name, file in files.items()}
    return Batch(written, personal=PERSONAL, within=named(winners))


def correct(cells: Cells) -> Cells:
    """The same process a day later, with one more bidder."""
    return cells | {"bidders": cells["bidders"] + 1, "updated_at": cells["updated_at"] + pd.Timedelta(days=1)}


def _tender(tendered: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    count = len(tendered)
    category = pick(rng, {name: bought[0] for name, bought in _BOUGHT.items()}, count)
    procedure = pick(rng, PROCEDURES, count)
    titles = [_BOUGHT[name][2][rng.integers(3)] for name in category]
    median = np.array([_BOUGHT[name][1] for name in category]) * np.where(procedure == "direct", 0.15, 1)
    named_few = np.where(procedure == "direct", 1, rng.integers(2, 5, count))
    bidders = np.where(np.isin(procedure, ["direct", "limited"]), named_few, 1 + rng.poisson(1.9, count))
    return {
        "tender_title": [f"{title}, package {rng.integers(1, 9)}" for title in titles],
        "procurement_category": category.astype(object),
        "procedure": procedure.astype(object),
        "tendered_on": tendered.astype("datetime64[s]"),
        "bidders": bidders,
        "estimate_inr": np.round(median * rng.lognormal(0, 0.9, count), 2) * LAKH,
        "make_in_india_exempt": rng.random(count) < 0.12,
        "functional_specs": rng.random(count) < 0.45,
    }


def _award(rows: pd.DataFrame, awarded: np.ndarray, winners: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    count = len(rows)
    ratio = np.clip(rng.normal(1.02 - 0.025 * rows["bidders"], 0.07, count), 0.7, 1.2)
    joint = (rows["estimate_inr"] > CRORE) & (rng.random(count) < 0.4)
    content = pick(rng, {"class_1": 0.62, "class_2": 0.26, "non_local": 0.12}, count).astype(object)
    content[rows["make_in_india_exempt"]] = "non_local"
    start = awarded + rng.integers(10, 30, count) * DAY
    return {
        "awarded_on": awarded.astype("datetime64[s]"),
        "award_inr": np.round(rows["estimate_inr"] * ratio, -2),
        "consortium_members": np.where(joint, rng.integers(2, 5, count), 1),
        "local_content_class": content,
        "msme": winners["kind"].isin(["firm", "individual"]) & (rng.random(count) < 0.7),
        "starts_on": start.astype("datetime64[s]"),
        "ends_on": (start + rng.choice([180, 365, 1_095], count) * DAY).astype("datetime64[s]"),
    }


def _supplier(winners: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    signatories = parties(rng, len(winners), {"individual": 1})
    return {
        "supplier_name": winners["name"],
        "supplier_pan": winners["pan"],
        "gstin": winners["gstin"],
        "signatory": signatories["name"],
        "signatory_pan": signatories["pan"],
        "contact_person": winners["contact"],
        "phone": winners["phone"],
        "email": winners["email"],
        "bank_account": winners["bank_account"],
        "ifsc": winners["ifsc"],
    }


def _at(rows: pd.DataFrame, awarded: np.ndarray, amended: np.ndarray, moment: np.datetime64) -> pd.DataFrame:
    """The processes as they stood at a moment, each with its stage and when it last changed."""
    tendered = rows["tendered_on"].to_numpy().astype("datetime64[m]")
    has_award, signed = awarded < moment, awarded + 30 * DAY < moment
    changed = (amended < moment) & (rows["amendments"] > 0).to_numpy()
    found = rows.assign(
        stage=np.select([changed, signed, has_award], ["contractAmendment", "contract", "award"], "tender").astype(
            object
        ),
        updated_at=np.select([changed, signed, has_award], [amended, awarded + 30 * DAY, awarded], tendered)
        + 15 * HOUR,
        amendments=rows["amendments"].where(changed, 0).astype("Int64"),
        consortium_members=rows["consortium_members"].astype("Int64"),
        msme=rows["msme"].astype("boolean"),
        awarded_on=where(has_award, rows["awarded_on"].to_numpy()),
        starts_on=where(has_award, rows["starts_on"].to_numpy()),
        ends_on=where(has_award, rows["ends_on"].to_numpy()),
    )
    for column in set(_AWARD) - {"awarded_on", "starts_on", "ends_on"}:
        found[column] = found[column].where(has_award)
    return found


def _as_written(rows: pd.DataFrame, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Releases for machines have plain rupees; officers write lakhs and crores as well."""
    if world.contracts.datasets[TABLE].source(world.profile.city).format == "json":
        return rows
    return rows.assign(**{column: _amounts(rows[column], rng) for column in ("estimate_inr", "award_inr")})


def _amounts(rupees: pd.Series, rng: np.random.Generator) -> np.ndarray:
    cells = np.empty(len(rupees), dtype=object)
    words = rng.random(len(rupees)) < 0.5
    cells[:] = [_amount(value, word) for value, word in zip(rupees.tolist(), words, strict=True)]
    return only(rupees.notna().to_numpy(), cells)


def _amount(rupees: float, word: bool) -> float | Quantity:
    if not word:
        return rupees
    return Quantity(round(rupees / CRORE, 6), " Cr") if rupees >= CRORE else Quantity(round(rupees / LAKH, 4), " lakh")


MAKER = Maker(build, FAULTS, correct)
