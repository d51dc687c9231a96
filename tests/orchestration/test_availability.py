"""What cameras recorded, from a city's own files: held against each second counted by hand."""

import pandas as pd
import pytest

from orchestration.availability import LEAST_DAYS, TABLES, Availability, availability
from orchestration.footage import frame
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.sample import write_sample
from orchestration.standing import standing
from tests.conftest import ROOT
from transforms.footage.availability import ZONE

CITY, SILENT = "navsagar", "phulkheda"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two cities' cameras, of which one sends what they recorded."""
    home = tmp_path_factory.mktemp("availability") / "home"
    tables = ["iccc__wards", *TABLES.values()]
    write_sample(home / "inbox", truth=home.parent / "truth", scale="small", cities=[CITY, SILENT], tables=tables)
    opened = Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        run(opened, "asha", release=False)
    return opened


@pytest.fixture(scope="module")
def found(project: Project) -> Availability:
    told = availability(project, CITY)
    assert told is not None
    return told


def accepted(project: Project, name: str) -> pd.DataFrame:
    states = [state for state in standing(project) if state.city == CITY and state.version]
    table = frame(project, TABLES[name], states)
    assert table is not None
    return table


def test_seconds_of_a_month_are_those_that_its_recordings_cover(project: Project, found: Availability):
    recordings, month = accepted(project, "recordings"), found.months[1]
    start, end = (moment.tz_localize(ZONE) for moment in (month, month + pd.DateOffset(months=1)))
    told = found.recorded[found.recorded["month"] == month].set_index("camera_id")["recorded_s"]
    counted = {camera: covered(rows, start, end) for camera, rows in recordings.groupby("camera_id")}
    assert told.to_dict() == pytest.approx({camera: counted.get(camera, 0.0) for camera in told.index}, abs=1)
    assert told.sum() > 0


def covered(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float:
    """The seconds from `start` to `end` that at least one row covers."""
    seconds, reached = 0.0, start
    for row in rows.sort_values("start_at").itertuples():
        since, until = max(row.start_at, reached), min(row.end_at, end)
        if until > since:
            seconds, reached = seconds + (until - since).total_seconds(), until
    return seconds


def test_every_camera_that_stands_is_told_in_its_ward_and_nothing_else(project: Project, found: Availability):
    cameras = accepted(project, "cameras")
    stands = cameras[(cameras["device_type"] == "camera") & (cameras["status"] != "removed")].set_index("camera_id")
    assert len(stands) < len(cameras)
    newest = found.recorded[found.recorded["month"] == found.months[0]].set_index("camera_id")
    assert set(newest.index) <= set(stands.index)
    pd.testing.assert_series_equal(newest["ward_id"], stands["ward_id"].loc[newest.index])
    assert found.health is not None and set(found.health["camera_id"]) <= set(stands.index)


def test_months_are_newest_first_and_none_of_a_few_days(project: Project, found: Availability):
    assert list(found.months) == sorted(found.months, reverse=True)
    until = accepted(project, "recordings")["end_at"].max()
    assert until - found.months[0].tz_localize(ZONE) >= pd.Timedelta(days=LEAST_DAYS)
    assert len(found.months) > 1


def test_a_city_that_sends_no_recordings_has_none(project: Project):
    assert availability(project, SILENT) is None
