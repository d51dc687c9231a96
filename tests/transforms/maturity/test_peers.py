"""Cities are held against their like, and bands say no more than the intervals allow."""

from typing import Any

import numpy as np
import pytest

from tests.transforms.maturity.planted import indicator, only, scored

PCT = indicator("F1", unit="pct", interval="wilson")


def cities(**groups: int) -> list[dict[str, Any]]:
    """So many cities of each `league_region`."""
    return [
        {"city": f"{group}-{place}", "league": group.split("_")[0], "region": group.split("_")[1]}
        for group, number in groups.items()
        for place in range(number)
    ]


def peers(measured: dict[str, Any], places: list[dict[str, Any]], one: dict[str, Any] = PCT) -> Any:
    rows = [{"id": "F1", "city": city, **row} for city, row in measured.items()]
    return scored(one, aggregates=rows, cities=places).peers


@pytest.mark.parametrize(
    ("groups", "city", "group", "number"),
    [
        ({"big_n": 5, "big_s": 4}, "big_n-0", "league_region", 5),
        ({"big_n": 5, "big_s": 4}, "big_s-0", "league", 9),
        ({"big_n": 4, "small_n": 4}, "big_n-0", "all", 8),
        ({"big_n": 2, "small_n": 1}, "small_n-0", "all", 3),
    ],
)
def test_a_group_has_at_least_five_or_is_the_next_wider(groups: dict[str, int], city: str, group: str, number: int):
    places = cities(**groups)
    table = peers({one["city"]: {"value": 50.0} for one in places}, places)
    row = only(table, city=city, measure="F1")
    assert (row["peer_group"], row["peers"]) == (group, number)


def test_only_cities_that_have_the_figure_are_peers():
    places = cities(big_n=6)
    table = peers({one["city"]: {"value": 50.0} for one in places[:4]}, places)
    assert set(table[table["measure"] == "F1"]["city"]) == {one["city"] for one in places[:4]}
    assert only(table, city="big_n-0", measure="F1")["peer_group"] == "all"
    assert only(table, city="big_n-0", measure="strict")["peer_group"] == "league_region"


def test_a_city_whose_league_is_not_known_is_held_against_all():
    places = [*cities(big_n=5), {"city": "lost", "league": None, "region": "n"}]
    table = peers({one["city"]: {"value": 50.0} for one in places}, places)
    assert [only(table, city=one, measure="F1")["peers"] for one in ("lost", "big_n-0")] == [6, 5]


def test_quartiles_are_those_of_the_group():
    values = [10.0, 20.0, 35.0, 50.0, 80.0]
    places = cities(big_n=5)
    table = peers({one["city"]: {"value": value} for one, value in zip(places, values, strict=True)}, places)
    row = only(table, city="big_n-2", measure="F1")
    assert [row[k] for k in ("q1", "median", "q3", "percentile")] == [*np.percentile(values, [25, 50, 75]), 50.0]
    assert only(table, city="big_n-4", measure="F1")["percentile"] == 90.0


@pytest.mark.parametrize(("n", "band"), [(2_000, "upper"), (10, "middle"), (None, "upper")])
def test_a_band_is_given_where_the_interval_is_clear_of_the_quartile(n: int | None, band: str):
    places = cities(big_n=5)
    given = {one["city"]: {"value": 50.0, "hits": 500, "n": 1_000} for one in places[:4]}
    given["big_n-4"] = {"value": 60.0, "hits": n and int(0.6 * n), "n": n}
    assert only(peers(given, places), city="big_n-4", measure="F1")["band"] == band


def test_where_lower_is_better_the_low_value_is_in_the_upper_band():
    places = cities(big_n=5)
    one = indicator("F1", unit="hours", floor=168, target=24, better="lower")
    table = peers({one["city"]: {"value": 30.0 * (at + 1)} for at, one in enumerate(places)}, places, one)
    rows = table[table["measure"] == "F1"].sort_values("city")
    assert rows["band"].tolist() == ["upper", "middle", "middle", "middle", "lower"]
    assert rows["percentile"].tolist() == [90.0, 70.0, 50.0, 30.0, 10.0]


def test_equals_are_all_in_the_middle():
    places = cities(big_n=7)
    table = peers({one["city"]: {"value": 50.0} for one in places}, places)
    assert set(table["band"]) == {"middle"} and set(table["percentile"]) == {50.0}
    assert "rank" not in table
