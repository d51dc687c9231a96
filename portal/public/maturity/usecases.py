"""Use cases and procedures: what command centres are used for, in which cities, what changed, who does it best."""

from datetime import date
from statistics import median
from typing import Any

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.public.maturity.practice import CASES, PROCEDURES, STATES, Practice, best, practices, until
from portal.public.visit import Visit

ANY = ""
MOODS = {"live": "good", "pilot": "warn", "stopped": "bad"}


def show(visit: Visit) -> None:
    """Draw the catalogue, or the use case that the address names."""
    words, every = visit.words, practices(visit.release)
    if not every:
        shell.state(words, "nousecases", visit.link("/data"))
        return
    asked = st.query_params.get("case", "")
    inside = [one for one in every if one.case == asked]
    if asked and not inside:
        shell.state(words, "missing", visit.link("/usecases"))
    elif inside:
        shell.block("usecase.html", words, **one_case(visit, inside), **sources(visit))
    else:
        _catalogue(visit, every)


def _catalogue(visit: Visit, every: list[Practice]) -> None:
    words = visit.words
    shell.block("title.html", words, title=words("usecases.title"), lead=words("usecases.lead"))
    shell.block("facts.html", words, facts=facts(visit, every))
    left, middle, right = st.columns(3)
    with left:
        groups = {one.group: words.known("usecases.group", one.group) for one in every}
        group = shell.choice(words("usecases.filter.group"), "group", {ANY: words("data.any"), **groups})
    with middle:
        cities = {city: _city(visit, city) for city in sorted({one.city for one in every})}
        city = shell.choice(words("data.city"), "city", {ANY: words("data.any"), **cities})
    with right:
        states = {name: words(f"usecases.status.{name}") for name in STATES}
        status = shell.choice(words("usecases.filter.status"), "status", {ANY: words("data.any"), **states})
    found = cases(visit, every, group, city, status)
    shell.block(
        "usecases.html",
        words,
        groups=[(name, title, [one for one in found if one["group"] == name]) for name, title in groups.items()],
        found=len(found),
        all=len({one.case for one in every}),
        city=_city(visit, city) if city else None,
        moods=MOODS,
        clear=visit.link("/usecases"),
        **sources(visit),
    )


def facts(visit: Visit, every: list[Practice]) -> list[tuple[str, str]]:
    """Figures of the whole catalogue with their labels."""
    live = [one for one in every if one.status == "live"]
    counts = {
        "cases": len({one.case for one in every}),
        "cities": len({one.city for one in every}),
        "live": len(live),
        "measured": sum(one.measured for one in live),
        "procedures": sum(one.version is not None for one in live),
    }
    return [
        (visit.words(f"usecases.fact.{name}"), figures.number(count, visit.words.language))
        for name, count in counts.items()
    ]


def cases(visit: Visit, every: list[Practice], group: str, city: str, status: str) -> list[dict[str, Any]]:
    """The use cases that fit the filters; with a city its own state counts, else any city's."""
    found: dict[str, list[Practice]] = {}
    for one in every:
        found.setdefault(one.case, []).append(one)
    told = []
    for case, inside in found.items():
        own = [one for one in inside if one.city == city] if city else inside
        if group in (ANY, inside[0].group) and any(status in (ANY, one.status) for one in own):
            told.append(_case(visit, case, inside, own[0] if city else None))
    return told


def _case(visit: Visit, case: str, inside: list[Practice], own: Practice | None) -> dict[str, Any]:
    first, changes = inside[0], [one.change for one in inside if one.change is not None]
    top = best(inside)
    return {
        "case": case,
        "group": first.group,
        "title": visit.words.pick(first.title),
        "href": visit.link("/usecases", case=case),
        "departments": _departments(visit, first),
        "live": sum(one.status == "live" for one in inside),
        "cities": len(inside),
        "measured": len(changes),
        "median": _percent(visit, median(changes)) if changes else None,
        "best": _city(visit, top.city) if top else None,
        "own": _own(visit, own) if own else None,
    }


def one_case(visit: Visit, inside: list[Practice]) -> dict[str, Any]:
    """What the template of a use case needs: what is measured, and a row for each city, the live ones first."""
    first, top = inside[0], best(inside)
    ordered = sorted(inside, key=lambda one: (STATES.index(one.status), _city(visit, one.city)))
    return {
        "case": first.case,
        "title": visit.words.pick(first.title),
        "group": visit.words.known("usecases.group", first.group),
        "departments": _departments(visit, first),
        "kpi": next((one.kpi for one in inside if one.kpi), None),
        "unit": next((one.unit for one in inside if one.unit), None),
        "better": next((one.better for one in inside if one.better), None),
        "best": {"city": _city(visit, top.city), "change": _percent(visit, top.change)} if top else None,
        "rows": [
            {"city": _city(visit, one.city), "href": visit.link("/cities", city=one.city), **_own(visit, one)}
            for one in ordered
        ],
        "moods": MOODS,
        "all": visit.link("/usecases"),
        "home": visit.link("/"),
    }


def _own(visit: Visit, one: Practice) -> dict[str, Any]:
    """A use case in a city as a row shows it."""
    words, today = visit.words, until(visit.release)
    return {
        "status": one.status,
        "since": figures.month(one.live_since, words.language) if one.live_since else None,
        "before": one.before,
        "now": one.now,
        "unit": one.unit,
        "change": _percent(visit, one.change),
        "worse": one.change is not None and one.change < 0,
        "version": one.version,
        "reviewed": _age(visit, one.reviewed_on, today),
        "drilled": _age(visit, one.drilled_on, today),
        "minutes": one.minutes,
    }


def _age(visit: Visit, day: date | None, today: date | None) -> str | None:
    """How many months ago a day was."""
    if day is None or today is None:
        return None
    months = max(0, (today - day).days) // 30
    return visit.words("usecases.months", months=figures.number(months, visit.words.language))


def _percent(visit: Visit, change: float | None) -> str | None:
    """A change for people: plus is the right way."""
    if change is None:
        return None
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{figures.number(abs(round(change)), visit.words.language)} %"


def sources(visit: Visit) -> dict[str, Any]:
    """What both pages say of their source: as at which day, whom to ask, the rows, what to be careful of."""
    words, day = visit.words, until(visit.release)
    entries = [visit.release.tables[table] for table in (CASES, PROCEDURES) if table in visit.release.tables]
    return {
        "until": figures.day(day, words.language) if day else None,
        "offices": [
            (words.pick(entry["title"]), words.pick(entry["coordinator"] or entry["owner"]))
            for entry in entries
            if entry["coordinator"] or entry["owner"]
        ],
        "links": [(words.pick(entry["title"]), visit.link("/dataset", id=entry["slug"])) for entry in entries],
        "warnings": [words.pick(text) for entry in entries for text in entry["warnings"]],
    }


def _departments(visit: Visit, one: Practice) -> str:
    """The departments that take part, by the names that the release knows."""
    named = {entry["department"]["id"]: entry["department"] for entry in visit.release.datasets.values()}
    names = [visit.words.pick(named[name]) if name in named else name.replace("_", " ") for name in one.departments]
    return ", ".join(names)


def _city(visit: Visit, city: str) -> str:
    return visit.words.pick(visit.release.cities[city]["name"])
