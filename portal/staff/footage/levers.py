"""The planner: what the levers would have made of the past requests, at what cost; their state is in the address."""

from functools import partial

import streamlit as st

from data_contracts.footage import FootageAssumptions, Price
from orchestration.project import Project
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.address import asked, keep, write
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import between, combination, noted, percent, rupees, setting
from transforms.footage.levers import LEVERS, NOW, Setting
from transforms.footage.plan import Outcome, Plan, Planner

TARGET, TARGETS = 75, (50, 95)
# What the tables tell.
ALONE = ("lever", "rate", "extra", "cost", "each")
PRICED = ("price", "once", "yearly", "note")
PRICES = tuple(name for name, field in FootageAssumptions.model_fields.items() if field.annotation is Price)


def show(project: Project, city: str, found: Known, words: Texts) -> None:
    """Draw the section."""
    text = words("footage_desk.plan")
    shell.block("heading.html", words, id="plan", level=2, title=words("footage_desk.part.plan"), text=text)
    assumptions = project.catalogue.cities[city].footage_assumptions
    if found.planner is None or assumptions is None:
        why = words("footage_desk.sendfirst") if found.footage.missing else found.unplanned
        shell.block("note.html", words, label=words("footage_desk.unplanned"), text=why, mood="warn")
        return
    plan = _target(found.planner, words)
    _found(plan, words)
    chosen = _levers(words)
    _predicted(found.planner.outcome(chosen), plan, found.planner.replay.count, words)
    _alone(found.planner, words)
    _prices(assumptions, words)


def _target(planner: Planner, words: Texts) -> Plan:
    """The slider of the target, and the cheapest way to it."""
    share = asked("target", range(TARGETS[0], TARGETS[1] + 1), TARGET)
    st.session_state["target"] = share
    st.slider(
        words("footage_desk.target"),
        *TARGETS,
        step=1,
        format="%d %%",
        key="target",
        on_change=keep,
        args=("target", TARGET),
    )
    return planner.cheapest(share / 100)


def _found(plan: Plan, words: Texts) -> None:
    """What the cheapest way to the target is, or the best there is, and the button that sets the levers to it."""
    target, one = figures.share(plan.target, words.language), plan.chosen
    told = {
        "target": target,
        "levers": combination(one.setting, words),
        "cost": rupees(one.cost_inr, words),
        "rate": percent(one.rate, words),
        "band": between(one.low, one.high, words),
    }
    key = "reachable" if plan.reachable else "unreachable"
    label, text = words(f"footage_desk.{key}.label", **told), words(f"footage_desk.{key}.text", **told)
    shell.block("note.html", words, label=label, text=text, mood="good" if plan.reachable else "warn")
    # No callback: it would set the levers of the city that was shown when the button was drawn.
    if st.button(words(f"footage_desk.{key}.button", **told), type="primary", key="cheapest"):
        write(one.setting, NOW)
        st.rerun()


def _levers(words: Texts) -> Setting:
    """The seven levers as sliders, and how they are set."""
    chosen = dict(NOW)
    sides = st.columns(2, gap="large")
    for number, (lever, settings) in enumerate(LEVERS.items()):
        st.session_state[lever] = asked(lever, settings, NOW[lever])
        with sides[number % 2]:
            chosen[lever] = st.select_slider(
                words(f"footage_desk.lever.{lever}"),
                settings,
                key=lever,
                format_func=partial(_setting, lever, words),
                on_change=keep,
                args=(lever, NOW[lever]),
            )
    return chosen


def _setting(lever: str, words: Texts, value: int) -> str:
    return setting(lever, value, words)


def _predicted(one: Outcome, plan: Plan, count: int, words: Texts) -> None:
    """What the levers as they are set would have led to, and what that takes for granted."""
    band = between(one.low, one.high, words)
    each = "–" if one.each_inr is None else rupees(one.each_inr, words)
    facts = [
        (words("footage_desk.fact.predicted", band=band), percent(one.rate, words)),
        (words("footage_desk.fact.cost"), rupees(one.cost_inr, words)),
        (words("footage_desk.fact.extra", matured=_number(count, words)), _number(one.extra, words)),
        (words("footage_desk.fact.each"), each),
    ]
    title = words("footage_desk.predicted", levers=combination(one.setting, words))
    shell.block("heading.html", words, id="predicted", level=3, title=title, text="")
    shell.block("facts.html", words, facts=facts)
    rates = {"today": plan.now, "then": one.rate, "target": plan.target}
    rows = [
        {"label": words(f"footage_desk.bar.{name}"), "bar": rate, "values": [percent(rate, words)]}
        for name, rate in rates.items()
    ]
    columns = [words("footage_desk.column.rate"), words("footage_desk.fact.met")]
    shell.block("bars.html", words, caption=words("footage_desk.barscaption"), columns=columns, rows=rows)
    points = [words(f"footage_desk.assume.{key}") for key in one.assumed]
    shell.block("points.html", words, title=words("footage_desk.assumed"), points=points)


def _alone(planner: Planner, words: Texts) -> None:
    rows = [
        [
            combination(one.setting, words),
            percent(one.rate, words),
            one.extra,
            rupees(one.cost_inr, words),
            None if one.each_inr is None else rupees(one.each_inr, words),
        ]
        for one in planner.alone()
    ]
    columns = [(words(f"footage_desk.column.{name}"), name != "lever") for name in ALONE]
    shell.folded_table(words, words("footage_desk.alone"), columns, rows)


def _prices(assumptions: FootageAssumptions, words: Texts) -> None:
    given: list[tuple[str, Price]] = [(name, getattr(assumptions, name)) for name in PRICES]
    rows = [
        [
            words(f"footage_desk.price.{name}"),
            rupees(price.once_inr, words),
            rupees(price.yearly_inr, words),
            noted(price, words),
        ]
        for name, price in given
    ]
    columns = [(words(f"footage_desk.column.{name}"), name in ("once", "yearly")) for name in PRICED]
    years, staff = _number(assumptions.years, words), _number(assumptions.search_staff_now, words)
    shell.folded_table(words, words("footage_desk.prices", years=years, staff=staff), columns, rows)


def _number(value: float, words: Texts) -> str:
    return figures.number(value, words.language)
