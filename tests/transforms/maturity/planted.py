"""A small framework and evidence by hand: what a test plants it knows the outcome of."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from data_contracts.rubric import Rubric
from transforms.maturity.evidence import COLUMNS, Evidence
from transforms.maturity.scoring import Scores, score

ROUND, CITY, PAPER = "2026-H1", "a", "ab" * 32
LEVELS = ((1, 25, 0), (2, 50, 30), (3, 66, 50), (4, 85, 70))


def indicator(id: str, dimension: str = "functional", unit: str = "points", **more: Any) -> dict[str, Any]:
    """An indicator told in points, or else from 0 to 100."""
    scale = {} if unit == "points" else {"floor": 0, "target": 100}
    words = ("title", "text", "formula", "source", "raise")
    told = {key: f"{key} of {id}" for word in words for key in (word, f"{word}Hi")}
    kept = {"evidence": "computed", "better": "higher", "weight": "1", "effort": 1, "rows": "a_table"}
    return {"id": id, "dimension": dimension, "unit": unit, **told, **kept, **scale, **more}


def framework(*indicators: dict[str, Any], weights: dict[str, str] | None = None, levels: tuple = LEVELS) -> Rubric:
    """The rubric of these indicators, with a dimension for each weight; levels with their strict score and share."""
    both = {"title": "t", "titleHi": "t", "text": "t", "textHi": "t"}
    return Rubric.model_validate(
        {
            **{"id": "small", "version": "1.0.0", "title": "t", "titleHi": "t", "note": "n", "noteHi": "n"},
            "coverageLeast": 60,
            "bands": [33, 66, 95],
            "levels": [
                {"level": level, "name": "n", "nameHi": "n", "strict": strict, "share": share}
                for level, strict, share in levels
            ],
            "leagues": [{"id": "all", "title": "t", "titleHi": "t"}],
            "dimensions": [
                {"id": id, "weight": weight, **both} for id, weight in (weights or {"functional": "100"}).items()
            ],
            "indicators": list(indicators),
        }
    )


def evidence(
    aggregates: Iterable[dict[str, Any]] = (),
    declared: Iterable[dict[str, Any]] = (),
    decisions: Iterable[dict[str, Any]] = (),
    cities: Iterable[dict[str, Any]] = ({"city": CITY},),
) -> Evidence:
    """Evidence of rows that name what matters: `id`, and any column; the rest is as a whole value would have it."""
    key = {"assessment_round": ROUND, "city": CITY}
    place = {"name": "N", "name_hi": "न", "league": "l", "region": "r", "state": "S", "fictional": True}
    tables = {
        "aggregates": [{**key, "complete": True, **row} for row in aggregates],
        "declared": [{**key, "document_sha256": PAPER, "declared_on": "2026-01-10", **row} for row in declared],
        "decisions": [
            {**key, "document_sha256": PAPER, "reason": "seen", "seq": seq, "decided_at": "2026-01-20T00:00Z", **row}
            for seq, row in enumerate(decisions)
        ],
        "cities": [{**place, **row} for row in cities],
    }
    frames = {
        table: pd.DataFrame(rows, columns=[*COLUMNS[table], "id"]).assign(
            **({} if table == "cities" else {"indicator_id": [row.get("id") for row in rows]})
        )[list(COLUMNS[table])]
        for table, rows in tables.items()
    }
    return Evidence(**frames)


def points(**given: int) -> list[dict[str, Any]]:
    """What queries find that give points."""
    return [{"id": id, "value": value} for id, value in given.items()]


def scored(*indicators: dict[str, Any], weights: dict[str, str] | None = None, **given: Any) -> Scores:
    """The scores of planted evidence in a framework of these indicators."""
    return score(evidence(**given), framework(*indicators, weights=weights))


def only(table: pd.DataFrame, **where: Any) -> dict[str, Any]:
    """The one row of a table that is so, None where it has nothing."""
    for column, value in where.items():
        table = table[table[column] == value]
    (row,) = table.astype(object).where(table.notna(), None).to_dict("records")
    return row
