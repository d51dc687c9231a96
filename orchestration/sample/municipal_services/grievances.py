"""Complaints of citizens: the history, then a delivery with news on some of them and the new ones."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, END, HISTORY, LATEST, MINUTE, after, between, moments, where
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.municipal_services.complaints import CATEGORIES, address, details
from orchestration.sample.people import mobiles, people, places
from orchestration.sample.points import scatter
from orchestration.sample.profile import Profile
from orchestration.sample.wards import Wards

WITHOUT_PLACE = 0.05
IN_HINDI = 0.3


def _closed_before_opened(cells: Cells) -> None:
    cells.update(status="resolved", resolved_at=cells["opened_at"] - timedelta(days=1))


def _closed_at_no_time(cells: Cells) -> None:
    cells.update(status="resolved", resolved_at=None)


FAULTS = (
    Fault(("category_known",), put("category", "potholes")),
    Fault(("category.required",), empty("category")),
    Fault(("status_known",), put("status", "closed")),
    Fault(("opened_at.type",), impossible_date("opened_at")),
    Fault(("lat.type",), lettered("lat")),
    Fault(("rating.type",), put("rating", "five")),
    Fault(("rating.maximum",), put("rating", 9)),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("resolved_after_opened",), _closed_before_opened),
    Fault(("resolved_has_a_time",), _closed_at_no_time),
    Fault(("grievance_id.pattern",), lower("grievance_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's two deliveries of complaints."""
    profile = world.profile
    opened = moments(rng, world.size(profile.complaints))
    before = int(np.searchsorted(opened, CUT))
    updates = min(world.size(profile.complaint_updates), before // 3)
    news = rng.choice(np.arange(before - updates * 3 // 2, before), updates, replace=False)
    category = pick(rng, {name: kind.share for name, kind in CATEGORIES.items()}, len(opened))
    said, within = _said(category, rng)
    rows = pd.DataFrame(
        {"grievance_id": [f"G{i + 1:07}" for i in range(len(opened))], "category": category}
        | _placed(world.ground, len(opened), rng)
        | _handled(profile, opened, category, news, rng)
        | said
    )
    history, latest = _split(rows, before, np.sort(news))
    files = {f"grievances_{HISTORY}": history, f"grievances_{LATEST}": latest}
    return Batch(files, personal=("complainant", "phone"), within=within)


def correct(cells: Cells) -> Cells:
    """The same complaint again, an hour newer, in another category."""
    category = "roads" if cells["category"] == "other" else "other"
    return cells | {"category": category, "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _placed(wards: Wards, count: int, rng: np.random.Generator) -> dict[str, Any]:
    lat, lon = scatter(rng, wards, count, central=0.35)
    known = rng.random(count) >= WITHOUT_PLACE
    return {"lat": np.where(known, lat, np.nan), "lon": np.where(known, lon, np.nan)}


def _handled(
    profile: Profile, opened: np.ndarray, category: np.ndarray, news: np.ndarray, rng: np.random.Generator
) -> dict[str, Any]:
    """What the department did; it takes a complaint up at the latest when it closes it."""
    slowness = np.array([CATEGORIES[name].slowness for name in category])
    resolved = after(opened, rng, profile.resolving_days * slowness)
    resolved[news] = between(rng, CUT, END, len(news))
    taken_up = np.minimum(after(opened, rng, profile.resolving_days / 12), resolved)
    status = pick(rng, {"resolved": 0.87, "rejected": 0.06, "acknowledged": 0.05, "open": 0.02}, len(opened))
    status[news] = pick(rng, {"resolved": 0.9, "rejected": 0.1}, len(news))
    # A file knows nothing of what happens after it: the history's end at the cut, unless there is news.
    known = np.where(opened < CUT, CUT, END)
    known[news] = END
    status[resolved >= known] = "acknowledged"
    status[(taken_up >= known) & (status == "acknowledged")] = "open"
    closed = np.isin(status, ["resolved", "rejected"])
    rated = (status == "resolved") & (rng.random(len(opened)) < 0.4)
    return {
        "opened_at": opened,
        "acknowledged_at": where(status != "open", taken_up),
        "resolved_at": where(status == "resolved", resolved),
        "status": status,
        "rating": pd.array(only(rated, rng.choice(5, len(opened), p=profile.ratings) + 1), dtype="Int64"),
        "updated_at": np.select([closed, status == "open"], [resolved, opened + 5 * MINUTE], default=taken_up),
    }


def _said(category: np.ndarray, rng: np.random.Generator) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Who complains and in which words; and the personal values in the words."""
    count = len(category)
    hindi = rng.random(count) < IN_HINDI
    names = [name[int(h)] for name, h in zip(people(rng, count), hindi, strict=True)]
    phones, streets = mobiles(rng, count), places(rng, 120)
    homes = [address(streets, rng) for _ in range(count)]
    texts = [details(str(kind), phone, home, rng) for kind, phone, home in zip(category, phones, homes, strict=True)]
    photo = rng.random(count) < 0.25
    said: dict[str, Any] = {
        "complainant": only(rng.random(count) >= 0.03, names),
        "phone": only(rng.random(count) >= 0.05, phones),
        "description": [text for text, _ in texts],
        "media_url": [f"https://media.example/{i + 1:07}.jpg" if p else None for i, p in enumerate(photo)],
    }
    return said, tuple(value for _, value in texts if value)


def _split(rows: pd.DataFrame, before: int, news: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The history as it stood at the cut, and the later delivery: news first, then the new complaints."""
    history = rows.iloc[:before].copy()
    # Before the news: registered, nothing done.
    history.loc[news, ["acknowledged_at", "resolved_at", "rating"]] = None
    history.loc[news, "status"] = "open"
    history.loc[news, "updated_at"] = history.loc[news, "opened_at"] + timedelta(minutes=5)
    return history, pd.concat([rows.iloc[news], rows.iloc[before:]], ignore_index=True)


MAKER = Maker(build, FAULTS, correct)
