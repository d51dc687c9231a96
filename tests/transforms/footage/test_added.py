"""Places of added cameras: greedy by requests, the same however the rows are ordered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.footage.added import LEAST, REACH_M, ranks

METRE = 1 / 111_195


def at(*metres: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Places east and north of a point on the equator, as latitudes and longitudes."""
    east, north = np.array(metres, dtype=float).reshape(-1, 2).T
    return north * METRE, east * METRE


@pytest.mark.parametrize(
    ("places", "most", "expected"),
    [
        ([], 5, []),
        ([(0, 0)], 5, [0]),
        ([(0, 0), (0, 59)], 5, [1, 1]),
        ([(0, 0), (0, 61)], 5, [0, 0]),
        # most first, and no more cameras than there are
        ([(0, 0), (0, 0), (500, 0), (500, 0), (500, 0)], 5, [2, 2, 1, 1, 1]),
        ([(0, 0), (0, 0), (500, 0), (500, 0), (500, 0)], 1, [0, 0, 1, 1, 1]),
        # of several the westernmost, then the southernmost
        ([(9, 900), (9, 900), (-9, 500), (-9, 500), (-9, 100), (-9, 100)], 5, [3, 3, 2, 2, 1, 1]),
        # what a camera sees already asks for no other
        ([(0, 0), (50, 0), (100, 0), (150, 0), (200, 0)], 5, [1, 1, 1, 2, 2]),
        ([(0, 0), (50, 0), (100, 0), (150, 0)], 5, [1, 1, 1, 0]),
        ([(0, 0), (np.nan, 0), (0, 10)], 5, [1, 0, 1]),
    ],
)
def test_cameras_go_where_most_is_asked(places, most, expected):
    assert ranks(*at(*places), most).tolist() == expected


spots = st.lists(st.tuples(st.integers(0, 12).map(lambda n: 25 * n), st.integers(0, 3).map(lambda n: 40 * n)))


@given(spots, st.integers(0, 6))
def test_each_camera_sees_within_reach_and_no_fewer_than_the_next(places, most):
    rank = ranks(*at(*places), most)
    seen = np.bincount(rank, minlength=most + 1)[1:]
    assert rank.max(initial=0) <= most
    assert (np.diff(seen) <= 0).all() and not ((seen > 0) & (seen < LEAST)).any()
    for number in range(1, rank.max(initial=0) + 1):
        own = np.array(places)[rank == number]
        away = np.hypot(*(own[:, None] - np.array(places)[None]).transpose(2, 0, 1))
        assert (away.max(axis=0) <= REACH_M + 0.01).any()


@given(spots, st.randoms(use_true_random=False))
def test_the_order_of_requests_changes_nothing(places, chance):
    order = chance.sample(range(len(places)), len(places))
    assert ranks(*at(*(places[i] for i in order)), 3).tolist() == ranks(*at(*places), 3)[order].tolist()


def test_a_mass_of_requests_at_one_place_is_one_place():
    lat, lon = at(*[(0, 0)] * 50_000, (5, 5))
    assert (ranks(lat, lon, 2) == 1).all()
