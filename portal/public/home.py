"""The first page: what this is, four numbers, the datasets, the cities."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.pages.theme import LIGHT
from portal.public.cards import card
from portal.public.summaries import outlines, svg
from portal.public.visit import Visit

NEWEST = 6


def show(visit: Visit) -> None:
    """Draw the page."""
    entries = list(visit.release.datasets.values())
    newest = sorted(entries, key=lambda entry: max(entry["until"].values(), default=""), reverse=True)
    shell.block(
        "home.html",
        visit.words,
        facts=_facts(visit, entries),
        cards=[card(visit, entry) for entry in newest[:NEWEST]],
        cities=[_city(visit, city) for city in visit.release.cities.values()],
        all=visit.link("/data"),
    )


def _facts(visit: Visit, entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    counts = {
        "datasets": len(entries),
        "rows": sum(sum(entry["rows"].values()) for entry in entries),
        "departments": len({entry["department"]["id"] for entry in entries}),
        "cities": len(visit.release.cities),
    }
    language = visit.words.language
    return [(visit.words(f"home.fact.{name}"), figures.number(count, language)) for name, count in counts.items()]


def _city(visit: Visit, city: dict[str, Any]) -> dict[str, Any]:
    entries = list(visit.release.datasets.values())
    # The wards are what other datasets are placed in; any other outlines only where there are none.
    wards = {entry["boundary"]["table"] for entry in entries if entry["boundary"]}
    drawn = sorted(entries, key=lambda entry: entry["table"] not in wards)
    found = (outlines(visit.release, entry, city["id"]) for entry in drawn if entry["geometry"])
    shapes = [ward.shape for ward in next(filter(None, found), [])]
    return {
        "name": visit.words.pick(city["name"]),
        "href": visit.link("/data", city=city["id"]),
        "datasets": sum(1 for entry in entries if entry["rows"].get(city["id"])),
        "wards": len(shapes),
        "fictional": city["fictional"],
        "outline": svg(shapes, LIGHT.ramp[2]),
    }
