"""The rounds: which are frozen, their report cards, and freezing another one."""

import streamlit as st

from orchestration.project import Project
from orchestration.rounds import freeze_as, open_rounds, verify
from orchestration.store.releases import SHORT
from orchestration.store.rounds import Frozen
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.review.acting import act

COLUMNS = ("round", "release", "sha256", "who", "at")
# What a report card's file is called after the city.
CARDS = {"english": ".pdf", "hindi": ".hi.pdf", "workbook": ".xlsx"}


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the part."""
    shell.block("review_section.html", words, part="rounds")
    frozen = project.ledger.rounds.frozen()
    if frozen:
        rows = [[one.name, one.release[:SHORT], one.sha256[:SHORT], one.who, _at(one, words)] for one in frozen]
        shell.table(words, words("review.roundscaption"), [(words(f"review.column.{n}"), False) for n in COLUMNS], rows)
        _cards(project, person, frozen, words)
    _freeze(project, person, words)


def _cards(project: Project, person: Person, frozen: list[Frozen], words: Texts) -> None:
    """A city's report card of a frozen round as PDF and XLSX, and whether the round is as it was frozen."""
    chosen, where = st.columns(2)
    with chosen:
        name = shell.choice(words("review.card"), "frozen", {one.name: one.name for one in frozen})
    cities = {city: _city(project, city, words) for city in _told(project, name) if person.sees(city)}
    with where:
        city = shell.choice(words("data.city"), "of", cities)
    folder = project.home.rounds / name / "cards"
    for place, (kind, suffix) in zip(st.columns(len(CARDS)), CARDS.items(), strict=True):
        file = folder / f"{city}{suffix}"
        with place:
            st.download_button(words(f"review.file.{kind}"), file.read_bytes(), f"{name}-{file.name}", key=kind)
    if st.button(words("review.verify", round=name)):
        faults = verify(project, name)
        mood = "bad" if faults else "good"
        label = words("review.changed") if faults else words("review.whole", round=name)
        shell.block("note.html", words, label=label, text="; ".join(faults), mood=mood)


def _told(project: Project, name: str) -> list[str]:
    """The cities that a frozen round has cards of."""
    return sorted(file.stem for file in (project.home.rounds / name / "cards").glob("*.xlsx"))


def _city(project: Project, city: str, words: Texts) -> str:
    given = project.catalogue.cities[city]
    return words.pick({"en": given.name, "hi": given.name_hi})


def _freeze(project: Project, person: Person, words: Texts) -> None:
    left = open_rounds(project)[::-1]
    if not left or not person.may("freeze"):
        return
    name = shell.choice(words("review.tofreeze"), "freeze", {one: one for one in left}, width=320)
    shell.block("note.html", words, label=words("review.freezetitle"), text=words("review.freezetext"), mood="warn")
    if st.button(words("review.freeze", round=name), type="primary"):
        act(words, words("review.frozen", round=name), lambda: freeze_as(project, person.email, name))


def _at(one: Frozen, words: Texts) -> str:
    return figures.moment(one.frozen_at, words.language)
