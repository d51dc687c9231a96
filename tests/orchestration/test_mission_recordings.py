"""A mission's recordings in small: the same for a seed, and of an availability that the query finds to the second."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.sample import mission_recordings as mission
from orchestration.sample.profile import FIVE, Profile
from transforms.engine import connect
from transforms.footage.availability import AVAILABILITY, SPANS, months, over

SEED = 7
# Enough that the recorder of some camera begins its files at a second of its own.
CITIES = [replace(FIVE[3], devices=60), replace(FIVE[4], devices=5)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mission")
    mission.write(SEED, CITIES, folder)
    return folder


def rows(folder: Path, city: Profile = CITIES[0]) -> duckdb.DuckDBPyRelation:
    return duckdb.read_parquet(str(folder / "month=*" / f"city={city.city}" / "*.parquet"), hive_partitioning=True)


def found(folder: Path, city: Profile, scratch: Path) -> pd.DataFrame:
    """What the query finds of each camera and month."""
    register = pd.DataFrame({"camera_id": mission.cameras(city), "commissioned_on": pd.NaT})
    with connect(scratch) as connection:
        connection.register("given_recordings", rows(folder, city).to_arrow_table())
        connection.register("given_cameras", register)
        connection.register("given_months", months(mission.MONTHS[0].date(), mission.MONTHS[-1]))
        tables = {table: f"SELECT * FROM given_{table}" for table in ("recordings", "cameras", "months")}
        return connection.execute(over(AVAILABILITY, {**tables, "spans": SPANS})).df()


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.city)
def test_the_query_finds_what_was_planted_to_the_second(folder: Path, city: Profile, tmp_path: Path):
    truth = mission.truth(SEED, city)
    told = found(folder, city, tmp_path).sort_values(["camera_id", "month"], ignore_index=True)
    pd.testing.assert_frame_equal(told[list(truth)], truth, check_dtype=False)
    assert truth["failures"].sum() > 0


def test_what_is_hard_about_recordings_is_there(folder: Path):
    table = rows(folder).df().sort_values(["camera_id", "start_at", "end_at"], ignore_index=True)
    keys = ["camera_id", "start_at", "end_at"]
    last = table.groupby("camera_id")["end_at"].shift()
    india = table[["start_at", "end_at"]].apply(
        lambda moment: moment.dt.tz_convert("Asia/Kolkata").dt.tz_localize(None)
    )
    length = table["end_at"] - table["start_at"]
    assert table.duplicated(keys).any(), "none comes twice"
    assert ((table["start_at"] < last) & ~table.duplicated(keys)).any(), "none lies over another"
    assert (length < pd.Timedelta(hours=1)).any(), "none is cut"
    assert (table["start_at"] > last).any(), "none is missing"
    crosses = india["start_at"].dt.to_period("M") != (india["end_at"] - pd.Timedelta(seconds=1)).dt.to_period("M")
    assert crosses.any(), "none goes on into the next month"


def test_rows_lie_in_the_month_of_india_in_which_they_begin_sorted_by_camera_and_start(folder: Path):
    begun = "strftime(start_at AT TIME ZONE 'Asia/Kolkata', '%Y-%m')"
    assert rows(folder).aggregate(f"bool_and(month = {begun})").fetchall() == [(True,)]
    for file in sorted(folder.glob("month=*/city=*/*.parquet")):
        table = pd.read_parquet(file, columns=["camera_id", "start_at"])
        assert table.equals(table.sort_values(["camera_id", "start_at"], kind="stable")), file


def test_numbers_of_recordings_are_a_citys_own(folder: Path):
    assert rows(folder).aggregate("count(*) = count(DISTINCT recording_id)").fetchall() == [(True,)]


def test_a_seed_gives_the_same_rows_and_another_one_others(folder: Path, tmp_path: Path):
    again, other = tmp_path / "again", tmp_path / "other"
    mission.write(SEED, CITIES[1:], again)
    mission.write(SEED + 1, CITIES[1:], other)
    same = rows(folder, CITIES[1]).to_arrow_table()
    assert rows(again, CITIES[1]).to_arrow_table() == same
    assert rows(other, CITIES[1]).to_arrow_table() != same
