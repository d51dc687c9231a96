"""A contract full of faults, through the command line."""

import json
from pathlib import Path

import pytest

from tests.bad_input.conftest import COLUMNS, GOOD, Site
from tests.contracts_kit import contract, marked, write

MANY = Path(__file__).parents[1] / "data_contracts" / "many_faults.yaml"


@pytest.fixture
def bad(site: Site) -> Path:
    """A contract with more than twenty faults beside the good ones."""
    file = site.contracts / "works" / "many.odcs.yaml"
    file.write_text(MANY.read_text(encoding="utf-8"), encoding="utf-8")
    term = "rating: {title: R, titleHi: र, description: D, descriptionHi: ड, logicalType: integer}\n"
    folder = site.contracts / "vocabulary"
    folder.mkdir()
    (folder / "terms.yaml").write_text(term, encoding="utf-8")
    return file


def test_a_check_lists_every_fault_with_file_line_and_remedy(site: Site, bad: Path):
    code, out, _err = site.pravah("contracts", "check")
    assert code == 1
    lines = [line for line in out.splitlines() if line.startswith(str(bad))]
    expected = marked(MANY)
    assert len(lines) == len(expected) > 20
    for number, words in expected:
        assert [line for line in lines if line.startswith(f"{bad}:{number}: ") and words in line], (number, words)
    assert f"{len(expected)} faults" in out
    assert "works__lamps" in out and "works__poles" in out, "the good ones are still told"


def test_a_check_of_one_file_or_folder(site: Site, bad: Path):
    assert site.pravah("contracts", "check", str(bad))[0] == 1
    assert site.pravah("contracts", "check", str(bad.parent / "poles.odcs.yaml"))[0] == 0
    assert site.pravah("contracts", "check", str(bad.parent))[0] == 1


def test_a_check_as_json(site: Site, bad: Path):
    code, out, _ = site.pravah("contracts", "check", "--json")
    assert code == 1
    told = json.loads(out)
    assert sorted((fault["line"], fault["file"]) for fault in told["faults"]) == [
        (number, str(bad)) for number, _ in marked(MANY)
    ]
    assert all(fault["field"] and fault["message"] and fault["remedy"] for fault in told["faults"])
    assert len(told["compiled"]) == 4


def test_a_run_with_a_bad_contract_does_nothing_and_lists_every_fault(site: Site, bad: Path):
    site.put("poles", "march.csv", GOOD)
    code, _out, err = site.run()
    assert code == 1
    assert len([line for line in err.splitlines() if line.startswith(str(bad))]) == len(marked(MANY))
    assert "Traceback" not in err
    assert not list(site.home.rglob("*.parquet"))
    bad.unlink()
    assert site.run()[0] == 0


def test_what_does_not_compile_is_found_by_day(site: Site):
    columns = [*COLUMNS[:-1], {**COLUMNS[-1], "logicalTypeOptions": {"pattern": "(?=x)"}}]
    write(site.contracts, contract("signs", columns))
    code, out, _ = site.pravah("contracts", "check")
    assert code == 1
    assert "rule zone.pattern does not compile" in out and "1 faults" in out


def test_good_contracts_are_counted(site: Site):
    code, out, err = site.pravah("contracts", "check")
    assert (code, err) == (0, "")
    assert "no faults" in out
    rows = [line.split() for line in out.splitlines() if line.startswith("works__")]
    assert [row[0] for row in rows] == ["works__lamps", "works__poles", "works__records", "works__sheets"]
    # n.type, id.required, phone.pattern, n.minimum, zone.required
    assert {row[1] for row in rows} == {"5"}


@pytest.mark.parametrize(
    "content", [b"", b"- a\n", b"a: [\n", b"\xff\xfe", b"a: \x07\n", b"a: {{b}}\n", b"on: x\n", b"a: 1\na: 2\n"]
)
def test_a_file_that_is_no_contract_is_one_line_and_no_traceback(site: Site, content: bytes):
    file = site.contracts / "works" / "odd.odcs.yaml"
    file.write_bytes(content)
    code, _out, err = site.run()
    assert code == 1
    assert err and all(line.startswith(f"{file}:") for line in err.splitlines()), err
