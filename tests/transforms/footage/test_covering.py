"""The best sites, against every choice there is."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from transforms.footage.covering import CoveringFault, Problem, held, reduced, solve

SECONDS = 30.0


@st.composite
def problems(draw: st.DrawFn, floors: tuple[float, ...] = (0.0, 0.25, 0.6, 1.0)) -> Problem:
    """Few sites, some of them of a camera that could be turned, and few demands, some seen already."""
    sites, demands = draw(st.integers(0, 10)), draw(st.integers(0, 12))
    share = draw(st.sampled_from([0.15, 0.4]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    group = rng.choice([-1, -1, -1, 0, 1], sites)
    # The first site of a group is what its camera sees now.
    kept = (group >= 0) & (np.array([group[site] in group[:site] for site in range(sites)], dtype=bool) ^ True)
    return Problem(
        covers=csr_array((rng.random((sites, demands)) < share).astype(float)),
        weight=rng.choice([0, 1, 1, 2, 5, 0.25], demands),
        fixed=rng.random(demands) < 0.2,
        ward=rng.integers(-1, 3, demands),
        cost=np.where(kept, 0.0, 1.0),
        group=group,
        p=draw(st.integers(0, 5)),
        floor=draw(st.sampled_from(floors)),
    )


def kept_to(problem: Problem, chosen: np.ndarray) -> bool:
    """Whether a choice keeps to the number of sites, to one of each group, and to the floor of each ward."""
    groups = problem.group[chosen][problem.group[chosen] >= 0]
    if problem.cost[chosen].sum() > problem.p or len(groups) != len(set(groups.tolist())):
        return False
    seen, all_seen = held(problem, chosen), held(problem, np.arange(len(problem.cost)))
    for ward in set(problem.ward[problem.ward >= 0].tolist()):
        weight = np.where(problem.ward == ward, problem.weight, 0)
        if weight[seen].sum() < min(problem.floor * weight.sum(), weight[all_seen].sum()) - 1e-9:
            return False
    return True


def brute(problem: Problem) -> float | None:
    """The best value of any choice; None where none keeps to the rules."""
    every = range(len(problem.cost))
    choices = (np.array(some, dtype=int) for size in range(len(every) + 1) for some in combinations(every, size))
    values = [problem.weight[held(problem, some)].sum() for some in choices if kept_to(problem, some)]
    return max(values, default=None)


def shuffled(problem: Problem, rng: np.random.Generator) -> Problem:
    sites, demands = (rng.permutation(size) for size in problem.covers.shape)
    return replace(
        problem,
        covers=csr_array(problem.covers.toarray()[sites][:, demands]),
        weight=problem.weight[demands],
        fixed=problem.fixed[demands],
        ward=problem.ward[demands],
        cost=problem.cost[sites],
        group=problem.group[sites],
    )


@given(problems(), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_no_choice_is_better(problem: Problem, seed: int) -> None:
    """Also where sites and demands come in another order."""
    best = brute(problem)
    for given_as in (problem, shuffled(problem, np.random.default_rng(seed))):
        if best is None:
            with pytest.raises(CoveringFault, match="cannot be kept"):
                solve(given_as, SECONDS)
            continue
        cover = solve(given_as, SECONDS)
        assert cover.value == pytest.approx(best)
        assert cover.bound == pytest.approx(best)
        assert cover.gap == 0
        assert kept_to(given_as, cover.chosen)
        assert given_as.weight[held(given_as, cover.chosen)].sum() == pytest.approx(cover.value)


@given(problems(floors=(0.0,)))
@settings(max_examples=60, deadline=None)
def test_without_time_the_bound_holds_and_the_choice_is_allowed(problem: Problem) -> None:
    cover, best = solve(problem, 0.0), brute(problem)
    assert best is not None
    assert cover.value <= best + 1e-9 <= cover.bound + 2e-9
    assert cover.value >= problem.weight[problem.fixed].sum()
    assert kept_to(problem, cover.chosen)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_no_chosen_site_sees_only_what_others_see(problem: Problem) -> None:
    try:
        cover = solve(problem, SECONDS)
    except CoveringFault:
        return
    for site in cover.chosen[problem.cost[cover.chosen] > 0]:
        without = held(problem, cover.chosen[cover.chosen != site])
        assert problem.weight[without].sum() < cover.value


def one_ward(covers: Any, weight: Any, **words: object) -> Problem:
    sites, demands = len(covers), len(weight)
    plain = {"fixed": np.zeros(demands, bool), "ward": np.zeros(demands, int), "p": 1}
    sides = {"cost": np.ones(sites), "group": np.full(sites, -1)}
    return Problem(
        covers=csr_array(np.array(covers, dtype=float)), weight=np.array(weight, dtype=float), **plain | sides | words
    )


def test_what_cannot_matter_is_left_out() -> None:
    """Demand seen already, seen by none or of no weight; a site that sees less than another; demands alike are one."""
    covers = [[1, 1, 1, 0, 1, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0]]
    sites, smaller = reduced(
        one_ward(covers, [1, 2, 4, 9, 0, 3], fixed=np.array([False, False, False, False, False, True]))
    )
    assert sites.tolist() == [0]
    assert smaller.weight.tolist() == [7]


def test_a_floor_moves_a_site_to_the_ward_that_falls_short() -> None:
    free = one_ward([[1, 1, 0], [0, 0, 1]], [3, 3, 2], ward=np.array([0, 0, 1]))
    assert solve(free, SECONDS).value == 6
    with pytest.raises(CoveringFault, match="cannot be kept with 1 sites"):
        solve(replace(free, floor=0.5), SECONDS)
    seen = replace(free, floor=0.5, fixed=np.array([True, False, False]))
    assert solve(seen, SECONDS).value == 5


@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_on_a_larger_problem_the_best_is_what_the_plain_statement_finds(floor: float) -> None:
    """The maximal covering problem as the literature writes it, of all sites and demands, without leaving out any."""
    rng = np.random.default_rng(11)
    sites, demands, p = 120, 600, 15
    away = np.linalg.norm(rng.random((sites, 1, 2)) - rng.random((1, demands, 2)), axis=2)
    problem = one_ward(away < 0.15, rng.integers(1, 20, demands), p=p, ward=rng.integers(0, 4, demands), floor=floor)
    weight = problem.weight
    by_ward = np.array([np.where(problem.ward == ward, weight, 0) for ward in range(4)])
    plain = milp(
        np.concatenate([np.zeros(sites), -weight]),
        integrality=np.ones(sites + demands),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(np.hstack([problem.covers.T.toarray(), -np.eye(demands)]), lb=0),
            LinearConstraint(np.concatenate([np.ones(sites), np.zeros(demands)]), ub=p),
            LinearConstraint(np.hstack([np.zeros((4, sites)), by_ward]), lb=floor * by_ward.sum(axis=1)),
        ],
        options={"mip_rel_gap": 0.0},
    )
    cover = solve(problem, SECONDS)
    assert (cover.value, cover.gap) == (pytest.approx(-plain.fun), 0)
    assert kept_to(problem, cover.chosen)


def test_a_camera_placed_anew_is_no_worse_for_one_turned_that_sees_more() -> None:
    sides = {"cost": np.array([1.0, 1.0, 0.0]), "group": np.array([-1, 0, 0])}
    assert solve(one_ward([[1, 0, 0], [1, 1, 0], [0, 0, 1]], [2, 1, 5], **sides), SECONDS).value == 7


def test_a_turned_camera_loses_what_it_saw() -> None:
    sides = {"cost": np.array([1.0, 0.0]), "group": np.array([0, 0])}
    assert solve(one_ward([[0, 1], [1, 0]], [3, 2], **sides), SECONDS).value == 3
    assert solve(one_ward([[0, 1], [1, 0]], [2, 3], **sides), SECONDS).value == 3
    assert solve(one_ward([[0, 1], [1, 0]], [2, 3], cost=np.array([1.0, 0.0])), SECONDS).value == 5
