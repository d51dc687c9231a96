"""What lies in the inbox and is no delivery."""

import hashlib
import json
from pathlib import Path

import pytest

from orchestration import file_name
from tests.bad_input.conftest import GOOD, Site
from tests.contracts_kit import PERSON, PHONE

NAME = f"{PHONE} {PERSON}.csv"


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        (("navsagar", "works", "unknown", NAME), "navsagar/works/unknown"),
        (("navsagar", "works", "unknown", "deeper", NAME), "navsagar/works/unknown"),
        (("navsagar", "works", NAME), "navsagar/works"),
        (("navsagar", "unknown", "lamps", NAME), "navsagar/unknown/lamps"),
        (("nowhere", "works", "lamps", NAME), "nowhere/works/lamps"),
        (("navsagar", NAME), "navsagar"),
        ((NAME,), "inbox"),
    ],
)
def test_a_file_that_nobody_claims_is_told_by_its_folder_alone(site: Site, place: tuple[str, ...], folder: str):
    file = site.home.joinpath("inbox", *place)
    file.parent.mkdir(parents=True)
    file.write_bytes(GOOD)
    site.put("poles", "march.csv", GOOD)
    code, out, err = site.run()
    site.silent(out, err)
    assert code == 0, "it does not stop what is fine"
    assert f"1 files in {folder};" in out
    code, told = site.facts()
    assert told["unclaimed"] == {folder: 1}
    assert list(told["datasets"]) == ["works__poles"]


def test_a_symbolic_link_is_not_followed(site: Site, tmp_path: Path):
    """Else whoever may write into the inbox could have any file of the machine published."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(GOOD.replace(b"east", PERSON.encode()))
    site.put("poles", "march.csv", GOOD)
    folder = site.home / "inbox" / "navsagar" / "works"
    (folder / "poles" / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "lamps").symlink_to(outside)
    (folder / "sheets").mkdir()
    (folder / "sheets" / "loop").symlink_to(folder)
    (folder / "poles" / "broken.csv").symlink_to(outside / "nothing.csv")
    code, told = site.facts()
    assert code == 0
    assert {name: row["accepted"] for name, row in told["datasets"].items()} == {"works__poles": 2}
    assert told["unclaimed"] == {}


@pytest.mark.parametrize("name", [".hidden.csv", "~$march.xlsx", "march.csv.part", "march.TMP", "march.csv.crdownload"])
def test_what_is_hidden_or_unfinished_is_left_alone(site: Site, name: str):
    site.put("lamps", name, b"")
    code, told = site.facts()
    assert code == 0
    assert told["datasets"] == {} and told["unclaimed"] == {}


def test_a_file_below_the_datasets_folder_belongs_to_the_dataset(site: Site):
    site.put("lamps", "2025/03/march.csv", GOOD)
    _, told = site.facts()
    assert told["datasets"]["works__lamps"]["accepted"] == 2


def test_an_empty_inbox_is_no_fault(site: Site):
    code, out, _err = site.run()
    assert code == 0
    assert "no release: nothing stands that may be published" in out


@pytest.mark.parametrize(
    "name", ["नवसागर मार्च.csv", "it's; drop table x --.csv", "a'b\"c.csv", "data[1].csv", "100%.csv"]
)
def test_names_of_files_are_only_names(site: Site, name: str):
    site.put("lamps", name, GOOD)
    site.put("poles", name, b"")
    code, told = site.facts()
    assert code == 1
    assert told["datasets"]["works__lamps"]["accepted"] == 2
    called = file_name.told(f"navsagar/works/poles/{name}", hashlib.sha256(b"").hexdigest())
    assert told["datasets"]["works__poles"]["held"].startswith(f"{called}: byte 0: file.empty")
    _, out, _ = site.run()
    assert f"{called}: byte 0" in out
    _, out, _ = site.pravah("status", "--json")
    assert [entry["held"][0].partition(": ")[0] for entry in json.loads(out) if entry["held"]] == [called]


@pytest.mark.parametrize("name", ["march [final].csv", "march [/b].csv", "[b]march.csv"])
def test_names_of_files_are_no_markup(site: Site, name: str):
    site.put("poles", name, b"")
    code, out, _ = site.run()
    assert code == 1
    assert f"navsagar/works/poles/{name}: byte 0" in out
