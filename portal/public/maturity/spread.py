"""The four dimensions, a small chart each: every city from its strict to its reported score."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from portal import shell
from portal.pages.texts import Texts
from portal.pages.theme import Palette
from portal.public.maturity.look import Look
from portal.public.maturity.rounds import Row

# So many cities still have room for a line of their own; more are heaped, this many per cent wide.
NAMED, WIDE = 12, 2.5
_LINE, _DOT = 26, 9
_AXIS = {"type": "quantitative", "scale": {"domain": [0, 100]}, "axis": {"values": [0, 25, 50, 75, 100]}}


def show(look: Look, cities: Sequence[str], head: bool = True) -> None:
    """Draw the charts side by side, and the same as a table."""
    words = look.words
    if head:
        text = words("maturity.spread.named" if len(cities) <= NAMED else "maturity.spread.heaped")
        shell.block("heading.html", words, level=2, id="dimensions", title=words("maturity.spread.title"), text=text)
    columns = [*st.columns(2, gap="medium"), *st.columns(2, gap="medium")]
    for name, place in zip(look.round.dimensions, columns, strict=False):
        with place:
            _one(look, name, cities)
    titles = [look.said(one) for one in look.round.dimensions.values()]
    rows = [
        (look.city(city), *(_cell(look, city, name) for name in look.round.dimensions))
        for city in sorted(cities, key=look.city)
    ]
    heads = [(words("maturity.column.name"), False), *((title, True) for title in titles)]
    shell.folded_table(words, words("maturity.spread.table"), heads, rows)


def _cell(look: Look, city: str, dimension: str) -> float | None:
    row = look.round.of_dimensions.get((city, dimension))
    return None if row is None or row["strict"] is None else round(row["strict"], 1)


def _one(look: Look, dimension: str, cities: Sequence[str]) -> None:
    words, found = look.words, {city: look.round.of_dimensions.get((city, dimension)) for city in cities}
    told = [(look.city(city), row) for city, row in found.items() if row is not None and row["strict"] is not None]
    rows = dict(sorted(told))
    title, claim = look.said(look.round.dimensions[dimension]), claimed(look, rows)
    shell.block("heading.html", words, level=3, id=f"spread-{dimension}", title=title, text=claim)
    alt = words("maturity.spread.alt", dimension=title, claim=claim)
    if len(rows) <= NAMED:
        shell.chart(named(words, shell.palette(), rows), 50 + _LINE * len(rows), alt)
    else:
        heaps = heaped({name: row["strict"] for name, row in rows.items()})
        shell.chart(heap(words, shell.palette(), heaps), 60 + _DOT * max(one["y"] for one in heaps), alt)


def claimed(look: Look, rows: dict[str, Row]) -> str:
    """What a dimension's chart shows: where the cities lie, and who stands lowest."""
    if not rows:
        return look.words("maturity.claim.none")
    ordered = sorted(rows.items(), key=lambda pair: pair[1]["strict"])
    low, high = look.number(ordered[0][1]["strict"]), look.number(ordered[-1][1]["strict"])
    return look.words("maturity.spread.claim", low=low, high=high)


def named(words: Texts, palette: Palette, rows: dict[str, Row]) -> dict[str, Any]:
    """A line for each city: filled where it is strict, hollow where it is reported; not rated has no hollow one."""
    values = [
        {"c": name, "s": row["strict"], "r": row["reported"] if row["rated"] else None} for name, row in rows.items()
    ]
    y = {
        "field": "c",
        "type": "nominal",
        "title": None,
        "sort": None,
        "axis": {"domain": False, "ticks": False, "labelLimit": 210},
    }
    x = {**_AXIS, "field": "s", "title": words("maturity.spread.unit")}
    tooltip = [
        {"field": "c", "title": words("maturity.column.name")},
        {"field": "s", "title": words("maturity.column.strict"), "format": ".1f"},
        {"field": "r", "title": words("maturity.column.reported"), "format": ".1f"},
    ]
    rule = {"type": "rule", "color": palette.muted, "strokeWidth": 2}
    hollow = {"type": "point", "size": 70, "filled": False, "color": palette.muted, "strokeWidth": 2}
    filled = {"type": "point", "size": 90, "filled": True, "opacity": 1, "color": palette.accent}
    return {
        "data": {"values": values},
        "encoding": {"y": y, "tooltip": tooltip},
        "layer": [
            {"mark": rule, "encoding": {"x": x, "x2": {"field": "r"}}, "transform": [{"filter": "datum.r !== null"}]},
            {"mark": hollow, "encoding": {"x": {**x, "field": "r"}}, "transform": [{"filter": "datum.r !== null"}]},
            {"mark": filled, "encoding": {"x": x}},
        ],
    }


def heaped(scores: dict[str, float]) -> list[dict[str, Any]]:
    """A dot for each city, laid upon those of about the same score: name, score, place along and up."""
    heights: Counter[int] = Counter()
    found = []
    for name, score in sorted(scores.items(), key=lambda pair: pair[1]):
        heap_at = min(int(score / WIDE), int(100 / WIDE) - 1)
        heights[heap_at] += 1
        found.append({"c": name, "s": score, "x": (heap_at + 0.5) * WIDE, "y": heights[heap_at]})
    return found


def heap(words: Texts, palette: Palette, dots: list[dict[str, Any]]) -> dict[str, Any]:
    """The dots of many cities."""
    tooltip = [
        {"field": "c", "title": words("maturity.column.name")},
        {"field": "s", "title": words("maturity.column.strict"), "format": ".1f"},
    ]
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domainMin": 0.4, "nice": False}}
    return {
        "data": {"values": dots},
        "mark": {"type": "point", "filled": True, "size": 48, "opacity": 1, "color": palette.accent},
        "encoding": {"x": {**_AXIS, "field": "x", "title": words("maturity.spread.unit")}, "y": y, "tooltip": tooltip},
    }
