"""Two to six cities side by side; a difference is called one only where intervals do not overlap."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from portal import shell
from portal.public.maturity import look as looking
from portal.public.maturity import spread
from portal.public.maturity.look import Look, interval
from portal.public.maturity.rounds import Row
from portal.public.visit import Visit

LEAST, MOST = 2, 6
SCORES = ("strict", "evidence", "reported", "gap", "coverage", "evidence_share")
_KEY = "cities to compare"


def show(visit: Visit) -> None:
    """Draw the page."""
    words, look = visit.words, looking.opened(visit)
    if look is None:
        return
    looking.crumbs(look, words("compare.nav"))
    shell.block("title.html", words, title=words("compare.title"), lead=words("compare.lead", least=LEAST, most=MOST))
    left, right = st.columns([3, 1])
    with right:
        looking.choose_round(look)
    with left:
        cities = _chosen(look)
    if len(cities) < LEAST:
        shell.block("note.html", words, mood="", label=words("compare.few"), text="")
        return
    shell.block(
        "maturity_compare.html",
        words,
        cities=[{"name": look.city(city), "href": look.link("/scorecard", city=city)} for city in cities],
        levels=[(look.round.scores[city]["level"], look.level(look.round.scores[city]["level"])) for city in cities],
        scores=[(name, [look.score(look.round.scores[city], name) for city in cities]) for name in SCORES],
        part="scores",
    )
    spread.show(look, cities)
    shell.block(
        "maturity_compare.html",
        words,
        cities=[{"name": look.city(city), "href": look.link("/scorecard", city=city)} for city in cities],
        groups=[
            (look.said(one), [line(look, cities, indicator) for indicator in inside(look, name)])
            for name, one in look.round.dimensions.items()
        ],
        part="indicators",
    )
    looking.source(look)


def _chosen(look: Look) -> list[str]:
    """The cities of the address, in its order; the choice is kept there."""
    names = dict(sorted(((city, look.city(city)) for city in look.round.scores), key=lambda pair: pair[1]))
    asked = [city for city in dict.fromkeys(st.query_params.get("cities", "").split(",")) if city in names]

    def keep() -> None:
        picked = st.session_state[_KEY]
        if picked:
            st.query_params["cities"] = ",".join(picked)
        else:
            st.query_params.pop("cities", None)

    return st.multiselect(
        look.words("compare.choose"),
        list(names),
        default=asked[:MOST],
        key=_KEY,
        format_func=names.__getitem__,
        max_selections=MOST,
        on_change=keep,
        placeholder=look.words("compare.placeholder"),
    )


def inside(look: Look, dimension: str) -> list[Row]:
    """The indicators of a dimension."""
    return [one for one in look.round.indicators.values() if one["dimension"] == dimension]


def line(look: Look, cities: Sequence[str], indicator: Row) -> dict[str, Any]:
    """An indicator in each of the cities, and whether they can be told apart."""
    rows = [look.round.of_indicators[city, indicator["id"]] for city in cities]
    return {
        "id": indicator["id"],
        "title": look.said(indicator),
        "href": look.link("/indicator", id=indicator["id"]),
        "cells": [
            (
                None if row["value"] is None else look.value(indicator, row["value"]),
                interval(look, row),
                row["class"],
                row["n"],
            )
            for row in rows
        ],
        "apart": apart(look, indicator, dict(zip(cities, rows, strict=True))),
    }


def apart(look: Look, indicator: Row, rows: dict[str, Row]) -> str | None:
    """The best and the weakest city where their intervals do not overlap, that they do, or None without intervals."""
    known = {city: row for city, row in rows.items() if row["low"] is not None}
    if len(known) < LEAST:
        return None
    ordered = sorted(known, key=lambda city: known[city]["value"], reverse=indicator["better"] == "higher")
    best, worst = ordered[0], ordered[-1]
    upper, lower = sorted((known[best], known[worst]), key=lambda row: -row["value"])
    if upper["low"] <= lower["high"]:
        return look.words("compare.same")
    return look.words("compare.apart", best=look.city(best), worst=look.city(worst))
