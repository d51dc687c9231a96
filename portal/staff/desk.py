"""The release desk: what the proposed release changes, what goes out in which form, and the decision."""

import streamlit as st

from orchestration.deciding import Act, decide_as
from orchestration.difference import Going, going
from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.home import HomeBusy
from orchestration.store.releases import SHORT, Release, ReleaseFault
from orchestration.store.staff import NotPermitted, Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.public import protection

_SAID = "what was decided last"


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    shell.block("title.html", words, title=words("desk.title"), lead=words("desk.lead"))
    said = st.session_state.pop(_SAID, None)
    if said:
        shell.block("note.html", words, label=said[0], text=said[1], mood=said[2])
    waiting = releases.proposed(project.ledger)
    if waiting is None:
        shell.block("state.html", words, **shell.state_values(words, "decided"))
    else:
        _proposal(project, person, waiting, words)
    _history(project, person, words)


def _proposal(project: Project, person: Person, waiting: Release, words: Texts) -> None:
    changes = going(project, waiting.id)
    moment = figures.moment(waiting.proposed_at, words.language)
    shell.block(
        "proposal.html",
        words,
        id=waiting.id[:SHORT],
        who=waiting.proposed_by,
        when=moment,
        changes=[_change(change, words) for change in changes],
    )
    own = releases.same_person(waiting.proposed_by, person.email)
    if not person.may("approve"):
        shell.block("note.html", words, label=words("desk.noright"), text="", mood="")
        return
    if own:
        shell.block("note.html", words, label=words("desk.own"), text="", mood="warn")
    remark = st.text_area(words("desk.remark"), max_chars=1000, key="remark", help=words("desk.remarkhelp"))
    approve, back, _ = st.columns([1, 1, 2])
    with approve:
        if st.button(words("desk.approve"), type="primary", disabled=own, width="stretch"):
            _decide(project, person, "approve", waiting, words)
    with back:
        if st.button(words("desk.return"), width="stretch"):
            _decide(project, person, "return", waiting, words, remark)


def _change(given: Going, words: Texts) -> dict[str, object]:
    change, entry = given.change, given.entry
    return {
        "title": words.pick(entry["title"]) if entry else change.dataset,
        "change": words.known("desk.change", change.change),
        "form": words(f"form.{change.form}") + (f", k ≥ {entry['k']}" if entry and entry["k"] else ""),
        "before": change.rows_before,
        "after": change.rows_after,
        "measures": sorted(entry["measures"]) if entry else [],
        "treatments": protection.columns(words, entry) if entry else [],
    }


def _history(project: Project, person: Person, words: Texts) -> None:
    every = releases.listed(project.ledger)
    if not every:
        return
    rows = [
        [
            one.id[:SHORT],
            words(f"desk.state.{one.state}"),
            one.proposed_by,
            one.approved_by or one.returned_by or "",
            figures.moment(one.approved_at or one.returned_at or one.proposed_at, words.language),
            one.remark or "",
        ]
        for one in every
    ]
    columns = [(words(f"desk.column.{name}"), False) for name in ("id", "state", "proposed", "decided", "at", "remark")]
    shell.block("section.html", words, part="history", text="")
    shell.table(words, words("desk.caption"), columns, rows)
    earlier = {one.id: one for one in every if one.state == "approved"}
    if earlier and person.may("rollback"):
        labels = {"": words("desk.choose"), **{id: id[:SHORT] for id in earlier}}
        chosen = shell.choice(words("desk.rollbackto"), "to", labels, width=320)
        if chosen and st.button(words("desk.rollback")):
            _decide(project, person, "rollback", earlier[chosen], words)


def _decide(project: Project, person: Person, act: Act, release: Release, words: Texts, remark: str = "") -> None:
    """Decide, say what came of it on the page drawn next."""
    try:
        decide_as(project, person.email, act, release.id, remark)
    except HomeBusy:
        st.session_state[_SAID] = (words("desk.busy"), "", "warn")
    except (ReleaseFault, NotPermitted) as fault:
        st.session_state[_SAID] = (words("desk.refused"), str(fault), "bad")
    else:
        st.session_state[_SAID] = (words(f"desk.done.{act}", id=release.id[:SHORT]), "", "good")
    st.rerun()
