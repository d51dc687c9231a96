"""A plan for cameras: what it chooses, what it says beside, and that it cannot be had without its safeguards."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.transforms.footage import town
from transforms.footage import candidates
from transforms.footage.covering import CoveringFault
from transforms.footage.proposal import Approved, Siting
from transforms.footage.safeguards import SafeguardFault
from transforms.footage.siting import SitingFault, site

NOWHERE = town.shapes()
# Works at C0, stands broken at C1, is gone at C2; demand at each, and at two places that nothing sees.
STANDING = town.cameras((50, 50), (100, 50), (150, 50), status=["working", "faulty", "removed"])
WANTED = town.demand((50, 50), (100, 50), (150, 50), (50, 150), (300, 100), weight=[1, 2, 4, 8, 16])
ANEW = town.candidates((100, 52), (150, 52), (50, 152), (300, 102))


def plan(possible: pd.DataFrame = ANEW, excluded: pd.DataFrame = NOWHERE, p: int = 1, **words: Any) -> Siting:
    sides = {"cameras": STANDING, "demand": WANTED, "wards": town.wards()} | words
    return site(candidates=possible, excluded=excluded, p=p, **sides)


@pytest.mark.parametrize(
    ("p", "chosen", "covered"),
    [(0, [], 3), (1, ["S3"], 19), (2, ["S2", "S3"], 27), (3, ["S1", "S2", "S3"], 31), (9, ["S1", "S2", "S3"], 31)],
)
def test_repair_comes_first_and_no_new_camera_stays_possible(p: int, chosen: list[str], covered: float) -> None:
    """No site is spent on what a repair would bring into view."""
    found = plan(p=p)
    repair, none, sites = found.alternatives
    assert [one.name for one in found.alternatives] == ["repair", "none", "sites"]
    assert (none.covered, repair.covered, sites.covered) == (1, 3, covered)
    assert (none.repaired, repair.repaired, sites.repaired) == (0, 1, 1)
    assert (none.placed, repair.placed, sites.placed) == (0, 0, len(chosen))
    assert found.chosen["site_id"].tolist() == chosen
    assert (found.bound, found.gap, found.demand) == (pytest.approx(covered), 0, 31)
    assert found.zone == "restricted"
    assert found.wards.to_dict("list") == {
        "ward_id": ["1", "2"],
        "demand": [15, 16],
        "before": [1, 0],
        "repaired": [3, 0],
        "after": [covered - 16 if covered > 16 else covered, 16 if covered > 16 else 0],
    }


def test_people_newly_watched_are_counted_by_ward() -> None:
    """A circle of 20 m in a ward of 200 m, less what a working camera sees already; nothing for none."""
    circle = np.pi * 20**2 / town.WIDE**2
    repair, none, sites = plan(p=2).alternatives
    assert none.newly_watched == {"1": 0, "2": 0}
    assert repair.newly_watched == {"1": round(1_000 * circle), "2": 0}
    assert sites.newly_watched == {"1": round(2_000 * circle), "2": round(400 * circle)}
    seen_already = plan(town.candidates((50, 50)), demand=town.demand((50, 50), weight=[1]))
    assert seen_already.alternatives[2].newly_watched == {"1": round(1_000 * circle), "2": 0}


def test_what_is_not_known_is_not_counted() -> None:
    unknown = town.wards().assign(population=pd.array([None, 400], dtype="Int64"))
    found = plan(wards=unknown)
    assert found.alternatives[2].newly_watched["1"] is None
    assert "population_missing" in found.warnings


def test_no_candidate_stands_in_an_excluded_place_or_sees_into_it() -> None:
    clinic, school = shapely.box(290, 92, 310, 112), shapely.box(45, 145, 55, 151)
    found = plan(excluded=town.shapes(clinic, school), p=4)
    assert found.refused == ("S3",)
    assert found.cut == 1
    assert found.chosen["site_id"].tolist() == ["S1"]
    assert found.alternatives[2].covered == 7
    across = plan(excluded=town.shapes(shapely.box(45, 151, 55, 151.5)), p=4)
    assert across.alternatives[2].covered == 31


def test_a_building_hides_what_is_behind_it() -> None:
    wall = town.shapes(shapely.box(280, 100.5, 320, 101.5))
    assert plan(p=4, buildings=wall).alternatives[2].covered == 15


def test_a_floor_brings_a_camera_to_the_ward_that_has_least() -> None:
    wanted = WANTED.assign(weight=[1, 2, 4, 32, 16])
    assert plan(demand=wanted).chosen["site_id"].tolist() == ["S2"]
    assert plan(demand=wanted, p=2, floor=0.1).wards["after"].tolist() == [35, 16]
    assert plan(demand=wanted.assign(weight=[30, 2, 4, 32, 16]), floor=0.3).chosen["site_id"].tolist() == ["S3"]
    with pytest.raises(CoveringFault, match="cannot be kept with 1 sites"):
        plan(demand=wanted, floor=0.5)


def test_a_floor_out_of_reach_is_told() -> None:
    found = plan(town.candidates((50, 152)), p=1, floor=0.2)
    assert "floor_out_of_reach" in found.warnings
    assert "floor_out_of_reach" not in plan(p=3, floor=0.2).warnings


def test_a_turned_camera_loses_its_view() -> None:
    """It sees 1 today: turned to 8 it is chosen, turned to nothing new it is not."""
    turned = town.candidates((50, 152), turns=["C0"])
    found = plan(turned)
    assert found.alternatives[2].covered == 10
    assert (found.alternatives[2].placed, found.alternatives[2].turned) == (0, 1)
    assert found.alternatives[0].covered == 3
    stays = plan(turned, demand=WANTED.assign(weight=[9, 2, 4, 8, 16]))
    assert (len(stays.chosen), stays.alternatives[2].covered) == (0, 11)
    both = plan(town.candidates((50, 152), (50, 52), turns=["C0", None]), p=2)
    assert both.alternatives[2].covered == 11


def test_an_order_of_rows_changes_nothing() -> None:
    rows = np.random.default_rng(3)
    for _ in range(5):
        mixed = plan(ANEW.iloc[rows.permutation(len(ANEW))], p=2, demand=WANTED.iloc[rows.permutation(len(WANTED))])
        assert sorted(mixed.chosen["site_id"]) == ["S2", "S3"]
        assert mixed.alternatives == plan(p=2).alternatives


@pytest.mark.parametrize(
    ("warning", "words", "expected"),
    [
        ("biased_demand", {}, True),
        ("biased_demand", {"excluded": town.shapes(shapely.box(0, 0, 1, 1))}, True),
        ("no_excluded_places", {}, True),
        ("no_excluded_places", {"excluded": town.shapes(shapely.box(0, 0, 1, 1))}, False),
        ("population_missing", {}, False),
        ("not_proven_best", {}, False),
        ("not_proven_best", {"seconds": 0.0}, True),
    ],
)
def test_warnings(warning: str, words: dict[str, Any], expected: bool) -> None:
    assert (warning in plan(p=2, **words).warnings) is expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"demand": WANTED.assign(weight=-1.0)}, "demand: 5 rows"),
        ({"demand": WANTED.assign(lat=None)}, "demand: 5 rows"),
        ({"possible": town.candidates((1, 1), turns=["C2"])}, "candidates: 1 turn a camera that does not stand"),
        ({"possible": pd.concat([ANEW, ANEW])}, "a site_id stands twice"),
        ({"p": -1}, "p is 0 or more"),
        ({"floor": 1.5}, "a share from 0 to 1"),
    ],
)
def test_what_no_plan_can_be_made_of(words: dict[str, Any], told: str) -> None:
    with pytest.raises(SitingFault, match=told):
        plan(**words)


def test_a_plan_without_a_safeguard_is_none() -> None:
    found = plan()
    for spoilt in (
        {"alternatives": found.alternatives[1:]},
        {"alternatives": found.alternatives[::-1]},
        {"warnings": ()},
    ):
        with pytest.raises(SafeguardFault):
            replace(found, **spoilt)


@pytest.mark.parametrize(
    ("approver", "note", "told"),
    [("", "Seen by the council.", "no approver"), ("  ", "x", "no approver"), ("A. Officer", " \n", "no impact note")],
)
def test_nothing_is_used_without_a_name_and_a_note(approver: str, note: str, told: str) -> None:
    with pytest.raises(SafeguardFault, match=told):
        Approved(plan(), approver, note)
    assert Approved(plan(), "A. Officer", "A market street comes into view.").zone == "restricted"


def test_candidates_look_to_eight_sides() -> None:
    poles = town.placed((1, 1), (2, 2), pole_id=["P1", "P2"])
    anew = candidates.new(poles, hfov_deg=90, range_m=60)
    again = candidates.turned(STANDING.assign(hfov_deg=[90.0, 60.0, 90.0]))
    assert len(anew) == len(again) == 16
    assert anew["camera_id"].isna().all()
    assert set(again["camera_id"]) == {"C0", "C1"}
    assert not pd.concat([anew, again])["site_id"].duplicated().any()
    assert anew.groupby("pole_id")["azimuth_deg"].apply(list).tolist() == [[0, 45, 90, 135, 180, 225, 270, 315]] * 2
    plan(pd.concat([anew, again], ignore_index=True), p=2)
