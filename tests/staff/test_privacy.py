"""What the privacy report tells: findings with their decisions, what was hidden, and the same over the releases."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.gate import allow
from orchestration.privacy import LAST, protections, trend
from orchestration.project import Project, Settings
from orchestration.run import run
from tests.contracts_kit import CITY, column, contract, write
from transforms.privacy.risk import Measured

OFFICER = "officer@navsagar.example"


@pytest.fixture
def project(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Rows of persons of which one stands out, and lamps of which one is called by a number."""
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    write(tmp_path / "contracts", lamps(), visits())
    send(own_home, "lamps", "lamp,remark,office\nL1,call 98765 01234,98765 01235\n")
    send(own_home, "visits", "visit,ward\n" + "".join(f"V{n},{1 if n < 20 else 2}\n" for n in range(21)))
    return Project.open(Settings.read())


def lamps() -> dict[str, Any]:
    kept = [column(name, treatment="keep") for name in ("lamp", "remark")]
    return contract("lamps", [*kept, column("office", treatment="keep", discloses=["PHONE_NUMBER"])])


def visits() -> dict[str, Any]:
    columns = [column("visit", key=True), column("ward", treatment="keep", quasi=True)]
    return contract("visits", columns, publication={"form": "rows", "k": 5})


def send(home: Path, name: str, text: str, file: str = "list.csv") -> None:
    folder = home / "inbox" / CITY / "works" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)


def test_every_public_table_is_told_with_findings_and_figures(project: Project):
    run(project, "maker")
    told = {one.table: one for one in protections(project)}
    assert told["works__visits"].measured == Measured(k=20, left_out=1)
    states = {one.column: (one.entity, one.state, one.first) for one in told["works__lamps"].found}
    assert states == {"remark": ("PHONE_NUMBER", "held", (0,)), "office": ("PHONE_NUMBER", "disclosed", (0,))}
    # A held table is in no release.
    (release,) = trend(project)
    assert (release.allowed, release.disclosed, release.left_out) == (0, 0, 1)


def test_a_decision_shows_in_the_report_and_in_the_release_that_holds_it(project: Project):
    run(project, "maker")
    (held,) = [one for table in protections(project) for one in table.found if one.state == "held"]
    allow(project, OFFICER, held.key, held.column, held.entity, "  the lamp's own\nnumber ")
    run(project, "maker")
    found = [one for table in protections(project) for one in table.found if one.column == "remark"]
    assert [(one.state, one.reason, one.allowed_by) for one in found] == [
        ("allowed", "the lamp's own number", OFFICER),
    ]  # fmt: skip
    newest, first = trend(project)
    assert (newest.allowed, newest.disclosed, first.allowed) == (1, 1, 0)


def test_the_trend_is_of_the_last_releases(project: Project):
    for number in range(LAST + 1):
        send(project.home.root, "visits", f"visit,ward\nW{number},1\n", f"more{number}.csv")
        run(project, "maker")
    told = trend(project)
    assert len(told) == LAST
    assert [one.id for one in told] == [row.id for row in reversed(project.ledger.releases())][:LAST]


def test_a_dataset_that_has_no_contract_any_more_is_not_told(project: Project, tmp_path: Path):
    run(project, "maker")
    (tmp_path / "contracts" / "works" / "lamps.odcs.yaml").unlink()
    assert [one.table for one in protections(Project.open(Settings.read()))] == ["works__visits"]
    assert json.dumps([one.id for one in trend(Project.open(Settings.read()))])
