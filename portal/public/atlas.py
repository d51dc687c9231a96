"""A dataset on the city's own outlines; no base map, so nothing is loaded from elsewhere."""

import math
from typing import Any

import pydeck
import shapely
import streamlit as st

from portal import shell
from portal.pages import figures
from portal.public.summaries import Ward, hides
from portal.public.visit import Visit

# Pixels that a city may take: a phone's width, and the height of the map, each with a margin.
HEIGHT = 440
_WIDTH, _HEIGHT = 330, 400


def show_map(visit: Visit, entry: dict[str, Any], city: str, areas: list[Ward]) -> None:
    """Draw the section: a sentence, the map, the same as a table."""
    words, language = visit.words, visit.words.language
    name = words.pick(visit.release.cities[city]["name"])
    counted = sorted((ward for ward in areas if ward.count is not None), key=lambda ward: -(ward.count or 0))
    hidden = len(areas) - len(counted)
    if counted:
        text = words(
            "dataset.map.hidden" if hidden else "dataset.map.text",
            top=words.pick(counted[0].name),
            count=figures.number(counted[0].count or 0, language),
            hidden=figures.number(hidden, language),
            wards=figures.number(len(areas), language),
        )
    else:
        text = words("dataset.map.outlines", wards=figures.number(len(areas), language), city=name)
    if counted and hides(visit.release, entry, city):
        text = f"{text} {words('dataset.partial')}"
    shell.block("section.html", words, part="map", text=text)
    draw(visit, areas, words("dataset.map.alt", city=name, text=text))
    if counted:
        columns = [(words("dataset.map.ward"), False), (words("dataset.map.count"), True)]
        rows = [(words.pick(ward.name), ward.count) for ward in counted]
        shell.folded_table(words, words("dataset.map.table"), columns, rows)


def draw(visit: Visit, areas: list[Ward], alt: str) -> None:
    """Draw the map alone, in steps up to the largest count; `alt` says what it shows."""
    largest, steps = max((ward.count or 0 for ward in areas), default=0), len(shell.palette().ramp)
    # Where nothing is counted the outlines themselves are what is shown.
    blank = 1 if largest == 0 else None
    shades = [blank if ward.count is None else min(steps - 1, ward.count * steps // (largest + 1)) for ward in areas]
    said = ["" if ward.count is None else figures.number(ward.count, visit.words.language) for ward in areas]
    paint(visit, areas, shades, said, alt)


def paint(visit: Visit, areas: list[Ward], shades: list[int | None], said: list[str], alt: str) -> None:
    """Draw each outline in a step of the ramp, on quiet ground without one; `said` is what pointing at it tells."""
    st.pydeck_chart(_deck(visit, areas, shades, said), height=HEIGHT, alt=alt)


def _deck(visit: Visit, areas: list[Ward], shades: list[int | None], said: list[str]) -> pydeck.Deck:
    palette = shell.palette()
    features = [
        {
            "type": "Feature",
            "geometry": ward.feature(),
            "properties": {
                "name": visit.words.pick(ward.name),
                "count": text,
                "fill": _rgb(palette.line if shade is None else palette.ramp[shade]),
            },
        }
        for ward, shade, text in zip(areas, shades, said, strict=True)
    ]
    layer = pydeck.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        get_fill_color="properties.fill",
        get_line_color=_rgb(palette.paper),
        line_width_min_pixels=1,
        pickable=True,
        auto_highlight=True,
    )
    return pydeck.Deck(
        layers=[layer],
        initial_view_state=_view(areas),
        # With no provider and the default style Streamlit asks for no base map; map_style=None would ask for one.
        map_provider=None,
        tooltip={
            "html": "<b>{name}</b><br>{count}",
            "style": {"backgroundColor": palette.ink, "color": palette.paper, "fontFamily": "Mukta, sans-serif"},
        },
    )


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _view(areas: list[Ward]) -> pydeck.ViewState:
    """The whole city in the middle, as large as a phone's width allows."""
    west, south, east, north = shapely.total_bounds([ward.shape for ward in areas])
    middle = (south + north) / 2
    # At zoom z the equator is 512 · 2^z pixels long; north and south are stretched by the cosine of the latitude.
    pixels_a_degree = min(_WIDTH / (east - west), _HEIGHT * math.cos(math.radians(middle)) / (north - south))
    zoom = math.log2(pixels_a_degree * 360 / 512)
    return pydeck.ViewState(latitude=middle, longitude=(west + east) / 2, zoom=zoom)
