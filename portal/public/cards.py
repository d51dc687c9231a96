"""A dataset as a card, and what the search looks at."""

import unicodedata
from typing import Any

from portal.public.visit import Visit

_DOT = "\N{DEVANAGARI SIGN NUKTA}"


def card(visit: Visit, entry: dict[str, Any], city: str | None = None) -> dict[str, Any]:
    """What the card's template needs, for all cities or for one."""
    rows = {name: count for name, count in entry["rows"].items() if city in (None, name)}
    until = [text for name, text in entry["until"].items() if city in (None, name)]
    return {
        "title": visit.words.pick(entry["title"]),
        "purpose": visit.words.pick(entry["purpose"]) or visit.words.pick(entry["description"]),
        "department": visit.words.pick(entry["department"]),
        "form": entry["form"],
        "rows": sum(rows.values()),
        "until": max(until, default=None),
        "href": visit.link("/dataset", id=entry["slug"], city=city),
    }


def fits(entry: dict[str, Any], asked: str) -> bool:
    """Whether every word asked for stands in the dataset's texts, in either language."""
    return all(word in _words(entry) for word in _plain(asked).split())


def _words(entry: dict[str, Any]) -> str:
    texts = [entry["title"], entry["purpose"], entry["description"], entry["limitations"], entry["department"]]
    texts += [text for column in entry["columns"] for text in (column["title"], column["description"])]
    return _plain(" ".join([entry["slug"], *(text[language] for text in texts for language in ("en", "hi"))]))


def _plain(text: str) -> str:
    """Folded for comparison: case, width, and the dot of a Devanagari letter, which many leave out."""
    undotted = unicodedata.normalize("NFKD", text).replace(_DOT, "")
    return unicodedata.normalize("NFKC", undotted).casefold()
