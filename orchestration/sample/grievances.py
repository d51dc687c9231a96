"""Complaints of citizens: two years' history, then a delivery with news on some of them and the new ones."""

from datetime import timedelta
from typing import Any

import numpy as np

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, END, HISTORY, LATEST, MINUTE, after, between, moments, where
from orchestration.sample.complaints import CATEGORIES, address, details
from orchestration.sample.delivery import Batch, Cells, Record, only, rows
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
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


def build(profile: Profile, wards: Wards, rng: np.random.Generator) -> Batch:
    """The city's two deliveries of complaints."""
    opened = moments(rng, profile.complaints)
    before = int(np.searchsorted(opened, CUT))
    last = np.arange(before - profile.complaint_updates * 3 // 2, before)
    news = rng.choice(last, profile.complaint_updates, replace=False)
    category = pick(rng, {name: kind.share for name, kind in CATEGORIES.items()}, len(opened))
    said, personal = _said(category, rng)
    columns = (
        {"grievance_id": [f"G{i + 1:07}" for i in range(len(opened))], "category": category}
        | _placed(wards, len(opened), rng)
        | _handled(profile, opened, category, news, rng)
        | said
    )
    records = [Record(cells) for cells in rows(columns)]
    history, latest = _split(records, before, set(news.tolist()))
    files = {f"grievances_{HISTORY}": history, f"grievances_{LATEST}": latest}
    return Batch(files, duplicate=len(news), personal=personal)


def correct(cells: Cells) -> Cells:
    """The same complaint again, an hour newer, in another category."""
    category = "roads" if cells["category"] == "other" else "other"
    return cells | {"category": category, "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _placed(wards: Wards, count: int, rng: np.random.Generator) -> dict[str, Any]:
    lat, lon = scatter(rng, wards, count, central=0.35)
    known = rng.random(count) >= WITHOUT_PLACE
    return {"lat": only(known, lat), "lon": only(known, lon)}


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
        "rating": only(rated, rng.choice(5, len(opened), p=profile.ratings) + 1),
        "updated_at": np.select([closed, status == "open"], [resolved, opened + 5 * MINUTE], default=taken_up),
    }


def _said(category: np.ndarray, rng: np.random.Generator) -> tuple[dict[str, Any], list[list[str]]]:
    """Who complains and in which words; and the personal values in it, by kind."""
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
    written = [value for _, value in texts if value]
    given = [[value for value in said[name].tolist() if value] for name in ("complainant", "phone")]
    return said, [*given, written]


def _split(records: list[Record], before: int, news: set[int]) -> tuple[list[Record], list[Record]]:
    """The history as it stood at the cut, and the later delivery: news first, then the new complaints."""
    history = [_as_it_stood(record) if i in news else record for i, record in enumerate(records[:before])]
    for i in news:
        records[i].revised = True
    return history, [records[i] for i in sorted(news)] + records[before:]


def _as_it_stood(record: Record) -> Record:
    """The complaint before the news: registered, nothing done."""
    touched = record.cells["opened_at"] + timedelta(minutes=5)
    nothing = dict.fromkeys(("acknowledged_at", "resolved_at", "rating"))
    return Record(record.cells | nothing | {"status": "open", "updated_at": touched}, revised=True)
