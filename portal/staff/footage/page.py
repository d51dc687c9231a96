"""The page Footage desk: of one city the queue first, where it stands, the planner, then its cameras."""

import pandas as pd
import streamlit as st

from orchestration.footage import LIFE
from orchestration.project import Project
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage import cameras, levers, penalty, position, queue, siting, stated, storage, times
from portal.staff.footage.loaded import Known, known
from portal.staff.footage.wording import datasets
from transforms.footage.fault import FootageFault

PARTS = (
    *("risk", "position", "causes", "plan", "stated", "times"),
    *("cameras", "penalty", "storage", "siting"),
)


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    shell.block("title.html", words, title=words("footage_desk.title"), lead=words("footage_desk.lead"))
    cities = {
        city: words.pick({"en": given.name, "hi": given.name_hi})
        for city, given in project.catalogue.cities.items()
        if person.sees(city)
    }
    city = shell.choice(words("data.city"), "city", cities, width=320)
    try:
        with st.spinner(words("footage_desk.busy")):
            found = known(project, city)
    except FootageFault:
        shell.block("state.html", words, **shell.state_values(words, "unsent"))
        _missing(project, city, project.catalogue.made_of(LIFE), words)
        return
    _city(project, person, city, found, words)


def _city(project: Project, person: Person, city: str, found: Known, words: Texts) -> None:
    until = figures.moment(found.until, words.language)
    shell.block("desk_footage.html", words, parts=PARTS, until=until)
    if found.footage.missing:
        _missing(project, city, found.footage.missing, words)
    # A sample stands still; in a real city hours go on passing after the newest row.
    still = project.catalogue.cities[city].fictional
    queue.show(found.footage, found.until if still else pd.Timestamp.now("UTC"), words)
    position.show(found.explained, words)
    levers.show(project, city, found, words)
    stated.show(found, words)
    times.show(found, words)
    cameras.show(project, city, found, words)
    penalty.show(project, city, found, words)
    storage.show(found, words)
    siting.show(project, person, city, found, words)


def _missing(project: Project, city: str, tables: tuple[str, ...] | list[str], words: Texts) -> None:
    sent = [(title, f"inbox/{city}/{folder}/") for title, folder in datasets(project, tables, words)]
    shell.block("desk_missing.html", words, missing=sent)
