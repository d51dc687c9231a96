"""Words that do not fit: exit 2, what is wrong, no traceback, no value."""

import pytest

from tests.bad_input.conftest import GOOD, Site
from tests.contracts_kit import PERSON, PHONE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run",), "add --as NAME or set PRAVAH_AS"),
        (("run", "--as", "x", "--city", PERSON), "no such city; known are navsagar"),
        (("run", "--as", "x", "--dataset", PHONE), "known are works__lamps, works__poles"),
        (("run", "--as", "x", "--unknown"), "No such option"),
        (("run", "--as"), "requires an argument"),
        (("read",), "Missing argument"),
        (("read", "nothing.yaml", "nothing.csv", "--city", "navsagar"), "no such file"),
        (("quarantine", "--city", PERSON), "no such city"),
        (("quarantine", "--dataset", PERSON), "not one dataset of that name"),
        (("contracts", "check", "no/such/folder"), "no such file or folder"),
        (("release", "rollback"), "Missing argument"),
        (("nothing",), "No such command"),
    ],
)
def test_bad_usage_is_exit_2(site: Site, words: tuple[str, ...], said: str):
    code, out, err = site.pravah(*words)
    assert code == 2
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert out == ""
    site.silent(err)


def test_a_contract_that_is_none_of_ours(site: Site, tmp_path):
    file = tmp_path / "march.csv"
    file.write_bytes(GOOD)
    code, _, err = site.pravah("read", str(tmp_path / "other.odcs.yaml"), str(file), "--city", "navsagar")
    assert code == 2
    assert "is not among the contracts" in err


def test_a_folder_without_contracts_is_no_check_passed(site: Site, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _out, err = site.pravah("contracts", "check", str(empty))
    assert code == 2
    assert "no file ending in .odcs.yaml there" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("release", "verify"), "no release"),
        (("release", "verify", "abc"), "no release begins so"),
        (("release", "approve", "abc", "--as", "x"), "no release begins so"),
        (("release", "rollback", "abc", "--as", "x"), "no release begins so"),
        (("release", "diff"), "there is no release yet"),
    ],
)
def test_a_release_that_is_not_there_is_exit_1(site: Site, words: tuple[str, ...], said: str):
    code, _out, err = site.pravah(*words)
    assert code == 1
    assert said in err
    assert len(err.splitlines()) == 1
