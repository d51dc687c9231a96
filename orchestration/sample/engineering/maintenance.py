"""Maintenance tickets: planned visits twice a year and repairs, with what they cost and what was taken for delay."""

from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.clock import CUT, DAY, END, HISTORY, HOUR, LATEST, MINUTE, START, where
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.engineering.assets import rupees
from orchestration.sample.engineering.register import KINDS
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import mobiles

ASSETS = "engineering__assets"
YEARS = (END - START) / (365.25 * DAY)
# Rupees of upkeep a year: what a city spends lies between two and three crore.
YEARLY = (2.2e7, 2.95e7)
VISIT_HOURS, MOST_DAYS = 72, 30
# Of a day's delay: this share of the asset's cost.
A_DAY = 0.02
_REPAIRS = (
    "Power adapter replaced.",
    "Fibre spliced at joint.",
    "Lens cleaned, focus set.",
    "SMPS changed.",
    "Rebooted, firmware updated.",
)
_CALLS = " Call site contact {} before visit."


def _closed_first(cells: Cells) -> None:
    cells.update(closed_at=cells["opened_at"] - pd.Timedelta(hours=3), penalty_due_inr=0.0, penalty_levied_inr=0.0)


def _levied_too_much(cells: Cells) -> None:
    cells["penalty_levied_inr"] = 99_99_999.0


def _penalty_in_time(cells: Cells) -> None:
    cells.update(closed_at=cells["opened_at"] + pd.Timedelta(minutes=40), penalty_due_inr=500.0, penalty_levied_inr=0.0)


FAULTS = (
    Fault(("work_kind_known",), put("work_kind", "AMC visit")),
    Fault(("ticket_class_known",), put("asset_class", "drone")),
    Fault(("opened_at.type",), impossible_date("opened_at")),
    Fault(("asset_id.required",), empty("asset_id")),
    Fault(("cost_inr.type",), lettered("cost_inr")),
    Fault(("target_hours.maximum",), put("target_hours", 9_999)),
    Fault(("ticket_id.pattern",), lower("ticket_id")),
    Fault(("closed_after_opened",), _closed_first),
    Fault(("levied_at_most_due",), _levied_too_much),
    Fault(("no_penalty_in_time",), _penalty_in_time),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """Three years' tickets as they stood at the cut, then those that were closed or opened since."""
    assets = world.rows(ASSETS)
    rows = pd.concat([_visits(assets, rng), _repairs(assets, rng)]).sort_values("opened_at", ignore_index=True)
    of = assets.iloc[rows.pop("asset").to_numpy()].reset_index(drop=True)
    for column in ("asset_id", "asset_class", "amc_id", "engineer", "phone"):
        rows[column] = of[column]
    rows["ticket_id"] = [f"MT-{number + 1:06}" for number in range(len(rows))]
    rows = rows.assign(**_course(rows, of, world, rng))
    remarks, called = _said(rows, rng)
    rows["remarks"] = remarks
    return Batch(_files(rows), personal=("engineer", "phone"), within=called)


def correct(cells: Cells) -> Cells:
    """The same ticket an hour later, with another engineer."""
    return cells | {"engineer": "Help Desk", "updated_at": cells["updated_at"] + pd.Timedelta(hours=1)}


def _visits(assets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A visit to each asset in each half-year, from when it was taken into use."""
    halves = np.arange(START, END, 182 * DAY)
    asset, half = (grid.ravel() for grid in np.meshgrid(np.arange(len(assets)), np.arange(len(halves)), indexing="ij"))
    opened = halves[half] + rng.integers(0, 180, len(half)) * DAY + rng.integers(9 * 60, 16 * 60, len(half)) * MINUTE
    return _in_use(assets, asset, opened, "preventive")


def _repairs(assets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Breakdowns by the class of the asset; more of them in the rains, from June to September."""
    yearly = np.array([KINDS[name].breakdowns for name in assets["asset_class"]])
    asset = np.repeat(np.arange(len(assets)), rng.poisson(yearly * YEARS))
    opened = START + rng.integers(0, (END - START) // MINUTE, len(asset)) * MINUTE
    month = opened.astype("datetime64[M]").astype(int) % 12
    kept = (month >= 5) & (month <= 8) | (rng.random(len(asset)) < 0.75)
    return _in_use(assets, asset[kept], opened[kept], "breakdown")


def _in_use(assets: pd.DataFrame, asset: np.ndarray, opened: np.ndarray, kind: str) -> pd.DataFrame:
    there = (opened >= assets["commissioned_on"].to_numpy()[asset]) & (opened < END)
    return pd.DataFrame({"asset": asset, "opened_at": opened, "work_kind": kind})[there]


def _course(rows: pd.DataFrame, of: pd.DataFrame, world: World, rng: np.random.Generator) -> dict[str, Any]:
    """How long each took, what it cost, and the penalty: due by the day of delay, levied as far as the city cares."""
    working, count = world.profile.working, len(rows)
    visit, opened = (rows["work_kind"] == "preventive").to_numpy(), rows["opened_at"].to_numpy().astype("datetime64[m]")
    allowed = np.where(visit, VISIT_HOURS, [KINDS[name].target_hours for name in of["asset_class"]])
    hours = allowed * (0.25 + 1.6 * (1 - working)) * rng.lognormal(0, 0.9, count)
    closed = opened + np.maximum(20, np.where(visit, rng.uniform(1, 8, count), hours) * 60).astype(int) * MINUTE
    open_still, value = closed >= END, rupees(of["cost_inr"])
    late = np.ceil(((closed - opened) / HOUR - allowed) / 24)
    due = np.round(np.where(open_still, 0, np.clip(late, 0, MOST_DAYS)) * A_DAY * value)
    levied = rng.choice(3, count, p=_levies(working))
    cost = np.where(visit, 0.03, 0.04) * value * rng.lognormal(0, 0.3, count)
    cost *= rng.uniform(*YEARLY) * YEARS * min(1, world.scale) / cost.sum()
    return {
        "closed_at": where(~open_still, closed),
        "target_hours": allowed,
        "cost_inr": np.round(cost, 2),
        "penalty_due_inr": due,
        "penalty_levied_inr": np.select([levied == 0, levied == 1], [due, np.floor(due / 2)], 0.0),
        "updated_at": np.where(open_still, opened + 30 * MINUTE, closed),
    }


def _levies(working: float) -> list[float]:
    """Shares of penalties that are levied whole, by half, not at all."""
    whole = min(0.9, max(0.1, (working - 0.55) * 2.2))
    return [whole, (1 - whole) / 4, (1 - whole) * 3 / 4]


def _said(rows: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    """The engineers' words, and the telephone numbers in them."""
    phones = mobiles(rng, len(rows))
    calls = rng.random(len(rows)) < 0.05
    repair = (rows["work_kind"] == "breakdown").to_numpy()
    words = [
        _REPAIRS[i] if r else "Visited."
        for i, r in zip(rng.integers(len(_REPAIRS), size=len(rows)), repair, strict=True)
    ]
    texts = [
        word + _CALLS.format(phone) if call else word for word, phone, call in zip(words, phones, calls, strict=True)
    ]
    return np.array(texts, dtype=object), tuple(phone for phone, call in zip(phones, calls, strict=True) if call)


def _files(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    late = rows["opened_at"] >= CUT
    news = ~late & ((rows["closed_at"] >= CUT) | rows["closed_at"].isna())
    history = rows[~late].copy()
    history.loc[news, "closed_at"] = pd.NaT
    history.loc[news, ["penalty_due_inr", "penalty_levied_inr"]] = 0.0
    history.loc[news, "updated_at"] = history.loc[news, "opened_at"] + 30 * MINUTE
    known = news & rows["closed_at"].notna()
    files = {f"maintenance_{HISTORY}": history, f"maintenance_{LATEST}": rows[late | known]}
    return {name: file.reset_index(drop=True) for name, file in files.items()}


MAKER = Maker(build, FAULTS, correct)
