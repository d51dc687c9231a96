"""The sites of a plan on the wards' outlines and in a table."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pydeck
import shapely

from portal import atlas, shell
from portal.pages import figures
from portal.pages.outline import Outline
from portal.pages.texts import Texts
from portal.staff.footage.ward import called
from transforms.footage.proposal import Siting

COLUMNS = ("site", "ward", "lat", "lon", "looks", "kind")
# The eight winds, clockwise from north.
WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
# Pixels of a site at least, so that it is seen on a map of a whole city.
LEAST_PIXELS, RADIUS_M = 6, 20


def show(plan: Siting, wards: Mapping[str, Outline], words: Texts) -> None:
    """Draw the map and the table; a sentence where nothing was chosen."""
    chosen = plan.chosen
    title = words("footage_desk.sitestitle")
    if chosen.empty:
        text = words("footage_desk.nosites")
        shell.block("heading.html", words, id="sites", level=3, title=title, text=text)
        return
    watched = plan.alternatives[-1].newly_watched
    text = words("footage_desk.sites", sites=figures.number(len(chosen), words.language))
    shell.block("heading.html", words, id="sites", level=3, title=title, text=text)
    where = [called(ward, wards, words) for ward in _wards(chosen, wards)]
    kinds = [_kind(camera, words) for camera in chosen["camera_id"]]
    looks = [_looks(azimuth, words) for azimuth in chosen["azimuth_deg"]]
    _map(
        chosen,
        list(wards.values()),
        watched,
        [f"{kind}, {look}" for kind, look in zip(kinds, looks, strict=True)],
        words,
    )
    places = chosen[["site_id", "lat", "lon"]].itertuples(index=False)
    rows = [
        [site, ward, f"{lat:.5f}", f"{lon:.5f}", look, kind]
        for (site, lat, lon), ward, look, kind in zip(places, where, looks, kinds, strict=True)
    ]
    columns = [(words(f"footage_desk.column.{name}"), name in ("lat", "lon")) for name in COLUMNS]
    shell.table(words, words("footage_desk.sitescaption"), columns, rows)


def _map(
    chosen: pd.DataFrame, areas: list[Outline], watched: dict[str, int | None], told: list[str], words: Texts
) -> None:
    """The wards in steps by the people newly watched, the sites upon them."""
    palette = shell.palette()
    counts = [watched.get(area.id) for area in areas]
    largest, steps = max((count or 0 for count in counts), default=0), len(palette.ramp)
    shades = [None if not count else min(steps - 1, count * steps // (largest + 1)) for count in counts]
    said = [
        words("footage_desk.wardwatched", people="–" if count is None else figures.number(count, words.language))
        for count in counts
    ]
    sites = chosen[["lon", "lat"]].assign(name=chosen["site_id"], count=told).to_dict("records")
    layer = pydeck.Layer(
        "ScatterplotLayer",
        sites,
        get_position="[lon, lat]",
        get_fill_color=atlas.rgb(palette.bad),
        get_line_color=atlas.rgb(palette.paper),
        get_radius=RADIUS_M,
        radius_min_pixels=LEAST_PIXELS,
        line_width_min_pixels=2,
        stroked=True,
        pickable=True,
    )
    alt = words("footage_desk.sitesalt", sites=figures.number(len(sites), words.language))
    atlas.paint(words, areas, shades, said, alt, [layer])


def _wards(chosen: pd.DataFrame, wards: Mapping[str, Outline]) -> np.ndarray:
    """The ward of each site, None outside them all."""
    ids, shapes = np.array(list(wards), dtype=object), [ward.shape for ward in wards.values()]
    places = shapely.points(chosen["lon"].to_numpy(float), chosen["lat"].to_numpy(float))
    found = np.full(len(chosen), None, dtype=object)
    site, ward = shapely.STRtree(shapes).query(places, predicate="intersects")
    found[site] = ids[ward]
    return found


def _kind(camera: object, words: Texts) -> str:
    return words("footage_desk.newcamera") if pd.isna(camera) else words("footage_desk.turns", camera=camera)


def _looks(azimuth: float, words: Texts) -> str:
    """225 → south-west (225°)."""
    wind = WINDS[round(azimuth / (360 / len(WINDS))) % len(WINDS)]
    return words("footage_desk.looks", wind=words(f"footage_desk.wind.{wind}"), degrees=round(azimuth))
