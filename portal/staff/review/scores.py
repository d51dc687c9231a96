"""The scores of the newest round as they stand today: what a reviewer sees before freezing it."""

import streamlit as st

from orchestration.project import Project
from orchestration.rounds import Standing, standing
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from transforms.maturity.fault import MaturityFault

COLUMNS = ("strict", "evidence", "reported", "gap", "coverage", "evidence_share")
_KEPT = "scores as they stand"


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the part. Every query runs, so it is computed when asked for, and again after a decision."""
    shell.block("review_section.html", words, part="scores")
    if st.button(words("review.compute")):
        try:
            with st.spinner(words("review.computing")):
                st.session_state[_KEPT] = standing(project)
        except MaturityFault as fault:
            shell.block("note.html", words, label=words("desk.refused"), text=str(fault), mood="bad")
    found: Standing | None = st.session_state.get(_KEPT)
    if found is not None:
        _table(project, person, found, words)


def _table(project: Project, person: Person, found: Standing, words: Texts) -> None:
    table = found.scores.scores
    newest = table["assessment_round"].max()
    here = table[(table["assessment_round"] == newest) & table["city"].map(person.sees)]
    rows = [
        [
            words.pick(
                {"en": project.catalogue.cities[one["city"]].name, "hi": project.catalogue.cities[one["city"]].name_hi}
            ),
            one["level"],
            *(
                figures.number(round(one[name], 1), words.language) if one[name] == one[name] else None
                for name in COLUMNS
            ),
        ]
        for one in here.to_dict("records")
    ]
    columns = [(words("review.column.city"), False), (words("review.column.level"), True)]
    columns += [(words(f"review.column.{name}"), True) for name in COLUMNS]
    shell.table(words, words("review.scorescaption", round=newest), columns, rows)
