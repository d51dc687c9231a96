"""A dataset on the city's own outlines; no base map, so nothing is loaded from elsewhere."""

from typing import Any

from portal import shell
from portal.atlas import paint
from portal.pages import figures
from portal.public.summaries import Ward, hides
from portal.public.visit import Visit


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
    paint(visit.words, areas, shades, said, alt)
