"""Where a city stands: the two rates, how its requests ended, and what took those that were not met."""

from typing import Any

import pandas as pd

from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.wording import between, percent
from transforms.footage.rates import DEFINITIONS, OUTCOMES


def show(told: dict[str, Any], words: Texts) -> None:
    """Draw the sections; `told` as `pravah footage explain` has it."""
    shell.block("heading.html", words, id="position", level=2, title=words("footage_desk.part.position"), text="")
    shell.block("facts.html", words, facts=_facts(told, words))
    points = [words(f"footage_desk.definition.{rate}") for rate in DEFINITIONS]
    shell.block("points.html", words, title=words("footage_desk.definitions"), points=points)
    ended = [(words(f"footage_desk.outcome.{one}"), told["outcomes"][one]) for one in OUTCOMES]
    columns = [(words("footage_desk.column.outcome"), False), (words("footage_desk.column.requests"), True)]
    caption = words("footage_desk.outcomes", requests=figures.number(told["requests"], words.language))
    shell.folded_table(words, caption, columns, ended)
    _causes(told, words)


def _facts(told: dict[str, Any], words: Texts) -> list[tuple[str, str]]:
    """The rates with what they are of; a dash where there is none."""
    number = {name: figures.number(told[name], words.language) for name in ("matured", "met")}
    if not told["matured"]:
        return [(words("footage_desk.fact.nomatured"), "–")]
    band = between(told["low"], told["high"], words)
    rate_b, quarter = told["rate_b"], told["quarter_supplied_hours"]
    return [
        (words("footage_desk.fact.rate_a", **number, band=band), percent(told["rate_a"], words)),
        (words("footage_desk.fact.any_footage"), percent(told["any_footage"], words)),
        (words("footage_desk.fact.rate_b"), "–" if rate_b is None else percent(rate_b, words)),
        (words("footage_desk.fact.quarter"), "–" if quarter is None else _hours(quarter, words)),
    ]


def _causes(told: dict[str, Any], words: Texts) -> None:
    causes = list(pd.DataFrame(told["causes"]).itertuples(index=False))
    lost = sum(cause.shapley for cause in causes)
    if not causes:
        return
    text = words(
        "footage_desk.causes",
        first=words(f"footage_desk.cause.{causes[0].reason}"),
        share=percent(causes[0].shapley / lost, words),
        lost=figures.number(round(lost), words.language),
    )
    shell.block("heading.html", words, id="causes", level=2, title=words("footage_desk.part.causes"), text=text)
    most = causes[0].shapley
    rows = [
        {
            "label": words(f"footage_desk.cause.{cause.reason}"),
            "bar": cause.shapley / most,
            "values": [percent(cause.shapley / lost, words), round(cause.shapley), cause.requests],
        }
        for cause in causes
    ]
    columns = [words(f"footage_desk.column.{name}") for name in ("cause", "part", "shapley", "with")]
    shell.block("bars.html", words, caption=words("footage_desk.causescaption"), columns=columns, rows=rows)


def _hours(hours: float, words: Texts) -> str:
    return words("footage_desk.hours", hours=figures.number(round(hours), words.language))
