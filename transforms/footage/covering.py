"""The maximal covering problem: the sites, at most p, whose views hold the most demand (Church and ReVelle 1974)."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity

from transforms.footage.fault import FootageFault

# What scipy.optimize.milp says where a limit stopped it, and where there is no solution.
STOPPED, INFEASIBLE = 1, 2
# How often the simple choice goes over its sites; more seldom betters it.
ROUNDS = 6
ROUNDING = 1e-9


class CoveringFault(FootageFault):
    """A problem that has no answer; says what to change."""


@dataclass(frozen=True)
class Problem:
    """m sites and n demands.

    `covers`: m × n, 1 where a site's view holds a demand; `weight`: n, 0 or more; `fixed`: n, whether a demand is seen
    whatever is chosen; `ward`: n numbers, -1 for none; `cost`: m, what a site takes of p; `group`: m numbers, of the
    sites of one at most one is chosen, -1 for none; `floor`: the share of each ward's demand that is to be seen, or as
    much of it as all sites together see.
    """

    covers: csr_array
    weight: np.ndarray
    fixed: np.ndarray
    ward: np.ndarray
    cost: np.ndarray
    group: np.ndarray
    p: int
    floor: float = 0.0


@dataclass(frozen=True)
class Cover:
    """What was chosen: sites by number, the weight they and the fixed ones see, and what no choice can exceed."""

    chosen: np.ndarray
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """By what share of the bound another choice could at most be better; 0 where none can, but for rounding."""
        better = self.bound - self.value
        return better / self.bound if better > ROUNDING * self.bound else 0.0


def solve(problem: Problem, seconds: float) -> Cover:
    """The best choice, or after `seconds` the best found so far; the bound holds either way.

    Raises CoveringFault where the floor takes more than p sites, or where the time was too short to find any choice.
    """
    sites, smaller = reduced(problem)
    fixed, open_ = float(problem.weight[problem.fixed].sum()), float(smaller.weight.sum())
    if not len(sites):
        return Cover(sites, fixed, fixed)
    needs = _needs(problem)
    found = milp(**_programme(smaller, needs), options={"time_limit": seconds, "mip_rel_gap": 0.0})
    if found.status == INFEASIBLE:
        raise CoveringFault(f"floor {problem.floor:g} cannot be kept with {problem.p} sites; lower it or allow more")
    choices = [] if found.x is None else [sites[found.x[: len(sites)] > 0.5]]
    if found.status == STOPPED and not needs:
        choices.append(sites[greedy(smaller)])
    if not choices:
        raise CoveringFault(f"no choice of sites was found in {seconds:g} s; allow more time")
    chosen = _useful(problem, max(choices, key=lambda choice: problem.weight[held(problem, choice)].sum()))
    value = float(problem.weight[held(problem, chosen)].sum())
    least = 0.0 if found.mip_dual_bound is None else max(0.0, found.mip_dual_bound * _scale(smaller))
    return Cover(chosen, value, max(value, fixed + open_ - least))


def held(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Which demands are seen once these sites are chosen."""
    return problem.fixed | (problem.covers[chosen].sum(axis=0) > 0)


def greedy(problem: Problem) -> np.ndarray:
    """A good choice by simple means: the site that adds most, p times, then each exchanged for a better one, in rounds.

    Chooses from what costs nothing, all of it, and from the sites of no group; takes no heed of the floor.
    """
    kept, free = np.flatnonzero(problem.cost == 0), np.flatnonzero((problem.cost > 0) & (problem.group < 0))
    times = problem.covers[kept].sum(axis=0)
    covers, chosen = csr_array(problem.covers[free]), list[int]()
    for turn in range(problem.p * ROUNDS if len(free) else 0):
        if turn >= problem.p:
            times = times - covers[[chosen.pop(0)]].sum(axis=0)
        chosen.append(int((covers @ np.where(times == 0, problem.weight, 0)).argmax()))
        times = times + covers[chosen[-1:]].sum(axis=0)
    return np.concatenate([kept, np.unique(free[chosen])])


def reduced(problem: Problem) -> tuple[np.ndarray, Problem]:
    """The sites worth a thought, by number, and the smaller problem of them with the same best value.

    Demand that is fixed, of no weight or seen by no site goes; a site goes where another of its group and cost sees
    the same and more, which no ward loses by; demands of a ward that the same sites see become one.
    """
    seen = np.asarray(problem.covers.sum(axis=0)).ravel() > 0
    open_ = np.flatnonzero(seen & ~problem.fixed & (problem.weight > 0))
    covers = csr_array(problem.covers[:, open_])
    sites = np.flatnonzero(~_dominated(covers, problem.group, problem.cost))
    covers = csr_array(covers[sites])
    ward = problem.ward[open_] if problem.floor > 0 else np.full(len(open_), -1)
    same = _alike(covers, ward)
    first = np.unique(same, return_index=True)[1]
    return sites, replace(
        problem,
        covers=csr_array(covers[:, first]),
        weight=np.bincount(same, problem.weight[open_], len(first)),
        fixed=np.zeros(len(first), dtype=bool),
        ward=ward[first],
        cost=problem.cost[sites],
        group=problem.group[sites],
    )


def _dominated(covers: csr_array, group: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Which sites see nothing, or nothing that another of its group and cost does not. The first of equals stays."""
    size = np.asarray(covers.sum(axis=1)).ravel()
    shared = (covers @ covers.T).tocoo()
    less, more = shared.coords
    within = (shared.data == size[less]) & (group[less] == group[more]) & (cost[less] == cost[more])
    beaten = within & ((size[more] > size[less]) | ((size[more] == size[less]) & (more < less)))
    found = size == 0
    found[less[beaten]] = True
    return found


def _alike(covers: csr_array, ward: np.ndarray) -> np.ndarray:
    """For each demand the number of those that the same sites see in the same ward."""
    columns = covers.tocsc()
    columns.sort_indices()
    bounds = zip(columns.indptr[:-1], columns.indptr[1:], strict=True)
    by_sites = pd.factorize(np.array([columns.indices[start:end].tobytes() for start, end in bounds], dtype=object))[0]
    return pd.DataFrame({"sites": by_sites, "ward": ward}).groupby(["sites", "ward"], sort=False).ngroup().to_numpy()


def _useful(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """The chosen sites without those, looked at one by one, that see nothing that another does not: fewer cameras."""
    counts = problem.covers[:, problem.weight > 0]
    times = counts[chosen].sum(axis=0) + problem.fixed[problem.weight > 0]
    useful = []
    for site in chosen.tolist():
        own = counts[[site]].indices
        if problem.cost[site] > 0 and (times[own] > 1).all():
            times[own] -= 1
        else:
            useful.append(site)
    return np.array(useful, dtype=np.int64)


def _needs(problem: Problem) -> dict[int, tuple[float, float]]:
    """For each ward that could fall short of the floor: what is still to be seen there, and its whole demand."""
    wards = problem.ward >= 0
    number = problem.ward[wards]
    reach = held(problem, np.arange(problem.covers.shape[0]))
    whole, fixed, most = (
        np.bincount(number, problem.weight[wards] * part[wards]) for part in (np.ones(len(wards)), problem.fixed, reach)
    )
    least = np.minimum(problem.floor * whole, most) - fixed
    return {ward: (float(least[ward]), float(whole[ward])) for ward in np.flatnonzero(least > 0).tolist()}


def _programme(problem: Problem, needs: dict[int, tuple[float, float]]) -> dict[str, object]:
    """The arguments of milp: a whole variable for each site, then one for each demand that is 1 if nothing sees it.

    What is left unseen is made least. Said so, any whole choice of sites is feasible, and one is found far sooner.
    """
    sites, demands = problem.covers.shape
    seen = hstack([problem.covers.T, identity(demands)])
    spent = csr_array(np.concatenate([problem.cost, np.zeros(demands)])[None, :])
    rules = [LinearConstraint(seen, lb=1), LinearConstraint(spent, ub=problem.p)]
    groups = np.unique(problem.group[problem.group >= 0])
    if len(groups):
        one = csr_array((problem.group[None, :] == groups[:, None]).astype(float))
        rules.append(LinearConstraint(hstack([one, csr_array((len(groups), demands))]), ub=1))
    for ward, (least, whole) in needs.items():
        share = np.where(problem.ward == ward, problem.weight / whole, 0)
        unseen = csr_array(np.concatenate([np.zeros(sites), share])[None, :])
        rules.append(LinearConstraint(unseen, ub=share.sum() - least / whole))
    return {
        "c": np.concatenate([np.zeros(sites), problem.weight / _scale(problem)]),
        "integrality": np.repeat([1, 0], [sites, demands]),
        "bounds": Bounds(0, 1),
        "constraints": rules,
    }


def _scale(problem: Problem) -> float:
    """A middling weight, so that the solver's tolerances mean the same whatever the weights are counted in."""
    return float(problem.weight.mean())
