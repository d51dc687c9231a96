"""An indicator: what it measures and how, a city's value, the rows behind it, its history, and all cities."""

from datetime import datetime
from typing import Any

import streamlit as st

from portal import shell
from portal.public.maturity import dots
from portal.public.maturity import look as looking
from portal.public.maturity.look import Look, interval
from portal.public.maturity.measures import CLASSES, MOODS, declared
from portal.public.maturity.peers import group_of
from portal.public.maturity.rounds import Row
from portal.public.visit import Visit

ANY = ""
PARTS = ("measure", "value", "rows", "history", "cities", "raise")


def show(visit: Visit) -> None:
    """Draw the page of the indicator that the address names."""
    look = looking.opened(visit)
    if look is None:
        return
    indicator, words = look.round.indicators.get(st.query_params.get("id", "")), visit.words
    if indicator is None:
        shell.state(words, "missing", look.link("/maturity"))
        return
    looking.crumbs(look, indicator["id"])
    shell.block("indicator_head.html", words, **head(look, indicator), parts=PARTS)
    city = looking.choose_city(look, {ANY: words("indicator.allcities")})
    shell.block("indicator_value.html", words, **valued(look, indicator, city))
    shell.block("indicator_rows.html", words, **rows(look, indicator, city))
    _history(look, indicator, city)
    dots.show(look, indicator, city)
    shell.block(
        "indicator_raise.html",
        words,
        text=look.said(indicator, "raise"),
        source=look.said(indicator, "source"),
        effort=words(f"scorecard.effort.{indicator['effort']}"),
    )
    looking.source(look)


def head(look: Look, indicator: Row) -> dict[str, Any]:
    """What the template of the head needs: the definition, and from which value on how many points."""
    return {
        "indicator": indicator,
        "title": look.said(indicator),
        "text": look.said(indicator, "text"),
        "formula": look.said(indicator, "formula"),
        "dimension": look.said(look.round.dimensions[indicator["dimension"]]),
        "bands": bands(look, indicator),
        "floor": None if indicator["unit"] == "points" else look.value(indicator, indicator["floor"]),
        "target": None if indicator["unit"] == "points" else look.value(indicator, indicator["target"]),
        "least": indicator.get("leastN", 0),
        "evidence": look.words(f"indicator.evidence.{indicator['evidence']}"),
    }


def bands(look: Look, indicator: Row) -> list[tuple[int, str]]:
    """What 4, 3, 2 points take and when it is 1: a value, or a criterion."""
    words = look.words
    if indicator["unit"] == "points":
        found = [(points, look.said(indicator["criteria"][points], "text")) for points in (4, 3, 2)]
        return [*found, (1, words("indicator.band.else"))]
    floor, target = indicator["floor"], indicator["target"]
    bounds = {
        points: floor + band / 100 * (target - floor)
        for points, band in zip((2, 3, 4), look.round.rubric["bands"], strict=True)
    }
    kind = "from" if indicator["better"] == "higher" else "upto"
    found = [
        (points, words(f"indicator.band.{kind}", value=look.value(indicator, bounds[points]))) for points in (4, 3, 2)
    ]
    return [*found, (1, words("indicator.band.else"))]


def valued(look: Look, indicator: Row, city: str) -> dict[str, Any]:
    """What the template of a city's value needs; for no city how many have one of which class."""
    if not city:
        classes = [row["class"] for (_, one), row in look.round.of_indicators.items() if one == indicator["id"]]
        counts = [(name, classes.count(name)) for name in CLASSES if name in classes]
        return {"city": None, "counts": counts, "moods": MOODS}
    row = look.round.of_indicators[city, indicator["id"]]
    decision = look.round.decisions.get((city, indicator["id"]))
    return {
        "city": look.city(city),
        "row": row,
        "value": None if row["value"] is None else look.value(indicator, row["value"]),
        "interval": interval(look, row),
        "declared": declared(look, indicator, row),
        "reason": decision["reason"] if decision and row["class"] == "not_applicable" else None,
        "moods": MOODS,
        "card": look.link("/scorecard", city=city),
        "group": group_of(look, city, indicator["id"]),
        "peers": look.round.peers.get((city, indicator["id"])),
        "band": look.band(city, indicator["id"]),
    }


def rows(look: Look, indicator: Row, city: str) -> dict[str, Any]:
    """What the template of the rows needs: the query with its hash, and the way to the rows that are published."""
    release, about = look.visit.release, look.round.about
    entry = release.tables.get(indicator["rows"])
    here = entry is not None and (not city or bool(entry["rows"].get(city)))
    slug = entry["slug"] if entry and here else None
    return {
        "query": look.round.query(indicator["id"]),
        "file": look.round.query_file(indicator["id"]),
        "hash": about["files"].get(look.round.query_file(indicator["id"])),
        "table": indicator["rows"],
        "title": look.words.pick(entry["title"]) if entry else indicator["rows"],
        "href": look.visit.link("/dataset", id=slug, city=city) if slug else None,
        "api": f"/api/datasets/{slug}/rows?limit=100{f'&city={city}' if city else ''}" if slug else None,
        "cases": look.round.of_indicators[city, indicator["id"]]["n"] if city else None,
        "release": about["release"],
        "round": looking.half(look.words, look.round.name),
        "frozen": datetime.fromisoformat(about["frozen_at"]),
    }


def _history(look: Look, indicator: Row, city: str) -> None:
    words = look.words
    title = words("indicator.part.history")
    if not city:
        shell.block("heading.html", words, level=2, id="history", title=title, text=words("indicator.history.choose"))
        return
    found = past(look, indicator, city)
    told = [(name, row) for name, row in found if row["value"] is not None]
    text = words("indicator.history.text", told=len(told), rounds=len(found))
    shell.block("heading.html", words, level=2, id="history", title=title, text=text)
    if len(told) > 1:
        alt = words("indicator.history.alt", title=look.said(indicator), text=text)
        shell.chart(dots.history(look, shell.palette(), indicator, told), 260, alt)
    columns = ("round", "class", "value", "n", "points", "declared")
    heads = [(words(f"maturity.column.{name}"), name in ("n", "points")) for name in columns]
    cells = [
        (
            looking.half(words, name),
            words(f"maturity.class.{row['class']}"),
            f"{look.value(indicator, row['value'])} {interval(look, row)}".strip(),
            row["n"],
            row["strict_points"],
            declared(look, indicator, row),
        )
        for name, row in reversed(found)
    ]
    shell.table(words, words("indicator.history.table"), heads, cells)


def past(look: Look, indicator: Row, city: str) -> list[tuple[str, Row]]:
    """The rounds that have this indicator of a city, oldest first."""
    key = (city, indicator["id"])
    return [(one.name, one.of_indicators[key]) for one in reversed(look.rounds) if key in one.of_indicators]
