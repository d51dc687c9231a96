"""Past requests run again: as the truth has it, lever by lever, and never worse for a stronger one."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.sample.profile import FIVE
from tests.transforms.footage import planted
from transforms.footage.causes import CAUSES
from transforms.footage.levers import LEVERS, NOW, lattice, most_keep
from transforms.footage.replay import NothingToReplay, Replay

CITIES = [profile.city for profile in FIVE]
SCALES = ["small", "five"]
EACH = pytest.mark.parametrize(("city", "scale"), [(city, scale) for city in CITIES for scale in SCALES])
REQUESTED = pd.Timestamp("2026-03-01 06:00", tz="UTC")
HOLES = ("camera_down", "link_down_not_backfilled", "recorder_fault", "recording_gap")
KEEPS = 15


@cache
def replayed(city: str, scale: Any) -> Replay:
    found = planted.truth(city, scale)
    keeps = most_keep(planted.keeps_days(city, scale))
    return Replay(planted.requests(city, scale), planted.pairs(city, scale), found.character.staff, keeps)


def gaps(city: str, scale: Any) -> np.ndarray:
    """By how much of 1 the replay's rate under settings with added cameras lies above the truth's."""
    replay, found = replayed(city, scale), planted.truth(city, scale).replay
    met = [int(replay.met(one).sum()) - int(found.met(dict(one)).sum()) for one in lattice() if one["added_cameras"]]
    return np.array(met) / replay.count


@EACH
def test_without_added_cameras_it_is_what_the_truth_says_of_each_request(city, scale):
    drawn, replay = planted.truth(city, scale), replayed(city, scale)
    for setting in lattice():
        if not setting["added_cameras"]:
            assert np.array_equal(replay.met(setting), drawn.replay.met(dict(setting))[drawn.matured])


@pytest.mark.parametrize("city", [city for city in CITIES if city != "phulkheda"])
def test_places_for_cameras_are_found_so_well_that_rates_are_right(city):
    assert np.abs(gaps(city, "five")).max() <= 0.02


@EACH
def test_added_cameras_are_not_promised_more_than_they_would_do(city, scale):
    """Where few requests were made the hot places cannot be known, so less is promised."""
    assert gaps(city, scale).max() <= 0.02


# Single requests


def request(name: str = "R1", **given: Any) -> dict[str, Any]:
    """An unmet request of the first of March, about the day before, needed two days later."""
    return {
        "request_id": name,
        "requested_at": REQUESTED,
        "due_at": REQUESTED + pd.Timedelta(days=7),
        "hold_at": pd.NaT,
        "needed_at": REQUESTED + pd.Timedelta(days=given.pop("needed_in", 2)),
        "incident_from": REQUESTED - pd.Timedelta(days=given.pop("days_ago", 1)),
        "lat": 10.0,
        "lon": 20.0,
        "counted": True,
        "matured": True,
        "met": False,
        "known": True,
        **dict.fromkeys(CAUSES, False),
        **given,
    }


def pair(name: str = "R1", **given: Any) -> dict[str, Any]:
    clean = dict.fromkeys((*HOLES, "clock_drift"), False)
    return {"request_id": name, "down_minutes": np.nan, "keeps_days": KEEPS, **clean, **given}


def replay(requests: list[dict[str, Any]], pairs: list[dict[str, Any]], staff: int = 1) -> Replay:
    asked, seen = pd.DataFrame(requests), pd.DataFrame(pairs, columns=list(pair()))
    return Replay(asked.assign(hold_at=pd.to_datetime(asked["hold_at"], utc=True)), seen, staff, KEEPS)


HANDLING = request(expired_during_handling=True, days_ago=14)
BEFORE = request(expired_before_request=True, days_ago=29)
DOWN = request(camera_down=True)
BARE = request(incomplete_request=True)
LATE = request(capacity=True, needed_in=10)
DRIFT = request(clock_drift=True)
GAP = request(recording_gap=True)
TWO = request(camera_down=True, incomplete_request=True)


@pytest.mark.parametrize(
    ("asked", "seen", "setting", "saved"),
    [
        (HANDLING, {}, {"hold_on_receipt": 1}, True),
        (HANDLING, {}, {"retention_days": 30}, True),
        # two clerks more take two thirds of the two days away: 14 + 2/3 days are less than 15
        (HANDLING, {}, {"search_staff": 2}, True),
        (HANDLING, {}, {"search_staff": 1}, False),
        (BEFORE, {}, {"hold_on_receipt": 1}, False),
        (BEFORE, {}, {"retention_days": 30}, False),
        (BEFORE, {}, {"retention_days": 30, "hold_on_receipt": 1}, True),
        (BEFORE, {}, {"retention_days": 45}, True),
        # a hold that was placed before the request came saved nothing of what was gone by then
        (request(expired_before_request=True, days_ago=20, hold_at=REQUESTED - pd.Timedelta(days=10)), {}, {}, False),
        # a lever never makes a recorder keep less
        (request(camera_down=True, days_ago=40), {"camera_down": True, "down_minutes": 1_440.0, "keeps_days": 50},
         {"repair_hours": 24, "retention_days": 30}, True),
        (DOWN, {"camera_down": True, "down_minutes": 1_440.0}, {"repair_hours": 24}, True),
        (DOWN, {"camera_down": True, "down_minutes": 1_439.0}, {"repair_hours": 24}, False),
        (DOWN, {"camera_down": True, "down_minutes": 480.0}, {"repair_hours": 8}, True),
        (DOWN, {"camera_down": True, "down_minutes": -5.0}, {"repair_hours": 8}, False),
        (GAP, {"recording_gap": True}, {"repair_hours": 8}, False),
        (request(camera_down=True, recording_gap=True),
         {"recording_gap": True, "camera_down": True, "down_minutes": 9_999.0}, {"repair_hours": 8}, False),
        (DRIFT, {"clock_drift": True}, {"clock_sync": 1}, True),
        (BARE, {}, {"complete_form": 1}, True),
        (BARE, {}, {"search_staff": 2}, False),
        (TWO, {"camera_down": True, "down_minutes": 9_999.0}, {"complete_form": 1}, False),
        (TWO, {"camera_down": True, "down_minutes": 9_999.0}, {"complete_form": 1, "repair_hours": 24}, True),
        # ten days of waiting become five, the seventh is due; then fourteen become seven, and more
        (LATE, {}, {"search_staff": 1}, True),
        (request(capacity=True, needed_in=14), {}, {"search_staff": 1}, True),
        (request(capacity=True, needed_in=14.1), {}, {"search_staff": 1}, False),
        (request(capacity=True, needed_in=14.1), {}, {"search_staff": 2}, True),
        *((request(**{cause: True}), {}, {lever: LEVERS[lever][-1] for lever in LEVERS}, False)
          for cause in ("authorisation_missing", "wrong_time_or_place", "turned_away", "quality", "export_failed")),
        # the evidence does not suffice, or shows no cause
        (HANDLING | {"known": False}, {}, {"hold_on_receipt": 1}, False),
        (HANDLING | {"known": False, "met": True}, {}, {}, True),
        (request(), {}, {"retention_days": 60}, False),
        (request(met=True), {"camera_down": True}, {}, True),
    ],
)  # fmt: skip
def test_a_lever_saves_what_it_can(
    asked: dict[str, Any], seen: dict[str, Any], setting: Mapping[str, int], saved: bool
):
    one = replay([asked], [pair(**seen)])
    assert one.met({**NOW, **setting}).tolist() == [saved]
    assert one.met(NOW).tolist() == [asked["met"]]


def test_one_camera_with_everything_is_enough_and_two_halves_are_not():
    down, drift = {"camera_down": True, "down_minutes": 9_999.0}, {"clock_drift": True}
    two = replay([DOWN], [pair(**down), pair(**down, **drift)])
    assert two.met({**NOW, "repair_hours": 24}).tolist() == [True]
    split = replay([DOWN], [pair(**down, **drift), pair(**drift, recording_gap=True)])
    assert split.met({**NOW, "repair_hours": 24}).tolist() == [False]


def test_what_does_not_count_or_has_not_matured_is_left_out():
    asked = [request("R1", met=True), request("R2", counted=False), request("R3", matured=False)]
    assert replay(asked, [pair("R2"), pair("R3")]).met(NOW).tolist() == [True]
    with pytest.raises(NothingToReplay, match="no request has matured"):
        replay(asked[1:], [])


def test_added_cameras_see_the_places_asked_about_most_and_keep_what_most_do():
    often = [request(f"R{i}", no_coverage=True, lat=10.0) for i in range(4)]
    old = [request(f"S{i}", no_coverage=True, lat=11.0, days_ago=20) for i in range(3)]
    once = [request("T", no_coverage=True, lat=12.0)]
    found = replay([*once, *old, *often], [])
    assert found.met(NOW).sum() == 0
    assert found.met({**NOW, "added_cameras": 10}).tolist() == [False] * 4 + [True] * 4
    assert found.met({**NOW, "added_cameras": 10, "retention_days": 30}).tolist() == [False] + [True] * 7


def test_the_what_if_of_the_specification():
    """n = 1000, met 470, unmet by cause 150/120/90/80/50/40, fixed 60/80/0/80/0/75 % of each: 750."""
    down = [(request(f"D{i}", camera_down=True), 2_000.0 if i < 90 else 100.0) for i in range(150)]
    expired = [request(f"E{i}", expired_before_request=True, days_ago=20 if i < 96 else 70) for i in range(120)]
    late = [request(f"L{i}", capacity=True, needed_in=10 if i < 64 else 30) for i in range(80)]
    unseen = [request(f"U{i}", no_coverage=True, lat=10 + i % 10 if i < 30 else 50 + i) for i in range(40)]
    asked = [
        *(request(f"M{i}", met=True) for i in range(470)),
        *(one for one, _ in down),
        *expired,
        *(request(f"Q{i}", quality=True) for i in range(90)),
        *late,
        *(request(f"T{i}", turned_away=True) for i in range(50)),
        *unseen,
    ]
    seen = [pair(one["request_id"], camera_down=True, down_minutes=minutes) for one, minutes in down]
    found = replay(asked, [*seen, *(pair(one["request_id"]) for one in (*expired, *late))])
    chosen = {"repair_hours": 24, "retention_days": 30, "search_staff": 1, "added_cameras": 10}
    assert (len(asked), found.met(NOW).sum(), found.met({**NOW, **chosen}).sum()) == (1000, 470, 750)


# Laws


@st.composite
def parts(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Some of a city's requests, of a few of which the evidence does not suffice, with their cameras."""
    city = draw(st.sampled_from(CITIES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    requests, pairs = planted.requests(city, "five"), planted.pairs(city, "five")
    matured = np.flatnonzero(requests["matured"])
    chosen = rng.choice(matured, min(len(matured), draw(st.integers(1, 400))), replace=False)
    requests = requests.iloc[chosen].assign(known=rng.random(len(chosen)) < 0.9)
    return requests, pairs[pairs["request_id"].isin(requests["request_id"])], draw(st.integers(1, 4))


a_setting = st.fixed_dictionaries({lever: st.sampled_from(values) for lever, values in LEVERS.items()})


@given(parts(), a_setting, st.sampled_from(list(LEVERS)))
@settings(deadline=None)
def test_a_stronger_setting_never_meets_fewer(drawn, setting, lever):
    found = Replay(*drawn, KEEPS)
    weak = found.met(setting)
    for value in LEVERS[lever][LEVERS[lever].index(setting[lever]) :]:
        strong = found.met({**setting, lever: value})
        assert not (weak & ~strong).any()
        weak = strong


@given(parts(), a_setting, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_changes_nothing(drawn, setting, chance):
    requests, pairs, staff = drawn
    order, other = (chance.sample(range(len(one)), len(one)) for one in (requests, pairs))
    turned = Replay(requests.iloc[order], pairs.iloc[other], staff, KEEPS).met(setting)
    assert turned.tolist() == Replay(requests, pairs, staff, KEEPS).met(setting)[order].tolist()


@given(parts())
@settings(deadline=None)
def test_the_present_setting_gives_what_was(drawn):
    requests, *_ = drawn
    assert Replay(*drawn, KEEPS).met(NOW).tolist() == requests["met"].tolist()
