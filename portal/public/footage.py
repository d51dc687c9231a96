"""Cameras and footage of a city: two rates, the reasons, what the goal lacks, and how much the cameras recorded."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.public import rates, uptime
from portal.public.courses import BAR, course, losses
from portal.public.parts import columns, head, missing, source
from portal.public.rates import GOAL, Month, Rate
from portal.public.reasons import TABLE, UNKNOWN, Reason, reasons, top, way
from portal.public.visit import Visit

PARTS = ("rates", "months", "zones", "reasons", "way", "uptime", "limits")
LIMITS = ("positions", "single", "cases", "persons", "delay", "small", "cause")
COUNTS = ("received", "set_aside", "matured", "met", "in_part", "late")
BY_MONTH = (*COUNTS, "pct", "low", "high")
BY_ZONE = ("shown", "matured", "met", "pct", "low", "high")
BY_CAUSE = ("requests", "lost")
# Causes that a month names.
FIRST = ("first", "second", "third")


def show(visit: Visit) -> None:
    """Draw the page."""
    words = visit.words
    shell.block("title.html", words, title=words("footage.title"), lead=words("footage.lead", goal=GOAL))
    cities = {one["id"]: words.pick(one["name"]) for one in visit.release.cities.values()}
    if not cities:
        shell.block("state.html", words, **shell.state_values(words, "empty", visit.link("/data")))
        return
    city = shell.choice(words("dataset.city"), "city", cities, width=320)
    every = rates.months(visit.release, city)
    whole, causes = every.get("", []), reasons(visit.release, city)
    # Without months there are no zones to lead to.
    parts = PARTS if every else tuple(part for part in PARTS if part != "zones")
    shell.block("footage_rates.html", words, parts=parts, **rated(visit, city, whole))
    _months(visit, city, whole)
    _zones(visit, city, every)
    _reasons(visit, city, causes)
    shell.block("footage_way.html", words, **ahead(visit, city, whole, causes))
    uptime.show(visit, city)
    shell.block("footage_limits.html", words, limits=LIMITS)


def rated(visit: Visit, city: str, whole: list[Month]) -> dict[str, Any]:
    """What the template of the two rates needs; each over the latest twelve months that are published."""
    until = whole[-1].month if whole else None
    recent = rates.latest(whole, until) if until else []
    a, b = rates.rate_a(recent) if recent else None, rates.rate_b(visit.release, city, until)
    of = {"a": ("months", rates.REQUESTS, a), "b": ("crimes", rates.CRIMES, b)}
    return {
        "goal": GOAL,
        "least": rates.LEAST,
        "rates": [
            {"name": name, "rate": rate, "source": source(visit, city, table)}
            | {"missing": None if rate else missing(visit, city, part)}
            for name, (part, table, rate) in of.items()
        ],
        "counts": [(name, *rates.total([getattr(one, name) for one in recent])) for name in COUNTS] if recent else [],
        "guards": rates.guards(recent) if recent else {},
        "months": [one.month for one in recent],
    }


def _months(visit: Visit, city: str, whole: list[Month]) -> None:
    words = visit.words
    claim, text = claimed(visit, city, whole)
    if not head(visit, "months", city, rates.REQUESTS, claim, text):
        return
    if sum(one.pct is not None for one in whole) > 1:
        alt = words("footage.months.alt", claim=claim, text=text)
        shell.chart(course(words, shell.palette(), whole), 320, alt)
    rows = [
        (figures.month(one.month, words.language), *(getattr(one, name) for name in BY_MONTH))
        for one in reversed(whole)
    ]
    shell.folded_table(words, words("footage.months.table"), columns(visit, "month", BY_MONTH), rows)


def claimed(visit: Visit, city: str, whole: list[Month]) -> tuple[str, str]:
    """What the chart of the months shows, as its title and as a sentence."""
    words, told = visit.words, [(one.pct, one) for one in whole if one.pct is not None]
    if not told:
        return "", words("footage.months.none", months=len(whole))
    best, month = max(told, key=lambda pair: pair[0])
    met, name = sum(pct >= GOAL for pct, _ in told), words.pick(visit.release.cities[city]["name"])
    kind = "some" if met else "never"
    claim = words(f"footage.months.{kind}", city=name, goal=GOAL, months=len(told), met=met)
    text = words("footage.months.text", month=figures.month(month.month, words.language), pct=_n(visit, best))
    hidden = len(whole) - len(told)
    return claim, f"{text} {words('footage.months.hidden', hidden=hidden, months=len(whole))}" if hidden else text


def _zones(visit: Visit, city: str, every: dict[str, list[Month]]) -> None:
    if not every:
        return
    until = every[""][-1].month
    found = {zone: rates.rate_a(rates.latest(months, until)) for zone, months in every.items() if zone}
    shown = any(rate.shown for rate in found.values())
    text = visit.words("footage.zones.text") if shown else visit.words("footage.zones.none")
    head(visit, "zones", city, rates.REQUESTS, "", text)
    if shown:
        rows = [zone_row(visit, zone, rate) for zone, rate in found.items()]
        shell.table(visit.words, visit.words("footage.zones.table"), columns(visit, "zone", BY_ZONE), rows)


def zone_row(visit: Visit, zone: str, rate: Rate) -> tuple[Any, ...]:
    """A zone's row: its name, then BY_ZONE."""
    shown = visit.words("footage.of", shown=rate.shown, months=len(rate.months))
    counts = (rate.whole, rate.part) if rate.shown else (None, None)
    return (zone, shown, *counts, *((rate.pct, *rate.interval) if rate.told else (None,) * 3))


def _reasons(visit: Visit, city: str, causes: list[Reason]) -> None:
    words = visit.words
    shown = [one for one in causes if one.lost is not None]
    named = [one for one in shown if one.name != UNKNOWN]
    claim = words("footage.reasons.claim", name=_name(visit, named[0]), lost=_n(visit, named[0].lost)) if named else ""
    text = words("footage.reasons.text") if causes else ""
    if not head(visit, "reasons", city, TABLE, claim, text):
        return
    if len(shown) > 1:
        alt = words("footage.reasons.alt", claim=claim)
        shell.chart(losses(words, shell.palette(), shown), 60 + BAR * len(shown), alt)
    rows = [(_name(visit, one), one.requests, one.lost) for one in causes]
    shell.folded_table(words, words("footage.reasons.table"), columns(visit, "cause", BY_CAUSE), rows)
    _top(visit, city)
    hidden = [_name(visit, one) for one in causes if one.lost is None]
    shell.block("footage_cures.html", words, causes=[one.name for one in causes], hidden=hidden)


def _top(visit: Visit, city: str) -> None:
    """The main causes month by month, by name alone."""
    words = visit.words
    rows = [
        (figures.month(month, words.language), *_filled([words(f"footage.reason.{cause}.name") for cause in causes]))
        for month, causes in top(visit.release, city)
    ]
    if rows:
        titles = [(words(f"footage.column.{name}"), False) for name in ("month", *FIRST)]
        shell.folded_table(words, words("footage.reasons.top"), titles, rows)


def _filled(names: list[str]) -> list[str | None]:
    """The names, then nothing, until there are as many as a month may have."""
    return [*names, *[None] * (len(FIRST) - len(names))]


def ahead(visit: Visit, city: str, whole: list[Month], causes: list[Reason]) -> dict[str, Any]:
    """What the template of the way to the goal needs."""
    rate = rates.rate_a(whole)
    return {
        "goal": GOAL,
        "way": way(rate, causes) if causes else None,
        "rate": rate,
        "here": bool(whole) and bool(causes),
        "city": visit.words.pick(visit.release.cities[city]["name"]),
    }


def _name(visit: Visit, reason: Reason) -> str:
    return visit.words(f"footage.reason.{reason.name}.name")


def _n(visit: Visit, value: float | None) -> str:
    return "" if value is None else figures.number(value, visit.words.language)
