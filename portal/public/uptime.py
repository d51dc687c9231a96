"""How much of their time a city's cameras worked, by ward."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.public.atlas import paint
from portal.public.parts import columns, head
from portal.public.profiles import ground
from portal.public.rates import has
from portal.public.summaries import Ward
from portal.public.visit import Visit
from transforms.release.reader import Release

TABLE = "police__camera_health"
BY_WARD = ("device", "link", "recording")
# Where the steps of the map's colours begin, in per cent of the time.
SHADES = (0, 60, 80, 90, 95)
# Wards that stand beside the map; the others are one step away.
MOST = 8


@dataclass(frozen=True)
class Uptime:
    """A ward's month: shares of the hourly looks in per cent, None where hidden."""

    ward: str
    device: float | None
    link: float | None
    recording: float | None


def uptime(release: Release, city: str) -> tuple[date | None, list[Uptime]]:
    """The month that shows most wards, the newest of several, and its wards, the worst recorded first.

    Wards of which nothing is shown are left out.
    """
    if not has(release, TABLE, city):
        return None, []
    best = (
        f"SELECT observed_month FROM {TABLE} WHERE city = ? GROUP BY ALL "
        "ORDER BY count(recording_pct) DESC, observed_month DESC LIMIT 1"
    )
    ((month,),) = release.query(best, [city])
    query = (
        f"SELECT ward_id, device_up_pct, link_up_pct, recording_pct FROM {TABLE} "
        "WHERE city = ? AND observed_month = ? AND ward_id IS NOT NULL "
        "AND coalesce(device_up_pct, link_up_pct, recording_pct) IS NOT NULL ORDER BY recording_pct NULLS LAST, ward_id"
    )
    return month, [Uptime(*row) for row in release.query(query, [city, month])]


def show(visit: Visit, city: str) -> None:
    """Draw the part: a sentence, the map, the worst wards, all of them."""
    words = visit.words
    month, wards = uptime(visit.release, city)
    outlines = ground(visit.release, city)
    names = {ward.id: words.pick(ward.name) for ward in outlines}
    claim, text = told(visit, month, wards, names)
    if not head(visit, "uptime", city, TABLE, claim, text) or not wards:
        return
    titles = columns(visit, "ward", BY_WARD)
    rows = [(names.get(one.ward, one.ward), *(getattr(one, name) for name in BY_WARD)) for one in wards]
    if not outlines:
        shell.table(words, words("footage.uptime.table"), titles, rows)
        return
    shades = list(zip(shell.palette().ramp, SHADES, (*SHADES[1:], 100), strict=True))
    shell.block("footage_legend.html", words, shades=shades, blank=shell.palette().line)
    drawing, beside = st.columns([3, 2], gap="medium")
    with drawing:
        _map(visit, outlines, {one.ward: one.recording for one in wards}, f"{claim}. {text}")
    with beside:
        shell.table(words, words("footage.uptime.worst"), titles, rows[:MOST])
        shell.folded_table(words, words("footage.uptime.table"), titles, rows)


def told(visit: Visit, month: date | None, wards: list[Uptime], names: dict[str, str]) -> tuple[str, str]:
    """What the map shows, as its title and as a sentence; `names` of the city's wards by id."""
    words, language = visit.words, visit.words.language
    if month is None:
        return "", ""
    when, every = figures.month(month, language), max(len(names), len(wards))
    text = words("footage.uptime.text", month=when, shown=len(wards), wards=every)
    if not wards or wards[0].recording is None:
        return "", text
    worst = names.get(wards[0].ward, wards[0].ward)
    return words("footage.uptime.claim", ward=worst, pct=figures.number(wards[0].recording, language)), text


def _map(visit: Visit, outlines: list[Ward], recorded: dict[str, float | None], text: str) -> None:
    shares = [recorded.get(ward.id) for ward in outlines]
    shades = [None if share is None else bisect_right(SHADES, share) - 1 for share in shares]
    said = ["" if share is None else f"{figures.number(share, visit.words.language)} %" for share in shares]
    paint(visit, outlines, shades, said, visit.words("footage.uptime.alt", text=text))
