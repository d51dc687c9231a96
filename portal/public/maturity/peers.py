"""With which cities a city is compared, and where it lies among them."""

from typing import Any

from portal.pages import figures
from portal.public.maturity.look import PEERS, Look
from portal.public.maturity.rounds import OVERALL, Row


def peers(look: Look, city: str) -> dict[str, Any]:
    """The group a city is compared with, and where it lies in it: overall and by dimension."""
    measures = {OVERALL: look.words("scorecard.overall")}
    measures |= {name: look.said(one) for name, one in look.round.dimensions.items()}
    rows = [(title, *against(look, city, name)) for name, title in measures.items()]
    return {"group": group_of(look, city, OVERALL), "rows": [row for row in rows if row[1] is not None]}


def against(look: Look, city: str, measure: str) -> tuple[Row | None, float | None, str | None]:
    """A city's peers by a measure of scores, its own figure, and its band."""
    own = look.round.scores[city] if measure == OVERALL else look.round.of_dimensions[city, measure]
    return look.round.peers.get((city, measure)), own["strict"], look.band(city, measure)


def group_of(look: Look, city: str, measure: str) -> str:
    """The group a city is compared with by a measure, in words; empty where it has no figure."""
    row, place = look.round.peers.get((city, measure)), look.round.cities[city]
    if row is None:
        return ""
    leagues = {one["id"]: look.said(one) for one in look.round.rubric["leagues"]}
    return look.words(
        f"scorecard.group.{row['peer_group'] if row['peers'] >= PEERS else 'few'}",
        peers=figures.number(row["peers"], look.words.language),
        league=leagues.get(place["league"], ""),
        region=place["region"] or "",
    )
