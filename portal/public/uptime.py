"""How much of their time a city's cameras recorded, by area."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from portal import atlas, shell
from portal.pages import figures
from portal.public.parts import columns, head
from portal.public.profiles import ground
from portal.public.rates import has
from portal.public.visit import Visit
from transforms.release.reader import Release

TABLE = "mart_availability_by_month"
WARD, RESTS = "ward", ("rest_of_zone", "rest_of_city")
BY_AREA = ("available",)
BY_MONTH = ("available", "due_h", "recorded_h")
# Areas that stand beside the map; the others are one step away.
MOST = 8


@dataclass(frozen=True)
class Area:
    """The time recorded of 100 hours due: of the whole city, a ward, or the rest of a zone or of the city (`level`)."""

    level: str
    place: str
    pct: float


@dataclass(frozen=True)
class Uptime:
    """A city's month: its hours, the whole, and its areas, the one that recorded least first."""

    month: date
    due_h: float
    recorded_h: float
    city: Area
    areas: tuple[Area, ...]

    @property
    def wards(self) -> dict[str, float]:
        """The shares of the wards that are areas of their own, by id."""
        return {one.place: one.pct for one in self.areas if one.level == WARD}


def uptime(release: Release, city: str) -> list[Uptime]:
    """The published months, newest first; none where the city has not sent what they are made from."""
    if not has(release, TABLE, city):
        return []
    query = (
        f"SELECT month, due_h, recorded_h, level, place, available_pct FROM {TABLE} WHERE city = ? "
        "ORDER BY month DESC, level <> 'city', available_pct, level, place"
    )
    months: dict[date, list[tuple[float, float, Area]]] = {}
    for month, due, recorded, *area in release.query(query, [city]):
        months.setdefault(month, []).append((due, recorded, Area(*area)))
    return [Uptime(month, *whole, tuple(area for *_, area in areas)) for month, (whole, *areas) in months.items()]


def show(visit: Visit, city: str) -> None:
    """Draw the part: a sentence, the map, the areas, the months."""
    words, found, outlines = visit.words, uptime(visit.release, city), ground(visit.release, city)
    names = {ward.id: words.pick(ward.name) for ward in outlines}
    claim, text = told(visit, found[0], names) if found else ("", "")
    if not head(visit, "uptime", city, TABLE, claim, text) or not found:
        return
    titles = columns(visit, "area", BY_AREA)
    rows = [(named(visit, area, names), area.pct) for area in found[0].areas]
    if outlines:
        drawing, beside = st.columns([3, 2], gap="medium")
        with drawing:
            atlas.availability(words, outlines, found[0].wards, words("footage.uptime.blank"), f"{claim}. {text}")
        with beside:
            shell.table(words, words("footage.uptime.worst"), titles, rows[:MOST])
            shell.folded_table(words, words("footage.uptime.table"), titles, rows)
    else:
        shell.table(words, words("footage.uptime.table"), titles, rows)
    months = [
        (figures.month(one.month, words.language), one.city.pct, round(one.due_h), round(one.recorded_h))
        for one in found
    ]
    shell.folded_table(words, words("footage.uptime.months"), columns(visit, "month", BY_MONTH), months)


def told(visit: Visit, found: Uptime, names: dict[str, str]) -> tuple[str, str]:
    """What the map shows, as its title and as a sentence; `names` of the city's wards by id."""
    words, language = visit.words, visit.words.language
    when, alone = figures.month(found.month, language), len(found.wards)
    claim = words("footage.uptime.claim", pct=figures.number(found.city.pct, language), month=when)
    least = found.areas[0]
    text = words(
        "footage.uptime.text",
        area=named(visit, least, names),
        pct=figures.number(least.pct, language),
        shown=alone,
        wards=max(len(names), alone),
    )
    return claim, text


def named(visit: Visit, area: Area, names: dict[str, str]) -> str:
    """What an area is called."""
    if area.level == WARD:
        return names.get(area.place, area.place)
    return visit.words(f"footage.uptime.{area.level}", zone=area.place)
