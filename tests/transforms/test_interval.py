"""Wilson's interval: known ones, another implementation's, and what holds of all of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from transforms.interval import share, wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (45, 100, 35.6, 54.8),
        (9, 20, 25.8, 65.8),
        (470, 1000, 43.9, 50.1),
        (0, 10, 0.0, 27.8),
        (10, 10, 72.2, 100.0),
    ],
)
def test_known_intervals_in_per_cent(count: int, total: int, low: float, high: float):
    found = share(count, total)
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (low, high)


def test_a_share_of_the_specification():
    assert round(100 * share(22, 710).share, 1) == 3.1


def test_nothing_has_no_share():
    assert share(0, 0) == (0, 0, None, None, None)
    assert np.isnan(wilson([0, 1], [0, 2])).tolist() == [[True, False], [True, False]]


@given(st.lists(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1))
def test_the_same_as_another_implementation(pairs: list[tuple[int, int]]):
    counts, totals = np.array(pairs).T
    for low, high, count, total in zip(*wilson(counts, totals), counts, totals, strict=True):
        theirs = binomtest(int(count), int(total)).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert 0 <= low <= count / total <= high <= 1
