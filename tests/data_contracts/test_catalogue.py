"""A whole project's contracts: loaded together, in order, or every fault told."""

from pathlib import Path

import pytest
import yaml

from data_contracts import catalogue
from data_contracts.faults import ContractFaults, Fault
from tests.contracts_kit import CITY, column, contract, load, marked, server, write
from transforms.compiling import compile_contract

ROOT = Path(__file__).parents[2]
PROJECTS = [ROOT / "data_contracts", *sorted((ROOT / "tests").glob("*/contracts"))]
MANY = Path(__file__).with_name("many_faults.yaml")


def faults_of(root: Path) -> list[Fault]:
    return sorted(set(catalogue.read(root)[1]))


def ids(*columns: dict) -> list[dict]:
    return [column("id", key=True), *columns]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A project whose only contract is the one full of faults."""
    write(tmp_path)
    (tmp_path / "vocabulary").mkdir()
    term = {"title": "Rating", "titleHi": "र", "description": "1 to 5", "descriptionHi": "र", "logicalType": "integer"}
    (tmp_path / "vocabulary" / "terms.yaml").write_text(yaml.safe_dump({"rating": term}))
    file = tmp_path / "works" / "lamps.odcs.yaml"
    file.parent.mkdir()
    file.write_text(MANY.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def test_every_fault_of_a_contract_is_found_at_once_and_at_its_line(many: Path):
    found = faults_of(many.parents[1])
    expected = marked(MANY)
    assert len(expected) > 30
    for line, words in expected:
        here = [fault for fault in found if fault.line == line and words in f"{fault.message}; {fault.remedy}"]
        assert len(here) == 1, f"line {line}: {words}: {[str(fault) for fault in found if fault.line == line]}"
    assert len(found) == len(expected), [str(fault) for fault in found]


def test_every_fault_says_file_line_field_and_what_to_do(many: Path):
    for fault in faults_of(many.parents[1]):
        assert fault.file == many
        assert str(fault) == f"{many}:{fault.line}: {fault.field}: {fault.message}; {fault.remedy}"
        assert fault.field
        assert len(fault.remedy) > 5


def test_a_project_with_a_fault_does_not_load(many: Path):
    with pytest.raises(ContractFaults) as error:
        catalogue.load(many.parents[1])
    assert error.value.faults == faults_of(many.parents[1])
    assert str(error.value).count("\n") == len(error.value.faults) - 1


def test_a_good_contract_beside_a_bad_one_is_still_handed_back(many: Path):
    write(many.parents[1], contract("poles", ids()))
    loaded, faults = catalogue.read(many.parents[1])
    assert list(loaded.datasets) == ["works__poles"]
    assert {fault.file for fault in faults} == {many}


@pytest.mark.parametrize("root", PROJECTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_contract_of_the_project_loads_and_compiles(root: Path):
    loaded = catalogue.load(root)
    assert loaded.datasets
    for dataset in loaded.datasets.values():
        compiled, faults = compile_contract(dataset, loaded.datasets)
        assert not faults, list(map(str, faults))
        assert compiled
        written = {rule.name for rule in dataset.rules}
        assert written <= {*compiled.row_rules, *compiled.expectations, *compiled.by_sql}, "a rule was dropped"


def test_datasets_come_after_what_they_require(tmp_path: Path):
    loaded = load(
        tmp_path,
        contract("a", ids(column("c_id", to="works__c.id"))),
        contract("b", ids(column("a_id", to="works__a.id"))),
        contract("c", ids()),
    )
    assert list(loaded.datasets) == ["works__c", "works__a", "works__b"]


def refers(to: str) -> list[dict]:
    return ids(column("other_id", to=to))


@pytest.mark.parametrize(
    ("contracts", "words"),
    [
        ([contract("a", refers("works__b.id")), contract("b", refers("works__a.id"))], "requires itself"),
        (
            [
                contract("a", refers("works__b.id")),
                contract("b", refers("works__c.id")),
                contract("c", refers("works__a.id")),
            ],
            "requires itself",
        ),
        ([contract("a", refers("works__z.id"))], "requires works__z, which no contract describes"),
        ([contract("a", ids(), boundary="iccc__wards")], "requires iccc__wards, which no contract describes"),
        ([contract("a", ids()), {**contract("a", ids()), "name": "again"}], "is taken by a.odcs.yaml"),
    ],
)
def test_faults_between_contracts(tmp_path: Path, contracts: list[dict], words: str):
    write(tmp_path, *contracts)
    assert [fault.message for fault in faults_of(tmp_path) if words in fault.message]


def city(**changes: object) -> dict:
    given = {"id": "sonpali", "name": "Sonpali", "nameHi": "सोनपाली", "state": "S", "bounds": [72.0, 19.0, 73.0, 20.0]}
    return {**given, **changes}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (yaml.safe_dump(city(id="sonpalli")), "differs from the file's name"),
        (yaml.safe_dump(city(bounds=[72.0, 19.0])), "Field required"),
        (yaml.safe_dump(city(mayor="x")), "is not known here"),
        (yaml.safe_dump({key: value for key, value in city().items() if key != "state"}), "Field required"),
        (yaml.safe_dump(city(id="Sonpali")), "should match pattern"),
        (yaml.safe_dump({**city(), 1: "x"}), "should be strings"),
        ("- a\n- b\n", "holds no mapping"),
        ("", "holds no mapping"),
    ],
)
def test_faults_of_a_city(tmp_path: Path, text: str, words: str):
    write(tmp_path)
    (tmp_path / "cities" / "sonpali.yaml").write_text(text)
    found = faults_of(tmp_path)
    assert found and any(words in fault.message for fault in found), list(map(str, found))
    assert list(catalogue.read(tmp_path)[0].cities) == [CITY]


def test_faults_of_the_vocabulary(tmp_path: Path):
    write(tmp_path)
    folder = tmp_path / "vocabulary"
    folder.mkdir()
    term = {"title": "T", "titleHi": "ट", "description": "D", "descriptionHi": "ड", "logicalType": "string"}
    (folder / "a.yaml").write_text(yaml.safe_dump({"zone": term}))
    (folder / "b.yaml").write_text(yaml.safe_dump({"zone": term, "site": {**term, "colour": "red"}}))
    (folder / "c.yaml").write_text(yaml.safe_dump({"zone": term}))
    found = faults_of(tmp_path)
    assert [fault.message for fault in found] == ["is not known here", "is defined in another theme as well"]
    assert found[0].field == "site.colour"


def test_the_vocabulary_fills_in_what_a_contract_leaves_out(tmp_path: Path):
    folder = tmp_path / "vocabulary"
    folder.mkdir()
    term = {"title": "Depth", "titleHi": "गहराई", "description": "How deep.", "descriptionHi": "कितना गहरा।"}
    (folder / "water.yaml").write_text(yaml.safe_dump({"depth_m": {**term, "logicalType": "number", "unit": "m"}}))
    loaded = load(tmp_path, contract("wells", ids(column("depth_m", "number", sourceSuffixes=["ft"]))))
    depth = loaded.datasets["works__wells"].by_name["depth_m"]
    assert (depth.title, depth.description) == ("Depth", "How deep.")
    assert (depth.properties.unit, depth.properties.title_hi) == ("m", "गहराई")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write(root, contract("a", ids(column("note")))),
        lambda root: write(root, contract("a", ids(), servers=[server(delimiter=";")])),
        lambda root: write(root, contract("b", ids())),
        lambda root: (root / "cities" / "sonpali.yaml").write_text(yaml.safe_dump(city())),
    ],
)
def test_the_hash_changes_with_any_contract_or_city(tmp_path: Path, change):
    write(tmp_path, contract("a", ids()))
    before = catalogue.load(tmp_path).hash
    assert catalogue.load(tmp_path).hash == before
    change(tmp_path)
    assert catalogue.load(tmp_path).hash != before


def test_the_hash_does_not_change_with_comments_or_order(tmp_path: Path):
    (file,) = write(tmp_path, contract("a", ids()))
    before = catalogue.load(tmp_path).hash
    given = yaml.safe_load(file.read_text())
    file.write_text("# a comment\n" + yaml.safe_dump(given, sort_keys=True))
    assert catalogue.load(tmp_path).hash == before


def test_contracts_are_loaded_again_when_a_file_changed_and_not_before(tmp_path: Path):
    (file,) = write(tmp_path, contract("a", ids()))
    first = catalogue.load(tmp_path)
    assert catalogue.load(tmp_path) is first
    good = file.read_text()
    write(tmp_path, contract("b", ids()))
    assert len(catalogue.load(tmp_path).datasets) == 2
    file.write_text("id: elsewhere\n")
    for _ in range(2):
        with pytest.raises(catalogue.ContractFaults):
            catalogue.load(tmp_path)
    file.write_text(good + "# mended\n")
    assert len(catalogue.load(tmp_path).datasets) == 2
