"""Requests for footage: two years' history, then a delivery with news on some of them and the new ones."""

from datetime import timedelta
from typing import Any

import numpy as np

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, DAY, END, HISTORY, HOUR, LATEST, MINUTE, after, between, moments, where
from orchestration.sample.delivery import Batch, Cells, Record, only, rows
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.people import case_numbers, people
from orchestration.sample.points import scatter
from orchestration.sample.profile import Profile
from orchestration.sample.wards import Wards

NATIVE = 0.06
OFFENCES = {
    "theft": 0.3,
    "road_accident": 0.24,
    "snatching": 0.14,
    "assault": 0.1,
    "burglary": 0.09,
    "missing_person": 0.06,
    "vandalism": 0.04,
    "other": 0.03,
}
REASONS = {
    "no_coverage": 0.2,
    "expired_before_request": 0.17,
    "expired_during_handling": 0.16,
    "camera_down": 0.15,
    "recording_gap": 0.1,
    "wrong_time_or_place": 0.08,
    "quality": 0.06,
    "incomplete_request": 0.05,
    "authorisation_missing": 0.03,
}


def _handed_over_too_early(cells: Cells) -> None:
    early = cells["requested_at"] - timedelta(days=2)
    cells.update(outcome="delivered", delivered_at=early, reason=None)


def _handed_over_at_no_time(cells: Cells) -> None:
    cells.update(outcome="delivered", delivered_at=None, reason=None)


def _ends_before_it_begins(cells: Cells) -> None:
    cells.update(incident_from=cells["incident_to"], incident_to=cells["incident_from"])


def _asked_before_it_happened(cells: Cells) -> None:
    begin = cells["requested_at"] + timedelta(days=1)
    cells.update(incident_from=begin, incident_to=begin + timedelta(hours=1))


FAULTS = (
    Fault(("outcome_known",), put("outcome", "given")),
    Fault(("station.required",), empty("station")),
    Fault(("requested_at.type",), impossible_date("requested_at")),
    Fault(("lon.type",), lettered("lon")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("delivered_after_request",), _handed_over_too_early),
    Fault(("delivered_has_a_time",), _handed_over_at_no_time),
    Fault(("incident_ends_after_it_begins",), _ends_before_it_begins),
    Fault(("requested_after_incident",), _asked_before_it_happened),
    Fault(("request_id.pattern",), lower("request_id")),
)


def build(profile: Profile, wards: Wards, rng: np.random.Generator) -> Batch:
    """The city's two deliveries of requests."""
    requested = moments(rng, profile.requests)
    news = _with_news(requested, profile.request_updates, rng)
    decided = after(requested, rng, profile.handling_days)
    decided[news] = between(rng, CUT, END, len(news))
    outcome = pick(rng, profile.outcomes, profile.requests)
    # What was open when the history was drawn and has no news is open still.
    outcome[(decided >= END) | ((requested < CUT) & (decided >= CUT))] = "pending"
    outcome[news] = pick(rng, profile.outcomes | {"pending": 0}, len(news))
    columns = _told(requested, wards, profile, rng) | _ended(requested, decided, outcome, rng)
    records = [Record(cells, native=bool(rng.random() < NATIVE)) for cells in rows(columns)]
    history, latest = _split(records, requested, set(news.tolist()), rng)
    officers, cases = sorted(set(columns["officer"])), [case for case in columns["case_no"] if case]
    return Batch(
        {f"footage_requests_{HISTORY}": history, f"footage_requests_{LATEST}": latest},
        duplicate=len(news),
        personal=[officers, cases],
    )


def correct(cells: Cells) -> Cells:
    """The same request again, an hour newer, under another offence."""
    offence = "theft" if cells["offence_group"] == "other" else "other"
    return cells | {"offence_group": offence, "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _with_news(requested: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """The requests (their positions) that the later delivery updates: most of the last before it."""
    before = int(np.searchsorted(requested, CUT))
    return np.sort(rng.choice(np.arange(before - count * 5 // 4, before), count, replace=False))


def _told(requested: np.ndarray, wards: Wards, profile: Profile, rng: np.random.Generator) -> dict[str, Any]:
    """What is known when a request comes in."""
    count = len(requested)
    ended = requested - (rng.exponential(3.5, count) * DAY / MINUTE).astype(int) * MINUTE - HOUR
    begun = ended - rng.integers(10, 180, count) * MINUTE
    officers = [name.latin for name in people(rng, profile.wards * 2)]
    # A police station for every four wards, called after one of them.
    stations = [f"{name.latin} Thana" for name in wards.names[::4]]
    cases = case_numbers(rng, begun.astype("datetime64[Y]"))
    lat, lon = scatter(rng, wards, count, central=0.5)
    return {
        "request_id": [f"FR-{number + 1:06}" for number in range(count)],
        "case_no": only(rng.random(count) >= 0.04, cases),
        "officer": rng.choice(officers, count),
        "station": rng.choice(stations, count),
        "offence_group": pick(rng, OFFENCES, count),
        "incident_from": begun,
        "incident_to": ended,
        "lat": lat,
        "lon": lon,
        "requested_at": requested,
    }


def _ended(requested: np.ndarray, decided: np.ndarray, outcome: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """How each request ended, and when the row was last touched."""
    reason = pick(rng, REASONS, len(outcome))
    return {
        "delivered_at": where(np.isin(outcome, ["delivered", "partial"]), decided),
        "outcome": outcome,
        "reason": only(outcome == "rejected", reason),
        "updated_at": np.where(outcome == "pending", requested + 10 * MINUTE, decided),
    }


def _split(
    records: list[Record], requested: np.ndarray, news: set[int], rng: np.random.Generator
) -> tuple[list[Record], list[Record]]:
    """The history as it stood at the cut, and the later delivery: news first, then the new requests."""
    before = int(np.searchsorted(requested, CUT))
    history = [_as_it_stood(record, rng) if i in news else record for i, record in enumerate(records[:before])]
    for i in news:
        records[i].revised = True
    return history, [records[i] for i in sorted(news)] + records[before:]


def _as_it_stood(record: Record, rng: np.random.Generator) -> Record:
    """The request before the news: mostly pending, now and then turned down or met in part."""
    cells = record.cells | {"delivered_at": None, "reason": None}
    cells["updated_at"] = cells["requested_at"] + timedelta(minutes=10)
    cells["outcome"] = "pending"
    if rng.random() < 0.15 and record.cells["outcome"] != "rejected":
        cells.update(outcome="rejected", reason="incomplete_request")
    return Record(cells, native=record.native, revised=True)
