"""Privacy: how people are protected in this release, dataset by dataset, and what is not reckoned with."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.public.protection import count, sort
from portal.public.visit import Visit

# The order of defence, and what it does not reach.
STEPS = ("named", "treated", "searched", "grouped", "scanned", "approved")
LIMITS = ("knowledge", "sums", "tables", "releases", "word")
# What is told of each dataset, by how it goes out.
TOLD = {
    "persons": ("k", "l", "left_out", "removed", "replaced", "coarsened"),
    "counts": ("asked", "smallest", "hidden", "beside", "removed", "coarsened"),
    "things": ("removed", "replaced", "coarsened", "kept"),
}
TOTALS = ("datasets", "removed", "changed", "left_out", "hidden")


def show(visit: Visit) -> None:
    """Draw the page."""
    words = visit.words
    shell.block("title.html", words, title=words("privacy.page.title"), lead=words("privacy.page.lead"))
    shell.block("privacy.html", words, **values(visit))


def values(visit: Visit) -> dict[str, Any]:
    """What the page's template needs."""
    words, language = visit.words, visit.words.language
    entries = sorted(visit.release.datasets.values(), key=lambda entry: words.pick(entry["title"]))
    known = totals(entries)
    return {
        "facts": [(words(f"privacy.page.fact.{one}"), figures.number(known[one], language)) for one in TOTALS],
        "steps": STEPS,
        "tables": [table for how in TOLD if (table := _table(visit, how, entries))["rows"]],
        "limits": LIMITS,
        "release": visit.release.id,
        "lasting": shell.address("/privacy", release=visit.release.id, lang=words.language),
    }


def totals(entries: list[dict[str, Any]]) -> dict[str, int]:
    """Over all datasets: columns removed and changed, rows left out, counts hidden for any reason."""
    told = [_told(entry) for entry in entries]
    return {
        "datasets": len(entries),
        "removed": sum(one["removed"] for one in told),
        "changed": sum(one["replaced"] + one["coarsened"] for one in told),
        "left_out": sum(one["left_out"] or 0 for one in told),
        "hidden": sum((one["hidden"] or 0) + (one["beside"] or 0) for one in told),
    }


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry["privacy"], **count(entry), "asked": entry["k"], "smallest": entry["privacy"]["k"]}


def _table(visit: Visit, how: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [
        {
            "title": visit.words.pick(entry["title"]),
            "department": visit.words.pick(entry["department"]),
            "href": visit.link("/dataset", id=entry["slug"]),
            "values": [_told(entry)[one] for one in TOLD[how]],
        }
        for entry in entries
        if sort(entry) == how
    ]
    return {"how": how, "columns": TOLD[how], "rows": rows}
