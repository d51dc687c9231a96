"""Competing risks: another implementation, hand-made cases, and what holds without censoring and with ties."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from tests.transforms.footage.drawn import AS_OF, FIRST, tables
from transforms.footage.outcomes import WAYS, aalen_johansen, curves, hours_until, untimed

HOUR = pd.Timedelta(hours=1)


def ended(*rows: tuple[str, float | None]) -> pd.DataFrame:
    """Requests by outcome and the hours after which they ended."""
    times = [FIRST + hours * HOUR if hours is not None else None for _, hours in rows]
    outcome = pd.Series([outcome for outcome, _ in rows], dtype="str")
    closed = pd.Series(pd.to_datetime(times, utc=True))
    return pd.DataFrame(
        {
            "requested_at": FIRST,
            "closed_at": closed,
            "delivered_at": closed.where(outcome.isin(["delivered", "partial"])),
            "outcome": outcome,
        }
    )


def way(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["way"] == name].reset_index(drop=True)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(20, 120))
def test_the_same_as_lifelines_where_no_two_end_at_once(seed: int, count: int):
    rng = np.random.default_rng(seed)
    time = rng.permutation(np.arange(1, count + 1)) * rng.uniform(0.1, 9.0)
    cause = rng.integers(0, 4, count)
    # The last is censored: theirs divides by nobody left.
    cause[time.argmax()] = 0
    ours = aalen_johansen(time, cause, 3)
    for number in (1, 2, 3):
        theirs = AalenJohansenFitter().fit(time, cause, event_of_interest=number)
        density = theirs.cumulative_density_.loc[ours.times].to_numpy()[:, 0]
        assert np.abs(ours.incidence[:, number - 1] - density).max() < 1e-9
        assert np.abs(ours.variance[:, number - 1] - theirs.variance_.loc[ours.times].to_numpy()).max() < 1e-9


def test_the_band_is_that_of_lifelines():
    rng = np.random.default_rng(4)
    hours = rng.permutation(np.arange(1.0, 81.0))
    outcome = rng.choice(["delivered", "rejected", "pending"], 80)
    outcome[hours.argmax()] = "pending"
    # An open request is as old as it is.
    rows = ended(*zip(outcome, hours, strict=True))
    rows["requested_at"] = rows["requested_at"].where(rows["outcome"] != "pending", AS_OF - hours * HOUR)
    found = way(curves(rows, AS_OF), "delivered")
    code = pd.Categorical(outcome, ["delivered", "rejected"]).codes + 1
    theirs = AalenJohansenFitter().fit(hours, code, event_of_interest=1).confidence_interval_
    theirs = theirs.loc[found["hours"].to_numpy()].to_numpy()
    known = ~np.isnan(theirs).any(axis=1)
    assert known.sum() > 40
    assert np.abs(found[["high", "low"]].to_numpy() - np.sort(theirs, axis=1)[:, ::-1])[known].max() < 1e-9


def test_by_hand():
    table = curves(ended(("delivered", 2), ("rejected", 4), ("delivered", 6), ("withdrawn", 8)), AS_OF)
    assert way(table, "delivered")["incidence"].tolist() == pytest.approx([0.25, 0.25, 0.5, 0.5])
    assert way(table, "rejected")["incidence"].tolist() == pytest.approx([0, 0.25, 0.25, 0.25])
    assert way(table, "set_aside")["incidence"].tolist() == pytest.approx([0, 0, 0, 0.25])
    assert way(table, "partial")["incidence"].tolist() == [0, 0, 0, 0]
    assert way(table, "delivered")["at_risk"].tolist() == [4, 3, 2, 1]


def test_open_requests_are_censored_after_what_ended_at_the_same_time():
    rows = ended(("delivered", 10), ("pending", None), ("delivered", 20))
    table = way(curves(rows, FIRST + 10 * HOUR), "delivered")
    # At 10 h all three are at risk; the last one is then alone.
    assert table["at_risk"].tolist() == [3, 1]
    assert table["incidence"].tolist() == pytest.approx([1 / 3, 1])


def test_several_may_end_at_once():
    found = aalen_johansen(np.array([1.0, 1, 1, 2, 2, 3]), np.array([1, 2, 0, 1, 1, 0]), 2)
    assert found.times.tolist() == [1, 2]
    assert found.at_risk.tolist() == [6, 3]
    assert found.incidence.tolist() == [pytest.approx([1 / 6, 1 / 6]), pytest.approx([1 / 6 + 4 / 6 * 2 / 3, 1 / 6])]


causes = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 3)), min_size=1, max_size=60)


@given(causes)
def test_without_censoring_it_is_a_plain_share(rows: list[tuple[int, int]]):
    """With ties too: F is the share that ended so far, and its variance F (1 - F) / n."""
    time, cause = np.array(rows, dtype=float)[:, 0], np.array(rows)[:, 1]
    found = aalen_johansen(time, cause, 3)
    for row, at in enumerate(found.times):
        share = np.array([((time <= at) & (cause == number)).mean() for number in (1, 2, 3)])
        assert found.incidence[row] == pytest.approx(share, abs=1e-12)
        assert found.variance[row] == pytest.approx(share * (1 - share) / len(rows), abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 1)), min_size=1, max_size=60))
def test_with_one_cause_it_is_one_minus_kaplan_meier_with_greenwoods_variance(rows: list[tuple[int, int]]):
    time, cause = np.array(rows, dtype=float)[:, 0], np.array(rows)[:, 1]
    found = aalen_johansen(time, cause, 1)
    surviving, spread = 1.0, 0.0
    for row, at in enumerate(found.times):
        risk, gone = (time >= at).sum(), ((time == at) & (cause == 1)).sum()
        surviving *= 1 - gone / risk
        spread += gone / (risk * (risk - gone)) if risk > gone else 0.0
        assert found.incidence[row, 0] == pytest.approx(1 - surviving, abs=1e-12)
        assert found.variance[row, 0] == pytest.approx(surviving**2 * spread, abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(tables)
def test_curves_rise_inside_their_bands_and_leave_room_for_each_other(rows: pd.DataFrame):
    table = curves(rows, AS_OF)
    assert ((table["low"] <= table["incidence"]) & (table["incidence"] <= table["high"])).all()
    assert table[["low", "high"]].stack().between(0, 1 + 1e-12).all()
    assert (table.groupby("way")["incidence"].diff().fillna(0) >= 0).all()
    assert (table.groupby("hours")["incidence"].sum() <= 1 + 1e-9).all()
    assert set(table["way"]) == (set(WAYS) if len(table) else set())


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 120))
def test_nothing_is_left_open_where_all_have_ended(count: int):
    last = way(curves(ended(*[("delivered", 1 + n) for n in range(count)]), AS_OF), "delivered").iloc[-1]
    assert last[["incidence", "low", "high"]].tolist() == pytest.approx([1, 1, 1])


@settings(deadline=None, max_examples=20)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: pd.DataFrame, chance: Any):
    order = list(range(len(rows)))
    chance.shuffle(order)
    pd.testing.assert_frame_equal(curves(rows.iloc[order], AS_OF), curves(rows, AS_OF))


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ([("delivered", 5), ("rejected", 6), ("rejected", 7), ("rejected", 8)], 5),
        # a quarter as a sum of many fractions
        ([*[("delivered", 1 + n) for n in range(33)], *[("rejected", 60)] * 63], 24),
        # the desk is fast with those it can serve, but serves too few
        ([("delivered", 1), *[("rejected", 2)] * 9], None),
        ([("partial", 1), ("rejected", 2)], None),
        ([], None),
    ],
)
def test_hours_until_a_quarter_is_supplied(rows: list[tuple[str, float]], hours: float | None):
    assert hours_until(curves(ended(*rows), AS_OF)) == hours


def test_the_mean_of_closed_ones_would_mislead():
    """One request of eight was met after an hour, seven wait; they hold the curve back."""
    rows = ended(("delivered", 1), *[("pending", None)] * 7)
    assert hours_until(curves(rows, FIRST + 100 * HOUR)) is None


def test_an_end_without_a_time_is_left_out_and_told():
    rows = ended(("delivered", 1), ("rejected", None), ("rejected", 3))
    assert untimed(rows, AS_OF) == 1
    assert way(curves(rows, AS_OF), "delivered")["incidence"].tolist() == [0.5, 0.5]


def test_part_of_the_footage_may_have_no_time_of_delivery():
    rows = ended(("partial", 7))
    rows["delivered_at"] = pd.NaT
    assert way(curves(rows, AS_OF), "partial")["hours"].tolist() == [7]


def test_a_moment_before_the_requests_is_refused():
    with pytest.raises(ValueError, match=r"^requests end before they were made; give a later as_of, or mend"):
        curves(ended(("pending", None)), FIRST - HOUR)
