"""What a dataset may still tell of people: facts of a release's catalogue, each with its sentence."""

from collections.abc import Callable, Iterator
from typing import Any

from portal.pages import figures
from portal.public.protection import sort, titles
from portal.public.visit import Visit

# What a column may tell by the way it goes out; a mask only where it shows the end.
_COLUMNS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "disclosed": lambda treatment: bool(treatment["discloses"]),
    "tokens": lambda treatment: treatment["kind"] == "pseudonym",
    "masked": lambda treatment: treatment["kind"] == "mask" and treatment["keep_last"] > 0,
    "redacted": lambda treatment: treatment["kind"] == "redact",
}


def risks(visit: Visit, entry: dict[str, Any]) -> list[str]:
    """The sentences of a dataset, the weightiest first; each stands exactly where its fact does."""
    facts = [*_of_rows(visit, entry), *_of_columns(visit, entry), *_of_counts(visit, entry)]
    return [visit.words(f"privacy.risk.{risk}", **told) for risk, told in facts]


_Told = Iterator[tuple[str, dict[str, str]]]


def _of_rows(visit: Visit, entry: dict[str, Any]) -> _Told:
    words, privacy, how = visit.words, entry["privacy"], sort(entry)
    if how == "things":
        yield "undeclared", {}
    if how == "persons":
        yield "known", {"columns": titles(words, entry, privacy["quasi"])}
    if how == "persons" and privacy["l"] is not None:
        yield "guessed", {"columns": titles(words, entry, privacy["sensitive"])}
    # Rows of places say little more of people where nothing in them is about people.
    placed = [column["name"] for column in entry["columns"] if column["name"] in _places(entry)]
    if placed and how != "things":
        yield "places", {"columns": titles(words, entry, placed)}


def _places(entry: dict[str, Any]) -> set[str]:
    """The public columns that stand for a point; in a table made from others, what belongs to an outline."""
    own = {treatment["column"] for treatment in entry["treatments"] if treatment["place"]}
    return own | ({entry["boundary"]["column"]} if entry["boundary"] else set())


def _of_columns(visit: Visit, entry: dict[str, Any]) -> _Told:
    for risk, tells in _COLUMNS.items():
        found = [*filter(tells, entry["treatments"])]
        offices = sorted({one["released_by"] for one in found if one["released_by"]})
        told = ", ".join(visit.words.pick(one["title"]) for one in found)
        if found:
            yield risk, {"columns": told, "office": ", ".join(offices)}


def _of_counts(visit: Visit, entry: dict[str, Any]) -> _Told:
    words, privacy = visit.words, entry["privacy"]
    if sort(entry) != "counts":
        return
    if privacy["hidden"] is None:
        yield "unchecked", {}
    if _hides(entry):
        rows, counts = _same_cases(visit, entry)
        if rows:
            yield "rows", {"datasets": ", ".join(rows)}
        if counts:
            yield "tables", {"datasets": ", ".join(counts)}
        yield "sums", {}
    if privacy["differencing"] == "measure":
        yield "changes", {"k": figures.number(entry["k"], words.language)}


def _hides(entry: dict[str, Any]) -> bool:
    return bool(entry["privacy"]["hidden"] or entry["privacy"]["beside"])


def _same_cases(visit: Visit, entry: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Titles of the datasets that hold the same cases: as rows about persons, and as counts that hide some."""
    others = [
        one
        for one in visit.release.datasets.values()
        if one["table"] in entry["made_from"] or entry["table"] in one["made_from"]
    ]
    found = {"persons": [one for one in others if sort(one) == "persons"], "counts": [*filter(_hides, others)]}
    rows, counts = ([visit.words.pick(one["title"]) for one in found[how]] for how in ("persons", "counts"))
    return rows, counts
