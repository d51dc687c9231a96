"""Maturity: all cities of a round, by level, as a table, on a map, and dimension by dimension."""

from statistics import median

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.public.maturity import look as looking
from portal.public.maturity import places, spread
from portal.public.maturity.files import offered
from portal.public.maturity.look import Look
from portal.public.maturity.measures import COLUMNS, NUMERIC, Line, Measure, chosen, lines, ordered
from portal.public.visit import Visit

ANY = ""
PARTS = ("cities", "map", "dimensions", "levels", "limits", "files")
# Cities that a table shows as a whole; of more it scrolls inside itself.
TALL = 25
LIMITS = ("ours", "silence", "declared", "ranks", "frozen")


def show(visit: Visit) -> None:
    """Draw the page."""
    words, look = visit.words, looking.opened(visit)
    if look is None:
        return
    shell.block("title.html", words, title=words("maturity.title"), lead=words("maturity.lead"))
    looking.source(look)
    cities, measure = narrowed(look)
    every = lines(look, measure, cities)
    shell.block("maturity_head.html", words, parts=PARTS, facts=facts(look, cities), all=len(look.round.cities))
    _table(look, measure, every)
    if every:
        places.show(look, measure, every)
        spread.show(look, [line.city for line in every])
    shell.block(
        "maturity_levels.html",
        words,
        levels=levels(look),
        limits=LIMITS,
        files=offered(look, ["rubric.yaml", "results/scores.csv", "results/indicator_scores.csv"], pack=True),
        returns=offered(look, [f"state/{state}.{form}" for state in _states(look) for form in ("csv", "json")]),
    )


def narrowed(look: Look) -> tuple[list[str], Measure]:
    """The cities that fit the filters, and what they are looked at by; each choice stands in the address."""
    every = look.round
    upper, lower = st.columns(3), st.columns(3)
    with upper[0]:
        looking.choose_round(look)
    with upper[1]:
        region = _choice(look, "region", {row["region"]: row["region"] for row in every.cities.values()})
    with upper[2]:
        leagues = {one["id"]: look.said(one) for one in every.rubric["leagues"]}
        league = _choice(look, "league", leagues)
    with lower[0]:
        level = _choice(look, "level", {str(number): look.level(number) for number in (*reversed(every.levels), 0)})
    with lower[1]:
        dimension = _choice(look, "dimension", {name: look.said(one) for name, one in every.dimensions.items()})
    with lower[2]:
        inside = {name: one for name, one in every.indicators.items() if dimension in (ANY, one["dimension"])}
        indicator = _choice(look, "indicator", {name: f"{name} {look.said(one)}" for name, one in inside.items()})
    cities = [
        city
        for city, row in every.cities.items()
        if region in (ANY, row["region"])
        and league in (ANY, row["league"])
        and (level == ANY or (city in every.scores and every.scores[city]["level"] == int(level)))
    ]
    return cities, chosen(dimension, indicator)


def _choice(look: Look, name: str, options: dict[str, str]) -> str:
    every = {ANY: look.words("data.any")}
    return shell.choice(look.words(f"maturity.filter.{name}"), name, every | options)


def facts(look: Look, cities: list[str]) -> list[tuple[str, str]]:
    """Figures over some cities, with their labels."""
    words, scores = look.words, [look.round.scores[city] for city in cities if city in look.round.scores]
    if not scores:
        return []
    gaps = [row["gap"] for row in scores if row["gap"] is not None]
    classes = [row["class"] for (city, _), row in look.round.of_indicators.items() if city in {*cities}]
    known = [name for name in classes if name != "not_applicable"]
    shares = {
        "cities": figures.number(len(scores), words.language),
        "level": f"{max(row['level'] for row in scores)}",
        "strict": look.number(median(row["strict"] for row in scores if row["strict"] is not None)),
        "gap": look.number(median(gaps)) if gaps else "–",
        "computed": f"{look.number(100 * known.count('computed') / len(known))} %" if known else "–",
    }
    return [(words(f"maturity.fact.{name}"), value) for name, value in shares.items()]


def claimed(look: Look, measure: Measure, every: list[Line]) -> str:
    """What the table shows, as its title."""
    words, language = look.words, look.words.language
    steps = [line.step for line in every if line.step is not None]
    if not steps:
        return words("maturity.claim.none")
    top = max(steps)
    counts = {"count": figures.number(steps.count(top), language), "cities": figures.number(len(every), language)}
    if measure.kind == "overall":
        return words("maturity.claim.overall", level=look.level(top), **counts)
    if measure.kind == "dimension":
        name = look.said(look.round.dimensions[measure.id])
        reached = sum(step >= 3 for step in steps)
        least = look.number(look.round.levels[3]["strict"])
        reaching = {**counts, "count": figures.number(reached, language)}
        return words("maturity.claim.dimension", dimension=name, least=least, **reaching)
    measured = figures.number(sum(step > 0 for step in steps), language)
    return words("maturity.claim.indicator", measured=measured, indicator=measure.id, cities=counts["cities"])


def _table(look: Look, measure: Measure, every: list[Line]) -> None:
    by = st.query_params.get("sort", "")
    shell.block(
        "maturity_table.html",
        look.words,
        claim=claimed(look, measure, every),
        kind=measure.kind,
        columns=[heading(look, measure, name, by) for name in COLUMNS[measure.kind]],
        lines=[
            {"href": _href(look, measure, line.city), "step": line.step, "shown": line.shown}
            for line in ordered(every, by, measure.kind)
        ],
        clear=look.link("/maturity"),
        tall=TALL,
    )


def _href(look: Look, measure: Measure, city: str) -> str:
    if measure.kind == "indicator":
        return look.link("/indicator", id=measure.id, city=city)
    return look.link("/scorecard", city=city)


def heading(look: Look, measure: Measure, name: str, by: str) -> dict[str, object]:
    """A column's title, how it sorts now (as `aria-sort` has it), and the address that sorts by it or turns it."""
    current = by.removeprefix("-") == name or (not by and name == COLUMNS[measure.kind][1])
    turned = f"-{name}" if current and not by.startswith("-") else name
    down = (name != "name") != by.startswith("-")
    kept = {key: value for key, value in st.query_params.items() if key != "sort"}
    return {
        "name": name,
        "title": look.words(f"maturity.column.{name}"),
        "numeric": name in NUMERIC,
        "sorted": ("descending" if down else "ascending") if current else None,
        "href": shell.address("/maturity", **kept, sort=turned),
    }


def levels(look: Look) -> list[tuple[str, str, str, str]]:
    """What each level takes: its name, the strict score, that of every dimension, the share of evidence."""
    found, before = [], None
    for number, one in look.round.levels.items():
        each = "–" if before is None else look.number(before["strict"])
        found.append((look.level(number), look.number(one["strict"]), each, look.number(one["share"])))
        before = one
    return found


def _states(look: Look) -> list[str]:
    return sorted({row["state"] for row in look.round.cities.values()})
