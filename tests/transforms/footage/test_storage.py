"""What a retention needs, by hand and over the recordings of cameras."""

from pathlib import Path

import pandas as pd
import pytest

from data_contracts import query
from transforms.engine import connect
from transforms.footage import storage
from transforms.footage.availability import over

DAY = 86_400
CAMERAS = pd.DataFrame(
    {
        "camera_id": ["A", "B", "C"],
        "recorder_id": ["R1", "R1", None],
        "keeps_days": [15, 40, 15],
        "bytes_per_s": [100.0, 300.0, None],
    }
)


@pytest.mark.parametrize(
    ("days", "whole"),
    [
        # as it is now; the camera without a rate counts as the median of the others
        (0, 15 * 100 + 40 * 300 + 15 * 200),
        (30, 30 * 100 + 40 * 300 + 30 * 200),
        (60, 60 * 600),
    ],
)
def test_each_camera_keeps_what_is_asked_for_or_more(days: int, whole: int):
    (row,) = storage.needed(CAMERAS, days).to_dict("records")
    assert row == {"cameras": 3, "measured": 2, "bytes": whole * DAY}


def test_recorders_add_up_to_the_city():
    by_recorder = storage.needed(CAMERAS, 30, ["recorder_id"])
    assert by_recorder["cameras"].tolist() == [2, 1]
    assert by_recorder["measured"].tolist() == [2, 0]
    assert by_recorder["bytes"].sum() == storage.needed(CAMERAS, 30)["bytes"].sum()


def test_where_nothing_is_measured_nothing_is_made_up():
    assert storage.needed(CAMERAS.assign(bytes_per_s=float("nan")), 30)["bytes"].isna().all()


def test_growth_is_told_against_the_first_setting():
    cameras = CAMERAS.assign(keeps_days=15)
    assert storage.growth(cameras, (0, 30, 60)).to_dict("list") == {
        "days": [0, 30, 60],
        "bytes": [15 * 600 * DAY, 30 * 600 * DAY, 60 * 600 * DAY],
        "growth_pct": [0, 100, 300],
    }


def test_a_rate_is_bytes_over_seconds_of_what_says_both(tmp_path: Path):
    start = pd.Timestamp("2026-03-01T00:00Z")
    rows = [("A", 100, 1_000), ("A", 300, 3_400), ("A", 50, None), ("B", -5, 9), ("B", 0, 9), ("C", 10, 0)]
    recordings = pd.DataFrame(
        {
            "camera_id": [camera for camera, _, _ in rows],
            "start_at": start,
            "end_at": [start + pd.Timedelta(seconds=seconds) for _, seconds, _ in rows],
            "bytes": pd.array([size for _, _, size in rows], "Int64"),
        }
    )
    with connect(tmp_path) as connection:
        connection.register("given", recordings)
        found = connection.execute(over(storage.RATES, {"recordings": "SELECT * FROM given"})).fetchall()
    assert sorted(found) == [("A", 11.0), ("C", 0.0)]


def test_the_query_has_a_form_in_spark():
    query.check(storage.RATES, ["recordings"])
