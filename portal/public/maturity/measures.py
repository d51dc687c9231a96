"""What the cities are looked at by: the whole, one dimension, or one indicator; and each city's line in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal.public.maturity.look import Look, interval
from portal.public.maturity.rounds import OVERALL, Row

Kind = Literal["overall", "dimension", "indicator"]
SCORES = ("strict", "evidence", "reported", "gap", "coverage")
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "overall": ("name", "level", *SCORES, "band"),
    "dimension": ("name", "reach", *SCORES, "band"),
    "indicator": ("name", "points", "value", "n", "class", "declared", "band"),
}
NUMERIC = {*SCORES, "n"}
# Texts in an order that is not that of their letters.
_BANDS = ("lower", "middle", "upper")
# What a value rests on, the best first, and how that looks.
CLASSES = ("computed", "reviewed", "declared", "missing", "not_applicable")
MOODS = {"computed": "good", "reviewed": "good", "declared": "warn", "missing": "bad"}


@dataclass(frozen=True)
class Measure:
    """`id`: OVERALL, a dimension's or an indicator's."""

    kind: Kind
    id: str


@dataclass(frozen=True)
class Line:
    """A city in the table: what each column shows, by what it is sorted, and its step from 0 to 4 (None: none)."""

    city: str
    step: int | None
    shown: dict[str, Any]
    order: dict[str, Any]


def chosen(dimension: str, indicator: str) -> Measure:
    """The measure that the address narrows to; an indicator is narrower than its dimension."""
    if indicator:
        return Measure("indicator", indicator)
    return Measure("dimension", dimension) if dimension else Measure("overall", OVERALL)


def row(look: Look, measure: Measure, city: str) -> Row | None:
    """A city's figures; None where the round has none of it."""
    if measure.kind == "overall":
        return look.round.scores.get(city)
    where = look.round.of_dimensions if measure.kind == "dimension" else look.round.of_indicators
    return where.get((city, measure.id))


def step(look: Look, measure: Measure, found: Row) -> int | None:
    """The level; of a dimension how many levels' thresholds it reaches; of an indicator the points that count."""
    if measure.kind == "overall":
        return int(found["level"])
    if measure.kind == "indicator":
        return found["strict_points"] if found["strict_points"] is None else int(found["strict_points"])
    strict = found["strict"]
    return None if strict is None else sum(strict >= one["strict"] for one in look.round.levels.values())


def lines(look: Look, measure: Measure, cities: Sequence[str]) -> list[Line]:
    """A line for each of some cities that the round has figures of."""
    found = ((city, row(look, measure, city)) for city in cities)
    return [_line(look, measure, city, one) for city, one in found if one is not None]


def _line(look: Look, measure: Measure, city: str, found: Row) -> Line:
    at, band = step(look, measure, found), look.band(city, measure.id)
    shown: dict[str, Any] = {"name": look.city(city), "band": look.words(f"maturity.band.{band}") if band else None}
    order: dict[str, Any] = {"name": look.city(city), "band": _BANDS.index(band) if band else None}
    if measure.kind == "indicator":
        return Line(city, at, shown | _valued(look, measure, found), order | _ordered(found, at))
    shown |= {name: look.score(found, name) for name in SCORES}
    order |= {name: None if isinstance(shown[name], str) else found[name] for name in SCORES}
    word = look.level(found["level"]) if measure.kind == "overall" else at
    return Line(city, at, shown | {"level": word, "reach": word}, order | {"level": at, "reach": at})


def _valued(look: Look, measure: Measure, found: Row) -> dict[str, Any]:
    indicator = look.round.indicators[measure.id]
    return {
        "points": found["strict_points"],
        "value": f"{look.value(indicator, found['value'])} {interval(look, found)}".strip(),
        "n": found["n"],
        "class": look.words(f"maturity.class.{found['class']}"),
        "declared": declared(look, indicator, found),
    }


def _ordered(found: Row, at: int | None) -> dict[str, Any]:
    return {
        "points": at,
        "value": found["value"],
        "n": found["n"],
        "class": -CLASSES.index(found["class"]),
        "declared": found["declared_points"],
    }


def declared(look: Look, indicator: Row, found: Row) -> str | None:
    """What a city declared: a number with its unit, or points; None where it declared nothing."""
    if found["declared_number"] is not None:
        return look.value(indicator, found["declared_number"])
    points = found["declared_points"]
    return None if points is None else look.words("maturity.unit.points", value=look.number(points))


def ordered(every: list[Line], by: str, kind: Kind) -> list[Line]:
    """By a column, the best first; `-` before its name turns that round. What has no figure stays at the end.

    By default those of a step stand together, by name: the figures inside a step are no ranks.
    """
    first = COLUMNS[kind][1]
    name = by.removeprefix("-")
    column = name if name in COLUMNS[kind] else first
    # Names rise, figures fall.
    down = (column != "name") != by.startswith("-")
    named = sorted(every, key=lambda line: line.order["name"])
    known = [line for line in named if line.order[column] is not None]
    return sorted(known, key=lambda line: line.order[column], reverse=down) + [
        line for line in named if line.order[column] is None
    ]
