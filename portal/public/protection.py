"""What protects the people in a dataset: what became of its columns, what was measured of it, hidden and left out."""

from typing import Any

from portal.pages import figures
from portal.pages.texts import Texts

# What can become of a column, the strictest first.
KINDS = (
    *("drop", "counted", "pseudonym", "mask", "redact", "outline", "cell"),
    *("band", "year", "month", "day", "hour", "keep"),
)
REMOVED, REPLACED = ("drop", "counted"), ("pseudonym", "mask", "redact")
# What is measured of a table, in the order in which it is told.
MEASURED = ("k", "l", "left_out", "hidden", "beside")


def kind(treatment: dict[str, Any]) -> str:
    """What became of a column, as one of KINDS."""
    if treatment["kind"] == "generalise":
        return str(treatment["to"] or "band")
    return str(treatment["place"] or "keep") if treatment["kind"] == "keep" else str(treatment["kind"])


def sort(entry: dict[str, Any]) -> str:
    """How a dataset goes out: as `counts`, as rows about `persons`, or as rows of which none names a person (`things`).

    Where small figures are hidden, that is what protects, whatever else is declared.
    """
    if entry["k"] is not None:
        return "counts"
    return "persons" if entry["privacy"]["quasi"] else "things"


def columns(words: Texts, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns by what became of them, the strictest first."""
    found: dict[str, list[str]] = {}
    for treatment in entry["treatments"]:
        found.setdefault(kind(treatment), []).append(words.pick(treatment["title"]))
    return [{"label": words(f"privacy.{one}"), "columns": found[one]} for one in KINDS if one in found]


def count(entry: dict[str, Any]) -> dict[str, int]:
    """How many columns were `removed`, `replaced`, `coarsened`, and `kept` as they are."""
    kinds = [kind(treatment) for treatment in entry["treatments"]]
    removed, replaced = (sum(one in group for one in kinds) for group in (REMOVED, REPLACED))
    kept = kinds.count("keep")
    return {
        "removed": removed,
        "replaced": replaced,
        "coarsened": len(kinds) - removed - replaced - kept,
        "kept": kept,
    }


def guards(words: Texts, entry: dict[str, Any]) -> list[str]:
    """What is asked of the table as a whole, a sentence each."""
    privacy, language = entry["privacy"], words.language
    if sort(entry) == "counts":
        small = words("privacy.guard.small", k=figures.number(entry["k"], language))
        return [small] if privacy["beside"] is None else [small, words("privacy.guard.beside")]
    found = []
    if privacy["k"] is not None:
        others = figures.number(privacy["k"] - 1, language)
        found.append(words("privacy.guard.alike", columns=titles(words, entry, privacy["quasi"]), others=others))
    if privacy["l"] is not None:
        least = figures.number(privacy["l"], language)
        found.append(words("privacy.guard.varied", columns=titles(words, entry, privacy["sensitive"]), l=least))
    return found


def measured(words: Texts, entry: dict[str, Any]) -> list[tuple[str, str]]:
    """What was measured, left out and hidden: labels with figures."""
    smallest = {"k": "smallest"} if sort(entry) == "counts" else {}
    known = {one: entry["privacy"][one] for one in MEASURED if entry["privacy"][one] is not None}
    return [
        (words(f"privacy.measured.{smallest.get(one, one)}"), figures.number(value, words.language))
        for one, value in known.items()
    ]


def titles(words: Texts, entry: dict[str, Any], names: list[str]) -> str:
    """The titles of public columns, in their order."""
    return ", ".join(words.pick(column["title"]) for column in entry["columns"] if column["name"] in names)
