"""Plans for cameras: put forward by one, approved by another with a written note, and not to be taken before.

Who put one forward can withdraw it and an approver return it, and nobody takes it from then on."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from orchestration.approval import approve, approve_as, find, give_back, give_back_as, positions, propose, propose_as
from orchestration.project import Project, Settings
from orchestration.siting import SITE, packed, unpacked
from orchestration.store.schema import sitings
from orchestration.store.staff import NotPermitted
from tests.conftest import ROOT
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Alternative, Siting
from transforms.footage.safeguards import ALTERNATIVES, BIASED_DEMAND

CITY, NOTE = "sonpali", "Two lanes by the market; told at the ward meeting."
MAKER, CHECKER = "asha@testpur.example", "bilal@testpur.example"
STAFF = f"""\
people:
  {MAKER}: {{name: Asha, roles: [officer]}}
  {CHECKER}: {{name: Bilal, roles: [approver]}}
  here@testpur.example: {{name: Dev, roles: [approver, operator], cities: [meghavan]}}
"""
LAT = 22.715331


def made(lat: float = LAT, people: int | None = 41, camera: str | None = None) -> Siting:
    """A plan of one site."""
    ways = [Alternative(name, 2, 1, 0, 30.5, {"1": people, "1A": 0}) for name in ALTERNATIVES]
    return Siting(
        demand=40.0,
        alternatives=tuple(ways),
        chosen=pd.DataFrame([["P1@45", lat, 75.81, 45.0, 90.0, 60.0, camera]], columns=SITE),
        wards=pd.DataFrame({"ward_id": ["1"], "demand": [40.0], "before": [20.0], "repaired": [25.0], "after": [30.5]}),
        bound=31.0,
        gap=0.5 / 31,
        refused=("P2@0",),
        cut=3,
        warnings=(BIASED_DEMAND,),
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    home = tmp_path / "home"
    opened = Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))
    (home / "staff.yaml").write_text(STAFF, encoding="utf-8")
    (home / "staff.yaml").chmod(0o600)
    return opened


def said(project: Project) -> list[tuple[str, str]]:
    return [(entry.who, entry.action) for entry in project.audit.entries()]


@given(
    st.floats(6, 38),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.one_of(st.none(), st.text("NAV-C0123", min_size=1)),
)
def test_a_plan_that_is_kept_is_read_as_it_was(lat: float, people: int | None, camera: str | None) -> None:
    kept = packed(made(lat, people, camera))
    plan = unpacked(json.loads(json.dumps(kept)))
    assert packed(plan) == kept
    assert plan.chosen["lat"][0] == lat and plan.chosen["camera_id"].isna()[0] == (camera is None)


def test_another_person_answers_for_a_plan_with_a_note(project: Project) -> None:
    key = propose(project, MAKER, CITY, 5, 0.3, made()).key
    assert find(project, key[:8]).approved_by is None
    assert approve(project, CHECKER, key[:8], f" {NOTE}\n").impact_note == NOTE
    found = find(project, key)
    assert (found.city, found.cameras, found.floor) == (CITY, 5, 0.3)
    assert (found.proposed_by, found.approved_by, found.impact_note) == (MAKER, CHECKER, NOTE)
    assert found.approved_at is not None and found.approved_at >= found.proposed_at
    assert said(project) == [(MAKER, "propose_siting"), (CHECKER, "approve_siting")]


def test_the_audit_log_holds_hashes_and_no_place_and_no_note(project: Project) -> None:
    key = propose(project, MAKER, CITY, 5, 0.3, made()).key
    approve(project, CHECKER, key, NOTE)
    positions(project, MAKER, key)
    entries = project.audit.entries()
    assert [entry.subject for entry in entries] == [key] * 3
    told = {"city": CITY, "cameras": 5, "floor": 0.3}
    assert [entry.detail for entry in entries] == [told, {**told, "impact_note": True}, {}]
    assert project.audit.verify() == 3


@pytest.mark.parametrize(
    ("who", "name", "note", "why"),
    [
        (MAKER, "", NOTE, "put it forward; another person"),
        (f" {MAKER.upper()}", "", NOTE, "put it forward; another person"),
        (CHECKER, "", " \n", "no impact note"),
        (" ", "", NOTE, "no approver"),
        (CHECKER, "", "x" * 4_001, "at most 4,000"),
        (CHECKER, "zz", NOTE, "is none"),
    ],
)
def test_an_approval_that_is_none_is_refused_and_recorded(
    project: Project, who: str, name: str, note: str, why: str
) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    with pytest.raises(FootageFault, match=why) as refused:
        approve(project, who, name or key, note)
    assert "\n" not in str(refused.value)
    assert find(project, key).approved_by is None
    assert said(project)[1:] == [(who, "approve_siting refused")]


def test_a_plan_is_put_forward_and_approved_once(project: Project) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    with pytest.raises(FootageFault, match="put forward already"):
        propose(project, CHECKER, CITY, 5, 0.0, made())
    assert propose(project, CHECKER, CITY, 6, 0.0, made()).key != key
    approve(project, CHECKER, key, NOTE)
    with pytest.raises(FootageFault, match=f"{CHECKER} approved it"):
        approve(project, "chitra", key, "another")
    assert find(project, key).impact_note == NOTE


def test_positions_are_given_of_an_approved_plan_alone(project: Project) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    with pytest.raises(FootageFault, match="it waits"):
        positions(project, MAKER, key)
    approve(project, CHECKER, key, NOTE)
    head, row = positions(project, MAKER, key).splitlines()
    assert head.split(",") == SITE and row.startswith(f"P1@45,{LAT},")
    assert said(project)[1::2] == [(MAKER, "download refused"), (MAKER, "download")]


def test_a_plan_that_was_altered_in_the_ledger_is_not_approved(project: Project) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    with project.ledger.engine.begin() as connection:
        connection.execute(update(sitings).values(plan=packed(made(lat=LAT + 0.01))))
    with pytest.raises(FootageFault, match="was altered"):
        approve(project, CHECKER, key, NOTE)


@pytest.mark.parametrize(("who", "approved"), [(MAKER, False), (CHECKER, False), (MAKER, True), (CHECKER, True)])
def test_a_plan_is_returned_with_a_remark_and_then_not_used(project: Project, who: str, approved: bool) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    if approved:
        approve(project, CHECKER, key, NOTE)
    give_back(project, who, key[:8], " The market moves.\n")
    found = find(project, key)
    assert (found.returned_by, found.remark) == (who, "The market moves.")
    assert found.returned_at is not None and found.returned_at >= (found.approved_at or found.proposed_at)
    assert found.approved_by == (CHECKER if approved else None)
    (entry,) = [one for one in project.audit.entries() if one.action == "return_siting"]
    assert (entry.who, entry.subject, entry.detail) == (who, key, {"city": CITY, "approved": approved})
    for refused in (
        lambda: approve(project, "chitra", key, NOTE),
        lambda: give_back(project, "chitra", key, "again"),
        lambda: positions(project, MAKER, key),
        lambda: propose(project, MAKER, CITY, 5, 0.0, made()),
    ):
        with pytest.raises(FootageFault, match=f"{who} returned it"):
            refused()
    assert find(project, key) == found


@pytest.mark.parametrize(
    ("name", "remark", "why"), [("", " \n", "no remark"), ("", "x" * 4_001, "at most 4,000"), ("zz", "why", "is none")]
)
def test_a_return_that_is_none_is_refused_and_recorded(project: Project, name: str, remark: str, why: str) -> None:
    key = propose(project, MAKER, CITY, 5, 0.0, made()).key
    with pytest.raises(FootageFault, match=why) as refused:
        give_back(project, CHECKER, name or key, remark)
    assert "\n" not in str(refused.value)
    assert find(project, key).returned_by is None
    assert said(project)[1:] == [(CHECKER, "return_siting refused")]


def test_others_than_its_maker_return_a_plan_by_the_right_to_approve(project: Project) -> None:
    staff = STAFF + "  esha@testpur.example: {name: Esha, roles: [officer]}\n"
    (project.home.root / "staff.yaml").write_text(staff, encoding="utf-8")
    keys = [propose_as(project, MAKER, CITY, cameras, 0.0, made()).key for cameras in (5, 6)]
    for who in ("esha@testpur.example", "here@testpur.example", "mallory@testpur.example"):
        with pytest.raises(NotPermitted):
            give_back_as(project, who, keys[0], "why")
    assert give_back_as(project, MAKER.upper(), keys[0], "why").returned_by == MAKER
    assert give_back_as(project, CHECKER, keys[1], "why").returned_by == CHECKER


def test_a_right_is_asked_for_at_the_moment_and_for_the_city(project: Project) -> None:
    here = "here@testpur.example"
    with pytest.raises(NotPermitted, match=f"not there for {CITY}"):
        propose_as(project, here, CITY, 5, 0.0, made())
    key = propose_as(project, MAKER.upper(), CITY, 5, 0.0, made()).key
    for who in (MAKER, here, "mallory@testpur.example"):
        with pytest.raises(NotPermitted):
            approve_as(project, who, key, NOTE)
    assert approve_as(project, CHECKER, key, NOTE).approver == CHECKER
    refused = [one for one in said(project) if one[1].endswith("refused")]
    assert len(refused) == 4 and refused[0] == (here, "propose_siting refused")
