"""Any one edit, deletion, reordering or cut tail of a chain that was whole is found and located."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.sample.maker import World
from orchestration.sample.police import custody_events
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import world
from tests.transforms.footage.planted import CONTRACTS
from transforms.footage.custody import Break, cut, head, verify

INDIA = "Asia/Kolkata"
ACTIONS = ("received", "acknowledged", "hold_placed", "searched", "delivered")


def sealed(gaps: list[list[int]]) -> pd.DataFrame:
    """Whole chains: for each request the minutes from one of its events to the next, in the order of the log."""
    rows = [
        (minute, f"FR-{request:06}", ACTIONS[step % len(ACTIONS)])
        for request, minutes in enumerate(gaps)
        for step, minute in enumerate(np.cumsum(minutes).tolist())
    ]
    log, last = [], {}
    for number, (minute, request, action) in enumerate(sorted(rows, key=lambda row: row[0])):
        local = np.datetime64("2026-01-01T00:00", "s") + np.timedelta64(minute, "m")
        event, previous = f"CE-{number:07}", last.get(request)
        last[request] = custody_events.seal(previous, event, request, local, "R. Clerk", action)
        log.append((event, request, local, "R. Clerk", action, last[request], previous))
    return frame(
        pd.DataFrame(log, columns=["event_id", "request_id", "at", "actor", "action", "sha256", "previous_sha256"])
    )


def frame(events: pd.DataFrame) -> pd.DataFrame:
    """Events as they are accepted: instants with a time zone."""
    return events.assign(at=pd.to_datetime(events["at"]).dt.tz_localize(INDIA).dt.tz_convert("UTC"))


chains = st.lists(st.lists(st.integers(0, 3 * 1440), min_size=2, max_size=6), min_size=1, max_size=5).map(sealed)


def event(data: st.DataObject, log: pd.DataFrame, rows: Any) -> tuple[int, str, str]:
    """One of the rows, with its request and its number."""
    row = data.draw(st.sampled_from(list(rows)))
    return row, log["request_id"][row], log["event_id"][row]


@given(chains)
def test_a_whole_chain_gives_nothing(log: pd.DataFrame):
    assert verify(log) == []


@given(chains, st.data())
def test_an_edited_event_is_named(log: pd.DataFrame, data: st.DataObject):
    row, request, number = event(data, log, log.index)
    column, value = data.draw(
        st.sampled_from(
            [("actor", "another"), ("action", "withdrawn"), ("sha256", "0" * 64), ("previous_sha256", "0" * 64)]
        )
    )
    assert verify(log.assign(**{column: log[column].where(log.index != row, value)})) == [
        Break(request, number, "edited")
    ]


@given(chains, st.data(), st.integers(1, 10**6))
def test_an_event_whose_time_was_changed_is_named(log: pd.DataFrame, data: st.DataObject, seconds: int):
    row, request, number = event(data, log, log.index)
    moved = log["at"].where(log.index != row, log["at"] - pd.Timedelta(seconds=seconds))
    assert verify(log.assign(at=moved)) == [Break(request, number, "edited")]


@given(chains, st.data())
def test_an_event_moved_to_another_request_is_named(log: pd.DataFrame, data: st.DataObject):
    row, _, number = event(data, log, log.index)
    moved = log.assign(request_id=log["request_id"].where(log.index != row, "FR-999999"))
    assert Break("FR-999999", number, "edited") in verify(moved)


@given(chains, st.data())
def test_where_an_event_was_deleted_the_next_one_tells(log: pd.DataFrame, data: st.DataObject):
    row, request, _ = event(data, log, log.index[log["request_id"].duplicated(keep="last")])
    after = log[(log["request_id"] == request) & (log.index > row)]["event_id"].iloc[0]
    assert verify(log.drop(index=row)) == [Break(request, after, "deleted")]


@given(chains, st.data())
def test_events_in_another_order_are_named(log: pd.DataFrame, data: st.DataObject):
    row, request, _ = event(data, log, log.index[log["request_id"].duplicated(keep="last")])
    after = int(log.index[(log["request_id"] == request) & (log.index > row)][0])
    order = list(log.index)
    order[row], order[after] = after, row
    assert verify(log.loc[order]) == [Break(request, log["event_id"][after], "reordered")]


@given(chains, st.data())
def test_an_event_that_comes_twice_is_named(log: pd.DataFrame, data: st.DataObject):
    row, request, number = event(data, log, log.index)
    assert verify(pd.concat([log, log.loc[[row]]])) == [Break(request, number, "repeated")]


def test_a_chain_sealed_anew_in_another_order_goes_back_in_time():
    log = sealed([[0, 60, 60]])
    second, third = log["at"][1], log["at"][2]
    swapped = log.assign(at=[log["at"][0], third, second], sha256="", previous_sha256=None)
    previous = None
    for row in swapped.index:
        event_id, request, at, actor, action = swapped.loc[row, ["event_id", "request_id", "at", "actor", "action"]]
        swapped.loc[row, "previous_sha256"] = previous
        local = at.tz_convert(INDIA).tz_localize(None).to_datetime64()
        previous = custody_events.seal(previous, event_id, request, local, actor, action)
        swapped.loc[row, "sha256"] = previous
    assert verify(swapped) == [Break("FR-000000", "CE-0000002", "reordered")]


@settings(deadline=None)
@given(chains, st.data())
def test_a_cut_tail_shows_on_each_day_of_which_events_are_gone(log: pd.DataFrame, data: st.DataObject):
    days = log["at"].dt.tz_convert(INDIA).dt.date
    heads = {day: head(log, day) for day in days}
    assert cut(log, heads) == []
    row, request, _ = event(data, log, log.index)
    gone = (log["request_id"] == request) & (log.index >= row)
    assert verify(log[~gone]) == []
    assert cut(log[~gone], heads) == sorted(set(days[gone]))


def test_a_day_ends_at_midnight_in_india():
    log = sealed([[0, 24 * 60 - 1, 1]])
    assert head(log, date(2026, 1, 1)) == head(log[:2], date(2026, 1, 1)) != head(log[:1], date(2026, 1, 1))
    assert head(log, date(2026, 1, 2)) == head(log[2:], date(2026, 1, 2)) is not None
    assert head(log, date(2025, 12, 31)) is None


def test_the_head_does_not_depend_on_the_order_of_rows():
    log = sealed([[0, 9, 9], [5, 5], [1, 1, 1, 1]])
    assert head(log.sample(frac=1, random_state=3), date(2026, 1, 5)) == head(log, date(2026, 1, 5))


@pytest.fixture(scope="module")
def city() -> World:
    return world(FIVE[3], CONTRACTS, 7, "five")


def test_the_log_of_a_sample_city_is_whole_until_it_is_touched(city: World):
    batch = custody_events.build(city, np.random.default_rng(3))
    log = frame(pd.concat(batch.files.values(), ignore_index=True))
    assert len(log) > 100
    assert verify(log) == []
    changed = log.assign(actor=log["actor"].where(log.index != 50, "another"))
    assert verify(changed) == [Break(log["request_id"][50], log["event_id"][50], "edited")]
