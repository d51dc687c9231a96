"""What each cause takes: against Shapley's general value, the order of a waterfall, and the truth of sample cities."""

from collections import Counter
from itertools import combinations
from math import factorial
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from orchestration.sample.maker import World
from orchestration.sample.police.world import police
from orchestration.sample.profile import FIVE
from tests.transforms.footage.drawn import draw, tables
from transforms.footage.causes import CAUSES, UNKNOWN, unmet
from transforms.footage.shares import funnel, waterfall


def failed(*causes: tuple[str, ...], met: int = 0) -> pd.DataFrame:
    """Requests with these causes, and some that were met."""
    rows = [*causes, *[()] * met]
    return pd.DataFrame(
        {
            "counted": True,
            "matured": True,
            "met": [place >= len(causes) for place in range(len(rows))],
            "known": True,
            **{cause: [cause in row for row in rows] for cause in CAUSES},
        }
    )


def by_coalition(rows: list[tuple[str, ...]]) -> dict[str, float]:
    """Shapley's value by its definition: what a cause adds to each coalition of other causes repaired before it."""
    players = sorted({cause for row in rows for cause in row})

    def saved(repaired: set[str]) -> int:
        return sum(set(row) <= repaired for row in rows)

    value = dict.fromkeys(players, 0.0)
    for player in players:
        others = [other for other in players if other != player]
        for size in range(len(others) + 1):
            weight = factorial(size) * factorial(len(players) - size - 1) / factorial(len(players))
            for chosen in combinations(others, size):
                value[player] += weight * (saved({*chosen, player}) - saved(set(chosen)))
    return value


causes = st.lists(st.sampled_from(CAUSES[:6]), min_size=1, max_size=4, unique=True).map(tuple)


@settings(deadline=None, max_examples=50)
@given(st.lists(causes, min_size=1, max_size=8))
def test_a_share_of_one_by_m_is_shapleys_value(rows: list[tuple[str, ...]]):
    found = funnel(failed(*rows)).set_index("reason")["shapley"]
    for cause, value in by_coalition(rows).items():
        assert found[cause] == pytest.approx(value, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(tables, st.permutations(CAUSES))
def test_shares_and_waterfalls_add_up_to_what_was_not_met(requests: pd.DataFrame, order: list[str]):
    matured = requests["counted"] & requests["matured"]
    lost = int(matured.sum() - (matured & requests["met"]).sum())
    shares, falls = funnel(requests), waterfall(requests, order)
    assert shares["shapley"].sum() == pytest.approx(lost, abs=1e-9)
    assert falls["lost"].sum() == lost == len(unmet(requests))
    assert falls["left"].iloc[-1] == matured.sum() - lost
    assert (shares["shapley"] <= shares["requests"] + 1e-9).all()
    # What nobody knows is the same in both.
    assert shares.iloc[-1].tolist()[1:] == [falls["lost"].iloc[-1]] * 2


@settings(deadline=None, max_examples=20)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(requests: pd.DataFrame, chance: Any):
    rows = list(range(len(requests)))
    chance.shuffle(rows)
    pd.testing.assert_frame_equal(funnel(requests.iloc[rows]), funnel(requests))


def test_by_hand():
    requests = failed(("camera_down",), ("camera_down", "clock_drift"), ("capacity",), (), met=3)
    requests.loc[2, "known"] = False
    shares = funnel(requests).set_index("reason")
    assert shares.loc[["camera_down", "clock_drift", "capacity", UNKNOWN], "shapley"].tolist() == [1.5, 0.5, 0, 2]
    assert shares.loc[["camera_down", "clock_drift", "capacity", UNKNOWN], "requests"].tolist() == [2, 1, 0, 2]


def test_a_waterfall_depends_on_its_order():
    requests = failed(*[("camera_down", "expired_during_handling")] * 10, met=5)
    there, back = waterfall(requests), waterfall(requests, CAUSES[::-1])
    assert there.set_index("reason")["lost"][["camera_down", "expired_during_handling"]].tolist() == [10, 0]
    assert back.set_index("reason")["lost"][["camera_down", "expired_during_handling"]].tolist() == [0, 10]
    assert there["left"].iloc[0] == 15
    assert (there["left"].iloc[-1], back["left"].iloc[-1]) == (5, 5)


@pytest.mark.parametrize("order", [CAUSES[1:], (*CAUSES[1:], CAUSES[1]), (*CAUSES, "weather")])
def test_an_order_that_is_none_is_refused(order: tuple[str, ...]):
    with pytest.raises(ValueError, match=r"^a waterfall needs each of the 15 causes once; mend the order$"):
        waterfall(draw(0, 5), order)


def planted(city: str) -> tuple[pd.DataFrame, list[list[str]]]:
    """A sample city's requests with their planted causes, and by its truth the causes of each that was not met."""
    profile = next(profile for profile in FIVE if profile.city == city)
    world = World(profile, catalogue.load(), 7, 1, profile.devices)
    told = world.batch("police__footage_requests").truth["requests"].values()
    drawn = police(world)
    requests = pd.DataFrame(drawn.causes, columns=list(CAUSES)).assign(
        counted=drawn.requests["nature"] == "",
        matured=drawn.matured,
        met=drawn.met,
        known=[row["evidence"] for row in told],
    )
    return requests, [row["causes"] for row in told if row["matured"] and not row["met"]]


@pytest.mark.parametrize("city", ["navsagar", "meghavan", "sonpali", "tarangpur"])
def test_planted_causes_get_the_shares_of_the_truth(city: str):
    """Where the evidence of some requests is missing, the others' shares still tell those of all, within 2 points."""
    requests, lost = planted(city)
    truth: Counter[str] = Counter()
    for row in lost:
        truth.update(dict.fromkeys(row, 1 / len(row)))
    shares = funnel(requests).set_index("reason")["shapley"]
    assert shares.sum() == pytest.approx(len(lost))
    assert 0 < shares[UNKNOWN] < len(lost) / 10
    known = shares.drop(UNKNOWN)
    for cause in CAUSES:
        assert known[cause] / known.sum() == pytest.approx(truth[cause] / len(lost), abs=0.02)
    whole = funnel(requests.assign(known=True)).set_index("reason")["shapley"]
    assert whole[whole > 0].to_dict() == pytest.approx(truth)


def test_where_a_city_sends_no_evidence_nothing_is_guessed():
    requests, lost = planted("phulkheda")
    shares = funnel(requests).set_index("reason")["shapley"]
    assert shares[shares > 0].to_dict() == {UNKNOWN: len(lost)}
