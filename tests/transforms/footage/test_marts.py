"""The footage marts that go out: areas that are never small, seconds by the desk's law, reasons that stay hidden."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from orchestration.availability import RENUMBERED, STANDING
from transforms.engine import connect, literal
from transforms.footage import availability as a
from transforms.marts.mart import broken_rules, mart_sql
from transforms.privacy.publish import publish

MARTS = catalogue.load().marts
K = 10
INDIA = "Asia/Kolkata"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def made(name: str, scratch: Path, **tables: str) -> pd.DataFrame:
    """The rows of a mart over tables given as SQL."""
    with connect(scratch) as connection:
        return connection.execute(mart_sql(MARTS[name], tables, {})).df()


def values(rows: list[tuple[Any, ...]], columns: str) -> str:
    cells = ", ".join("(" + ", ".join("NULL" if v is None else literal(str(v)) for v in row) + ")" for row in rows)
    return f"SELECT * FROM (VALUES {cells}) AS t({columns})"


def cameras(count: int, zone: str | None, ward: str | None, share: float = 1.0) -> tuple[Any, ...]:
    return (count, zone, ward, share)


def areas(scratch: Path, *wards: tuple[Any, ...], until: str = "2026-05-31", since: str = "2026-01-01") -> pd.DataFrame:
    """What is told of March 2026; of each ward: cameras, zone, id, the share of their time that was recorded."""
    day = 86_400.0
    rows = [
        ("navsagar", f"C{ward}-{zone}-{n}", ward, zone, "2026-03-01", since, until, day, day * share)
        for count, zone, ward, share in wards
        for n in range(count)
    ]
    typed = (
        "SELECT * REPLACE (CAST(month AS DATE) AS month, CAST(known_from_on AS DATE) AS known_from_on, "
        "CAST(known_until_on AS DATE) AS known_until_on, CAST(due_s AS DOUBLE) AS due_s, "
        "CAST(recorded_s AS DOUBLE) AS recorded_s)"
    )
    columns = "city, camera_id, ward_id, zone, month, known_from_on, known_until_on, due_s, recorded_s"
    return made(
        "mart_availability_by_month", scratch, mart_recorded_by_camera=f"{typed} FROM ({values(rows, columns)})"
    )


TOWN = st.lists(
    st.tuples(st.integers(1, 25), st.sampled_from(["A", "B", "C", None]), st.integers(0, 100)), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=40)
@given(TOWN)
def test_no_area_is_small_and_every_camera_is_in_one(scratch: Path, town: list[tuple[int, str | None, int]]):
    wards = [(count, zone, str(n) if zone else None, pct / 100) for n, (count, zone, pct) in enumerate(town)]
    found, total = areas(scratch, *wards), sum(count for count, *_ in town)
    whole, parts = found[found["level"] == "city"], found[found["level"] != "city"]
    assert len(whole) == (total >= K) and (found["cameras"] >= K).all()
    assert parts["cameras"].sum() == (total if total >= K else 0)
    large = {ward for count, _, ward, _ in wards if count >= K and ward}
    alone = set(parts.loc[parts["level"] == "ward", "place"])
    # At most the smallest of the areas goes with what would be small without it.
    assert alone <= large and len(large - alone) <= 1
    for ward in alone:
        count, _, _, share = wards[int(ward)]
        row = parts[parts["place"] == ward].iloc[0]
        assert (row["cameras"], row["available_pct"]) == (count, pytest.approx(100 * share, abs=0.051))
    assert parts["place"].is_unique


def test_small_wards_go_with_their_zone_then_with_the_city(scratch: Path):
    found = areas(
        scratch,
        cameras(30, "A", "1"),
        *(cameras(6, "A", ward) for ward in ("2", "3")),
        cameras(12, "B", "4"),
        cameras(4, "B", "5", 0.5),
        cameras(7, "C", "6"),
    )
    told = {(row.level, row.place): (row.cameras, row.available_pct) for row in found.itertuples()}
    assert told == {
        ("city", ""): (65, 96.9),
        ("ward", "1"): (30, 100.0),
        ("ward", "4"): (12, 100.0),
        ("rest_of_zone", "A"): (12, 100.0),
        ("rest_of_city", ""): (11, 81.8),
    }
    assert found.loc[found["level"] != "city", ["due_h", "recorded_h"]].isna().all(axis=None)


def test_a_small_rest_of_the_city_takes_the_smallest_area_with_it(scratch: Path):
    found = areas(scratch, cameras(30, "A", "1"), cameras(12, "A", "2"), cameras(3, "B", "3"))
    assert Counter(found["level"]) == {"city": 1, "ward": 1, "rest_of_city": 1}
    assert set(found.loc[found["level"] == "rest_of_city", "cameras"]) == {15}
    assert areas(scratch, cameras(9, "A", "1")).empty


@pytest.mark.parametrize(
    ("until", "since", "told"),
    [
        ("2026-04-29", "2026-01-01", False),
        ("2026-04-30", "2026-01-01", True),
        ("2026-05-31", "2026-03-02", True),
        ("2026-05-31", "2026-03-03", False),
    ],
)
def test_a_month_is_told_a_month_later_and_only_a_whole_one(scratch: Path, until: str, since: str, told: bool):
    assert areas(scratch, cameras(20, "A", "1"), until=until, since=since).empty != told


MINUTES = st.tuples(st.integers(0, 90 * 24 * 60), st.integers(1, 40 * 24 * 60))
RECORDINGS = st.lists(
    st.tuples(st.sampled_from(["navsagar", "meghavan"]), st.sampled_from("CDEF"), MINUTES), min_size=1
)
REGISTER = "city, camera_id, former_id, recorder_id, ward_id, zone, device_type, status, commissioned_on"
# Each camera's recorder, and the number that it bore before.
RECORDERS, FORMER = {"C": "R1", "D": "R1", "E": None}, {"D": "F"}
COMMISSIONED = st.one_of(st.none(), st.dates(date(2025, 12, 1), date(2026, 4, 1)))


@settings(deadline=None, max_examples=25)
@given(RECORDINGS, st.dictionaries(st.sampled_from("CDE"), COMMISSIONED, min_size=1))
def test_seconds_are_those_of_the_desk(scratch: Path, told: list[Any], stands: dict[str, date | None]):
    begin = pd.Timestamp("2026-01-01", tz=INDIA)
    rows = [
        (city, camera, begin + pd.Timedelta(minutes=start), begin + pd.Timedelta(minutes=start + long))
        for city, camera, (start, long) in told
    ]
    recordings = (
        "SELECT * REPLACE (CAST(start_at AS TIMESTAMPTZ) AS start_at, CAST(end_at AS TIMESTAMPTZ) AS end_at) "
        f"FROM ({values(rows, 'city, camera_id, start_at, end_at')})"
    )
    for city in {city for city, *_ in rows}:
        here = [
            (city, camera, FORMER.get(camera), RECORDERS[camera], "1", "A", "camera", "working", day)
            for camera, day in stands.items()
        ]
        register = (
            f"SELECT * REPLACE (CAST(commissioned_on AS DATE) AS commissioned_on) FROM ({values(here, REGISTER)})"
        )
        found = made("mart_recorded_by_camera", scratch, police__cameras=register, police__recordings=recordings)
        mine = found[found["city"] == city].set_index(["camera_id", "month"])[["due_s", "recorded_s"]].sort_index()
        own = [row for row in rows if row[0] == city]
        with connect(scratch) as connection:
            span = a.months(min(row[2] for row in own).date(), max(row[3] for row in own).tz_convert("UTC"))
            connection.register("given_months", span)
            given = {"cameras": register, "recordings": f"SELECT * FROM ({recordings}) WHERE city = '{city}'"}
            tables = {
                "cameras": STANDING.format(**given),
                "months": "SELECT * FROM given_months",
                "recordings": RENUMBERED.format(**given),
                "spans": a.SPANS,
            }
            desk = connection.execute(a.over(a.AVAILABILITY, tables)).df()
        other = desk.set_index(["camera_id", "month"])[["due_s", "recorded_s"]].sort_index()
        pd.testing.assert_frame_equal(mine, other, check_dtype=False, check_index_type=False)


def reasons(scratch: Path, lost: dict[str, tuple[int, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of reasons as it is made, and as it goes out; of each reason its requests, and the share in each."""
    rows = [("navsagar", f"F{n}", reason, share) for reason, (count, share) in lost.items() for n in range(count)]
    losses = (
        f"SELECT * REPLACE (CAST(share AS DOUBLE) AS share) FROM ({values(rows, 'city, request_id, reason, share')})"
    )
    mart = MARTS["mart_footage_reasons"]
    with connect(scratch) as connection:
        sql = mart_sql(mart, {"mart_footage_losses": losses}, {})
        assert broken_rules(connection, mart, sql) == {}
        out, _ = publish(connection, mart, sql)
        return connection.execute(sql).df(), connection.execute(out).df()


NAMES = ["camera_down", "capacity", "clock_drift", "no_coverage", "quality", "turned_away", "unknown"]
SHARES = st.sampled_from([1.0, 0.5, 1 / 3])


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(NAMES), st.tuples(st.integers(1, 40), SHARES), min_size=2))
def test_a_hidden_reason_is_not_computed_from_what_was_lost_in_all(scratch: Path, lost: dict[str, tuple[int, float]]):
    """Matured less met is known by the month, and is the sum of all shares."""
    true, out = reasons(scratch, lost)
    hidden = out["shapley"].isna()
    small = set(true.loc[true["requests"] < K, "reason"])
    assert small <= set(out.loc[hidden, "reason"])
    if small and len(small) < len(out):
        # What the hidden ones come to together is no single one's, and enough for each to be any small count.
        rest = true["requests"].sum() - out["requests"].sum()
        assert hidden.sum() >= 2 and rest - hidden.sum() >= K - 2
    else:
        assert hidden.sum() == len(small)


def test_a_lone_small_reason_takes_another_with_it(scratch: Path):
    _, out = reasons(scratch, {"camera_down": (500, 1.0), "capacity": (40, 0.5), "quality": (3, 1.0)})
    assert dict(zip(out["reason"], out["shapley"].isna(), strict=True)) == {
        "camera_down": False,
        "capacity": True,
        "quality": True,
    }


def test_only_known_reasons_of_ten_requests_are_among_the_first(scratch: Path):
    months = {"2026-01-01": {"unknown": 90, "capacity": 30, "quality": 20, "camera_down": 10, "no_coverage": 10}}
    months["2026-02-01"] = {"capacity": 9, "quality": 10}
    rows = [
        ("navsagar", f"F{month}{reason}{n}", reason, month, 1.0)
        for month, counts in months.items()
        for reason, count in counts.items()
        for n in range(count)
    ]
    losses = (
        "SELECT * REPLACE (CAST(month AS DATE) AS month, CAST(share AS DOUBLE) AS share) "
        f"FROM ({values(rows, 'city, request_id, reason, month, share')})"
    )
    found = made("mart_footage_top_reasons", scratch, mart_footage_losses=losses).sort_values(["month", "rank"])
    assert [(row.month.month, row.rank, row.reason) for row in found.itertuples()] == [
        (1, 1, "capacity"),
        (1, 2, "quality"),
        (1, 3, "camera_down"),
        (2, 1, "quality"),
    ]
