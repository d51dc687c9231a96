"""Cities: all of them, or the profile of the one that the address names."""

from datetime import date, datetime
from typing import Any

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.pages.theme import LIGHT
from portal.public.atlas import draw
from portal.public.freshness import freshness
from portal.public.profiles import Department, area_km2, departments, ground, population
from portal.public.summaries import Ward, svg
from portal.public.visit import Visit

# Wards that stand beside the map; the others are one step away.
MOST = 8


def show(visit: Visit) -> None:
    """Draw the page."""
    city = visit.release.cities.get(st.query_params.get("city", ""))
    if city is None:
        cards = [card(visit, one) for one in visit.release.cities.values()]
        shell.block("title.html", visit.words, title=visit.words("cities.title"), lead=visit.words("cities.lead"))
        shell.block("cities.html", visit.words, cities=cards)
        return
    _profile(visit, city)


def card(visit: Visit, city: dict[str, Any]) -> dict[str, Any]:
    """What the template needs of a city among others."""
    every, wards = departments(visit.release, city["id"]), ground(visit.release, city["id"])
    return {
        "name": visit.words.pick(city["name"]),
        "href": visit.link("/cities", city=city["id"]),
        "live": sum(department.live for department in every),
        "departments": len(every),
        "wards": len(wards),
        "people": population(wards),
        "fictional": city["fictional"],
        "outline": svg([ward.shape for ward in wards], LIGHT.ramp[2]),
    }


def _profile(visit: Visit, city: dict[str, Any]) -> None:
    every = sorted(departments(visit.release, city["id"]), key=lambda department: visit.words.pick(department.name))
    wards = ground(visit.release, city["id"])
    live = [department for department in every if department.live]
    entries = [entry for department in live for entry in department.entries]
    shell.block(
        "city_head.html",
        visit.words,
        city=city,
        live=len(live),
        departments=len(every),
        facts=_facts(visit, city["id"], wards, live, every),
        until=max((entry["until"][city["id"]] for entry in entries if city["id"] in entry["until"]), default=None),
        home=visit.link("/"),
        all=visit.link("/cities"),
        data=visit.link("/data", city=city["id"]),
    )
    if wards:
        _map(visit, city, wards)
    shell.block(
        "city_departments.html",
        visit.words,
        city=city,
        live=[_department(visit, city, department) for department in live],
        absent=[department.name for department in every if not department.live],
    )


def _facts(
    visit: Visit, city: str, wards: list[Ward], live: list[Department], every: list[Department]
) -> list[tuple[str, str]]:
    """Figures with their labels; what the release does not know is left out."""
    words, language = visit.words, visit.words.language
    people, entries = population(wards), [entry for department in live for entry in department.entries]
    counts = {
        "population": figures.number(people, language) if people else None,
        "wards": figures.number(len(wards), language) if wards else None,
        "area": words("cities.km2", area=_area(wards, language)) if wards else None,
        "departments": words("cities.of", live=figures.number(len(live), language), all=_n(every, language)),
        "datasets": _n(entries, language),
        "rows": figures.number(sum(entry["rows"][city] for entry in entries), language),
    }
    return [(words(f"cities.fact.{name}"), value) for name, value in counts.items() if value]


def _n(things: list[Any], language: str) -> str:
    return figures.number(len(things), language)


def _area(wards: list[Ward], language: str) -> str:
    return figures.number(round(sum(map(area_km2, wards))), language)


def _map(visit: Visit, city: dict[str, Any], wards: list[Ward]) -> None:
    words, language, name = visit.words, visit.words.language, visit.words.pick(city["name"])
    counted = sorted((ward for ward in wards if ward.count is not None), key=lambda ward: -(ward.count or 0))
    if counted:
        most = figures.number(counted[0].count or 0, language)
        text = words("cities.map.text", top=words.pick(counted[0].name), count=most)
    else:
        text = words("dataset.map.outlines", wards=_n(wards, language), city=name)
    columns = [(words("dataset.map.ward"), False), (words("cities.map.people"), True), (words("cities.map.area"), True)]
    rows = [(words.pick(ward.name), ward.count, round(area_km2(ward), 1)) for ward in counted or wards]
    shell.block("city_wards.html", words, text=text, legend=shell.palette().ramp if counted else ())
    drawing, beside = st.columns([3, 2], gap="medium")
    with drawing:
        draw(visit, wards, words("dataset.map.alt", city=name, text=text))
    with beside:
        if counted:
            shell.table(words, words("cities.map.most"), columns, rows[:MOST])
        shell.folded_table(words, words("cities.map.all", wards=_n(wards, language)), columns, rows)


def _department(visit: Visit, city: dict[str, Any], department: Department) -> dict[str, Any]:
    return {
        "id": department.id,
        "name": visit.words.pick(department.name),
        "href": visit.link("/data", city=city["id"], department=department.id),
        "datasets": [_dataset(visit, city, entry) for entry in department.entries],
    }


def _dataset(visit: Visit, city: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    until, today = entry["until"].get(city["id"]), _today()
    return {
        "title": visit.words.pick(entry["title"]),
        "href": visit.link("/dataset", id=entry["slug"], city=city["id"]),
        "rows": entry["rows"][city["id"]],
        "until": until,
        "freshness": freshness(entry, until, city["fictional"], today, visit.words),
    }


def _today() -> date:
    return datetime.now(figures.IST).date()
