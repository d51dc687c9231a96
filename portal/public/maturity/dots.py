"""An indicator's values as dots with their 95 % intervals: of all cities, and of one city over the rounds."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.pages.theme import Palette
from portal.public.maturity import look as looking
from portal.public.maturity.look import Look, interval
from portal.public.maturity.rounds import Row

_LINE = 18


def show(look: Look, indicator: Row, city: str) -> None:
    """Draw the part on all cities: a sentence, the chart, the same as a table."""
    words, found = look.words, values(look, indicator)
    every = sum(one == indicator["id"] for _, one in look.round.of_indicators)
    text = words("indicator.cities.text", told=figures.number(len(found), words.language), cities=every)
    if indicator["unit"] != "points":
        text = f"{text} {words('indicator.cities.ends')}"
    if any(row["low"] is not None for _, row in found):
        text = f"{text} {words('indicator.cities.interval')}"
    shell.block("heading.html", words, level=2, id="cities", title=words("indicator.part.cities"), text=text)
    if not found:
        return
    alt = words("indicator.cities.alt", title=look.said(indicator), text=text)
    shell.chart(course(look, shell.palette(), indicator, found, city), 60 + _LINE * len(found), alt)
    heads = [(words(f"maturity.column.{name}"), name == "n") for name in ("name", "value", "n", "class", "band")]
    cells = [_cells(look, indicator, name, row) for name, row in found]
    shell.folded_table(words, words("indicator.cities.table"), heads, cells)


def values(look: Look, indicator: Row) -> list[tuple[str, Row]]:
    """The cities with a value that is evidence, the best first; those without are not there, and not nought."""
    found = [
        (city, row)
        for (city, one), row in look.round.of_indicators.items()
        if one == indicator["id"] and row["value"] is not None
    ]
    return sorted(found, key=lambda pair: pair[1]["value"], reverse=indicator["better"] == "higher")


def _cells(look: Look, indicator: Row, city: str, row: Row) -> tuple[Any, ...]:
    words, band = look.words, look.band(city, indicator["id"])
    return (
        look.city(city),
        f"{look.value(indicator, row['value'])} {interval(look, row)}".strip(),
        row["n"],
        words(f"maturity.class.{row['class']}"),
        words(f"maturity.band.{band}") if band else None,
    )


def course(look: Look, palette: Palette, indicator: Row, found: list[tuple[str, Row]], chosen: str) -> dict[str, Any]:
    """A dot with its interval for each city, the chosen one filled and larger; floor and target as lines."""
    rows = [_dot(look, indicator, row) | {"c": look.city(city), "k": city == chosen} for city, row in found]
    y = {"field": "c", "type": "nominal", "sort": None, "title": None, "axis": {"domain": False, "ticks": False}}
    x = _axis(look, indicator)
    size = {"condition": {"test": "datum.k", "value": 130}, "value": 60}
    colour = {"condition": {"test": "datum.k", "value": palette.accent}, "value": palette.muted}
    tooltip = [
        {"field": "c", "title": look.words("maturity.column.name")},
        {"field": "t", "title": look.words("maturity.column.value")},
        {"field": "n", "title": look.words("maturity.column.n")},
    ]
    bar = {
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour},
    }
    dot = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {"y": y, "x": x, "size": size, "color": colour, "tooltip": tooltip},
    }
    return {"data": {"values": rows}, "layer": [*_ends(look, palette, indicator), bar, dot]}


def history(look: Look, palette: Palette, indicator: Row, found: list[tuple[str, Row]]) -> dict[str, Any]:
    """A dot with its interval for each round."""
    rows = [_dot(look, indicator, row) | {"r": name, "c": looking.half(look.words, name)} for name, row in found]
    x = {"field": "r", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
    y = _axis(look, indicator)
    tooltip = [
        {"field": "c", "title": look.words("maturity.column.round")},
        {"field": "t", "title": look.words("maturity.column.value")},
        {"field": "n", "title": look.words("maturity.column.n")},
    ]
    return {
        "data": {"values": rows},
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1.5}, "encoding": {"y": y}},
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": palette.muted},
                "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": palette.accent},
                "encoding": {"y": y, "tooltip": tooltip},
            },
        ],
    }


def _dot(look: Look, indicator: Row, row: Row) -> Row:
    return {
        "v": row["value"],
        "low": row["low"],
        "high": row["high"],
        "n": None if row["n"] is None else figures.number(row["n"], look.words.language),
        "t": f"{look.value(indicator, row['value'])} {interval(look, row)}".strip(),
    }


def _axis(look: Look, indicator: Row) -> dict[str, Any]:
    title = look.words(f"indicator.axis.{indicator['unit']}")
    known = {"scale": {"domain": [0, 4]}} if indicator["unit"] == "points" else {}
    return {"field": "v", "type": "quantitative", "title": title, "axis": {"tickCount": 5}} | known


def _ends(look: Look, palette: Palette, indicator: Row) -> list[dict[str, Any]]:
    """The floor and the target as lines, which the sentence above the chart names."""
    if indicator["unit"] == "points":
        return []
    once: dict[str, Any] = {"values": [{}]}
    return [
        {
            "data": once,
            "mark": {"type": "rule", "aria": False, "strokeDash": dash, "color": palette.ink},
            "encoding": {"x": {"datum": indicator[end], "type": "quantitative"}},
        }
        for end, dash in (("floor", [2, 4]), ("target", [7, 4]))
    ]
