"""What a dataset's page says beside its rows: dictionary, checks, privacy, downloads, code, citation."""

from pathlib import Path
from typing import Any

import streamlit as st

from portal.pages.texts import Texts
from portal.public import protection
from portal.public.risks import risks
from portal.public.visit import Visit

# Columns that the platform adds; their meaning is the portal's to tell.
ADDED = ("city", "suppressed", "notice")


def values(visit: Visit, entry: dict[str, Any]) -> dict[str, Any]:
    """What the template of the page's second half needs."""
    return {
        "release": visit.release.id,
        "dictionary": _dictionary(visit, entry),
        "counts": [
            (visit.words.pick(visit.release.cities[city]["name"]), count) for city, count in entry["counts"].items()
        ],
        "rules": _rules(entry),
        "offices": _offices(visit.words, entry),
        "privacy": _privacy(visit, entry),
        "files": _files(visit, entry),
        "snippets": _snippets(visit, entry),
        "address": f"{origin()}/datasets/{entry['slug']}",
    }


def origin() -> str:
    """Where this portal is reached, as the reader's browser says."""
    return "/".join(str(st.context.url).split("/", 3)[:3])


def plain(words: Texts, column: str) -> str:
    """A column that only the platform knows, for people."""
    return words(f"added.{column}") if column in ADDED else column.replace("_", " ").capitalize()


def _dictionary(visit: Visit, entry: dict[str, Any]) -> list[dict[str, Any]]:
    words = visit.words
    known = {column["name"]: column for column in entry["columns"]}
    found = []
    for name in visit.release.columns(entry["table"]):
        column = known.get(name)
        if column is None:
            meaning = words(f"dictionary.{name}") if name in ADDED else ""
            title = plain(words, name)
            found.append({"name": name, "title": title, "type": "string", "unit": None, "meaning": meaning})
            continue
        measure = entry["measures"].get(name)
        counted = words("dictionary.measure", sql=measure) if measure else ""
        meaning = f"{words.pick(column['description'])} {counted}".strip()
        found.append({**column, "title": words.pick(column["title"]), "meaning": meaning})
    return found


def _rules(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Every rule with the rows that broke it, those that were broken first."""
    counts = entry["counts"].values()

    def broken(rule: str) -> int:
        return sum(count["broken"].get(rule, 0) + count["warned"].get(rule, 0) for count in counts)

    rules = [{**rule, "broken": broken(rule["rule"])} for rule in entry["rules"]]
    return sorted(rules, key=lambda rule: (-rule["broken"], rule["rule"]))


def _offices(words: Texts, entry: dict[str, Any]) -> list[tuple[str, str]]:
    """Who answers for the dataset, and why it is on the open list; what is on the other one has no page."""
    found = [(words(f"duty.role.{role}"), words.pick(entry[role])) for role in ("owner", "coordinator") if entry[role]]
    listing = entry["listing"]
    if listing:
        reason, by = words.pick(listing["reason"]), listing["decided_by"]
        found.append((words("duty.listing"), words("duty.open", reason=reason, by=by)))
    return found


def _privacy(visit: Visit, entry: dict[str, Any]) -> dict[str, Any]:
    """The privacy statement of this version of the dataset."""
    words = visit.words
    return {
        "guards": protection.guards(words, entry),
        "measured": protection.measured(words, entry),
        "columns": protection.columns(words, entry),
        "risks": risks(visit, entry),
        "all": visit.link("/privacy"),
    }


def _files(visit: Visit, entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "href": f"/download/{visit.release.id}/{name}",
            "format": Path(name).suffix.lstrip("."),
            "bytes": file["bytes"],
            "sha256": file["sha256"],
        }
        for name, file in visit.release.files.items()
        if Path(name).stem == entry["table"]
    ]


def _snippets(visit: Visit, entry: dict[str, Any]) -> list[tuple[str, str]]:
    rows = f"{origin()}/api/datasets/{entry['slug']}/rows"
    city = next(iter(entry["rows"]), "")
    parquet = f"{origin()}/download/{visit.release.id}/{entry['table']}.parquet"
    csv = f"{origin()}/download/{visit.release.id}/{entry['table']}.csv"
    return [
        ("curl", f'curl "{rows}?city={city}&limit=100"'),
        ("python", f'import pandas as pd\n\nrows = pd.read_parquet("{parquet}")'),
        ("duckdb", f"SELECT * FROM read_parquet('{parquet}') LIMIT 100;"),
        ("excel", visit.words("api.excel_text", address=csv)),
    ]
