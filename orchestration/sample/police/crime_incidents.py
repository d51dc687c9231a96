"""Registered crimes, and whether footage was asked for and provided."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.clock import CUT, MINUTE
from orchestration.sample.delivery import Batch, Cells, only
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import case_numbers, people
from orchestration.sample.points import scatter
from orchestration.sample.police import account
from orchestration.sample.police.demand import NO_CRIME, OFFENCES
from orchestration.sample.police.desk import NEVER
from orchestration.sample.police.ground import wards
from orchestration.sample.police.span import DAY, FINISH, HOUR, ORIGIN, moment
from orchestration.sample.police.world import PoliceWorld, police


def _reported_before_it_happened(cells: Cells) -> None:
    cells.update(reported_at=cells["occurred_at"] - timedelta(days=1))


FAULTS = (
    Fault(("offence_group_known",), put("offence_group", "bad behaviour")),
    Fault(("ward_id.pattern",), put("ward_id", "Ward ?")),
    Fault(("occurred_at.type",), impossible_date("occurred_at")),
    Fault(("reported_after_it_occurred",), _reported_before_it_happened),
    Fault(("station.required",), empty("station")),
    Fault(("provided_if_asked",), lambda cells: cells.update(footage_requested=False, footage_provided=True)),
    Fault(("incident_id.pattern",), lower("incident_id")),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's two deliveries; the later one says of some crimes that footage was asked for since."""
    city = police(world)
    asked = _asked(world, city, rng)
    crimes = pd.concat([asked, _others(world, city, len(asked), rng)], ignore_index=True)
    crimes = crimes.sort_values("reported", kind="stable", ignore_index=True)
    rows = pd.DataFrame(_told(world, crimes, rng))
    stood, now = (_answers(crimes, until) for until in (_minute(CUT), FINISH))
    early = (crimes["reported"] < _minute(CUT)).to_numpy()
    news = early & (stood["updated_at"] != now["updated_at"]).to_numpy()
    history, latest = rows.join(stood)[early], rows.join(now)
    files = {
        "crime_incidents_2025-09_2026-06": history,
        "crime_incidents_2026-07_2026-09": pd.concat([latest[news], latest[~early]]),
    }
    return Batch(files, personal=("case_no", "complainant"))


def correct(cells: Cells) -> Cells:
    """The same crime again, an hour newer, under another offence."""
    offence = "theft" if cells["offence_group"] == "other" else "other"
    return cells | {"offence_group": offence, "updated_at": cells["updated_at"] + timedelta(hours=1)}


def _minute(at: np.datetime64) -> int:
    return int((at - ORIGIN) // MINUTE)


def _asked(world: World, city: PoliceWorld, rng: np.random.Generator) -> pd.DataFrame:
    """The crimes behind requests; where a request has the time or the place wrong, the crime has it right."""
    requests = city.requests.assign(incident_id=account.incident_ids(city.requests))
    requests = requests[requests["linked"]]
    first = requests.drop_duplicates("incident_id")
    done = requests.assign(provided=requests["delivered"].where(requests["outcome"] == "delivered", NEVER))
    provided = done.groupby("incident_id")["provided"].min()
    occurred = rng.integers(first["start"].to_numpy(), first["end"].to_numpy() + 1)
    ward = wards(world, first["lat"].to_numpy(), first["lon"].to_numpy())
    elsewhere = first["wrong"].to_numpy() & (rng.random(len(first)) < 0.5)
    earlier = first["wrong"].to_numpy() & ~elsewhere
    occurred = np.where(earlier, occurred - rng.integers(3 * HOUR, 40 * HOUR, len(first)), occurred)
    return pd.DataFrame(
        {
            "incident_id": first["incident_id"],
            "offence": first["offence"],
            "ward": np.where(elsewhere, _another(world, ward, rng), ward),
            "occurred": occurred,
            "reported": occurred
            + ((first["requested"].to_numpy() - occurred) * rng.uniform(0.05, 0.9, len(first))).astype(int),
            "requested": first["requested"],
            "provided": provided.loc[first["incident_id"]].to_numpy(),
        }
    )


def _another(world: World, ward: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    ids = np.array(world.ground.ids, dtype=object)
    number = {name: position for position, name in enumerate(world.ground.ids)}
    step = rng.integers(1, len(ids), len(ward))
    return np.asarray(ids[(np.array([number.get(name, 0) for name in ward]) + step) % len(ids)])


def _others(world: World, city: PoliceWorld, asked: int, rng: np.random.Generator) -> pd.DataFrame:
    """Crimes for which nobody asked for footage."""
    count = round(asked * (1 / city.character.asked - 1))
    lat, lon = scatter(rng, world.ground, count, central=0.5)
    shares = {offence: share for offence, share in OFFENCES.items() if offence not in NO_CRIME}
    occurred = rng.integers(0, FINISH - 3 * DAY, count)
    never = np.full(count, NEVER)
    return pd.DataFrame(
        {
            "incident_id": [f"CI-{700_000 + number:06}" for number in range(count)],
            "offence": pick(rng, shares, count),
            "ward": wards(world, lat, lon),
            "occurred": occurred,
            "reported": occurred + rng.integers(20, 3 * DAY, count),
            "requested": never,
            "provided": never,
        }
    )


def _told(world: World, crimes: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    occurred, count = moment(crimes["occurred"].to_numpy()), len(crimes)
    stations = [f"{name.latin} Thana" for name in world.ground.names[::4]]
    names = [name.latin for name in people(rng, count)]
    return {
        "incident_id": crimes["incident_id"],
        "case_no": case_numbers(rng, occurred.astype("datetime64[Y]")),
        "complainant": only(rng.random(count) >= 0.05, names),
        "station": rng.choice(stations, count),
        "offence_group": crimes["offence"],
        "ward_id": crimes["ward"],
        "occurred_at": occurred,
        "reported_at": moment(crimes["reported"].to_numpy()),
    }


def _answers(crimes: pd.DataFrame, until: int) -> pd.DataFrame:
    """Whether footage was asked for and provided by a minute, and when that last changed."""
    asked, given = (crimes[name].where(crimes[name] < until, -1) for name in ("requested", "provided"))
    updated = np.maximum.reduce([crimes["reported"].to_numpy(), asked.to_numpy(), given.to_numpy()])
    return pd.DataFrame(
        {"footage_requested": asked >= 0, "footage_provided": given >= 0, "updated_at": moment(updated)}
    )


MAKER = Maker(build, FAULTS, correct)
