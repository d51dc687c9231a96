"""How long people wait until they ask, what is kept until then, and the bounds of what nobody asked for."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.footage.drawn import draw
from transforms.footage.lag import ASSUMPTIONS, DAYS, bounds, lags, logged_late
from transforms.footage.rates import rate_b

DAY = pd.Timedelta(days=1)
AT = pd.Timestamp("2026-02-01", tz="UTC")
NO_PAIRS = pd.DataFrame({"request_id": pd.Series(dtype="str"), "keeps_days": pd.Series(dtype=float)})


def waited(*days: float, window: float = 0.0, counted: bool = True) -> pd.DataFrame:
    """Requests made so many days after the end of a window of so many days."""
    end = AT - pd.to_timedelta(days, unit="D")
    return pd.DataFrame(
        {
            "request_id": [f"R{number}" for number in range(len(days))],
            "requested_at": AT,
            "incident_from": end - window * DAY,
            "incident_to": end,
            "counted": counted,
        }
    )


def filled(table: pd.DataFrame) -> dict[float, tuple[int, int]]:
    """By the first day of each bucket with requests: how many, and how many of them in time."""
    return {row.from_days: (row.requests, row.retained) for row in table.itertuples() if row.requests}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, 0), (0.99, 0), (1, 1), (4.9, 3), (15, 15), (59.9, 45), (60, 60), (400, 60), (-0.01, 0)],
)
def test_buckets(days: float, bucket: int):
    assert list(filled(lags(waited(days), NO_PAIRS, 30))) == [bucket]


def test_footage_is_kept_by_the_camera_that_keeps_it_longest():
    pairs = pd.DataFrame({"request_id": ["R0", "R0", "R1"], "keeps_days": [7.0, 15.0, 7.0]})
    found = lags(waited(8, 8, 8), pairs, 5)
    # R2 has no camera: as the city keeps it
    assert filled(found) == {7: (3, 1)}
    assert filled(lags(waited(8, 8, 8), pairs, 9)) == {7: (3, 2)}


def test_a_retention_that_nobody_knows_is_the_citys():
    pairs = pd.DataFrame({"request_id": ["R0"], "keeps_days": [np.nan]})
    assert filled(lags(waited(8), pairs, 9)) == {7: (1, 1)}


def test_the_begin_of_a_window_goes_first():
    assert filled(lags(waited(6.5, window=1.0), NO_PAIRS, 7)) == {5: (1, 0)}
    # what is to be overwritten at this moment is gone
    assert filled(lags(waited(7.0), NO_PAIRS, 7)) == {7: (1, 0)}


def test_duplicates_and_withdrawn_ones_are_left_out():
    assert filled(lags(waited(1, counted=False), NO_PAIRS, 7)) == {}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0, 90), min_size=1), st.floats(1, 60), st.randoms(use_true_random=False))
def test_all_requests_are_in_a_bucket_and_those_in_time_ask_early(days: list[float], kept: float, chance: Any):
    table = lags(waited(*days), NO_PAIRS, kept)
    assert (table["requests"].sum(), len(table)) == (len(days), len(DAYS))
    early, late = table[table["to_days"] <= kept], table[table["from_days"] >= kept]
    assert (early["retained"] == early["requests"]).all()
    assert (late["retained"] == 0).all()
    chance.shuffle(days)
    pd.testing.assert_frame_equal(lags(waited(*days), NO_PAIRS, kept), table)


def crimes(asked: int, provided: int, unseen: int) -> pd.DataFrame:
    requested = [True] * asked + [False] * unseen
    return pd.DataFrame(
        {
            "footage_requested": requested,
            "footage_provided": [row < provided for row in range(len(requested))],
            "occurred_at": AT,
        }
    )


def test_bounds_by_hand():
    (found,) = bounds(rate_b(crimes(asked=60, provided=30, unseen=40))).to_dict("records")
    assert found["rate_b"] == found["worst_low"] == 0.3
    assert (found["unseen"], found["worst_high"], found["selected_high"]) == (0.4, 0.7, 0.5)


def test_nothing_asked_tells_nothing():
    (found,) = bounds(rate_b(crimes(asked=0, provided=0, unseen=5))).to_dict("records")
    assert (found["worst_low"], found["worst_high"]) == (0, 1)
    assert np.isnan(found["selected_high"])


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_whatever_the_truth_is_it_lies_within(provided: int, refused: int, there: int, gone: int):
    """`there` and `gone`: the crimes for which nobody asked, with footage and without."""
    asked, unseen = provided + refused, there + gone
    if asked + unseen:
        (found,) = bounds(rate_b(crimes(asked, provided, unseen))).to_dict("records")
        truth = (provided + there) / (asked + unseen)
        assert found["worst_low"] <= truth <= found["worst_high"]
        assert found["worst_high"] - found["worst_low"] == pytest.approx(found["unseen"])
        # By the assumption: those for which nobody asked would have fared no better.
        if asked and unseen and there / unseen <= provided / asked:
            assert found["worst_low"] <= truth <= found["selected_high"] + 1e-12


def test_assumptions_stand_beside_the_bounds():
    columns = bounds(rate_b(crimes(1, 1, 1))).columns
    assert all(any(column.startswith(f"{name}_") for column in columns) for name in ASSUMPTIONS)


def test_requests_logged_late():
    rows = draw(1, 4)
    rows["logged_at"] = rows["requested_at"] + pd.to_timedelta([0, 1, 1.01, 9], unit="D")
    assert logged_late(rows)[:3] == (2, 4, 0.5)
    assert logged_late(draw(1, 4)) is None
