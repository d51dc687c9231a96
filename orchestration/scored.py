"""A city's scores in a round, as scripts rely on them."""

from typing import Any

import pandas as pd

from orchestration.maturity import rubric
from orchestration.project import Project
from orchestration.rounds import standing
from transforms.maturity import round as rounds
from transforms.maturity.fault import MaturityFault
from transforms.maturity.scoring import Scores

OVERALL = ("reported", "evidence", "strict", "gap", "coverage", "evidence_share", "level", "held_by")
FIGURES = ("value", "n", "low", "high", "points")


def scored(project: Project, city: str, name: str | None) -> dict[str, Any]:
    """A city's scores in a frozen round, or else as they stand today; the newest round where none is named.

    Raises MaturityFault where the city has no scores in it.
    """
    frozen = name if name in {one.name for one in project.ledger.rounds.frozen()} else None
    scores = rounds.read(project.home.rounds / frozen).scores if frozen else standing(project).scores
    known = scores.scores[scores.scores["city"] == city]
    chosen = name or (known["assessment_round"].max() if len(known) else None)
    found = known[known["assessment_round"] == chosen]
    if found.empty:
        raise MaturityFault(f"score of {city}: it has none in round {chosen}; name a round that a city declared for")
    told = {column: _plain(found.iloc[0][column]) for column in OVERALL}
    head = {"city": city, "round": chosen, "rubric": rubric(project).hash, "frozen": frozen is not None}
    return {**head, **told, "indicators": _indicators(scores, city, str(chosen))}


def _indicators(scores: Scores, city: str, name: str) -> list[dict[str, Any]]:
    table = scores.indicator_scores
    rows = table[(table["city"] == city) & (table["assessment_round"] == name)]
    return [
        {"id": row["indicator_id"], "class": row["class"], **{column: _plain(row[column]) for column in FIGURES}}
        for row in rows.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """A figure as JSON has it."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
