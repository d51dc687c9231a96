"""Who answers for a plan for cameras: one puts it forward, another approves it with an impact note or returns it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from orchestration.approval import (
    APPROVE,
    NOTE_LETTERS,
    PROPOSE,
    approve_as,
    give_back_as,
    positions,
    propose_as,
)
from orchestration.project import Project
from orchestration.store.home import HomeBusy
from orchestration.store.releases import SHORT, same_person
from orchestration.store.sitings import Proposed
from orchestration.store.staff import NotPermitted, Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Siting

# The plan that is looked at, in the address.
PLAN = "plan"
_SAID = "what was done with a plan last"


@dataclass(frozen=True, eq=False)
class Asked:
    """A plan that was worked out now, and what for."""

    city: str
    cameras: int
    floor: float
    plan: Siting


def say(words: Texts) -> None:
    """Tell what came of the last click."""
    said = st.session_state.pop(_SAID, None)
    if said:
        shell.block("note.html", words, label=said[0], text=said[1], mood=said[2])


def new(project: Project, person: Person, made: Asked, words: Texts) -> None:
    """A plan nobody has put forward yet, and the button that does."""
    text = words("footage_desk.answer")
    shell.block("heading.html", words, id="answer", level=3, title=words("footage_desk.answertitle"), text=text)
    if not person.may(PROPOSE) or made.plan.chosen.empty:
        return
    if st.button(words("footage_desk.propose"), key="propose"):

        def propose() -> str:
            found = propose_as(project, person.email, made.city, made.cameras, made.floor, made.plan)
            st.query_params[PLAN] = found.key[:SHORT]
            return words("footage_desk.proposed", plan=found.key[:SHORT])

        _do(propose, words)


def kept(project: Project, person: Person, found: Proposed, words: Texts) -> None:
    """A plan that was put forward: who approved or returned it and why; or for an approver the decision."""
    when = figures.moment(found.proposed_at, words.language)
    text = words("footage_desk.proposedby", who=found.proposed_by, when=when)
    shell.block("heading.html", words, id="answer", level=3, title=words("footage_desk.answertitle"), text=text)
    own, answers = same_person(found.proposed_by, person.email), person.may(APPROVE)
    if found.approved_by and found.approved_at:
        when = figures.moment(found.approved_at, words.language)
        label = words("footage_desk.approvedby", who=found.approved_by, when=when)
        shell.block("note.html", words, label=label, text=found.impact_note, mood="" if found.returned_by else "good")
    if found.returned_by and found.returned_at:
        when = figures.moment(found.returned_at, words.language)
        label = words("footage_desk.returnedby", who=found.returned_by, when=when)
        shell.block("note.html", words, label=label, text=found.remark, mood="warn")
        return
    if found.approved_by:
        taken = partial(positions, project, person.email, found.key)
        st.download_button(words("footage_desk.take"), taken, f"sites-{found.key[:SHORT]}.csv", "text/csv", key="take")
    elif own:
        shell.block("note.html", words, label=words("footage_desk.own"), text="", mood="warn")
    elif not answers:
        shell.block("note.html", words, label=words("footage_desk.waits"), text="", mood="")
    else:
        _decision(project, person, found, words)
    if answers or (own and person.may(PROPOSE)):
        _returning(project, person, found, words)


def _decision(project: Project, person: Person, found: Proposed, words: Texts) -> None:
    note = st.text_area(
        words("footage_desk.note"), max_chars=NOTE_LETTERS, key=f"note {found.key}", help=words("footage_desk.notehelp")
    )
    if st.button(words("footage_desk.approve"), type="primary", key="approve"):

        def approve() -> str:
            approve_as(project, person.email, found.key, note)
            return words("footage_desk.approved", plan=found.key[:SHORT])

        _do(approve, words)


def _returning(project: Project, person: Person, found: Proposed, words: Texts) -> None:
    with st.expander(words("footage_desk.return")):
        remark = st.text_area(
            words("footage_desk.remark"),
            max_chars=NOTE_LETTERS,
            key=f"remark {found.key}",
            help=words("footage_desk.remarkhelp"),
        )
        if st.button(words("footage_desk.returnnow"), key="return"):

            def give_back() -> str:
                give_back_as(project, person.email, found.key, remark)
                return words("footage_desk.returned", plan=found.key[:SHORT])

            _do(give_back, words)


def _do(act: Callable[[], str], words: Texts) -> None:
    """Do it, and say on the page drawn next what came of it."""
    try:
        st.session_state[_SAID] = (act(), "", "good")
    except HomeBusy:
        st.session_state[_SAID] = (words("desk.busy"), "", "warn")
    except (FootageFault, NotPermitted) as fault:
        st.session_state[_SAID] = (words("desk.refused"), str(fault), "bad")
    st.rerun()
