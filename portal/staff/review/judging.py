"""What a city declares of one indicator, the document that is to bear it out, and the reviewer's decision."""

import hashlib

import streamlit as st

from orchestration.maturity import rubric
from orchestration.project import Project
from orchestration.reviewing import Asked, Declaration, decide_as
from orchestration.store.reviews import REASON_LETTERS, VERDICTS
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.review.acting import act

COLUMNS = ("round", "city", "indicator", "declared", "document")
HISTORY = ("round", "city", "indicator", "decision", "who", "at", "reason")
_SHOWN = 200


def show(project: Project, person: Person, open_: list[Declaration], words: Texts) -> None:
    """Draw the part: the list that waits, the one that is chosen, and what was decided."""
    shell.block("review_section.html", words, part="waiting")
    if open_:
        chosen = _chosen(project, open_, words)
        rows = [_row(project, one, words) for one in chosen[:_SHOWN]]
        shell.folded_table(words, words("review.waitingcaption", shown=len(rows)), _columns(words, COLUMNS), rows)
        _one(project, person, chosen, words)
    else:
        shell.block("state.html", words, **shell.state_values(words, "reviewed"))
    _history(project, person, words)


def _chosen(project: Project, open_: list[Declaration], words: Texts) -> list[Declaration]:
    """The declarations of the round and the city that are chosen in the address."""
    rounds = sorted({one.assessment_round for one in open_}, reverse=True)
    place, where = st.columns(2)
    with place:
        name = shell.choice(words("review.round"), "round", {one: one for one in rounds})
    here = [one for one in open_ if one.assessment_round == name]
    cities = {city: _city(project, city, words) for city in sorted({one.city for one in here})}
    with where:
        city = shell.choice(words("data.city"), "city", cities)
    return [one for one in here if one.city == city]


def _one(project: Project, person: Person, chosen: list[Declaration], words: Texts) -> None:
    """One declaration with its indicator's criteria, and the decision for whoever may make it."""
    labels = {one.indicator_id: _title(project, one.indicator_id, words) for one in chosen}
    picked = shell.choice(words("review.which"), "indicator", labels)
    one = next(given for given in chosen if given.indicator_id == picked)
    indicator = rubric(project).by_id[picked]
    shell.block("review_declaration.html", words, one=one, indicator=indicator)
    _document(one, words)
    if not person.may("review"):
        shell.block("note.html", words, label=words("review.noright"), text="", mood="")
        return
    with st.form("decision", clear_on_submit=True):
        verdict = st.radio(
            words("review.decision"), VERDICTS, horizontal=True, format_func=lambda one: words(f"review.verdict.{one}")
        )
        reason = st.text_area(words("review.reason"), max_chars=REASON_LETTERS, help=words("review.reasonhelp"))
        if st.form_submit_button(words("review.decide"), type="primary"):
            asked = Asked(*one.place, verdict, reason)
            act(words, words("review.done", indicator=picked), lambda: decide_as(project, person.email, [asked]))


def _document(one: Declaration, words: Texts) -> None:
    """Whether a file in the reviewer's hands is the document that was declared. It is not kept."""
    if one.document_sha256 is None:
        shell.block("note.html", words, label=words("review.nodocument"), text="", mood="warn")
        return
    given = st.file_uploader(
        words("review.document"), key=f"document of {one.place}", help=words("review.documenthelp")
    )
    if given is not None:
        same = hashlib.sha256(given.getvalue()).hexdigest() == one.document_sha256
        label = words("review.same") if same else words("review.other")
        shell.block("note.html", words, label=label, text="", mood="good" if same else "bad")


def _history(project: Project, person: Person, words: Texts) -> None:
    made = [one for one in reversed(project.reviews.every()) if person.sees(one.city)]
    if not made:
        return
    rows = [
        [
            one.assessment_round,
            _city(project, one.city, words),
            one.indicator_id,
            words(f"review.verdict.{one.decision}"),
            one.who,
            figures.moment(one.decided_at, words.language),
            one.reason,
        ]
        for one in made[:_SHOWN]
    ]
    shell.folded_table(words, words("review.historycaption", shown=len(rows)), _columns(words, HISTORY), rows)


def _row(project: Project, one: Declaration, words: Texts) -> list[str | None]:
    return [
        one.assessment_round,
        _city(project, one.city, words),
        _title(project, one.indicator_id, words),
        one.declared_value,
        one.document_name,
    ]


def _columns(words: Texts, names: tuple[str, ...]) -> list[tuple[str, bool]]:
    return [(words(f"review.column.{name}"), False) for name in names]


def _city(project: Project, city: str, words: Texts) -> str:
    given = project.catalogue.cities[city]
    return words.pick({"en": given.name, "hi": given.name_hi})


def _title(project: Project, indicator: str, words: Texts) -> str:
    given = rubric(project).by_id[indicator]
    return f"{indicator} · {words.pick({'en': given.title, 'hi': given.title_hi})}"
