"""A city on its own outlines, drawn alike by public portal and staff app; no base map is loaded from anywhere."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import pydeck
import shapely
import streamlit as st

from portal import shell
from portal.pages import figures
from portal.pages.outline import Outline
from portal.pages.texts import Texts

# Pixels that a city may take: a phone's width, and the height of the map, each with a margin.
HEIGHT = 440
_WIDTH, _HEIGHT = 330, 400
# Where the steps of the colours of availability begin, in per cent of the time.
SHADES = (0, 60, 80, 90, 95)


def availability(words: Texts, areas: Sequence[Outline], shares: Mapping[str, float], blank: str, text: str) -> None:
    """Draw how much of the time cameras recorded, with the legend before it: `shares` by ward's id, in per cent, a ward
    without one on quiet ground, for which `blank` stands. `text` says what the map shows; the same as a table belongs
    beside it."""
    palette = shell.palette()
    steps = list(zip(palette.ramp, SHADES, (*SHADES[1:], 100), strict=True))
    shell.block("footage_legend.html", words, shades=steps, blank=palette.line, without=blank)
    given = [shares.get(area.id) for area in areas]
    shades = [None if share is None else bisect_right(SHADES, share) - 1 for share in given]
    said = ["" if share is None else f"{figures.number(share, words.language)} %" for share in given]
    paint(words, areas, shades, said, words("footage.uptime.alt", text=text))


def paint(
    words: Texts,
    areas: Sequence[Outline],
    shades: Sequence[int | None],
    said: Sequence[str],
    alt: str,
    above: Sequence[pydeck.Layer] = (),
) -> None:
    """Draw each outline in a step of the ramp, on quiet ground without one; `said` is what pointing at it tells.

    `above`: layers that lie upon them, each of their things with a `name` and a `count` to be told.
    """
    deck = _deck(words, areas, shades, said)
    deck.layers += above
    st.pydeck_chart(deck, height=HEIGHT, alt=alt)


def _deck(words: Texts, areas: Sequence[Outline], shades: Sequence[int | None], said: Sequence[str]) -> pydeck.Deck:
    palette = shell.palette()
    features = [
        {
            "type": "Feature",
            "geometry": ward.feature(),
            "properties": {
                "name": words.pick(ward.name),
                "count": text,
                "fill": rgb(palette.line if shade is None else palette.ramp[shade]),
            },
        }
        for ward, shade, text in zip(areas, shades, said, strict=True)
    ]
    layer = pydeck.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        get_fill_color="properties.fill",
        get_line_color=rgb(palette.paper),
        line_width_min_pixels=1,
        pickable=True,
        auto_highlight=True,
    )
    return pydeck.Deck(
        layers=[layer],
        initial_view_state=view(*shapely.total_bounds([ward.shape for ward in areas])),
        # With no provider and the default style Streamlit asks for no base map; map_style=None would ask for one.
        map_provider=None,
        tooltip={
            "html": "<b>{name}</b><br>{count}",
            "style": {"backgroundColor": palette.ink, "color": palette.paper, "fontFamily": "Mukta, sans-serif"},
        },
    )


def rgb(colour: str) -> list[int]:
    """#0b5d59 → [11, 93, 89]."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def view(west: float, south: float, east: float, north: float) -> pydeck.ViewState:
    """The whole of some bounds in degrees in the middle, as large as a phone's width allows."""
    middle = (south + north) / 2
    # At zoom z the equator is 512 · 2^z pixels long; north and south are stretched by the cosine of the latitude.
    pixels_a_degree = min(_WIDTH / (east - west), _HEIGHT * math.cos(math.radians(middle)) / (north - south))
    zoom = math.log2(pixels_a_degree * 360 / 512)
    return pydeck.ViewState(latitude=middle, longitude=(west + east) / 2, zoom=zoom)
