"""New cameras: repair first, none at all, or where they would go; with every warning, and restricted."""

import streamlit as st

from orchestration.approval import find
from orchestration.project import Project
from orchestration.siting import unpacked
from orchestration.store.releases import SHORT
from orchestration.store.sitings import Proposed
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage import answering, sites
from portal.staff.footage.address import asked, keep
from portal.staff.footage.loaded import Known, sited
from portal.staff.footage.ward import called
from portal.staff.footage.wording import percent
from transforms.footage.covering import CoveringFault
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Alternative, Siting

# How many cameras more, and the share of each ward's demand to be in view, in per cent.
CAMERAS, MOST_CAMERAS = 10, 50
FLOOR, MOST_FLOOR, FLOOR_STEP = 0, 90, 5
ALTERNATIVES = ("alternative", "inview", "share", "repaired", "placed", "turned", "watched")
BY_WARD = ("ward", "requests", "before", "afterrepair", "after", "watched")
_NEW = ""


def show(project: Project, person: Person, city: str, found: Known, words: Texts) -> None:
    """Draw the section."""
    title, text = words("footage_desk.part.siting"), words("footage_desk.siting")
    shell.block("heading.html", words, id="siting", level=2, title=title, text=text)
    answering.say(words)
    try:
        chosen = _chosen(project, city, words) or _made(project, city, found, words)
    except FootageFault as fault:
        text = words("footage_desk.short") if isinstance(fault, CoveringFault) else str(fault)
        shell.block("note.html", words, label=words("footage_desk.unsited"), text=text, mood="warn")
        return
    plan = unpacked(chosen.plan) if isinstance(chosen, Proposed) else chosen.plan
    _safeguards(plan, found, words)
    sites.show(plan, found.wards, words)
    if isinstance(chosen, Proposed):
        answering.kept(project, person, chosen, words)
    else:
        answering.new(project, person, chosen, words)


def _made(project: Project, city: str, found: Known, words: Texts) -> answering.Asked:
    """A plan for what the sliders say. Raises FootageFault where there is none."""
    cameras, floor = _asked(words)
    with st.spinner(words("footage_desk.sitingbusy")):
        return answering.Asked(city, cameras, floor, sited(project, city, found, cameras, floor))


def _chosen(project: Project, city: str, words: Texts) -> Proposed | None:
    """A plan that was put forward before, if the address names one; None for one that is worked out now."""
    plans = project.ledger.sitings.all(city)
    if not plans:
        return None
    labels = {one.key[:SHORT]: _label(one, words) for one in plans}
    name = shell.choice(
        words("footage_desk.whichplan"), answering.PLAN, {_NEW: words("footage_desk.newplan"), **labels}
    )
    return find(project, name) if name else None


def _label(one: Proposed, words: Texts) -> str:
    return words(
        f"footage_desk.planlabel.{'returned' if one.returned_by else 'approved' if one.approved_by else 'waits'}",
        plan=one.key[:SHORT],
        cameras=figures.number(one.cameras, words.language),
        floor=figures.share(one.floor, words.language),
    )


def _asked(words: Texts) -> tuple[int, float]:
    """The two sliders, kept in the address."""
    told = {
        "cameras": (words("footage_desk.cameras"), MOST_CAMERAS, 1, CAMERAS, "%d"),
        "floor": (words("footage_desk.floor"), MOST_FLOOR, FLOOR_STEP, FLOOR, "%d %%"),
    }
    found = []
    for side, (name, (label, most, step, default, shape)) in zip(st.columns(2, gap="large"), told.items(), strict=True):
        value = asked(name, range(0, most + 1, step), default)
        st.session_state[name] = value
        with side:
            st.slider(label, 0, most, step=step, format=shape, key=name, on_change=keep, args=(name, default))
        found.append(value)
    return found[0], found[1] / 100


def _safeguards(plan: Siting, found: Known, words: Texts) -> None:
    """The alternatives in the order in which they are to be thought of, every warning, and whom it concerns where."""
    for key in plan.warnings:
        label, text = words(f"footage_desk.warning.{key}.label"), words(f"footage_desk.warning.{key}.text")
        shell.block("note.html", words, label=label, text=text, mood="warn")
    rows = [
        {
            "label": words(f"footage_desk.alternative.{one.name}"),
            "bar": one.covered / plan.demand if plan.demand else 0.0,
            "values": [
                round(one.covered),
                percent(one.covered / plan.demand, words) if plan.demand else "–",
                *(one.repaired, one.placed, one.turned),
                _people(one, words),
            ],
        }
        for one in plan.alternatives
    ]
    columns = [words(f"footage_desk.column.{name}") for name in ALTERNATIVES]
    demand = figures.number(round(plan.demand), words.language)
    caption = words("footage_desk.alternatives", demand=demand)
    shell.block("bars.html", words, caption=caption, columns=columns, rows=rows)
    facts = [
        (words("footage_desk.fact.gap"), percent(plan.gap, words)),
        (words("footage_desk.fact.refused"), figures.number(len(plan.refused), words.language)),
        (words("footage_desk.fact.cut"), figures.number(plan.cut, words.language)),
        (words("footage_desk.fact.watched"), _people(plan.alternatives[-1], words)),
    ]
    shell.block("facts.html", words, facts=facts)
    _wards(plan, found, words)


def _wards(plan: Siting, found: Known, words: Texts) -> None:
    """Each ward's demand and people newly watched, those first where most people are."""
    watched = plan.alternatives[-1].newly_watched
    table = plan.wards.assign(watched=plan.wards["ward_id"].map(watched).astype("Float64"))
    table = table.sort_values(["watched", "demand"], ascending=False, na_position="first")
    counts = ("demand", "before", "repaired", "after")
    rows = [
        [called(row["ward_id"], found.wards, words), *(round(row[name]) for name in counts), watched[row["ward_id"]]]
        for row in table.to_dict("records")
    ]
    columns = [(words(f"footage_desk.column.{name}"), name != "ward") for name in BY_WARD]
    shell.folded_table(words, words("footage_desk.watchedcaption"), columns, rows)


def _people(one: Alternative, words: Texts) -> str:
    people = one.as_json()["newly_watched"]
    return "–" if people is None else figures.number(people, words.language)
