"""Recorded and due time: spans against every minute, months by hand, and what was planted in a sample city."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue, query
from orchestration.sample.police import recordings
from orchestration.sample.police.span import FINISH, ORIGIN
from orchestration.sample.police.world import police
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import world
from transforms.engine import connect
from transforms.footage import availability as a

INDIA = "Asia/Kolkata"
DAY = 24 * 60


def at(minute: float, day: str = "2026-03-01") -> pd.Timestamp:
    """So many minutes after the begin of a day in India."""
    return pd.Timestamp(day, tz=INDIA).tz_convert("UTC") + pd.Timedelta(minutes=minute)


def ask(sql: str, scratch: Path, **tables: pd.DataFrame) -> pd.DataFrame:
    """What a query over frames gives."""
    with connect(scratch) as connection:
        for table, rows in tables.items():
            connection.register(f"given_{table}", rows)
        return connection.execute(a.over(sql, {table: f"SELECT * FROM given_{table}" for table in tables})).df()


def recorded(*rows: tuple[str, float, float], day: str = "2026-03-01") -> pd.DataFrame:
    """Recordings or spans by camera, from which minute to which."""
    camera, start, end = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    moments = {"start_at": [at(one, day) for one in start], "end_at": [at(one, day) for one in end]}
    return pd.DataFrame({"camera_id": pd.Series(camera, dtype="str"), **moments}).astype(
        dict.fromkeys(moments, "datetime64[us, UTC]")
    )


def merged(rows: list[tuple[str, int, int]], scratch: Path) -> dict[str, list[tuple[int, int]]]:
    spans = ask(a.SPANS, scratch, recordings=recorded(*rows)).sort_values(["camera_id", "start_at"])
    found: dict[str, list[tuple[int, int]]] = {}
    for camera, start, end in spans.itertuples(index=False):
        minutes = [int((one - at(0)) / pd.Timedelta(minutes=1)) for one in (start, end)]
        found.setdefault(camera, []).append((minutes[0], minutes[1]))
    return found


def by_minute(rows: list[tuple[str, int, int]]) -> dict[str, list[tuple[int, int]]]:
    """The same by brute force: every minute for itself."""
    seen: dict[str, set[int]] = {}
    for camera, start, end in rows:
        seen.setdefault(camera, set()).update(range(start, end))
    found = {}
    for camera, minutes in seen.items():
        starts = sorted(minute for minute in minutes if minute - 1 not in minutes)
        ends = sorted(minute + 1 for minute in minutes if minute + 1 not in minutes)
        if starts:
            found[camera] = list(zip(starts, ends, strict=True))
    return found


# Whole hours of the clock, as recorders write them; anything else; several hours; what ends before it begins.
hours = st.integers(-40, 90).map(lambda hour: (60 * hour, 60 * hour + 60))
odd = st.tuples(st.integers(-300, 6000), st.integers(-50, 400)).map(lambda pair: (pair[0], pair[0] + pair[1]))
runs = st.tuples(st.integers(-40, 60), st.integers(1, 70)).map(lambda run: (60 * run[0], 60 * (run[0] + run[1])))
cameras = st.sampled_from(["A", "B"])
rows = st.lists(st.tuples(cameras, st.one_of(hours, odd, runs)).map(lambda row: (row[0], *row[1])), max_size=40)
# A recorder's files: of one length, each from where the last one ends.
files = st.tuples(st.integers(-90, 90), st.sampled_from([1, 7, 15, 60]), st.integers(1, 200)).map(
    lambda run: [("A", run[0] + run[1] * at, run[0] + run[1] * (at + 1)) for at in range(run[2])]
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@settings(deadline=None, max_examples=60)
@given(rows, st.one_of(st.just([]), files), st.randoms())
def test_spans_hold_each_minute_that_was_recorded_and_no_other(scratch: Path, rows: Any, files: Any, random: Any):
    every = rows + files
    random.shuffle(every)
    assert merged(every, scratch) == by_minute(every)


def test_a_single_hour_is_missed_wherever_it_lies(scratch: Path):
    rows = [(f"{gone:02}", 60 * hour, 60 * hour + 60) for gone in range(70) for hour in range(70) if hour != gone]
    assert merged(rows, scratch) == by_minute(rows)


# In the last case a clock that tells of a time before 1970.
@pytest.mark.parametrize("first", [0, 30, -40_000_000])
def test_of_thousands_of_files_in_a_row_one_is_missed(scratch: Path, first: int):
    rows = [("A", first + at, first + at + 1) for at in range(7_300) if at != 3_601]
    assert merged(rows, scratch) == by_minute(rows)


def test_a_recording_that_comes_twice_counts_once(scratch: Path):
    rows = [("A", 0, 60), ("A", 0, 60), ("A", 60, 77), ("A", 60, 77), ("A", 10, 50)]
    assert merged(rows, scratch) == {"A": [(0, 77)]}


def due(spans: pd.DataFrame, scratch: Path, as_of: float = 60 * DAY, since: str | None = "2026-01-01") -> pd.DataFrame:
    """Camera A in the months from March on."""
    register = pd.DataFrame({"camera_id": ["A"], "commissioned_on": pd.array([since], "str")})
    register["commissioned_on"] = pd.to_datetime(register["commissioned_on"]).astype("datetime64[us]")
    months = a.months(date(2026, 3, 1), at(as_of))
    return ask(a.AVAILABILITY, scratch, spans=spans, cameras=register, months=months).sort_values("month")


@pytest.mark.parametrize(
    ("spans", "months"),
    [
        # over the end of the month, without a break
        ([(0, 60 * DAY)], [(31 * DAY, 31 * DAY, 0, 0), (29 * DAY, 29 * DAY, 0, 0)]),
        # a hole over the end of the month: it begins in one and ends in the next
        ([(0, 30 * DAY), (33 * DAY, 60 * DAY)], [(31 * DAY, 30 * DAY, 1, 0), (29 * DAY, 27 * DAY, 0, 1)]),
        # one still open
        ([(0, 40 * DAY)], [(31 * DAY, 31 * DAY, 0, 0), (29 * DAY, 9 * DAY, 1, 0)]),
        # two holes in a month
        ([(0, 10), (20, 30), (40, 60 * DAY)], [(31 * DAY, 31 * DAY - 20, 2, 2), (29 * DAY, 29 * DAY, 0, 0)]),
        # what lies before and after the months
        ([(-50, 60 * DAY + 50)], [(31 * DAY, 31 * DAY, 0, 0), (29 * DAY, 29 * DAY, 0, 0)]),
        # nothing at all
        ([], [(31 * DAY, 0, 0, 0), (29 * DAY, 0, 0, 0)]),
    ],
)
def test_months_by_hand(spans: list[tuple[int, int]], months: list[tuple[int, int, int, int]], scratch: Path):
    table = due(recorded(*(("A", *span) for span in spans)), scratch)
    minutes = table[["due_s", "recorded_s"]] // 60
    found = minutes.join(table[["failures", "repairs"]]).astype(int).itertuples(index=False)
    assert [tuple(row) for row in found] == months


@pytest.mark.parametrize(
    ("since", "days"), [("2026-03-11", [21, 29]), ("2026-04-11", [19]), ("2026-05-11", []), (None, [31, 29])]
)
def test_a_camera_is_due_from_the_day_on_which_it_was_commissioned(since: str | None, days: list[int], scratch: Path):
    table = due(recorded(("A", 0, 60 * DAY)), scratch, since=since)
    assert (table["due_s"] / 86_400).tolist() == days
    assert (table["recorded_s"] == table["due_s"]).all()


def test_months_are_those_of_india_and_end_today():
    table = a.months(date(2026, 2, 17), pd.Timestamp("2026-03-31T18:31Z"))
    assert [str(month) for month in table["month"]] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    assert table["start_at"].tolist() == [at(0, "2026-02-01"), at(0), at(0, "2026-04-01")]
    assert table["end_at"].tolist() == [at(0), at(0, "2026-04-01"), at(1, "2026-04-01")]
    assert len(a.months(date(2026, 3, 1), pd.Timestamp("2026-03-31T18:30Z"))) == 1


def table(*rows: tuple[str, float, float, int, int]) -> pd.DataFrame:
    """Rows by camera: days due, hours recorded, failures, repairs."""
    frame = pd.DataFrame(rows, columns=["camera_id", "due_s", "recorded_s", "failures", "repairs"])
    return frame.assign(due_s=frame["due_s"] * 86_400, recorded_s=frame["recorded_s"] * 3_600, ward_id="W1")


def test_hours_between_failures_and_to_repair_count_an_open_hole_as_no_repair():
    found = a.rates(table(("A", 10, 200, 2, 1), ("B", 10, 240, 0, 0)), ["ward_id"])
    row = found.iloc[0]
    assert (row["cameras"], row["availability"]) == (2, pytest.approx(440 / 480))
    assert (row["mtbf_h"], row["mttr_h"]) == (220, 40)


def test_what_never_failed_has_no_time_between_failures():
    row = a.rates(table(("A", 10, 240, 0, 0))).iloc[0]
    assert np.isnan(row["mtbf_h"])
    assert np.isnan(row["mttr_h"])


def test_the_allowance_of_a_level():
    assert a.allowed_h(0.98, 30) == pytest.approx(14.4)
    # Down 93.27 % of 30 days.
    assert (30 - a.allowed_h(0.9327, 30) / 24) == pytest.approx(27.98, abs=0.005)


@pytest.mark.parametrize(
    ("down_h", "owed"), [(0, 0), (14.4, 0), (14.5, 50), (36, 50), (36.1, 100), (200, 250), (720, 250)]
)
def test_the_penalty_is_that_of_the_worst_level_undercut(down_h: float, owed: float):
    rows = table(("A", 30, 720 - down_h, 1, 1))
    assert a.penalty(rows, {0.98: 0.05, 0.95: 0.1, 0.9: 0.25}, 1_000).tolist() == [owed]


def test_cameras_seldom_up_are_named_over_all_their_months():
    rows = table(("A", 10, 1, 1, 0), ("A", 10, 30, 1, 0), ("B", 10, 11, 1, 0), ("C", 10, 12, 1, 0))
    assert a.seldom_up(rows) == ["B"]


def test_looks_of_the_monitoring_are_counted_by_month_with_its_gaps(scratch: Path):
    looks = pd.DataFrame(
        {
            "camera_id": "A",
            "observed_at": [at(0), at(60), at(180), at(31 * DAY)],
            "device_up": pd.array([True, False, None, True], "boolean"),
            "link_up": [True, True, False, True],
            "recording": pd.array([True, False, False, None], "boolean"),
        }
    )
    found = ask(a.HEALTH, scratch, camera_health=looks, months=a.months(date(2026, 3, 1), at(60 * DAY)))
    shares = a.health_shares(found, ["month"]).sort_values("month")
    assert shares["looks"].tolist() == [3, 1]
    assert shares["link"].tolist() == pytest.approx([2 / 3, 1])
    assert shares["device"].tolist() == [0.5, 1]
    assert shares["recording"].tolist() == pytest.approx([1 / 3, float("nan")], nan_ok=True)


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        (a.SPANS, ["recordings"]),
        (a.AVAILABILITY, ["spans", "cameras", "months"]),
        (a.HEALTH, ["camera_health", "months"]),
    ],
)
def test_the_queries_have_a_form_in_spark(sql: str, reads: list[str]):
    query.check(sql, reads)


def test_in_a_sample_city_recorded_and_due_time_are_those_planted(scratch: Path):
    city = world(FIVE[3], catalogue.load(), 7, "five")
    footage = police(city).footage
    devices = footage.devices
    index = pd.concat(recordings.build(city, np.random.default_rng(1)).files.values())
    index = index.assign(
        camera_id=index["camera_id"].replace(dict(zip(devices["former_id"], devices["camera_id"], strict=True)))
    )
    moments = {name: index[name].dt.tz_localize(INDIA).dt.tz_convert("UTC") for name in ("start_at", "end_at")}
    told = devices[devices["camera"] & ~devices["silent"]]
    register = pd.DataFrame({"camera_id": told["camera_id"], "commissioned_on": pd.NaT})
    period = pd.DataFrame({"month": [date(2025, 9, 1)], "start_at": instant(0), "end_at": instant(FINISH)})
    spans = ask(a.SPANS, scratch, recordings=index.assign(**moments))
    found = ask(a.AVAILABILITY, scratch, spans=spans, cameras=register, months=period).set_index("camera_id")
    holes = footage.outages.holes
    lost = (holes["end"] - holes["start"]).groupby(holes["device"]).sum().reindex(told.index, fill_value=0)
    begun = told["begins"].clip(lower=0)
    planted = pd.Series((FINISH - begun - lost).to_numpy(), told["camera_id"])
    assert (found["recorded_s"] / 60).to_dict() == planted.to_dict()
    assert found["failures"].sum() == holes["device"].isin(told.index).sum()


def instant(minute: int) -> pd.Timestamp:
    """A minute of the sample."""
    return pd.Timestamp(ORIGIN, tz=INDIA).tz_convert("UTC") + pd.Timedelta(minutes=minute)
