"""Decisions on a release, from the command line and by someone logged in: done whole, recorded, or not done."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.deciding import decide, decide_as
from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.home import HomeBusy
from orchestration.store.keys import KeyFault
from orchestration.store.releases import ReleaseFault
from orchestration.store.staff import NotPermitted, StaffFault
from tests.conftest import Pravah
from tests.orchestration.conftest import CHECKER, MAKER

REMARK = "ward 2 is drawn twice"
STAFF = f"""\
people:
  {MAKER}: {{name: Asha, roles: [approver]}}
  {CHECKER}: {{name: Bilal, roles: [approver]}}
  officer@testpur.example: {{name: Chitra, roles: [officer]}}
  here@testpur.example: {{name: Dev, roles: [approver], cities: [testpur]}}
"""


def listed(pravah: Pravah) -> list[dict]:
    return json.loads(pravah("release", "list", "--json")[1])


def said(project: Project) -> list[tuple[str, str]]:
    """Who did what, without the run."""
    return [(entry.who, entry.action) for entry in project.audit.entries()[1:]]


def staff(home: Path, text: str = STAFF) -> None:
    (home / "staff.yaml").write_text(text, encoding="utf-8")
    (home / "staff.yaml").chmod(0o600)


@contextmanager
def somebody_at_work(home: Path) -> Iterator[None]:
    """Another process that holds the home, as a run does."""
    code = (
        f"import pathlib; from orchestration.store.home import Home\nwith Home(pathlib.Path({str(home)!r})).lock():\n"
    )
    code += "    print('held', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as other:
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate("\n")


def test_a_returned_release_is_shown_with_its_remark_and_not_let_out(small: Project, pravah: Pravah) -> None:
    name = listed(pravah)[0]["release"]
    assert pravah("release", "return", name[:8], "--remark", REMARK, "--as", CHECKER)[:2] == (
        0, f"release {name[:12]} is returned\n",
    )  # fmt: skip
    told = listed(pravah)[0]
    assert (told["state"], told["returned_by"], told["remark"]) == ("returned", CHECKER, REMARK)
    assert REMARK in pravah("release", "list")[1]
    assert pravah("release", "approve", "--as", CHECKER)[:2] == (0, "no release waits for approval\n")
    for words in (("approve", name), ("rollback", name), ("return", name, "--remark", "again")):
        code, _, err = pravah("release", *words, "--as", CHECKER)
        assert (code, len(err.splitlines())) == (1, 1)
        assert f"was returned by {CHECKER}" in err
    assert not releases.pointer(small.home).exists()
    assert said(small) == [
        (CHECKER, "return"), (CHECKER, "approve refused"), (CHECKER, "rollback refused"), (CHECKER, "return refused"),
    ]  # fmt: skip
    small.audit.verify()


def test_the_same_inputs_do_not_propose_again_what_was_returned(small_home: Path, pravah: Pravah) -> None:
    name = listed(pravah)[0]["release"]
    assert pravah("release", "return", name, "--remark", REMARK, "--as", MAKER)[0] == 0
    code, out, _ = pravah("run", "--as", MAKER)
    assert code == 0
    assert f'release {name[:12]}: was returned ("{REMARK}"); nothing new is proposed' in out
    told = json.loads(pravah("run", "--as", MAKER, "--json")[1])
    assert (told["release"], told["new"], told["returned"]) == (name, False, REMARK)
    assert [one["state"] for one in listed(pravah)] == ["returned"]
    posts = small_home / "inbox/testpur/police/posts/c.csv"
    posts.write_text("post_id,lat,lon,version\nP8,12.5,77.2,1\n")
    told = json.loads(pravah("run", "--as", MAKER, "--json")[1])
    assert (told["new"], told["returned"]) == (True, None)
    assert [one["state"] for one in listed(pravah)] == ["proposed", "returned"]
    assert pravah("release", "approve", "--as", CHECKER)[0] == 0
    assert [one["state"] for one in listed(pravah)] == ["current", "returned"]


@pytest.mark.parametrize("remark", ["", "  ", "x" * 1001])
def test_a_return_without_a_remark_is_refused_in_one_line(small_home: Path, pravah: Pravah, remark: str) -> None:
    code, _, err = pravah("release", "return", listed(pravah)[0]["release"], "--remark", remark, "--as", CHECKER)
    assert (code, len(err.splitlines())) == (1, 1)
    assert "1 to 1,000 letters" in err
    assert listed(pravah)[0]["state"] == "proposed"


def test_the_maker_in_other_letters_is_still_the_maker(small_home: Path, pravah: Pravah) -> None:
    code, _, err = pravah("release", "approve", "--as", MAKER.upper())
    assert code == 1
    assert "another person must approve it" in err


def test_reading_goes_on_while_a_run_is_at_work(small_home: Path, pravah: Pravah) -> None:
    with somebody_at_work(small_home):
        for words in (("status",), ("quarantine",), ("release", "list"), ("release", "diff"), ("audit", "list")):
            code, out, err = pravah(*words, "--json")
            assert (words, code, err) == (words, 0, "")
            assert json.loads(out)


@pytest.mark.parametrize("words", [("approve",), ("approve", "NAME"), ("return", "NAME", "--remark", "x"),
                                   ("rollback", "NAME")])  # fmt: skip
def test_deciding_waits_for_no_run_and_does_nothing_by_half(
    small: Project, pravah: Pravah, words: tuple[str, ...]
) -> None:
    name = listed(pravah)[0]["release"]
    before = (listed(pravah), small.audit.entries())
    with somebody_at_work(small.home.root):
        code, out, err = pravah("release", *(name if word == "NAME" else word for word in words), "--as", CHECKER)
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert "another run is at work" in err
        with pytest.raises(HomeBusy):
            decide(small, CHECKER, "approve", name)
    assert (listed(pravah), small.audit.entries()) == before
    assert not releases.pointer(small.home).exists()
    assert pravah("release", "approve", "--as", CHECKER)[0] == 0


def test_without_the_key_of_the_audit_log_nothing_is_decided(
    small: Project, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "no key")
    with pytest.raises(KeyFault):
        decide(small, CHECKER, "approve", listed(pravah)[0]["release"])
    assert listed(pravah)[0]["state"] == "proposed"


@pytest.mark.parametrize(
    ("email", "act", "fault"),
    [
        (CHECKER, "approve", None),
        (CHECKER.upper(), "approve", None),
        (CHECKER, "return", None),
        (MAKER, "return", None),
        (MAKER, "approve", ReleaseFault),
        ("officer@testpur.example", "approve", NotPermitted),
        ("officer@testpur.example", "return", NotPermitted),
        ("here@testpur.example", "approve", NotPermitted),
        ("mallory@testpur.example", "approve", NotPermitted),
        ("mallory@testpur.example", "rollback", NotPermitted),
    ],
)
def test_who_has_logged_in_decides_by_the_staff_file(
    small: Project, email: str, act: str, fault: type[Exception] | None
) -> None:
    staff(small.home.root)
    name = releases.listed(small.ledger)[0].id
    if fault is None:
        assert decide_as(small, email, act, name, REMARK) == name
        assert said(small) == [(email.lower(), act)]
        return
    with pytest.raises(fault):
        decide_as(small, email, act, name, REMARK)
    assert releases.listed(small.ledger)[0].state == "proposed"
    assert said(small) == [(email, f"{act} refused")]
    assert small.audit.entries()[-1].subject == name


def test_a_broken_staff_file_lets_nobody_decide(small: Project) -> None:
    staff(small.home.root, STAFF.replace("roles", "rolls"))
    with pytest.raises(StaffFault):
        decide_as(small, CHECKER, "approve", releases.listed(small.ledger)[0].id)
    assert releases.listed(small.ledger)[0].state == "proposed"
