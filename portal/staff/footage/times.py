"""How time passes: from an incident to its request against how long footage is kept, and from there to an end."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import between, percent
from transforms.footage import lag, outcomes, rates
from transforms.footage.levers import most_keep
from transforms.footage.outcomes import WAYS

# The days at which the table reads the curves, and where the picture ends.
DAYS = (1, 2, 3, 5, 7, 14, 21, 30)
# Of the picture, in days.
STEP = 0.25
# A way to end by its colour of the palette, and by its dashes for those who do not see colours.
_LINES = {
    "delivered": ("good", [1, 0]),
    "partial": ("warn", [8, 3]),
    "rejected": ("bad", [3, 3]),
    "set_aside": ("muted", [1, 3]),
}


def show(found: Known, words: Texts) -> None:
    """Draw the section."""
    shell.block("heading.html", words, id="times", level=2, title=words("footage_desk.part.times"), text="")
    if found.footage.pairs is not None and found.planner is not None:
        _lag(found.footage.requests, found.footage.pairs, most_keep(found.planner.costs.keeps_days), words)
    if found.footage.crimes is not None and len(found.footage.crimes):
        _unseen(found.footage.crimes, words)
    _ends(found.footage.requests, found.until, words)


def _lag(requests: pd.DataFrame, pairs: pd.DataFrame, city_days: float, words: Texts) -> None:
    table = lag.lags(requests, pairs, city_days)
    table = table[table["requests"] > 0]
    if table.empty:
        return
    every = figures.number(int(table["requests"].sum()), words.language)
    gone = percent(1 - table["retained"].sum() / table["requests"].sum(), words)
    text = words("footage_desk.lag", gone=gone, requests=every, days=figures.number(city_days, words.language))
    shell.block("heading.html", words, id="lag", level=3, title=words("footage_desk.lagtitle"), text=text)
    rows = [
        {
            "label": _bucket(row.from_days, row.to_days, words),
            "bar": row.share,
            "values": [percent(row.share, words), between(row.low, row.high, words), row.requests],
        }
        for row in table.itertuples()
    ]
    columns = [words(f"footage_desk.column.{name}") for name in ("lag", "kept", "interval", "requests")]
    shell.block("bars.html", words, caption=words("footage_desk.lagcaption"), columns=columns, rows=rows)


def _bucket(start: float, end: float, words: Texts) -> str:
    low = figures.number(start, words.language)
    if np.isinf(end):
        return words("footage_desk.daysmore", low=low)
    return words("footage_desk.daysto", low=low, high=figures.number(end, words.language))


def _unseen(crimes: pd.DataFrame, words: Texts) -> None:
    """What rate B could be if somebody had asked for every crime."""
    one = lag.bounds(rates.rate_b(crimes)).iloc[0]
    text = words(
        "footage_desk.unseen",
        unseen=percent(one["unseen"], words),
        worst=between(one["worst_low"], one["worst_high"], words),
        selected=between(one["worst_low"], one["selected_high"], words),
    )
    points = [words(f"footage_desk.bound.{name}") for name in lag.ASSUMPTIONS]
    shell.block("heading.html", words, id="unseen", level=3, title=words("footage_desk.unseentitle"), text=text)
    shell.block("points.html", words, title=words("footage_desk.assumed"), points=points)


def _ends(requests: pd.DataFrame, until: pd.Timestamp, words: Texts) -> None:
    curves = outcomes.curves(requests, until)
    if curves.empty:
        return
    at = _at(curves, DAYS)
    week = {way: percent(at[way][DAYS.index(7)], words) for way in WAYS}
    text = words("footage_desk.ends", **week)
    shell.block("heading.html", words, id="ends", level=3, title=words("footage_desk.endstitle"), text=text)
    shell.chart(_spec(curves, words), 320, words("footage_desk.endsalt", text=text))
    rows = [[day, *(percent(at[way][number], words) for way in WAYS)] for number, day in enumerate(DAYS)]
    columns = [(words("footage_desk.column.days"), True)]
    columns += [(words(f"footage_desk.way.{way}"), True) for way in WAYS]
    shell.folded_table(words, words("dataset.chart.table"), columns, rows)


def _at(curves: pd.DataFrame, days: Sequence[float]) -> dict[str, list[float]]:
    """For each way the share of all requests that had ended in it after each of these days."""
    found = {}
    for way, curve in curves.groupby("way"):
        reached = np.searchsorted(curve["hours"], 24 * np.asarray(days), side="right")
        found[str(way)] = np.append(0.0, curve["incidence"])[reached].tolist()
    return found


def _spec(curves: pd.DataFrame, words: Texts) -> dict[str, Any]:
    """The curves at each sixth hour, which no eye tells from each."""
    palette = shell.palette()
    names = {way: words(f"footage_desk.way.{way}") for way in WAYS}
    steps = np.arange(0, DAYS[-1] + STEP, STEP).tolist()
    values = [
        {"d": day, "w": names[way], "s": round(share, 4)}
        for way, shares in _at(curves, steps).items()
        for day, share in zip(steps, shares, strict=True)
    ]
    domain = list(names.values())
    colour = {"domain": domain, "range": [getattr(palette, _LINES[way][0]) for way in WAYS]}
    dash = {"domain": domain, "range": [_LINES[way][1] for way in WAYS]}
    legend = {
        "title": None,
        "orient": "bottom",
        "columns": 2,
        "labelColor": palette.ink,
        "labelFontSize": 13,
        "symbolStrokeWidth": 3,
    }
    return {
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
        "encoding": {
            "x": {
                "field": "d",
                "type": "quantitative",
                "title": words("footage_desk.column.days"),
                "axis": {"grid": False},
            },
            "y": {
                "field": "s",
                "type": "quantitative",
                "title": words("footage_desk.endsaxis"),
                "axis": {"format": ".0%"},
            },
            "color": {"field": "w", "type": "nominal", "scale": colour, "legend": legend},
            "strokeDash": {"field": "w", "type": "nominal", "scale": dash, "legend": legend},
            "tooltip": [
                {"field": "w", "type": "nominal", "title": words("footage_desk.column.outcome")},
                {"field": "d", "type": "quantitative", "title": words("footage_desk.column.days")},
                {"field": "s", "type": "quantitative", "title": words("footage_desk.endsaxis"), "format": ".1%"},
            ],
        },
    }
