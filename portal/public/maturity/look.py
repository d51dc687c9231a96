"""What every page of maturity begins with: the round that the address names, and addresses that keep it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.public.maturity.rounds import Round, Row, rounds
from portal.public.visit import Visit

# Scores over what is known, which are not told where too little is.
RATED = ("reported", "evidence")
# Fewer cities than these are no group to be compared with.
PEERS = 5


@dataclass(frozen=True)
class Look:
    """A reader's look at one round, among all `rounds` of the release, newest first."""

    visit: Visit
    round: Round
    rounds: tuple[Round, ...]

    @property
    def words(self) -> Texts:
        """The texts in the reader's language."""
        return self.visit.words

    def link(self, path: str, **parameters: str | None) -> str:
        """An address inside the portal that stays on this round; the newest one needs no name."""
        named = None if self.round == self.rounds[0] else self.round.name
        return self.visit.link(path, **parameters, round=named)

    def said(self, entry: Mapping[str, Any], name: str = "title") -> str:
        """A text that the rubric has in both languages, `name` and `nameHi`."""
        return self.words.pick({"en": entry[name], "hi": entry[f"{name}Hi"]})

    def city(self, city: str) -> str:
        """A city's name."""
        row = self.round.cities[city]
        return self.words.pick({"en": row["name"], "hi": row["name_hi"]})

    def level(self, number: int) -> str:
        """A level's number and name; 0 is below the first."""
        name = self.said(self.round.levels[number], "name") if number else self.words("maturity.below")
        return f"{number} – {name}"

    def number(self, value: float | None) -> str:
        """A figure to one decimal, a dash where there is none."""
        return "–" if value is None else figures.number(round(value, 1), self.words.language)

    def value(self, indicator: Row, value: float | None) -> str:
        """A value of an indicator with its unit, a dash where there is none."""
        return "–" if value is None else self.words(f"maturity.unit.{indicator['unit']}", value=self.number(value))

    def band(self, city: str, measure: str) -> str | None:
        """Where a city lies among its peers by a measure; None where it has no figure or too few peers."""
        row = self.round.peers.get((city, measure))
        return row["band"] if row and row["peers"] >= PEERS else None

    def score(self, row: Row, name: str) -> float | str | None:
        """A score to one decimal for a table; the word for it where too little is known to rate."""
        if row[name] is None:
            return self.words("maturity.unrated") if name in RATED and not row["rated"] else None
        return round(row[name], 1)


def opened(visit: Visit) -> Look | None:
    """A look at the round that the address names, else at the newest; None, and a state drawn, where there is none."""
    every = rounds(visit.release)
    if not every:
        shell.state(visit.words, "norounds", visit.link("/data"))
        return None
    asked = st.query_params.get("round", every[0].name)
    chosen, city = next((one for one in every if one.name == asked), None), st.query_params.get("city")
    if chosen is None or (city and city not in chosen.scores):
        shell.state(visit.words, "missing", visit.link("/maturity"))
        return None
    return Look(visit, chosen, every)


def crumbs(look: Look, here: str) -> None:
    """Draw the way back to all cities."""
    shell.block("maturity_crumbs.html", look.words, all=look.link("/maturity"), home=look.link("/"), here=here)


def choose_round(look: Look) -> None:
    """Let the reader take another round; the page is drawn anew with it."""
    names = {one.name: half(look.words, one.name) for one in look.rounds}
    shell.choice(look.words("maturity.round"), "round", names)


def choose_city(look: Look, others: Mapping[str, str] | None = None) -> str:
    """The city of the address beside the round's choice, else the first; `others` stand before the cities."""
    names = sorted((look.city(city), city) for city in look.round.scores)
    left, right, _ = st.columns([2, 2, 1])
    with right:
        choose_round(look)
    with left:
        cities = {**(others or {}), **{city: name for name, city in names}}
        return shell.choice(look.words("dataset.city"), "city", cities)


def half(words: Texts, name: str) -> str:
    """A round such as 2026-H1 for people."""
    return words("maturity.half.first" if name.endswith("1") else "maturity.half.second", year=name[:4])


def source(look: Look) -> None:
    """Draw where the figures of a page are from: rubric, round, release."""
    about = look.round.about
    shell.block(
        "maturity_source.html",
        look.words,
        rubric=look.round.rubric,
        title=look.said(look.round.rubric),
        note=look.said(look.round.rubric, "note"),
        hash=about["rubric"]["hash"],
        round=half(look.words, look.round.name),
        frozen=datetime.fromisoformat(about["frozen_at"]),
        release=about["release"],
    )


def interval(look: Look, row: Row) -> str:
    """A 95 % interval in per cent, nothing where there is none."""
    if row["low"] is None:
        return ""
    return look.words("maturity.interval", low=look.number(row["low"]), high=look.number(row["high"]))
