"""Draws around the rubric tell how much of a level hangs on it."""

import pandas as pd
import pytest

from tests.transforms.maturity.planted import evidence, framework, indicator, points
from transforms.maturity.scoring import Scores, score
from transforms.maturity.sensitivity import sensitivity
from transforms.maturity.tables import rubric_tables

TWO = framework(
    indicator("F1"),
    indicator("F2"),
    indicator("T1", "technological"),
    weights={"functional": "50", "technological": "50"},
)


def scores(*, rubric=TWO, **cities: dict[str, int]) -> Scores:
    rows = [{**row, "city": city} for city, given in cities.items() for row in points(**given)]
    return score(evidence(aggregates=rows, cities=[{"city": city} for city in cities]), rubric)


def shares(table: pd.DataFrame, city: str) -> list[float]:
    return table[table["city"] == city].sort_values("level")["share"].tolist()


def test_a_city_that_is_alike_everywhere_has_its_level_in_every_weighting():
    found = scores(a={"F1": 3, "F2": 3, "T1": 3}).sensitivity
    assert shares(found, "a") == [0, 0, 0, 100, 0]


def test_a_city_on_the_border_has_it_in_half_of_them():
    found = scores(a={"F1": 4, "F2": 4}).sensitivity
    # 50 per cent where both dimensions weigh the same, and an empty dimension keeps it from the second level anyhow.
    assert shares(found, "a")[1] > 99
    found = scores(a={"F1": 3, "F2": 1, "T1": 2}).sensitivity
    assert 40 < shares(found, "a")[2] < 60 and sum(shares(found, "a")) == pytest.approx(100)


def test_a_level_is_that_of_the_scores_where_nothing_is_near():
    found = scores(a={"F1": 4, "F2": 4, "T1": 4}, b={"F1": 1, "F2": 1}, c={"F1": 4, "F2": 3, "T1": 3})
    likely = found.sensitivity.sort_values("share").groupby("city").tail(1).set_index("city")["level"]
    assert likely.to_dict() == found.scores.set_index("city")["level"].to_dict()


def test_a_rank_has_the_places_that_a_city_may_take():
    found = scores(
        a={"F1": 4, "F2": 4, "T1": 4},
        b={"F1": 3, "F2": 1, "T1": 2},
        c={"F1": 1, "F2": 3, "T1": 2},
        d={"F1": 1, "F2": 1, "T1": 1},
    ).sensitivity
    ranks = found.drop_duplicates("city").set_index("city")[["rank_low", "rank_high"]]
    assert ranks.T.to_dict("list") == {"a": [1, 1], "b": [2, 3], "c": [2, 3], "d": [4, 4]}


@pytest.mark.parametrize(("value", "sure"), [(66.5, False), (80.0, True), (50.0, True)])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_floors_and_targets_move_too(value: float, sure: bool, better: str):
    floor, target = (0, 100) if better == "higher" else (100, 0)
    one = indicator("F1", unit="pct", floor=floor, target=target, better=better)
    reached = value if better == "higher" else 100 - value
    found = score(evidence(aggregates=[{"id": "F1", "value": reached}]), framework(one)).sensitivity
    assert (max(shares(found, "a")) == 100) == sure


def test_a_seed_gives_the_same_and_another_one_nearly():
    rows = scores(a={"F1": 3, "F2": 1, "T1": 2}).indicator_scores
    tables = rubric_tables(TWO)
    one, again, other = (sensitivity(rows, tables, 500, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert shares(one, "a") != shares(other, "a")
    assert shares(one, "a")[2] == pytest.approx(shares(other, "a")[2], abs=15)
    assert (one["draws"] == 500).all() and (one["seed"] == 1).all()


def test_what_does_not_apply_weighs_nothing():
    given = evidence(
        aggregates=points(F1=3, F2=3),
        decisions=[{"id": "T1", "decision": "not_applicable"}],
    )
    assert shares(score(given, TWO).sensitivity, "a") == [0, 0, 0, 100, 0]
