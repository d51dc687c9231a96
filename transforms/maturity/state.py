"""What a State collects of a round: its cities with scores, dimensions and every indicator, as CSV and JSON."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from transforms.maturity.card import Card, words
from transforms.maturity.rendering import csv_rows

# What the name of a file had better not hold; letters of any script are left.
_UNFIT = re.compile(r"[\x00-,./:-@\[-^`{-\x7f\s]+")
_OVERALL = ("reported", "evidence", "strict", "gap", "coverage", "evidence_share", "rated", "level", "held_by")
_DIMENSION = ("reported", "evidence", "strict", "gap", "coverage", "evidence_share", "rated")
_INDICATOR = ("class", "value", "n", "low", "high", "points", "declared_number", "declared_points")


def returns(cards: list[Card]) -> Iterator[tuple[str, str, str]]:
    """For each State its name as a file can have it, and its return as CSV and as JSON."""
    for state in sorted({str(card.city["state"]) for card in cards}):
        own = [_city(card) for card in cards if card.city["state"] == state]
        head = {key: own[0][key] for key in ("round", "rubric", "release")}
        told = {"state": state, **head, "cities": own}
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
        yield _UNFIT.sub("-", state).strip("-"), _csv(own), text


def _city(card: Card) -> dict[str, Any]:
    rubric = {"id": card.rubric.id, "version": card.rubric.version, "sha256": card.rubric.hash}
    dimensions = card.dimensions.reset_index().to_dict("records")
    return {
        "city": card.city["city"],
        "name": card.city["name"],
        "name_hi": card.city["name_hi"],
        "notice": words("en")("notice") if card.city["fictional"] else None,
        "round": card.round,
        "rubric": rubric,
        "release": card.release,
        "scores": _plain(card.overall, _OVERALL),
        "dimensions": {row["dimension"]: _plain(row, _DIMENSION) for row in dimensions},
        "indicators": {row["indicator_id"]: _plain(row, _INDICATOR) for row in card.indicators.to_dict("records")},
    }


def _csv(cities: list[dict[str, Any]]) -> str:
    """A line for each city, a column for each figure: `strict`, `functional.strict`, `F1.value` and so on."""
    out = io.StringIO()
    lines = [
        {
            **{key: city[key] for key in ("city", "name", "name_hi", "notice", "round", "release")},
            "rubric_sha256": city["rubric"]["sha256"],
            **city["scores"],
            **{
                f"{one}.{key}": value
                for part in ("dimensions", "indicators")
                for one, figures in city[part].items()
                for key, value in figures.items()
            },
        }
        for city in cities
    ]
    csv_rows(out, list(lines[0]), (line.values() for line in lines))
    return out.getvalue()


def _plain(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Figures as JSON has them."""
    return {column: _value(row[column]) for column in columns}


def _value(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
