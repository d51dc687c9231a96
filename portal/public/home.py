"""The first page: what this is, four numbers, the datasets, the cities."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.public import cities
from portal.public.cards import card
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
        cities=[cities.card(visit, city) for city in visit.release.cities.values()],
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
