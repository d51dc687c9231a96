"""What is older than its contract keeps it leaves the restricted zone, for good, and it can be shown that it did."""

import hashlib
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data_contracts import catalogue
from orchestration.project import Project, digest
from orchestration.purge import Expired, PurgeFault, expired, purge
from orchestration.run import run
from orchestration.status import status
from orchestration.store import zone
from orchestration.store.home import Home
from orchestration.store.keys import KeyFault
from orchestration.store.ledger import Ledger
from tests import contracts_kit as kit
from tests.conftest import Pravah
from tests.contracts_kit import CITY, PERSON, column, contract
from tests.faults.test_kill import each_kill

RETENTION = [{"property": "retention", "value": 5, "unit": "y"}]
VISITS = [
    column("id", key=True, treatment="keep"),
    column("seen_at", "timestamp", treatment="keep", options={"format": "yyyy-MM-dd"}),
    column("who", driftUnits=False),
]
CONTRACTS = (
    contract("visits", VISITS, sla=RETENTION, temporalColumn="seen_at", futureSkew=2),
    # Kept for ever, of the same form: the same bytes can be a delivery of both.
    contract("copies", VISITS, temporalColumn="seen_at"),
    contract("posts", [column("id", key=True, treatment="keep")], sla=RETENTION, delivery="snapshot"),
)
HEAD = "id,seen_at,who\n"
OLD = f"{HEAD}a,2012-01-01,{PERSON}\nb,2013-05-05,{PERSON}\n"
MIXED = f"{HEAD}c,2014-01-01,{PERSON}\nd,2026-01-01,{PERSON}\n"
NEW = f"{HEAD}e,2026-02-01,{PERSON}\na,2026-02-02,{PERSON}\n"


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("contracts")
    kit.load(root, *CONTRACTS)
    return root


@pytest.fixture
def project(contracts: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    return opened(own_home, contracts)


def opened(root: Path, contracts: Path) -> Project:
    home = Home(root)
    home.prepare()
    ledger = Ledger(f"sqlite:///{root / 'ledger.sqlite'}")
    ledger.belongs_to(home)
    return Project(home, catalogue.load(contracts), ledger)


def send(home: Home, name: str, content: str, dataset: str = "visits") -> str:
    file = home.inbox / CITY / "works" / dataset / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return hashlib.sha256(content.encode()).hexdigest()


def accepted(project: Project, table: str = "works__visits") -> int:
    return next(state.accepted for state in run(project, "asha").states if state.table == table)


def everything(home: Home) -> set[str]:
    return {file.name for zone in (home.landing, home.checked, home.superseded) for file in zone.iterdir()}


def actions(project: Project, *chosen: str) -> list[dict]:
    return [entry.detail for entry in project.audit.entries() if entry.action in chosen]


def test_only_deliveries_of_which_every_row_is_too_old_go(project: Project, pravah: Pravah) -> None:
    old, mixed, new = (send(project.home, name, rows) for name, rows in (("1", OLD), ("2", MIXED), ("3", NEW)))
    assert accepted(project) == 5
    code, out, _ = pravah("purge", "--dry-run", "--json")
    expected = {"dataset": "works__visits", "city": CITY, "delivery": old, "rows": 2, "inbox": 1}
    assert (code, json.loads(out)) == (0, [expected])
    assert (project.home.landing / old).exists(), "a dry run removes nothing"
    code, out, _ = pravah("purge", "--as", "asha", "--json")
    assert (code, json.loads(out)) == (0, [expected])
    assert {file.name for file in project.home.landing.iterdir()} == {mixed, new}
    assert len(list(project.home.checked.iterdir())) == 2
    assert not list(project.home.superseded.iterdir()), "row a was superseded in the delivery that went"
    assert accepted(project) == 4, "tables and the next release go on"
    assert project.ledger.releases()[-1].parts


def test_it_is_proved_and_recorded_without_a_value(project: Project) -> None:
    old = send(project.home, "1", OLD)
    send(project.home, "2", NEW)
    run(project, "asha")
    before = everything(project.home)
    purge(project, "asha")
    (said,), (proof,) = actions(project, "erase"), actions(project, "erased")
    assert said == {"deliveries": [old], "rows": 2, "kept": []}
    gone = {name.rpartition("/")[2] for name in proof["removed"]}
    assert gone == before - everything(project.home)
    assert f"landing/{old}" in proof["removed"]
    home = project.home
    now = sorted(f"{zone.name}/{file.name}" for zone in (home.landing, home.checked, home.superseded)
                 for file in zone.iterdir())  # fmt: skip
    assert proof["after"] == digest(*now)
    assert proof["before"] == digest(*sorted({*now, *proof["removed"]}))
    kept = project.ledger.kept()
    assert old not in kept["landing"]
    assert not kept["checked"] & {name.removesuffix(".parquet") for name in gone}
    assert project.audit.verify() > 0
    assert PERSON not in (home.root / "ledger.sqlite").read_bytes().decode("latin-1")
    with project.ledger.engine.connect() as connection:
        assert connection.execute(text("SELECT rows_read FROM purges")).scalar() == 2
        assert connection.execute(text("SELECT count(*) FROM processings")).scalar() == 2, "counts are kept"


def test_a_second_purge_has_nothing_to_do(project: Project, pravah: Pravah) -> None:
    send(project.home, "1", OLD)
    run(project, "asha")
    pravah("purge", "--as", "asha")
    assert pravah("purge", "--as", "asha") == (0, "none\n", "")
    assert len(actions(project, "erase", "erased")) == 2


@pytest.mark.parametrize("again", ["lies there still", "under another name", "touched"])
def test_what_was_purged_does_not_come_back(project: Project, again: str) -> None:
    old = send(project.home, "1", OLD)
    send(project.home, "2", NEW)
    run(project, "asha")
    purge(project, "asha")
    if again == "under another name":
        send(project.home, "3", OLD)
    if again == "touched":
        os.utime(project.home.inbox / CITY / "works/visits/1.csv", ns=(1, 1))
    result = run(project, "asha")
    assert [state.rows_read for state in result.states] == [2]
    assert old not in {file.name for file in project.home.landing.iterdir()}
    assert len(project.ledger.seen()) == (2 if again == "lies there still" else 3), "that it came is recorded"
    assert purge(project, "asha") == []


def test_the_last_of_a_dataset_can_go(project: Project) -> None:
    send(project.home, "1", OLD)
    release = run(project, "asha").release
    purge(project, "asha")
    result = run(project, "asha")
    assert (result.broken, result.states) == (False, [])
    assert release is not None
    assert not status(project)
    assert not everything(project.home)


def test_the_same_bytes_stay_where_another_dataset_needs_them(project: Project) -> None:
    old = send(project.home, "1", OLD)
    send(project.home, "1", OLD, "copies")
    run(project, "asha")
    assert [one.dataset for one in purge(project, "asha")] == ["works__visits"]
    assert (project.home.landing / old).exists()
    assert accepted(project, "works__copies") == 2


def test_a_row_without_a_moment_or_from_the_future_is_as_old_as_its_file(project: Project) -> None:
    send(project.home, "1", f"{HEAD}a,2012-01-01,x\nb,2099-01-01,x\nc,,x\nd,12 May,x\n")
    run(project, "asha")
    assert not expired(project)
    later = datetime.now(UTC) + timedelta(days=5 * 366)
    assert [one.rows for one in expired(project, now=later)] == [4]


def test_of_a_snapshot_what_was_replaced_goes_and_what_stands_stays(project: Project) -> None:
    first, second = send(project.home, "1", "id\na\n", "posts"), send(project.home, "2", "id\na\nb\n", "posts")
    run(project, "asha")
    assert not expired(project)
    later = datetime.now(UTC) + timedelta(days=5 * 366)
    assert [one.delivery for one in purge(project, "asha", now=later)] == [first]
    assert accepted(project, "works__posts") == 2
    assert not expired(project, now=later)
    # One that is held replaces nothing.
    send(project.home, "3", "other\na\n", "posts")
    run(project, "asha")
    assert second not in {one.delivery for one in expired(project, now=later)}


def test_a_held_delivery_is_as_old_as_its_file(project: Project) -> None:
    held = send(project.home, "1", "other\n1\n")
    run(project, "asha")
    assert not expired(project)
    later = datetime.now(UTC) + timedelta(days=5 * 366)
    assert purge(project, "asha", now=later) == [Expired("works__visits", CITY, held, 0, 1)]
    assert not run(project, "asha").broken


def test_what_the_law_needs_can_be_kept(project: Project, pravah: Pravah) -> None:
    old = send(project.home, "1", OLD)
    run(project, "asha")
    assert pravah("purge", "--keep", old[:12], "--as", "asha") == (0, "none\n", "")
    assert (project.home.landing / old).exists()
    code, _, err = pravah("purge", "--keep", "nosuch", "--as", "asha")
    assert (code, err.count("\n")) == (1, 1)
    assert "--keep: no delivery begins with nosuch" in err


def test_who_purges_must_be_said(project: Project, pravah: Pravah) -> None:
    code, _, err = pravah("purge")
    assert (code, "who acts is not said" in err) == (2, True)


def test_a_file_that_cannot_be_removed_is_told_and_goes_the_next_time(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = send(project.home, "1", OLD)
    run(project, "asha")
    with monkeypatch.context() as patch:
        patch.setattr(Project, "sweep", lambda _: None)
        with pytest.raises(PurgeFault, match="2 files are not gone"):
            purge(project, "asha")
    assert not actions(project, "erased"), "nothing is said to be proved"
    assert purge(project, "asha") == []
    assert [detail["deliveries"] for detail in actions(project, "erased")] == [[old]]


def test_a_purge_killed_at_any_operation_ends_as_an_unbroken_one(tmp_path: Path, contracts: Path) -> None:
    def fill(home: Path) -> None:
        project = opened(home, contracts)
        for name, rows in (("1", OLD), ("2", MIXED)):
            send(project.home, name, rows)
        run(project, "asha", release=False)

    def task(home: Path) -> None:
        purge(opened(home, contracts), "asha")

    fill(tmp_path / "warm")
    task(tmp_path / "warm")
    number = 0
    for number, home in each_kill(tmp_path, fill, task):
        task(home)
        project = opened(home, contracts)
        assert everything(project.home) == everything(Home(tmp_path / "warm")), f"killed before operation {number}"
        assert [len(actions(project, action)) for action in ("erase", "erased")] == [1, 1]
        assert not project.ledger.purges.unproved()
        project.audit.verify()
    assert number > 10


# The zone's key in a run


def test_a_run_with_a_key_gives_what_one_without_gives(project: Project, contracts: Path, tmp_path: Path) -> None:
    open_one = opened(tmp_path / "open", contracts)
    zone.rotate(project.home)
    for home in (project.home, open_one.home):
        send(home, "1", OLD)
        send(home, "2", MIXED)
    assert run(project, "asha").as_json() == run(open_one, "asha").as_json()
    assert not any(PERSON.encode() in file.read_bytes() for file in project.home.landing.iterdir())


def test_without_its_key_nothing_is_done_and_nothing_is_lost(project: Project, pravah: Pravah) -> None:
    send(project.home, "1", OLD)
    assert pravah("keys", "rotate", "--as", "asha")[0] == 0
    run(project, "asha")
    key = project.home.zone_key.read_text()
    project.home.zone_key.unlink()
    send(project.home, "2", NEW)
    code, out, err = pravah("run", "--as", "asha")
    assert (code, out, err.count("pravah: "), "keys/zone.key" in err) == (1, "", 1, True)
    assert len(project.ledger.seen()) == 1
    with pytest.raises(KeyFault):
        zone.rotate(project.home)
    project.home.zone_key.write_text(key)
    project.home.zone_key.chmod(0o600)
    assert accepted(project) == 3
    assert actions(project, "rotate") == [{}]


def test_a_damaged_object_stops_its_dataset_alone(project: Project) -> None:
    zone.rotate(project.home)
    send(project.home, "1", "id\na\n", "posts")
    send(project.home, "1", OLD)
    run(project, "asha", datasets=["works__posts"], release=False)
    with project.writing():
        from orchestration.receiving import receive

        receive(project, lambda *_: True)
    broken = next(project.home.landing / sha256 for sha256 in project.ledger.kept()["landing"]
                  if sha256 == hashlib.sha256(OLD.encode()).hexdigest())  # fmt: skip
    broken.chmod(0o600)
    broken.write_bytes(broken.read_bytes()[:-1])
    states = {state.table: state for state in run(project, "asha").states}
    assert "was changed or cut short; restore it from a backup" in str(states["works__visits"].failed)
    assert (states["works__posts"].failed, states["works__posts"].accepted) == (None, 1)


def test_every_folder_with_personal_data_is_closed(project: Project) -> None:
    home = project.home
    for folder in (home.inbox, home.landing, home.restricted, home.keys):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for folder in (home.logs, home.checked, home.superseded, home.public, home.aside):
        assert folder.is_relative_to(home.restricted)
