"""The cheapest levers that reach a target: truly the cheapest, and none where none does."""

from functools import cache

import numpy as np
import pytest

from tests.transforms.footage import planted
from tests.transforms.footage.test_levers import PRICES, assumptions
from tests.transforms.footage.test_replay import BARE, HANDLING, pair, replay, replayed, request
from transforms.footage.levers import LEVERS, NOW, Costs, lattice, used
from transforms.footage.plan import ASSUMED, ASSUMED_OF_UNKNOWN, Planner, band

TARGET = 0.75
CITIES = ["navsagar", "meghavan", "sonpali", "tarangpur"]


@cache
def planner(city: str) -> Planner:
    prices = planted.CONTRACTS.cities[city].footage_assumptions
    return Planner(replayed(city, "five"), Costs(prices, planted.keeps_days(city)))


def true_rate(city, setting) -> float:
    found = planted.truth(city)
    return found.replay.met(dict(setting)).sum() / found.matured.sum()


@pytest.mark.parametrize("city", [*CITIES, "phulkheda"])
def test_a_city_assumes_the_staff_that_it_has(city):
    assert planted.CONTRACTS.cities[city].footage_assumptions.search_staff_now == planted.truth(city).character.staff


@pytest.mark.parametrize("city", CITIES[:3])
def test_the_chosen_set_is_the_truly_cheapest_one(city):
    plan, costs = planner(city).cheapest(TARGET), planner(city).costs
    assert plan.reachable and plan.chosen.rate >= TARGET
    enough = [setting for setting in lattice() if true_rate(city, setting) >= TARGET]
    assert plan.chosen.setting == min(enough, key=lambda one: (costs.yearly_inr(one), len(used(one))))
    assert abs(plan.chosen.rate - true_rate(city, plan.chosen.setting)) <= 0.02
    assert plan.chosen.low <= plan.chosen.rate <= plan.chosen.high


def test_where_no_set_reaches_the_target_the_best_is_told():
    plan = planner("tarangpur").cheapest(TARGET)
    best = max(true_rate("tarangpur", setting) for setting in lattice())
    assert best < TARGET and not plan.reachable
    assert abs(plan.chosen.rate - best) <= 0.02
    met = [planner("tarangpur").replay.met(setting).sum() for setting in lattice()]
    costs = [planner("tarangpur").costs.yearly_inr(one) for one, m in zip(lattice(), met, strict=True) if m == max(met)]
    assert (plan.chosen.met, plan.chosen.cost_inr) == (max(met), min(costs))


def test_a_city_whose_evidence_does_not_suffice_gets_no_promise():
    requests = planted.requests("phulkheda").assign(known=False)
    blind = type(replayed("phulkheda", "five"))(requests, planted.pairs("phulkheda"), 1, 15)
    plan = Planner(blind, Costs(assumptions(**PRICES), planted.keeps_days("phulkheda"))).cheapest(TARGET)
    assert (plan.reachable, plan.chosen.setting, plan.chosen.extra) == (False, NOW, 0)
    assert ASSUMED_OF_UNKNOWN in plan.chosen.assumed


def small(**prices) -> Planner:
    """Four requests: one met, one bare, one that expired while it waited, one that nothing helps."""
    asked = [request("M", met=True), {**BARE, "request_id": "B"}, {**HANDLING, "request_id": "H"}]
    found = replay([*asked, request("Q", quality=True)], [pair("B"), pair("H")])
    return Planner(found, Costs(assumptions(**prices), np.array([15.0])))


@pytest.mark.parametrize(
    ("prices", "target", "expected"),
    [
        (PRICES, 0.25, {}),
        # the form costs 100, a hold 300, fifteen days more 165
        (PRICES, 0.5, {"complete_form": 1}),
        (PRICES, 0.75, {"complete_form": 1, "retention_days": 30}),
        (PRICES, 0.76, {"complete_form": 1, "retention_days": 30}),
        (PRICES | {"completeForm": (5_000, 0)}, 0.5, {"retention_days": 30}),
        # nothing costs anything: the fewest levers, then the first in order, the last lever fastest
        ({}, 0.5, {"search_staff": 2}),
        ({"searchClerk": (0, 1)}, 0.5, {"complete_form": 1}),
        ({"searchClerk": (0, 1), "completeForm": (0, 1)}, 0.5, {"hold_on_receipt": 1}),
    ],
)
def test_of_several_sets_the_cheapest_then_the_smallest_then_the_first(prices, target, expected):
    plan = small(**prices).cheapest(target)
    assert plan.chosen.setting == {**NOW, **expected}
    assert plan.reachable == (target <= 0.75)


def test_one_lever_goes_before_two_that_cost_the_same():
    """Retention saves both requests, one of which staff saves too, and a right clock on another camera the other."""
    asked = [HANDLING | {"request_id": "H"}, request("X", expired_before_request=True, days_ago=20)]
    found = replay(asked, [pair("H"), pair("X"), pair("X", keeps_days=40, clock_drift=True)])
    free = Planner(found, Costs(assumptions(), np.array([15.0])))
    assert free.outcome({**NOW, "clock_sync": 1, "search_staff": 2}).rate == 1
    assert free.cheapest(1).chosen.setting == {**NOW, "retention_days": 30}


def test_each_lever_alone_has_its_gain_and_its_price():
    alone = small(**PRICES).alone()
    assert len(alone) == sum(len(values) - 1 for values in LEVERS.values())
    assert all(len(used(one.setting)) == 1 for one in alone)
    gains = {(lever, one.setting[lever]): (one.extra, one.each_inr) for one in alone for lever in used(one.setting)}
    assert gains["clock_sync", 1] == (0, None)
    assert gains["search_staff", 1] == (0, None)
    # all was asked on one day: of such a day a year has 365
    assert gains["hold_on_receipt", 1] == (1, pytest.approx(300 / 365))
    assert gains["search_staff", 2] == (1, pytest.approx(18_000 / 365))


@pytest.mark.parametrize("city", CITIES)
def test_levers_together_are_replayed_and_not_added_up(city):
    whole = planner(city).outcome({lever: values[-1] for lever, values in LEVERS.items()})
    assert whole.extra == whole.met - planner(city).outcome(NOW).met
    assert max(one.extra for one in planner(city).alone()) < whole.extra


def test_what_is_taken_for_granted_stands_beside_each_number():
    outcome = small(**PRICES).outcome({**NOW, "hold_on_receipt": 1, "retention_days": 30})
    assert outcome.assumed == (*ASSUMED, "retention_days", "hold_on_receipt")


@pytest.mark.parametrize(("true", "count"), [(0, 30), (30, 30), (9, 20), (470, 1_000), (4_144, 5_387)])
def test_the_band_is_that_of_requests_drawn_anew(true, count):
    flags = np.arange(count) < true
    rng = np.random.default_rng(1)
    shares = [flags[rng.integers(count, size=count)].mean() for _ in range(2_000)]
    assert band(true, count) == pytest.approx(np.percentile(shares, [2.5, 97.5]), abs=0.6 / count + 0.006)
    assert band(true, count) == band(true, count)


def test_what_is_not_known_fares_as_what_is():
    """Of ten lost requests five are known, and a complete form saves four of these: eight of ten."""
    known = [{**BARE, "request_id": f"B{n}"} for n in range(4)] + [request("Q", quality=True)]
    blind = [request(f"U{n}", known=False, camera_down=True) for n in range(5)]
    found = replay([*known, *blind], [pair(f"B{n}") for n in range(4)])
    outcome = Planner(found, Costs(assumptions(), np.array([15.0]))).outcome({**NOW, "complete_form": 1})
    assert (outcome.extra, outcome.met, ASSUMED_OF_UNKNOWN in outcome.assumed) == (8, 8, True)
