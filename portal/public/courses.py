"""The two charts of the page on footage, as Vega-Lite."""

from collections.abc import Sequence
from typing import Any

from portal.pages import figures
from portal.pages.texts import Texts
from portal.pages.theme import Palette
from portal.public.rates import GOAL, Month
from portal.public.reasons import UNKNOWN, Reason

# Pixels of a bar with the space around it, and the length of the axis against that of the longest bar.
BAR, ROOM = 27, 1.3


def course(words: Texts, palette: Palette, months: Sequence[Month]) -> dict[str, Any]:
    """Rate A by month with its interval, and the goal; a month that is hidden leaves a gap."""
    values = [
        {"m": one.month.isoformat(), "l": figures.month(one.month, words.language)}
        | {"p": one.pct, "low": one.low, "high": one.high}
        for one in months
    ]
    x = {"field": "m", "type": "temporal", "title": None, "axis": {"format": "%m/%Y", "grid": False, "tickCount": 6}}
    scale = {"domain": [0, 100]}
    y = {"field": "p", "type": "quantitative", "title": words("footage.months.unit"), "scale": scale}
    told = [("l", "month", None), ("p", "pct", ".1f"), ("low", "low", ".1f"), ("high", "high", ".1f")]
    tooltip = [
        {"field": field, "title": words(f"footage.column.{name}")} | ({"format": form} if form else {})
        for field, name, form in told
    ]
    # Drawn once, not once for each month; its words are those of the title, and a bare line has none to read out.
    once: dict[str, Any] = {"values": [{}]}
    goal = {"y": {"datum": GOAL, "type": "quantitative"}}
    named = {**goal, "x": {"value": 4}, "text": {"value": words("footage.months.goal", goal=GOAL)}}
    point = {"size": 34, "filled": True, "color": palette.accent}
    return {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.2},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "point": point}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
            {
                "data": once,
                "mark": {"type": "rule", "aria": False, "strokeDash": [6, 4], "color": palette.ink},
                "encoding": goal,
            },
            {
                "data": once,
                "mark": {"type": "text", "align": "left", "dy": 12, "fontSize": 13, "color": palette.ink},
                "encoding": named,
            },
        ],
    }


def losses(words: Texts, palette: Palette, reasons: Sequence[Reason]) -> dict[str, Any]:
    """What each cause takes of the requests that were not met; what is not known stands apart in grey."""
    values = [
        {"r": words(f"footage.reason.{one.name}.name"), "s": one.lost, "k": one.name != UNKNOWN}
        | {"t": figures.number(one.lost, words.language)}
        for one in reasons
        if one.lost is not None
    ]
    y = {"field": "r", "type": "nominal", "sort": None, "title": None}
    axis = {"labelLimit": 190, "domain": False, "ticks": False}
    # Beyond the longest bar there is room for its figure, on a phone too.
    scale = {"domain": [0, ROOM * max(one.lost or 0 for one in reasons)], "nice": False}
    title = words("footage.reasons.unit")
    x = {"field": "s", "type": "quantitative", "title": title, "axis": {"tickCount": 4}, "scale": scale}
    colour = {"condition": {"test": "datum.k", "value": palette.accent}, "value": palette.muted}
    return {
        "data": {"values": values},
        "encoding": {"y": {**y, "axis": axis}, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.72}}, "encoding": {"color": colour}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "color": palette.ink},
                "encoding": {"text": {"field": "t"}},
            },
        ],
    }
