"""A city's card: where it stands, what holds it back, what it should do next, and every indicator."""

from typing import Any

from portal import shell
from portal.pages import figures
from portal.public.maturity import look as looking
from portal.public.maturity import spread, trend
from portal.public.maturity.files import offered
from portal.public.maturity.gates import gates
from portal.public.maturity.look import Look, interval
from portal.public.maturity.measures import CLASSES, MOODS, declared
from portal.public.maturity.peers import peers
from portal.public.maturity.rounds import Row
from portal.public.visit import Visit

PARTS = ("scores", "next", "dimensions", "peers", "trend", "indicators", "files")
THREE = ("strict", "evidence", "reported")


def show(visit: Visit) -> None:
    """Draw the page."""
    look = looking.opened(visit)
    if look is None:
        return
    words = visit.words
    looking.crumbs(look, words("scorecard.nav"))
    city = looking.choose_city(look)
    shell.block("maturity_card_head.html", words, parts=PARTS, city=look.round.cities[city], **head(look, city))
    shell.block("maturity_next.html", words, actions=actions(look, city), held=held(look, city), **_gates(look, city))
    _dimensions(look, city)
    shell.block("maturity_peers.html", words, **peers(look, city))
    trend.show(look, city)
    shell.block(
        "maturity_indicators.html",
        words,
        groups=[group(look, city, name) for name in look.round.dimensions],
        classes=CLASSES,
        moods=MOODS,
        files=offered(
            look, [f"cards/{city}.pdf", f"cards/{city}.hi.pdf", f"cards/{city}.xlsx", *_returns(look, city)], pack=True
        ),
    )
    looking.source(look)


def head(look: Look, city: str) -> dict[str, Any]:
    """What the template of the head needs: names, level, three scores, the gap, how far the level holds."""
    row, place, words = look.round.scores[city], look.round.cities[city], look.words
    leagues = {one["id"]: look.said(one) for one in look.round.rubric["leagues"]}
    return {
        "name": look.city(city),
        "round": looking.half(words, look.round.name),
        "profile": look.link("/cities", city=city) if city in look.visit.release.cities else None,
        "league": leagues.get(place["league"]),
        "level": look.level(row["level"]),
        "step": row["level"],
        "scores": [(name, look.score(row, name)) for name in THREE],
        "gap": row["gap"],
        "coverage": row["coverage"],
        "share": row["evidence_share"],
        "robust": robust(look, city),
        "compare": look.link("/compare", cities=city),
    }


def robust(look: Look, city: str) -> str:
    """In how many weightings the level is the same, and between which places the city moves."""
    words, row = look.words, look.round.sensitivity.get((city, look.round.scores[city]["level"]))
    if row is None:
        return ""
    draws, share = figures.number(row["draws"], words.language), look.number(row["share"])
    text = words("scorecard.robust", level=row["level"], share=share, draws=draws)
    if row["rank_low"] == row["rank_high"]:
        return text
    cities = figures.number(len(look.round.scores), words.language)
    return f"{text} {words('scorecard.moved', low=row['rank_low'], high=row['rank_high'], cities=cities)}"


def held(look: Look, city: str) -> str:
    """What keeps the city from the next level, in a sentence."""
    words, row, (number, doors) = look.words, look.round.scores[city], gates(look.round, city)
    if number is None or not row["held_by"]:
        return words("scorecard.held.top")
    kind, _, dimension = row["held_by"].partition(":")
    door = next(one for one in doors if one.name == kind and (one.dimension or "") == dimension)
    name = look.said(look.round.dimensions[dimension]) if dimension else ""
    return words(
        f"scorecard.held.{kind}",
        level=look.level(number),
        needed=look.number(door.needed),
        here=look.number(door.here),
        dimension=name,
    )


def _gates(look: Look, city: str) -> dict[str, Any]:
    number, doors = gates(look.round, city)
    named = [
        (
            look.said(look.round.dimensions[one.dimension])
            if one.dimension
            else look.words(f"scorecard.gate.{one.name}"),
            one,
        )
        for one in doors
    ]
    return {"next": look.level(number) if number else None, "gates": named}


def actions(look: Look, city: str) -> list[dict[str, Any]]:
    """The next steps, each with what it brings, how long it takes, and the way to its indicator."""
    found = []
    for row in look.round.actions.get(city, []):
        indicator = look.round.indicators[row["indicator_id"]]
        found.append(
            {
                "id": indicator["id"],
                "title": look.said(indicator),
                "text": look.said(indicator, "raise"),
                "href": look.link("/indicator", id=indicator["id"], city=city),
                "gain": look.number(row["gain"]),
                "points": row["to_points"],
                "effort": look.words(f"scorecard.effort.{row['effort']}"),
            }
        )
    return found


def _dimensions(look: Look, city: str) -> None:
    words = look.words
    rows = {look.said(one): look.round.of_dimensions[city, name] for name, one in look.round.dimensions.items()}
    told = {name: row for name, row in rows.items() if row["strict"] is not None}
    least = look.number(look.round.rubric["coverageLeast"])
    text = words("scorecard.dimensions.text", least=least)
    shell.block("heading.html", words, level=2, id="dimensions", title=words("scorecard.part.dimensions"), text=text)
    alt = words("scorecard.dimensions.alt", city=look.city(city))
    shell.chart(spread.named(words, shell.palette(), told), 60 + 38 * len(told), alt)
    columns = ("dimension", "strict", "evidence", "reported", "gap", "coverage", "share")
    heads = [(words(f"maturity.column.{name}"), name != "dimension") for name in columns]
    cells = [
        (name, *(look.score(row, key) for key in (*THREE, "gap", "coverage", "evidence_share")))
        for name, row in rows.items()
    ]
    shell.table(words, words("scorecard.dimensions.table"), heads, cells)


def group(look: Look, city: str, dimension: str) -> dict[str, Any]:
    """A dimension with all its indicators in a city."""
    inside = [one for one in look.round.indicators.values() if one["dimension"] == dimension]
    return {
        "id": dimension,
        "title": look.said(look.round.dimensions[dimension]),
        "text": look.said(look.round.dimensions[dimension], "text"),
        "rows": [indicator_row(look, city, one) for one in inside],
    }


def indicator_row(look: Look, city: str, indicator: Row) -> dict[str, Any]:
    """An indicator in a city as a table shows it."""
    row = look.round.of_indicators[city, indicator["id"]]
    return {
        "id": indicator["id"],
        "title": look.said(indicator),
        "href": look.link("/indicator", id=indicator["id"], city=city),
        "class": row["class"],
        "value": None if row["value"] is None else look.value(indicator, row["value"]),
        "interval": interval(look, row),
        "n": row["n"],
        "points": row["points"],
        "declared": declared(look, indicator, row),
        "counted": row["strict_points"],
    }


def _returns(look: Look, city: str) -> list[str]:
    state = look.round.cities[city]["state"]
    return [f"state/{state}.csv", f"state/{state}.json"]
