"""What may be personal data holds its dataset, and no other; an officer's decision lets this version of it go on."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.gate import GateFault, allow, allow_as
from orchestration.project import Project, Settings
from orchestration.store import releases
from orchestration.store.staff import NotPermitted
from tests.conftest import Pravah
from tests.contracts_kit import CITY, column, contract, write

OFFICER = "officer@navsagar.example"
STAFF = f"""\
people:
  {OFFICER}: {{name: Asha, roles: [officer]}}
  approver@navsagar.example: {{name: Bilal, roles: [approver]}}
  here@navsagar.example: {{name: Chitra, roles: [officer], cities: [{CITY}]}}
"""
MOBILE = "98765 01234"
REASON = "it is the number of the helpline"
LAMPS = "works__lamps"


def lamps(**more: Any) -> dict[str, Any]:
    return contract("lamps", [column("lamp", treatment="keep", key=True), column("remark", treatment="keep", **more)])


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two datasets of which one has a mobile number in a remark."""
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setenv("PRAVAH_AS", "maker@navsagar.example")
    benches = contract("benches", [column("bench", treatment="keep", key=True)])
    write(tmp_path / "contracts", lamps(), benches)
    send(own_home, "benches", "bench\nB1\n")
    send(own_home, "lamps", f"lamp,remark\nL1,works\nL2,call {MOBILE}\nL3,\n")
    (own_home / "staff.yaml").write_text(STAFF)
    (own_home / "staff.yaml").chmod(0o600)
    return own_home


def send(home: Path, name: str, text: str, file: str = "list.csv") -> None:
    folder = home / "inbox" / CITY / "works" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)


def gate(pravah: Pravah) -> list[dict[str, Any]]:
    return json.loads(pravah("gate", "list", "--json")[1])


def ran(pravah: Pravah) -> tuple[int, dict[str, Any]]:
    code, out, _ = pravah("run", "--json")
    told = json.loads(out)
    return code, {**told, "datasets": {row["dataset"]: row for row in told["datasets"]}}


def allowed(pravah: Pravah, *words: str) -> tuple[int, str, str]:
    (held,) = gate(pravah)
    return pravah("gate", "allow", held["version"][:12], "remark", "PHONE_NUMBER", "--reason", REASON, *words)


def test_what_may_be_personal_holds_its_dataset_in_one_line_and_no_other(home: Path, pravah: Pravah):
    code, out, err = pravah("run")
    (held,) = gate(pravah)
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith("held")] == [
        f"held: {LAMPS} of {CITY}: may hold personal data: PHONE_NUMBER in column remark (1 rows); "
        f"see pravah gate list, version {held['version'][:12]}"
    ]
    assert (held["dataset"], held["state"], held["first"]) == (LAMPS, "held", [1])
    (release,) = (path for path in (home / "releases").iterdir() if path.is_dir())
    assert sorted(file.name for file in (release / "data").iterdir()) == [
        "works__benches.csv",
        "works__benches.parquet",
    ]
    # The officer finds it where nobody else looks.
    assert (home / "restricted" / "public" / held["version"] / f"{LAMPS}.parquet").exists()
    assert "may hold personal data" in pravah("status")[1]
    logged = json.dumps([gate(pravah), pravah("audit", "list", "--json")[1]])
    assert MOBILE not in out + err + logged
    assert pravah("run")[0] == 1, "it stays held until somebody decides"


def test_a_decision_lets_this_version_go_on_and_is_recorded(home: Path, pravah: Pravah):
    ran(pravah)
    assert allowed(pravah, "--as", OFFICER)[:2] == (
        0, f"{LAMPS}: PHONE_NUMBER in column remark is allowed; the next run lets it go on\n",
    )  # fmt: skip
    code, told = ran(pravah)
    assert (code, told["datasets"][LAMPS]["held"], told["datasets"][LAMPS]["public"]) == (0, None, 3)
    (now,) = gate(pravah)
    assert (now["state"], now["reason"], now["allowed_by"]) == ("allowed", REASON, OFFICER)
    entry = next(one for one in json.loads(pravah("audit", "list", "--json")[1]) if one["action"] == "allow")
    assert (entry["who"], entry["subject"], entry["detail"]["reason"]) == (OFFICER, now["version"], REASON)
    assert entry["detail"]["dataset"] == LAMPS
    assert pravah("audit", "verify")[0] == 0
    assert pravah("release", "approve", "--as", "approver@navsagar.example")[0] == 0


def test_a_new_delivery_is_judged_anew_and_what_is_out_stays_out(home: Path, pravah: Pravah):
    ran(pravah)
    allowed(pravah)
    before = ran(pravah)[1]
    pravah("release", "approve", "--as", "approver@navsagar.example")
    old = gate(pravah)[0]["version"]
    send(home, "lamps", "lamp,remark\nL4,dark\n", "more.csv")
    code, told = ran(pravah)
    assert code == 1
    assert told["datasets"][LAMPS]["held"].startswith("may hold personal data")
    # Nothing that goes out has changed, so there is no other release.
    assert (told["release"], told["datasets"][LAMPS]["public"]) == (before["release"], 3)
    (held,) = gate(pravah)
    assert (held["state"], held["version"] == old) == ("held", False)
    code, _, err = pravah("gate", "allow", old, "remark", "PHONE_NUMBER", "--reason", REASON)
    assert (code, "holds no such finding now" in err) == (1, True)


def test_what_is_no_longer_held_is_removed(home: Path, pravah: Pravah):
    ran(pravah)
    (held,) = gate(pravah)
    send(home, "lamps", "lamp,remark\nL2,works again\n")
    assert ran(pravah)[0] == 0
    assert gate(pravah) == []
    ran(pravah)
    assert not (home / "restricted" / "public" / held["version"]).exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("VERSION", "remark", "PHONE_NUMBER", "--reason", " "), "a decision needs a reason"),
        (("VERSION", "remark", "PHONE_NUMBER", "--reason", "x" * 1001), "a decision needs a reason"),
        (("VERSION", "lamp", "PHONE_NUMBER", "--reason", "x"), "holds no such finding now"),
        (("VERSION", "remark", "IN_PAN", "--reason", "x"), "holds no such finding now"),
        (("", "remark", "PHONE_NUMBER", "--reason", "x"), "version (none): holds no such finding now"),
        (("0000", "remark", "PHONE_NUMBER", "--reason", "x"), "holds no such finding now"),
    ],
)
def test_a_decision_on_nothing_or_without_reason_is_refused(
    home: Path, pravah: Pravah, words: tuple[str, ...], fault: str
):
    ran(pravah)
    version = gate(pravah)[0]["version"]
    code, _, err = pravah("gate", "allow", *(version if word == "VERSION" else word for word in words))
    assert (code, len(err.splitlines())) == (1, 1)
    assert fault in err
    assert [one["state"] for one in gate(pravah)] == ["held"]
    assert json.loads(pravah("audit", "list", "--json")[1])[-1]["action"] == "allow refused"


def test_only_an_officer_of_all_cities_decides(home: Path, pravah: Pravah):
    ran(pravah)
    project = Project.open(Settings.read())
    version = gate(pravah)[0]["version"]
    for who in ("approver@navsagar.example", "here@navsagar.example", "stranger@navsagar.example"):
        with pytest.raises(NotPermitted):
            allow_as(project, who, version, "remark", "PHONE_NUMBER", REASON)
        assert project.audit.entries()[-1].action == "allow refused"
    assert allow_as(project, OFFICER.upper(), version, "remark", "PHONE_NUMBER", REASON).table == LAMPS
    (found,) = project.ledger.findings.of([version])
    assert (found.state, found.allowed_by) == ("allowed", OFFICER)
    with pytest.raises(GateFault, match="is allowed already"):
        allow(project, OFFICER, version, "remark", "PHONE_NUMBER", REASON)


def test_what_a_contract_discloses_does_not_hold(home: Path, pravah: Pravah, tmp_path: Path):
    ran(pravah)
    write(tmp_path / "contracts", lamps(discloses=["PHONE_NUMBER"]))
    code, told = ran(pravah)
    assert (code, told["datasets"][LAMPS]["held"]) == (0, None)
    assert [one["state"] for one in gate(pravah)] == ["disclosed"]
    send(home, "lamps", "lamp,remark\nL5,write to asha.rao@mail.example.org\n", "more.csv")
    assert ran(pravah)[0] == 1
    assert {one["entity"]: one["state"] for one in gate(pravah)} == {
        "PHONE_NUMBER": "disclosed", "EMAIL_ADDRESS": "held",
    }  # fmt: skip


# The second scan


def without_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.privacy.gate.search", lambda *_: [])


def test_the_scan_of_a_release_holds_what_came_past_the_gate(home: Path, pravah: Pravah, monkeypatch):
    without_gate(monkeypatch)
    code, told = ran(pravah)
    assert (code, told["stopped"]) == (1, None)
    assert told["datasets"][LAMPS]["held"].startswith(
        "may hold personal data: PHONE_NUMBER in column remark (3 places)"
    )
    assert told["datasets"]["works__benches"]["held"] is None
    assert told["new"], "the others go on"
    assert allowed(pravah)[0] == 0
    code, told = ran(pravah)
    assert (code, told["datasets"][LAMPS]["public"]) == (0, 3)
    # What was decided for a column is decided for its place in each format.
    assert pravah("release", "approve", "--as", "approver@navsagar.example")[0] == 0


def test_what_stands_beside_the_tables_stops_the_release_in_one_line(home: Path, pravah: Pravah, tmp_path: Path):
    pravah("run")
    given = lamps()
    given["description"] = {"purpose": f"ask {MOBILE}"}
    write(tmp_path / "contracts", given)
    send(home, "lamps", "lamp,remark\nL2,works again\n")
    code, told = ran(pravah)
    assert (code, told["release"]) == (1, None)
    assert "catalog.json may hold personal data (PHONE_NUMBER); mend the contract" in told["stopped"]
    code, out, _ = pravah("run")
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith("no release: ")] == [f"no release: {told['stopped']}"]
    assert MOBILE not in out


def test_a_release_that_was_never_scanned_is_scanned_before_it_is_approved(
    home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
):
    without_gate(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.scanning.passed", lambda *_: None)
        assert ran(pravah)[0] == 0
    code, _, err = pravah("release", "approve", "--as", "approver@navsagar.example")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "may hold personal data: PHONE_NUMBER in column remark" in err
    assert not releases.pointer(Project.open(Settings.read()).home).exists()
    allowed(pravah)
    assert pravah("release", "approve", "--as", "approver@navsagar.example")[0] == 0


def test_only_what_is_new_is_scanned(home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch):
    send(home, "lamps", "lamp,remark\nL2,works\n")
    ran(pravah)
    import transforms.privacy.scan.report as report

    scanned, real = [], report.scan
    monkeypatch.setattr(report, "scan", lambda *paths: (scanned.extend(path.name for path in paths), real(*paths))[1])
    ran(pravah)
    assert scanned == []
    send(home, "benches", "bench\nB2\n", "more.csv")
    ran(pravah)
    assert sorted(scanned) == [
        "catalog.json", "manifest.json", "public.duckdb", "works__benches.csv", "works__benches.parquet",
    ]  # fmt: skip
