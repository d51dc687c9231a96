"""Monday: what is late, failed, held or quarantined, by department, with the message to send."""

import csv
import io
from dataclasses import asdict

import streamlit as st

from orchestration.message import message
from orchestration.project import Project
from orchestration.quarantine import Waiting, waiting
from orchestration.status import Desk, Line, desks, status
from orchestration.store.contacts import Contact, contacts
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import LANGUAGES, Texts, texts

_ANY = ""


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    lines = [line for line in status(project) if person.sees(line.city)]
    shell.block("title.html", words, title=words("monday.title"), lead=words("monday.lead"))
    cities = {
        city: words.pick({"en": given.name, "hi": given.name_hi}) for city, given in project.catalogue.cities.items()
    }
    city = shell.choice(words("data.city"), "city", {_ANY: words("data.any"), **cities}, width=320)
    chosen = [line for line in lines if city in (_ANY, line.city)]
    shell.block("facts.html", words, facts=_facts(chosen, words))
    found = desks(chosen)
    busy = [desk for desk in found if desk.lines]
    if not busy:
        shell.block("state.html", words, **shell.state_values(words, "quiet"))
    called = contacts(project.home.root, project.catalogue.cities, project.catalogue.departments) if busy else {}
    for desk in busy:
        _desk(project, person, desk, called.get((desk.city, desk.department)), words)
    fine = [f"{_department(project, desk, words)}, {cities[desk.city]}" for desk in found if not desk.lines]
    if fine:
        shell.block("note.html", words, label=words("monday.fine"), text="; ".join(fine), mood="")


def _facts(lines: list[Line], words: Texts) -> list[tuple[str, str]]:
    counts = {
        "late": sum(line.late_days is not None for line in lines),
        "failed": sum(line.failed is not None for line in lines),
        "held": sum(bool(line.held) for line in lines),
        "quarantined": sum(line.quarantined for line in lines),
    }
    return [(words(f"monday.fact.{name}"), figures.number(count, words.language)) for name, count in counts.items()]


def _department(project: Project, desk: Desk, words: Texts) -> str:
    department = project.catalogue.departments[desk.department]
    return words.pick({"en": department.title, "hi": department.title_hi})


def _desk(project: Project, person: Person, desk: Desk, contact: Contact | None, words: Texts) -> None:
    city = project.catalogue.cities[desk.city]
    title = f"{_department(project, desk, words)}, {words.pick({'en': city.name, 'hi': city.name_hi})}"
    rows = [_row(project, line, words) for line in desk.lines]
    call = _call(project, desk, contact, words)
    shell.block("desk.html", words, title=title, rows=rows, part=f"{desk.department}-{desk.city}", call=call)
    left, right = st.columns([3, 1], vertical_alignment="top")
    with left, st.expander(words("monday.message", department=title)):
        for language, tab in zip(LANGUAGES, st.tabs([words(f"monday.in.{one}") for one in LANGUAGES]), strict=True):
            mail = message(texts(language), desk, project.catalogue)
            with tab:
                if mail is None:
                    st.write(words("monday.nothing"))
                else:
                    st.code(f"{mail.subject}\n\n{mail.body}", language=None, wrap_lines=True)
    tables = [line.table for line in desk.lines if line.quarantined]
    if tables:
        with right:
            _download(project, person, desk, tables, words)


def _call(project: Project, desk: Desk, contact: Contact | None, words: Texts) -> str:
    """Whom to call: the contact of the installation, else the posts that send the files."""
    if contact:
        return ", ".join(filter(None, [contact.name, contact.phone, *contact.email]))
    coordinators = [project.catalogue.published(line.table).properties.coordinator for line in desk.lines]
    posts = {words.pick({"en": post.title, "hi": post.title_hi}): None for post in coordinators if post}
    return "; ".join(posts)


def _row(project: Project, line: Line, words: Texts) -> dict[str, object]:
    """One dataset: its tags, and below them why, by reason and by rule."""
    dataset, language = project.catalogue.published(line.table), words.language
    tags: list[tuple[str, str]] = []
    if line.late_days is not None:
        tags.append(("warn", words("monday.late", days=figures.number(line.late_days, language))))
    if line.failed:
        tags.append(("bad", words("monday.failed")))
    if line.held:
        tags.append(("bad", words("monday.held", files=figures.number(len(line.held), language))))
    if line.quarantined:
        tags.append(("warn", words("monday.quarantined", rows=figures.number(line.quarantined, language))))
    if line.drift:
        tags.append(("warn", words("monday.drift")))
    return {
        "title": words.pick({"en": dataset.title, "hi": dataset.properties.title_hi or dataset.title}),
        "tags": tags,
        # Here alone a file is called as its department called it.
        "waiting": [*filter(None, [line.failed]), *(holding.for_staff for holding in line.held)],
        "rules": _counted(line.reasons, language),
        "repaired": _counted(line.repaired, language),
        "unknown": [(one.place, one.words) for one in line.drift if one.rule == "header.unknown"],
        "proposed": [one.words for one in line.drift if one.rule != "header.unknown"],
        "cells": figures.number(sum(line.repaired.values()), language),
    }


def _counted(counts: dict[str, int], language: str) -> list[tuple[str, str]]:
    """Each name with its count as it is written, the highest first."""
    return [(name, figures.number(n, language)) for name, n in sorted(counts.items(), key=lambda it: (-it[1], it[0]))]


def _download(project: Project, person: Person, desk: Desk, tables: list[str], words: Texts) -> None:
    """The quarantined rows by place and rule; that someone took the list is recorded."""
    place = f"quarantine-{desk.city}-{desk.department}"

    def record() -> None:
        project.audit.record(person.email, "download", place)

    def rows() -> str:
        return _csv(waiting(project, desk.city, tables))

    # The list is made when it is asked for: a city in its first week has many.
    st.download_button(words("monday.list"), rows, f"{place}.csv", "text/csv", key=place, on_click=record)


def _csv(rows: list[Waiting]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["dataset", "city", "delivery", "row", "rule"])
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return out.getvalue()
