"""What Dagster sees: made from the contracts, blocked by a held delivery, without a value in its storage."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from data_contracts import catalogue
from orchestration.deciding import decide
from orchestration.definitions import definitions
from orchestration.defs.schedules import ScheduleFault, crons
from orchestration.project import Settings
from orchestration.run import run
from orchestration.status import status
from tests.conftest import ROOT
from tests.faults.test_kill import CONTRACTS as SMALL
from tests.faults.test_kill import fill_inbox, opened

SNAPSHOT = Path(__file__).parent / "definitions.txt"
PERSONAL = "9876501234"


def made(home: Path, contracts: Path = SMALL) -> dg.Definitions:
    return definitions(catalogue.load(contracts), Settings(home, contracts, "", None))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def small(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with wards and posts of one city in its inbox, where the environment looks."""
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(SMALL))
    fill_inbox(own_home)
    return own_home


def keys(defs: dg.Definitions) -> list[str]:
    """A line for each thing that Dagster knows."""
    repository = defs.get_repository_def()
    graph = defs.resolve_asset_graph()
    return sorted(
        [f"asset {key.to_user_string()}" for key in graph.get_all_asset_keys()]
        + [f"check {key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys]
        + [f"job {job.name}" for job in repository.get_all_jobs() if not job.name.startswith("__")]
        + [f"schedule {schedule.name}: {schedule.cron_schedule}" for schedule in repository.schedule_defs]
        + [f"sensor {sensor.name}" for sensor in repository.sensor_defs]
    )


def test_the_definitions_are_those_of_the_snapshot(own_home: Path) -> None:
    """A changed key orphans its history in Dagster, so each change is seen here. To renew: copy what is found."""
    assert keys(made(own_home, catalogue.HOME)) == SNAPSHOT.read_text().splitlines()


def test_a_contract_alone_makes_asset_checks_job_schedule_and_sensor(own_home: Path) -> None:
    found = keys(made(own_home))
    assert [line for line in found if "police" in line] == [
        "asset police/posts", "check police/posts: arrived", "check police/posts: quarantine",
        "check police/posts: stands", "job police", "schedule police__testpur: 30 6 * * *", "sensor police__inbox",
    ]  # fmt: skip


def test_a_department_of_a_city_runs_with_counts_as_metadata(small: Path, instance: dg.DagsterInstance) -> None:
    defs = made(small)
    assert defs.resolve_job_def("iccc").execute_in_process(partition_key="testpur", instance=instance).success
    done = defs.resolve_job_def("police").execute_in_process(partition_key="testpur", instance=instance)
    assert done.success
    told = done.get_asset_materialization_events()[0].materialization.metadata
    assert {key: told[key].value for key in ("rows read", "accepted", "quarantined", "duplicate")} == {
        "rows read": 6, "accepted": 3, "quarantined": 1, "duplicate": 2,
    }  # fmt: skip
    passed = {check.check_name: check.passed for check in done.get_asset_check_evaluations()}
    assert passed == {"arrived": True, "stands": True, "quarantine": False}


def test_a_held_delivery_blocks_what_comes_after_and_no_value_is_stored(
    small: Path, instance: dg.DagsterInstance
) -> None:
    broken = small / "inbox" / "testpur" / "police" / "posts" / "c.csv"
    broken.write_text(f'post_id,lat,lon,version\n{PERSONAL},12.5,77.2,"1\n')
    defs = made(small)
    assert defs.resolve_job_def("iccc").execute_in_process(partition_key="testpur", instance=instance).success
    police = defs.resolve_job_def("police")
    done = police.execute_in_process(partition_key="testpur", instance=instance, raise_on_error=False)
    checks = {check.check_name: check for check in done.get_asset_check_evaluations()}
    assert not checks["stands"].passed
    assert checks["stands"].blocking
    assert "police/posts/c.csv: the file: csv.quote" in str(checks["stands"].metadata)
    stored = "".join(str(record) for record in instance.all_logs(done.run_id))
    assert "csv.quote" in stored
    assert PERSONAL not in stored
    waiting = [line for line in status(opened(small)) if not line.fine]
    assert [(line.dataset, len(line.held)) for line in waiting] == [("posts", 1)]


def test_the_sensor_asks_once_for_each_new_file(small: Path, instance: dg.DagsterInstance) -> None:
    defs = made(small)
    sensor = defs.get_repository_def().get_sensor_def("police__inbox")

    def asked() -> list[tuple[str | None, str | None]]:
        context = dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def())
        found = sensor.evaluate_tick(context).run_requests
        return [(request.partition_key, request.run_key) for request in found or []]

    first = asked()
    assert [city for city, _ in first] == ["testpur"]
    assert asked() == first
    run_alone = {"partition_key": "testpur", "instance": instance}
    assert defs.resolve_job_def("iccc").execute_in_process(**run_alone).success
    # The run of one department leaves the files of another at the door.
    assert asked() == first
    assert defs.resolve_job_def("police").execute_in_process(**run_alone).success
    assert asked() == []
    posts = small / "inbox" / "testpur" / "police" / "posts"
    (posts / "new.csv").write_text("post_id,lat,lon,version\nP9,12.5,77.2,1\n")
    assert len(asked()) == 1
    assert asked() != first


def test_without_an_inbox_the_sensor_says_so(own_home: Path, instance: dg.DagsterInstance) -> None:
    sensor = made(own_home).get_repository_def().get_sensor_def("police__inbox")
    tick = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert tick.run_requests == []
    assert "no inbox" in str(tick.skip_message)


def test_the_release_follows_and_its_standing_check_lists_what_waits(small: Path, instance: dg.DagsterInstance) -> None:
    done = dg.materialize(list(made(small).assets or []), selection="key:release", instance=instance)
    told = done.get_asset_materialization_events()[0].materialization.metadata
    assert (told["new"].value, told["public rows"].value) == (True, 5)


def test_a_city_can_change_a_schedule(own_home: Path) -> None:
    own_home.mkdir(exist_ok=True)
    (own_home / "schedules.yaml").write_text('testpur:\n  police: "*/15 * * * *"\n')
    assert "schedule police__testpur: */15 * * * *" in keys(made(own_home))
    assert crons(catalogue.load(SMALL), own_home)[("iccc", "testpur")] == "30 6 * * *"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("atlantis: {police: '5 * * * *'}", "atlantis is no city"),
        ("testpur: {unicorns: '5 * * * *'}", "unicorns is no department"),
        ("testpur: [police]", "is not city: {department: cron}"),
        ("testpur: {police: 'every day'}", "is no cron line"),
        ("{", "is not city: {department: cron}"),
    ],
)
def test_a_wrong_schedule_file_is_one_line(own_home: Path, text: str, said: str) -> None:
    own_home.mkdir(exist_ok=True)
    (own_home / "schedules.yaml").write_text(text)
    with pytest.raises(ScheduleFault) as fault:
        made(own_home)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


def test_dg_check_defs_passes() -> None:
    tool = Path(sys.executable).parent / "dg"
    done = subprocess.run([str(tool), "check", "defs"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.dumps("loaded successfully")[1:-1] in done.stdout + done.stderr


def test_what_is_out_is_scanned_again_and_only_that(small: Path, instance: dg.DagsterInstance) -> None:
    job = made(small).resolve_job_def("second_scan_job")
    assert job.execute_in_process(instance=instance).success
    project = opened(small)
    assert project.ledger.findings.rescans() == []
    release = run(project, "maker").release
    assert release
    decide(project, "checker", "approve", release)
    assert job.execute_in_process(instance=instance).success
    assert [scanned for scanned, _ in project.ledger.findings.rescans()] == [release]
