"""Requests for footage: the history, then a delivery with news on some of them and the new ones.

Why each request failed and what would have saved it stands in the truth alone. Of each request that says: whether it
counts (`matured`) and was `met`; its active `causes`; the weakest setting of each lever that alone would have saved
it (`saved_by`); whether the file states another reason than the first cause (`misstated`); and whether the delivered
files suffice to find the causes (`evidence`). `met_under` counts the requests met under every combination of levers.
"""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, MINUTE
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lettered, lower, put, swapped
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import case_numbers, people
from orchestration.sample.police import account
from orchestration.sample.police.span import DAY, FINISH, HOUR, ORIGIN, moment
from orchestration.sample.police.world import PoliceWorld, police

_STAMPS = {
    "acknowledged_at": "taken_up",
    "hold_placed_at": "hold",
    "searched_at": "searched",
    "located_at": "located",
    "exported_at": "exported",
    "delivered_at": "delivered",
    "decided_at": "closed",
}
_CORNERS = ("Bus Stand", "Main Road", "Vegetable Market", "Railway Crossing", "Petrol Pump", "Temple Tank Road")


def _handed_over_too_early(cells: Cells) -> None:
    cells.update(delivered_at=cells["requested_at"] - timedelta(days=2))


def _decided_before_received(cells: Cells) -> None:
    cells.update(decided_at=cells["requested_at"] - timedelta(days=1))


def _ends_before_it_begins(cells: Cells) -> None:
    cells.update(incident_from=cells["incident_to"], incident_to=cells["incident_from"])


def _for_next_week(cells: Cells) -> None:
    begin = cells["requested_at"] + timedelta(days=7)
    cells.update(incident_from=begin, incident_to=begin + timedelta(hours=1))


def _delivered(cells: Cells) -> bool:
    return bool(cells["outcome"] == "delivered")


FAULTS = (
    Fault(("outcome_known",), put("outcome", "given"), lambda cells: cells["outcome"] == "pending"),
    Fault(("station.required",), empty("station")),
    Fault(("requested_at.type",), impossible_date("requested_at")),
    Fault(("lon.type",), lettered("lon")),
    Fault(("lat.maximum", "lon.minimum"), swapped),
    Fault(("delivered_after_request",), _handed_over_too_early, _delivered),
    Fault(("delivered_has_a_time",), put("delivered_at", None), _delivered),
    Fault(("decided_after_request",), _decided_before_received, lambda cells: cells["decided_at"] is not None),
    Fault(("incident_ends_after_it_begins",), _ends_before_it_begins),
    Fault(("requested_after_incident",), _for_next_week),
    Fault(("request_id.pattern",), lower("request_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's two deliveries of requests."""
    city = police(world)
    requests = _told(world, city, rng) | _handled(city, rng) | _ended(city, rng)
    rows = pd.DataFrame(requests)
    rows["updated_at"] = rows[["logged_at", *_STAMPS]].max(axis=1)
    history, latest = _split(rows)
    told = account.of(world, city, rows["request_id"], rows["reason"])
    files = {"footage_requests_2025-10_2026-06": history, "footage_requests_2026-07_2026-09": latest}
    return Batch(files, personal=("officer", "case_no", "authorisation_no"), truth=told)


def correct(cells: Cells) -> Cells:
    """The same request again, an hour newer, from another police station."""
    return cells | {"station": "Control Room", "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _told(world: World, city: PoliceWorld, rng: np.random.Generator) -> dict[str, Any]:
    """What stands on the form."""
    asked, count = city.requests, len(city.requests)
    officers = [name.latin for name in people(rng, world.profile.wards * 2)]
    stations = [f"{name.latin} Thana" for name in world.ground.names[::4]]
    corner = rng.integers(len(_CORNERS), size=count)
    ward = rng.integers(len(world.ground.names), size=count)
    # A form that is not complete lacks the case or the officer.
    bare, which = asked["incomplete"].to_numpy(), rng.random(count) < 0.5
    began = moment(asked["start"].to_numpy())
    return {
        "request_id": [f"FR-{number + 1:06}" for number in range(count)],
        "incident_id": account.incident_ids(asked),
        "case_no": only(~(bare & which), case_numbers(rng, began.astype("datetime64[Y]"))),
        "authorisation_no": only(~asked["unauthorised"].to_numpy(), _letters(began, rng)),
        "officer": only(~(bare & ~which), rng.choice(officers, count)),
        "station": rng.choice(stations, count),
        "channel": asked["channel"],
        "offence_group": asked["offence"],
        "incident_from": began,
        "incident_to": moment(asked["end"].to_numpy()),
        "place": [f"{_CORNERS[c]}, near {world.ground.names[w].latin}" for c, w in zip(corner, ward, strict=True)],
        "lat": asked["lat"],
        "lon": asked["lon"],
        "camera_ids": _named(city, rng),
        "requested_at": moment(asked["requested"].to_numpy()),
    }


def _letters(began: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Numbers of the letters by which a superior allows the request."""
    return [
        f"ACP/{n}/{y}" for n, y in zip(rng.integers(100, 9_999, len(began)), began.astype("datetime64[Y]"), strict=True)
    ]


def _named(city: PoliceWorld, rng: np.random.Generator) -> np.ndarray:
    """The cameras that the station names: mostly one that sees the place, sometimes another, sometimes none."""
    eyes = np.flatnonzero(city.footage.devices["camera"])
    count = len(city.requests)
    way = rng.random(count)
    other = rng.choice(eyes, (2, count))
    right = (way < 0.72) & (city.best >= 0)
    start = city.requests["start"].to_numpy()
    first = city.footage.names(np.where(right, city.best, other[0]), start)
    second = city.footage.names(other[1], start)
    both = np.where(
        rng.random(count) < 0.1, np.char.add(np.char.add(first.astype(str), ";"), second.astype(str)), first
    )
    return only(right | (way > 0.85), both.astype(object))


def _handled(city: PoliceWorld, rng: np.random.Generator) -> dict[str, Any]:
    """The stamps of a request's life; some were entered long after the request was made."""
    asked = city.requests
    tardy = rng.random(len(asked)) < city.character.late_logged
    delay = np.where(tardy, rng.integers(2 * DAY, 12 * DAY, len(asked)), rng.integers(0, HOUR, len(asked)))
    stamps = {column: moment(asked[name].to_numpy()) for column, name in _STAMPS.items()}
    return {
        "logged_at": moment(np.minimum(asked["requested"].to_numpy() + delay, FINISH)),
        "due_at": ORIGIN + asked["due"].to_numpy() * MINUTE,
        **stamps,
    }


def _ended(city: PoliceWorld, rng: np.random.Generator) -> dict[str, Any]:
    """How each request ended; whether footage was of use is not always told."""
    asked, count = city.requests, len(city.requests)
    given = asked["outcome"].isin(["delivered", "partial"]).to_numpy()
    useful = (rng.random(count) < 0.74) & ~asked["poor"].to_numpy()
    word = given & (rng.random(count) < 0.75)
    care = 1 - city.character.unstated
    return {
        "outcome": asked["outcome"],
        "reason": _stated(city, rng),
        "useful": pd.array(only(word, useful), dtype="boolean"),
        "sha256_present": pd.array(only(given, rng.random(count) < care), dtype="boolean"),
        "certificate_present": pd.array(only(given, rng.random(count) < care - 0.25), dtype="boolean"),
    }


def _stated(city: PoliceWorld, rng: np.random.Generator) -> np.ndarray:
    """The reason in the register: the first cause, or what the desk took it for, or nothing."""
    refused = city.requests["outcome"].isin(["rejected", "partial"]).to_numpy()
    told = account.misstate(account.first_cause(city.causes), city.character.misstated, rng)
    silent = pick(rng, {"no": city.character.unstated, "yes": 1 - city.character.unstated}, len(told)) == "no"
    return only(refused & ~silent, told)


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The history as it stood at the cut, and the later delivery: news, and what was entered since."""
    cut = pd.Timestamp(CUT)
    before = rows[rows["logged_at"] < cut]
    news = before["updated_at"] >= cut
    stood = before.copy()
    for column in _STAMPS:
        stood.loc[stood[column] >= cut, column] = pd.NaT
    undecided = stood["decided_at"].isna()
    stood.loc[undecided, "outcome"] = "pending"
    stood.loc[undecided, ["reason", "useful", "sha256_present", "certificate_present"]] = None
    stood["updated_at"] = stood[["logged_at", *_STAMPS]].max(axis=1)
    return stood, pd.concat([before[news], rows[rows["logged_at"] >= cut]])


MAKER = Maker(build, FAULTS, correct)
