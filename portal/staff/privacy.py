"""Privacy: what may be personal in the public tables, the officer's decision on it, and what was hidden."""

import streamlit as st

from orchestration.gate import GateFault, allow_as
from orchestration.privacy import Counts, Protection, protections, trend
from orchestration.project import Project
from orchestration.store.findings import Found
from orchestration.store.home import HomeBusy
from orchestration.store.releases import REMARK_LETTERS, SHORT
from orchestration.store.staff import NotPermitted, Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from transforms.privacy.risk import UNMEASURED

_SAID = "what was decided of a finding last"
_SHOWN = 12
# What each table tells.
HELD = ("dataset", "column", "entity", "rows", "first", "version")
JUDGED = ("dataset", "column", "entity", "rows", "state", "who", "at", "reason")
MEASURED = ("k", "l", "left_out", "hidden", "beside")
COUNTED = ("allowed", "disclosed", "left_out", "hidden", "beside")


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    shell.block("title.html", words, title=words("findings.title"), lead=words("findings.lead"))
    said = st.session_state.pop(_SAID, None)
    if said:
        shell.block("note.html", words, label=said[0], text=said[1], mood=said[2])
    tables = protections(project)
    found = [one for table in tables for one in table.found]
    shell.block("facts.html", words, facts=_facts(found, tables, words))
    held = [one for one in found if one.state == "held"]
    if held:
        _held(project, person, held, words)
    else:
        shell.block("state.html", words, **shell.state_values(words, "unheld"))
    _judged(project, [one for one in found if one.state != "held"], words)
    _measured(project, tables, words)
    _trend(trend(project), words)


def _facts(found: list[Found], tables: list[Protection], words: Texts) -> list[tuple[str, str]]:
    states = [one.state for one in found]
    counts = {
        "held": states.count("held"),
        "allowed": states.count("allowed"),
        "disclosed": states.count("disclosed"),
        "tables": len(tables),
    }
    return [(words(f"findings.fact.{name}"), figures.number(n, words.language)) for name, n in counts.items()]


def _held(project: Project, person: Person, held: list[Found], words: Texts) -> None:
    """What holds tables, and for an officer the decision."""
    rows = [
        [
            _title(project, one.table, words),
            one.column,
            _entity(one, words),
            one.rows,
            _places(one, words),
            one.key[:SHORT],
        ]
        for one in held
    ]
    columns = [(words(f"findings.column.{name}"), name == "rows") for name in HELD]
    shell.block("section.html", words, part="held", text=words("findings.heldtext"))
    shell.table(words, words("findings.heldcaption"), columns, rows)
    if not person.may("allow"):
        shell.block("note.html", words, label=words("findings.noright"), text="", mood="")
        return
    labels = {_id(one): f"{_title(project, one.table, words)}: {one.column}, {_entity(one, words)}" for one in held}
    chosen = shell.choice(words("findings.which"), "finding", labels)
    reason = st.text_area(
        words("findings.reason"), max_chars=REMARK_LETTERS, key=f"reason {chosen}", help=words("findings.reasonhelp")
    )
    if st.button(words("findings.allow"), type="primary"):
        _allow(project, person, next(one for one in held if _id(one) == chosen), reason, words)


def _judged(project: Project, judged: list[Found], words: Texts) -> None:
    if not judged:
        return
    rows = [
        [
            _title(project, one.table, words),
            one.column,
            _entity(one, words),
            one.rows,
            words(f"findings.state.{one.state}"),
            one.allowed_by,
            figures.moment(one.allowed_at, words.language) if one.allowed_at else None,
            one.reason,
        ]
        for one in judged
    ]
    columns = [(words(f"findings.column.{name}"), name == "rows") for name in JUDGED]
    shell.block("section.html", words, part="judged", text=words("findings.judgedtext"))
    shell.table(words, words("findings.judgedcaption"), columns, rows)


def _measured(project: Project, tables: list[Protection], words: Texts) -> None:
    """k, l, and what was left out and hidden, of the tables of which anything was measured."""
    rows = [
        [_title(project, one.table, words), *(getattr(one.measured, name) for name in MEASURED)]
        for one in tables
        if one.measured != UNMEASURED
    ]
    if rows:
        columns = [(words(f"findings.column.{name}"), name != "dataset") for name in ("dataset", *MEASURED)]
        shell.block("section.html", words, part="measured", text="")
        shell.table(words, words("findings.measuredcaption"), columns, rows)


def _trend(counts: list[Counts], words: Texts) -> None:
    if not counts:
        return
    rows = [
        [
            one.id[:SHORT],
            figures.moment(one.at, words.language),
            words(f"desk.state.{one.state}"),
            *(getattr(one, name) for name in COUNTED),
        ]
        for one in counts
    ]
    columns = [(words(f"desk.column.{name}"), False) for name in ("id", "at", "state")]
    columns += [(words(f"findings.column.{name}"), True) for name in COUNTED]
    shell.block("section.html", words, part="trend", text="")
    shell.table(words, words("findings.trendcaption"), columns, rows)


def _title(project: Project, table: str, words: Texts) -> str:
    dataset = project.catalogue.published(table)
    return words.pick({"en": dataset.title, "hi": dataset.properties.title_hi or dataset.title})


def _entity(found: Found, words: Texts) -> str:
    return words.known("findings.entity", found.entity)


def _places(found: Found, words: Texts) -> str:
    """The first rows, counted from 0 as in the table's file."""
    if found.by == "scan":
        return words("findings.scanned")
    more = " …" if found.rows > _SHOWN else ""
    return ", ".join(str(row) for row in found.first[:_SHOWN]) + more


def _id(found: Found) -> str:
    return f"{found.key[:SHORT]} {found.column} {found.entity}"


def _allow(project: Project, person: Person, found: Found, reason: str, words: Texts) -> None:
    """Decide, say what came of it on the page drawn next."""
    try:
        allow_as(project, person.email, found.key, found.column, found.entity, reason)
    except HomeBusy:
        st.session_state[_SAID] = (words("desk.busy"), "", "warn")
    except (GateFault, NotPermitted) as fault:
        st.session_state[_SAID] = (words("desk.refused"), str(fault), "bad")
    else:
        st.session_state[_SAID] = (words("findings.done", column=found.column), "", "good")
    st.rerun()
