"""The report card of a city in a round: what it says, on one page or in a workbook."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml

from data_contracts.rubric import Rubric
from transforms.maturity.evidence import Evidence
from transforms.maturity.scoring import Scores

Language = Literal["en", "hi"]
WORDS: dict[str, dict[Language, str]] = yaml.safe_load((Path(__file__).parent / "card.yaml").read_text("utf-8"))
# How many of the strongest and of the weakest indicators a card shows.
SHOWN = 5


@dataclass(frozen=True, eq=False)
class Card:
    """A city's figures in a round. `city`, `overall`: its rows of cities and scores; the tables hold its rows alone.

    `dimensions`, `indicators`, `actions`: as in Scores. `levels`: of sensitivity. `release`: of the data.
    """

    round: str
    release: str
    frozen_at: datetime
    rubric: Rubric
    city: dict[str, Any]
    overall: dict[str, Any]
    dimensions: pd.DataFrame
    indicators: pd.DataFrame
    actions: pd.DataFrame
    levels: pd.DataFrame

    @property
    def strongest(self) -> pd.DataFrame:
        """The indicators proven with most points, the furthest towards their target first."""
        proven = self.indicators[self.indicators["points"].notna()]
        return proven.sort_values(["points", "attainment", "indicator_id"], ascending=[False, False, True]).head(SHOWN)

    @property
    def weakest(self) -> pd.DataFrame:
        """Those with fewest strict points that are not among the strongest; what is missing comes first."""
        rest = self.indicators[~self.indicators["indicator_id"].isin(self.strongest["indicator_id"])]
        rest = rest[rest["strict_points"].notna()]
        return rest.sort_values(["strict_points", "attainment", "indicator_id"], na_position="first").head(SHOWN)


def cards(
    name: str, release: str, frozen_at: datetime, rubric: Rubric, evidence: Evidence, scores: Scores
) -> Iterator[Card]:
    """The cards of all cities of one round, in the order of their ids."""
    for city in evidence.cities.sort_values("city").to_dict("records"):
        of_city = {
            table: frame[(frame["city"] == city["city"]) & (frame["assessment_round"] == name)]
            for table, frame in vars(scores).items()
        }
        yield Card(
            round=name,
            release=release,
            frozen_at=frozen_at,
            rubric=rubric,
            city=city,
            overall=of_city["scores"].to_dict("records")[0],
            dimensions=of_city["dimension_scores"].set_index("dimension"),
            indicators=of_city["indicator_scores"],
            actions=of_city["actions"].sort_values("place"),
            levels=of_city["sensitivity"],
        )


def words(language: Language) -> Callable[..., str]:
    """What a card calls things in a language, its blanks filled in."""

    def say(key: str, **given: object) -> str:
        return WORDS[key][language].format(**given)

    return say


def title_of(one: Any, language: Language) -> str:
    """The title of an indicator, a dimension or the rubric."""
    return str(one.title_hi if language == "hi" else one.title)


def half_year(name: str, language: Language) -> str:
    """A round such as 2026-H1 in words."""
    return words(language)(f"half_{name[-1]}", year=name[:4])


def figure(value: float | None, digits: int = 1) -> str:
    """A figure for people; a dash where there is none."""
    return "–" if value is None or pd.isna(value) else f"{value:,.{digits}f}"


def held(card: Card, language: Language) -> str:
    """What keeps the city from the next level."""
    say, gate = words(language), card.overall["held_by"]
    if gate is None or pd.isna(gate):
        return say("held_none")
    level = int(card.overall["level"])
    step = card.rubric.levels[level]
    kind, _, dimension = str(gate).partition(":")
    if kind != "dimension":
        return say(f"held_{kind}", next=level + 1, strict=f"{step.strict:g}", share=f"{step.share:g}")
    return say(
        "held_dimension",
        next=level + 1,
        below=f"{card.rubric.levels[level - 1].strict:g}",
        dimension=next(title_of(one, language) for one in card.rubric.dimensions if one.id == dimension),
        has=figure(card.dimensions.loc[dimension, "strict"]),
    )
