"""Maturity end to end: from declarations and accepted data to decisions, a frozen round, and the release it is in."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.deciding import decide as decide_release
from orchestration.maturity import rows, rubric
from orchestration.project import Project, Settings
from orchestration.reviewing import Asked, Declaration, decide, decide_as, declarations, waiting, write_sheet
from orchestration.rounds import freeze, freeze_as, standing, verify
from orchestration.run import run
from orchestration.sample import fill_sheet, write_sample, write_staff
from orchestration.store.releases import find
from orchestration.store.reviews import ReviewFault
from orchestration.store.staff import NotPermitted
from tests.conftest import ROOT, Pravah
from tests.docs.test_docs import COMMANDS, section
from transforms.maturity.fault import MaturityFault
from transforms.release.bundle import MATURITY, read_manifest, verify_bundle

CITIES = ("meghavan", "sonpali")
TABLES = ("iccc__wards", "iccc__declarations", "iccc__use_cases", "iccc__sops", "municipal_services__grievances")
ROUND, EARLIER = "2026-H1", "2025-H2"
MAKER, CHECKER = "officer@sample.invalid", "approver@sample.invalid"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an approved release of two cities' small samples, and the sample staff."""
    home = tmp_path_factory.mktemp("maturity") / "home"
    write_sample(home / "inbox", scale="small", cities=list(CITIES), tables=list(TABLES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        project = opened(home)
        write_staff(project.staff.file)
        result = run(project, MAKER)
        assert result.release
        decide_release(project, CHECKER, "approve", result.release)
    return home


@pytest.fixture
def project(made: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A copy of it, where the command line looks."""
    shutil.copytree(made, own_home, copy_function=shutil.copy2)
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    yield opened(own_home)


def opened(home: Path) -> Project:
    return Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))


def borne_out(project: Project, city: str = "meghavan", name: str = ROUND) -> Declaration:
    """A declaration with a document of an indicator that only documents tell."""
    every = declarations(project)
    return next(one for one in every.values() if one.city == city and one.assessment_round == name
                and one.document_sha256 and one.indicator_id in ("G1", "G2", "T8", "C10"))  # fmt: skip


def accepted(one: Declaration) -> Asked:
    return Asked(*one.place, "accepted", "read it")


def kind(project: Project, one: Declaration) -> str:
    """The class of a value as things stand."""
    table = standing(project).scores.indicator_scores.set_index(["assessment_round", "city", "indicator_id"])
    return str(table.loc[one.place, "class"])


def test_what_is_absent_is_missing_and_what_is_there_is_computed(project: Project) -> None:
    scores = standing(project).scores.indicator_scores
    found = scores[(scores["city"] == "meghavan") & (scores["assessment_round"] == ROUND)].set_index("indicator_id")
    # These cities send no cameras, no recordings and no calls.
    assert found.loc["F7", "value"] != found.loc["F7", "value"]
    assert set(found.loc[["F3", "F7", "F9"], "class"]) <= {"missing", "declared"}
    assert set(found.loc[["F1", "F10", "G4", "G7", "G9", "T2"], "class"]) == {"computed"}
    assert found.loc["G7", ["value", "n"]].tolist() == [100, 1]
    # Before the platform ran there is nothing of its log.
    older = scores[(scores["city"] == "meghavan") & (scores["assessment_round"] == EARLIER)].set_index("indicator_id")
    assert older.loc["G7", "class"] != "computed"


def test_a_decision_makes_evidence_of_a_declaration_until_its_document_changes(project: Project) -> None:
    one = borne_out(project)
    assert kind(project, one) == "declared"
    decide(project, CHECKER, [accepted(one)])
    assert kind(project, one) == "reviewed"
    assert one.place not in {left.place for left in waiting(project)}
    project.reviews.add([replace(project.reviews.standing()[one.place], document_sha256="0" * 64)])
    assert kind(project, one) == "declared"
    assert one.place in {left.place for left in waiting(project)}
    decide(project, CHECKER, [Asked(*one.place, "not_applicable", "it cannot be here")])
    assert kind(project, one) == "not_applicable"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decision": "perhaps"}, "not one of"),
        ({"indicator_id": "F99"}, "no such city or indicator"),
        ({"city": "nowhere"}, "no such city or indicator"),
        ({"reason": "  "}, "needs a reason"),
        ({"assessment_round": "2031-H1"}, "nothing was declared"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_kept(
    project: Project, change: dict[str, str], words: str
) -> None:
    one = borne_out(project)
    with pytest.raises(ReviewFault, match=words) as fault:
        decide(project, CHECKER, [accepted(one), replace(accepted(one), **change)])
    assert len(str(fault.value).splitlines()) == 1
    assert project.reviews.every() == []


def test_nobody_decides_on_what_they_declared(project: Project) -> None:
    one = borne_out(project)
    for who in (one.declared_by, one.email, str(one.email).upper()):
        with pytest.raises(ReviewFault, match="another person"):
            decide(project, str(who), [accepted(one)])
    assert [entry.action for entry in project.audit.entries()][-3:] == ["review refused"] * 3


def test_rights_are_asked_for(project: Project) -> None:
    one = borne_out(project)
    with pytest.raises(NotPermitted):
        decide_as(project, MAKER, [accepted(one)])
    with pytest.raises(NotPermitted):
        freeze_as(project, MAKER, ROUND)
    assert decide_as(project, CHECKER, [accepted(one)])[0].who == CHECKER


def test_a_frozen_round_goes_out_with_the_next_release_and_stays(project: Project, pravah: Pravah) -> None:
    sheet = project.home.root / "sheet.csv"
    assert write_sheet(sheet, waiting(project)) > fill_sheet(sheet, 7) > 0
    assert pravah("score", "review", str(sheet), "--as", CHECKER)[0] == 0
    before = project.ledger.current()
    freeze(project, ROUND, CHECKER)
    assert verify(project, ROUND) == []
    result = run(project, MAKER)
    assert result.new and result.release and result.release != before
    folder = project.home.releases / result.release
    listed = {entry["path"] for entry in read_manifest(folder)["files"]}
    assert {f"{MATURITY}/{ROUND}.zip", f"{MATURITY}/{ROUND}/results/scores.csv"} <= listed
    assert verify_bundle(folder, project.home.aside) == []
    (told,) = json.loads((folder / "catalog.json").read_text())["rounds"]
    assert (told["round"], told["release"]) == (ROUND, before)
    # Nothing new: no release.
    assert run(project, MAKER).release == result.release and not run(project, MAKER).new
    # The round is closed.
    with pytest.raises(MaturityFault, match="frozen already"):
        freeze(project, ROUND, CHECKER)
    with pytest.raises(ReviewFault, match="is frozen"):
        decide(project, CHECKER, [accepted(borne_out(project))])
    assert find(project.ledger, result.release).state == "proposed"


def test_a_changed_byte_of_a_round_is_found(project: Project, pravah: Pravah) -> None:
    freeze(project, ROUND, CHECKER)
    file = project.home.rounds / ROUND / "results" / "scores.csv"
    file.write_text(file.read_text().replace("meghavan", "meghavam", 1))
    code, out, _ = pravah("score", "verify", ROUND)
    assert code == 1
    assert "results/scores.csv differs" in out
    word = project.home.rounds / ROUND / "round.json"
    word.write_text(word.read_text().replace("2026", "2027", 1))
    assert "round.json is not the one that was frozen" in verify(project, ROUND)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["score"], 2, "--city"),
        (["score", "--city", "nowhere"], 2, "no such city"),
        (["score", "--city", "sonpali", "--round", "2031-H1"], 1, "name a round"),
        (["score", "freeze", "2031-H1", "--as", CHECKER], 1, "no city declared"),
        (["score", "freeze", "June", "--as", CHECKER], 1, "no half year"),
        (["score", "verify", "2026-H1"], 1, "is not frozen"),
        (["score", "review", "none.csv", "--as", CHECKER], 2, "no such file"),
    ],
)
def test_what_cannot_be_said_is_one_line(
    project: Project, pravah: Pravah, words: list[str], code: int, message: str
) -> None:
    found, _, err = pravah(*words)
    assert found == code
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_the_command_prints_what_scripts_rely_on(project: Project, pravah: Pravah) -> None:
    live = json.loads(pravah("score", "--city", "sonpali", "--json")[1])
    freeze(project, ROUND, CHECKER)
    frozen = json.loads(pravah("score", "--city", "sonpali", "--round", ROUND, "--json")[1])
    (shape,) = re.findall(r"```json\n(.*?)```", section(COMMANDS, "`pravah score`"), re.DOTALL)
    assert live.keys() == json.loads(shape).keys()
    assert len(live["indicators"]) == 39
    assert live["indicators"][0].keys() == json.loads(shape)["indicators"][0].keys()
    assert frozen.pop("frozen") and not live.pop("frozen")
    # A log that is older by a run tells more of runs, and nothing else differs.
    assert {**frozen, "indicators": None} == {**live, "indicators": None}


def test_the_rows_behind_a_figure_are_its_citys_and_hold_no_person(project: Project) -> None:
    by_id = rubric(project).by_id
    found, count = rows(project, by_id["G9"], "meghavan", 5)
    assert len(found) == 5 < count
    assert "last_reviewed_on" in found and not {"prepared_by", "approved_by"} & set(found)
    declared, several = rows(project, by_id["G1"], "sonpali", 1_000)
    assert several == len(declared) > 0 and not {"declared_by", "email"} & set(declared)
    log, runs = rows(project, by_id["T1"], "sonpali", 10)
    assert runs == len(log) == 1 and set(log["city"]) == {"sonpali"}
    # This city sends no calls.
    assert rows(project, by_id["F9"], "sonpali", 10)[1] == 0
