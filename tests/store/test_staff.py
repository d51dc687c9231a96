"""The staff's file: who is not in it may do nothing, and a file that is not right gives nobody anything."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.store.home import Home
from orchestration.store.staff import RIGHTS, NotPermitted, Right, Role, Staff, StaffFault, identity

GOOD = """\
people:
  asha@navsagar.example:
    name: Asha Rao
    roles: [officer]
  Bilal.Khan@navsagar.example:
    name: Bilal Khan
    roles: [approver]
  chitra@meghavan.example:
    name: Chitra Iyer
    roles: [approver, officer]
    cities: [meghavan]
  dev@navsagar.example: {name: Dev, roles: [operator]}
  esha@navsagar.example: {name: Esha, roles: [reviewer]}
"""
SEES = {"see_monday", "see_footage", "propose_siting"}
DECIDES = {"approve", "return", "rollback"}


def written(root: Path, text: str, mode: int = 0o600) -> Staff:
    root.mkdir(parents=True, exist_ok=True)
    file = root / "staff.yaml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return Staff(Home(root), ["navsagar", "meghavan"])


@pytest.mark.parametrize(
    ("email", "rights"),
    [
        ("asha@navsagar.example", {*SEES, "draft", "see_privacy", "allow", "see_reviews", "see_releases"}),
        ("bilal.khan@navsagar.example", {*SEES, "approve_siting", "see_privacy", "see_releases", *DECIDES}),
        # A release holds all cities: whoever is there for one of them does not decide on it.
        ("chitra@meghavan.example", {*SEES, "draft", "approve_siting", "see_reviews"}),
        ("dev@navsagar.example", SEES),
        ("esha@navsagar.example", {"see_reviews", "review", "freeze"}),
        ("mallory@navsagar.example", set()),
        ("", set()),
    ],
)
def test_rights_follow_from_roles(tmp_path: Path, email: str, rights: set[str]) -> None:
    staff = written(tmp_path, GOOD)
    for right in get_args(Right):
        if right in rights:
            assert staff.permitted(email, right).email == email
        else:
            with pytest.raises(NotPermitted) as refused:
                staff.permitted(email, right)
            assert len(str(refused.value).splitlines()) == 1


def test_every_right_has_its_roles_and_every_role_is_one() -> None:
    assert set(RIGHTS) == set(get_args(Right))
    assert all(roles and roles <= set(get_args(Role)) for roles in RIGHTS.values())


def test_cities_are_all_of_them_unless_some_are_named(tmp_path: Path) -> None:
    staff = written(tmp_path, GOOD)
    seen = {who: [city for city in ("navsagar", "meghavan") if one.sees(city)] for who, one in staff.people().items()}
    assert seen["asha@navsagar.example"] == ["navsagar", "meghavan"]
    assert seen["chitra@meghavan.example"] == ["meghavan"]


@given(st.data())
def test_an_e_mail_is_the_same_in_whatever_letters(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    email = "bilal.khan@navsagar.example"
    spelled = "".join(data.draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in email)
    staff = written(tmp_path_factory.getbasetemp() / "letters", GOOD)
    found = staff.person(data.draw(st.sampled_from(["", " "])) + spelled)
    assert (found.email, found.name) == (email, "Bilal Khan")
    assert identity(spelled) == email


def test_without_a_file_nobody_may_do_anything(tmp_path: Path) -> None:
    staff = Staff(Home(tmp_path), ["navsagar"])
    assert (staff.people(), staff.person("asha@navsagar.example")) == ({}, None)


def test_a_right_that_is_taken_away_is_gone_at_once(tmp_path: Path) -> None:
    staff = written(tmp_path, GOOD)
    assert staff.permitted("bilal.khan@navsagar.example", "approve")
    written(tmp_path, GOOD.replace("[approver]", "[reviewer]"))
    with pytest.raises(NotPermitted):
        staff.permitted("bilal.khan@navsagar.example", "approve")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(StaffFault, match="chmod go-w"):
        written(tmp_path, GOOD, mode).people()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "staff.yaml:1: file: holds no mapping"),
        ("people: [asha]", "staff.yaml:1: people: "),
        ("people:\n", "staff.yaml:1: people: "),
        ("persons: {}\n", "staff.yaml:1: people: Field required"),
        ("people: {}\nadmins: {}\n", "staff.yaml:2: admins: is not known here"),
        ("people:\n  asha: {name: A, roles: [officer]}\n", "staff.yaml:2: people.asha"),
        ("people:\n  a@x.example:\n    name: A\n    roles: [admin]\n", "staff.yaml:4: people.a@x.example.roles.0"),
        ("people:\n  a@x.example:\n    name: A\n    roles: []\n", "staff.yaml:4: people.a@x.example.roles"),
        ("people:\n  a@x.example:\n    name: A\n    role: officer\n", "people.a@x.example.roles: Field required"),
        ("people:\n  a@x.example: {name: '', roles: [officer]}\n", "people.a@x.example.name"),
        ("people:\n  a@x.example: {name: A, roles: [officer], cities: []}\n", "people.a@x.example.cities"),
        ("people:\n  a@x.example: {name: A, roles: [officer], cities: [atlantis]}\n", "atlantis is no city"),
        ("people:\n  a@x.example: {name: A, roles: [officer]}\n  A@x.example: {name: B, roles: [officer]}\n", "twice"),
        ("people:\n  a@x.example: {name: A, roles: [officer]}\n  a@x.example: {name: B, roles: [officer]}\n", "twice"),
        ("people: {", "file: is not YAML"),
    ],
)
def test_a_fault_of_the_file_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StaffFault) as fault:
        written(tmp_path, text).people()
    assert said in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1
