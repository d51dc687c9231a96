"""The cities on a map: a point each, coloured and numbered by its step; no base map is loaded."""

from typing import Any

import pydeck
import streamlit as st

from portal import shell
from portal.atlas import HEIGHT, rgb, view
from portal.public.maturity.look import Look
from portal.public.maturity.measures import Line, Measure

STEPS = 5
# Pixels of a point's radius: room for its figure. Many points share the ground.
_RADIUS, _SMALL, _MANY = 11, 8, 30


def show(look: Look, measure: Measure, every: list[Line]) -> None:
    """Draw the part: title, legend, map. The same stands in the table."""
    words, counts = look.words, counted(every)
    named = {number: legend(look, measure, number) for number in counts}
    claim = ", ".join(f"{named[number]}: {counts[number]}" for number in counts)
    shell.block("maturity_map.html", words, claim=words(f"maturity.map.{measure.kind}"), steps=named, counts=counts)
    st.pydeck_chart(_deck(look, every), height=HEIGHT, alt=words("maturity.map.alt", claim=claim))


def counted(every: list[Line]) -> dict[int, int]:
    """How many cities stand at each step, the highest first."""
    steps = [line.step for line in every]
    return {number: steps.count(number) for number in reversed(range(STEPS))}


def legend(look: Look, measure: Measure, number: int) -> str:
    """What a step means."""
    words, levels = look.words, look.round.levels
    if measure.kind == "overall":
        return look.level(number)
    if measure.kind == "indicator":
        return words(f"maturity.step.{'points' if number else 'nothing'}", points=number)
    if not number:
        return words("maturity.step.under", least=look.number(levels[1]["strict"]))
    return words("maturity.step.from", number=number, least=look.number(levels[number]["strict"]))


def _deck(look: Look, every: list[Line]) -> pydeck.Deck:
    palette, shown = shell.palette(), [line for line in every if line.step is not None]
    rows = [_point(look, line) for line in shown]
    radius = _SMALL if len(rows) > _MANY else _RADIUS
    circles = pydeck.Layer(
        "ScatterplotLayer",
        rows,
        get_position="place",
        get_fill_color="fill",
        get_line_color=rgb(palette.ink),
        stroked=True,
        line_width_min_pixels=1,
        radius_min_pixels=radius,
        radius_max_pixels=radius,
        pickable=True,
    )
    numbers = pydeck.Layer(
        "TextLayer",
        rows,
        get_position="place",
        get_text="step",
        get_color="ink",
        get_size=radius + 3,
    )
    boxes = [look.round.cities[line.city] for line in every]
    bounds = [
        *(min(box[side] for box in boxes) for side in ("west", "south")),
        *(max(box[side] for box in boxes) for side in ("east", "north")),
    ]
    return pydeck.Deck(
        layers=[circles, numbers],
        initial_view_state=view(*bounds),
        map_provider=None,
        tooltip={
            "html": "<b>{name}</b><br>{said}",
            "style": {"backgroundColor": palette.ink, "color": palette.paper, "fontFamily": "Mukta, sans-serif"},
        },
    )


def _point(look: Look, line: Line) -> dict[str, Any]:
    """A city as both layers draw it; figures on the dark steps are light."""
    palette, box = shell.palette(), look.round.cities[line.city]
    at = line.step or 0
    return {
        "name": look.city(line.city),
        "said": str(line.shown.get("level") or line.shown.get("value") or ""),
        "step": str(at),
        "place": [(box["west"] + box["east"]) / 2, (box["south"] + box["north"]) / 2],
        "fill": rgb(palette.ramp[at]),
        "ink": rgb(palette.ink if at <= STEPS // 2 else palette.paper),
    }
