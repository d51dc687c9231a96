"""What the parts of the page on footage have in common: a head, where it is from, and what a city has not sent."""

from collections.abc import Sequence
from typing import Any

from portal import shell
from portal.public.rates import GOAL, has
from portal.public.visit import Visit

WARDS, REQUESTS, CRIMES = "iccc__wards", "police__footage_requests", "police__crime_incidents"
CAMERAS, RECORDINGS = "police__cameras", "police__recordings"
NEEDS = {
    "months": (REQUESTS, WARDS),
    "crimes": (CRIMES, WARDS),
    "reasons": (REQUESTS, CRIMES, CAMERAS, RECORDINGS, "police__custody_events"),
    "uptime": (CAMERAS, RECORDINGS),
}


def head(visit: Visit, part: str, city: str, table: str, claim: str = "", text: str = "") -> bool:
    """Draw a part's title, what it shows and from where, or what it lacks; whether there is anything to show."""
    found = source(visit, city, table)
    values = {"claim": claim, "text": text, "source": found, "missing": None if found else missing(visit, city, part)}
    shell.block("footage_part.html", visit.words, part=part, goal=GOAL, **values)
    return found is not None


def columns(visit: Visit, first: str, others: Sequence[str]) -> list[tuple[str, bool]]:
    """The titles of a table's columns; all but the first hold numbers."""
    return [(visit.words(f"footage.column.{name}"), name != first) for name in (first, *others)]


def missing(visit: Visit, city: str, part: str) -> dict[str, Any]:
    """What the template needs to say what a part is made from, which of it is not here, and where a file of it goes."""
    needs = [_need(visit, city, table) for table in NEEDS[part]]
    return {"city": visit.words.pick(visit.release.cities[city]["name"]), "needs": needs}


def _need(visit: Visit, city: str, table: str) -> dict[str, Any]:
    entry = visit.release.tables.get(table)
    state = "closed" if entry is None else ("here" if has(visit.release, table, city) else "absent")
    return {
        "state": state,
        "title": visit.words(f"footage.dataset.{table}"),
        "href": visit.link("/dataset", id=entry["slug"]) if entry else None,
        "inbox": f"inbox/{city}/{table.replace('__', '/')}/",
    }


def source(visit: Visit, city: str, table: str) -> dict[str, str] | None:
    """The dataset that a part shows, with its page; None where the release has no row of the city in it."""
    if not has(visit.release, table, city):
        return None
    entry = visit.release.tables[table]
    return {"title": visit.words.pick(entry["title"]), "href": visit.link("/dataset", id=entry["slug"], city=city)}
