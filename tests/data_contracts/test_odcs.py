"""One contract file into a Dataset: what each field comes to, and each way in which it can be wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from data_contracts.dataset import RESERVED, Dataset
from data_contracts.odcs import OdcsReader
from tests.contracts_kit import column, contract, own, server, write

KEY = column("id", key=True)
ROWS = {"form": "aggregate", "dimensions": ["zone"], "measures": {"n": "count(*)"}}
ZONE = column("zone", treatment="keep")
OPENED = column("opened_at", "timestamp", {"kind": "generalise", "to": "month"}, options={"format": "dd/MM/yyyy"})


def reader(root: Path, given: dict[str, Any]) -> OdcsReader:
    (file,) = write(root, given)
    return OdcsReader(file, {})


def dataset(root: Path, given: dict[str, Any]) -> Dataset:
    read = reader(root, given)
    assert not read.faults, list(map(str, read.faults))
    assert read.dataset
    return read.dataset


def messages(root: Path, given: dict[str, Any]) -> list[str]:
    read = reader(root, given)
    assert read.dataset is None or not read.faults
    return [f"{fault.message}; {fault.remedy}" for fault in read.faults]


def with_publication(publication: Any, *columns: dict) -> dict:
    return contract("a", [KEY, ZONE, OPENED, *columns], publication=publication)


def with_rule(**rule: Any) -> dict:
    return contract("a", [KEY, ZONE], quality=[rule])


def with_sla(**sla: Any) -> dict:
    return contract("a", [KEY], sla=[sla])


def with_server(**given: Any) -> dict:
    return contract("a", [KEY], servers=[server(**given)])


def with_column(*given: Any, **words: Any) -> dict:
    return contract("a", [KEY, column(*given, **words)])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        # the standard
        ({**contract("a", [KEY]), "apiVersion": "v2.2.2"}, "is not the version this project reads; say v3.1.0"),
        ({**contract("a", [KEY]), "kind": "Contract"}, '"DataContract"'),
        ({**contract("a", [KEY]), "colour": "red"}, "'colour'"),
        ({**contract("a", [KEY]), "domain": "works", "schema": []}, "must hold exactly one table"),
        ({**contract("a", [KEY]), "schema": contract("a", [KEY])["schema"] * 2}, "must hold exactly one table"),
        ({**contract("a", [KEY]), True: "x"}, "should be strings"),
        # servers
        (with_server(name="meghavan"), "no server is called inbox"),
        (contract("a", [KEY], servers=[server(), server()]), "server inbox stands twice"),
        (with_server(encodign="cp1252"), "did you mean encoding?"),
        (with_server(zzzzzz=1), "known are cellsAbove, decimal, delimiter, encoding"),
        (with_server(delimiter=""), "delimiter: "),
        (with_server(delimiter="ab"), "delimiter: "),
        (with_server(delimiter="\n"), "delimiter: "),
        (with_server(delimiter='"'), "delimiter: "),
        (with_server(decimal="'"), "decimal: "),
        (with_server(headerRow=0), "headerRow: "),
        (with_server(formulas="run"), "formulas: "),
        (with_server(records="data"), "records: "),
        (with_server(nullValues=[]), "nullValues: "),
        (with_server(nullValues=["", "a,b"]), "nullValues: Value error, one holds the delimiter"),
        (with_server(nullValues=['"']), "one holds the delimiter or a quote"),
        # columns
        (with_column("note", treatment=None), "column note has no treatment; add the custom property treatment"),
        (with_column("note", treatment="publish"), "treatment.kind: "),
        (with_column("note", treatment={"kind": "generalise"}), "generalise needs one of"),
        (with_column("note", treatment={"kind": "generalise", "to": "day", "band": 5}), "generalise needs one of"),
        (with_column("note", treatment={"kind": "generalise", "to": "week"}), "treatment.to: "),
        (with_column("note", treatment={"kind": "generalise", "band": 0}), "treatment.band: "),
        (with_column("note", treatment={"kind": "keep", "to": "day"}), "belong to generalise"),
        (with_column("note", treatment={"kind": "drop", "keepLast": 2}), "belongs to mask"),
        (with_column("note", treatment={"kind": "mask", "keepLast": -1}), "treatment.keepLast: "),
        (with_column("note", treatment={"kind": "mask", "domain": "x"}), "belongs to pseudonym"),
        (with_column("note", treatment={"kind": "keep", "colour": 1}), "treatment.colour: "),
        (with_column("note", "array"), "has a type that cannot be stored"),
        (with_column("note", "object"), "has a type that cannot be stored"),
        (with_column("note", "time"), "has a type that cannot be stored"),
        (with_column("note", sourceName="x"), "did you mean sourceNames?"),
        (with_column("note", sourcePointer="location/lat"), "sourcePointer: "),
        (with_column("note", repairs=["shout"]), "repairs.0: "),
        (with_column("id"), "id names column id as well"),
        (with_column("note", sourceNames=["id"]), "id names column id as well"),
        (with_column("note", sourceNames=["note"]), "column note names itself twice"),
        (with_column("note", sourcePointer="/id/text"), "sourcePointer leads through id, by which column id is known"),
        (contract("a", [KEY, {**column("note"), "unique": True}]), "is not checked here; write a duplicateValues"),
        (contract("a", [{**KEY, "relationships": [{"to": "b.c"}, {"to": "d.e"}]}]), "point to more than one column"),
        (contract("a", [{**KEY, "relationships": [{"to": ["b.c"]}]}]), "point to more than one column"),
        (with_column("note", logic="other || 'x'"), "names other, which the contract does not have"),
        (with_column("note", logic="id", of=["other"]), "names other, which stands in no file"),
        # a derived column reads the file's columns, not another derived one
        (
            contract("a", [KEY, column("b", logic="id"), column("c", logic="b")]),
            "names b, which the contract does not have",
        ),
        # the table
        (contract("a", [KEY], publication=None), "publication: Field required"),
        (contract("a", [KEY], publication="table"), "publication.form: "),
        (contract("a", [KEY], publication="none"), "`none` needs a `reason`"),
        (contract("a", [KEY], publication="aggregate"), "an aggregate needs `dimensions` and `measures`"),
        (contract("a", [KEY], publication={**ROWS, "form": "rows"}), "belong to an aggregate"),
        (contract("a", [KEY], publication={**ROWS, "k": 1}), "publication.k: "),
        (contract("a", [KEY], delivery="stream"), "delivery: "),
        (contract("a", [KEY], versionColumn="changed"), "versionColumn changed is not a column"),
        (contract("a", [KEY], futureSkew=2), "futureSkew needs a temporalColumn that is a date or a timestamp"),
        (contract("a", [KEY], futureSkew=2, temporalColumn="id"), "futureSkew needs a temporalColumn that is a date"),
        (contract("a", [KEY], publication={"form": "rows", "delayMonths": 1}), "delayMonths needs a temporalColumn"),
        (
            contract("a", [KEY], publication={"form": "none", "reason": "x", "delayMonths": 1}),
            "`where` and `delayMonths` belong to rows and to an aggregate",
        ),
        (contract("a", [KEY], retention=5), "custom property retention is not known here"),
        (with_publication({**ROWS, "dimensions": ["ward"]}), "dimension ward is not a column"),
        (with_publication({**ROWS, "dimensions": ["id"]}), "dimension id is a column that does not go out"),
        (
            with_publication({**ROWS, "dimensions": [{"column": "opened_at", "to": "day"}]}),
            "dimension opened_at is finer than the column's treatment; say month or coarser",
        ),
        (with_publication({**ROWS, "measures": {"n": "max(id)"}}), "measure n uses another aggregate"),
        (with_publication({**ROWS, "measures": {"n": "count(*) filter (where x = 1)"}}), "measure n names x"),
        # rules
        (with_rule(name="r", type="text", description="x"), "a text rule cannot be checked"),
        (with_rule(name="r", type="custom", engine="soda", implementation="x"), "no engine here runs this rule"),
        (
            with_rule(name="r", type="custom", engine="greatExpectations", implementation="x"),
            "no engine here runs this rule",
        ),
        (with_rule(type="custom", engine="pravah", implementation="zone = 'x'"), "a rule needs a name of its own"),
        (with_rule(name="r", metric="rowCount", mustBe=1, mustBeLessThan=5), "more than one"),
        (with_rule(name="r", metric="freshness", mustBe=1), '"freshness"'),
        (with_rule(name="r", metric="rowCount", mustBe=1, severity="loud"), "use error or warning"),
        (
            with_rule(name="r", type="custom", engine="pravah", implementation="colour = 'x'"),
            "names colour, which the contract does not have; write an expression over the columns of one row",
        ),
        # service levels
        (with_sla(property="frequency", value=1), "needs a number and a unit"),
        (with_sla(property="frequency", value="daily", unit="d"), "needs a number and a unit"),
        (with_sla(property="frequency", value=1, unit="fortnight"), "use one of m, min, h, d, w, mo, y"),
        (with_sla(property="availability", value=1, unit="d"), "is not a service level we keep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault(tmp_path: Path, given: dict[str, Any], words: str):
    found = messages(tmp_path, given)
    assert any(words in message for message in found), found


@pytest.mark.parametrize("name", [*sorted(RESERVED), "", "Zone", "zone name", "_zone", "2nd", "zone?", "जोन", 'a"b'])
def test_names_that_no_column_may_have(tmp_path: Path, name: str):
    assert messages(tmp_path, with_column(name))


@pytest.mark.parametrize("name", ["file", "row", "t", "h", "order", "select", "text", "value", "rows", "item", "c0"])
def test_names_that_sound_dangerous_and_are_not(tmp_path: Path, name: str):
    assert messages(tmp_path, with_column(name)) == []


def test_a_contract_that_the_standard_refuses_by_type_is_told_at_the_field(tmp_path: Path):
    given = with_column("note")
    given["schema"][0]["properties"][1]["required"] = "maybe"
    read = reader(tmp_path, given)
    assert {fault.field for fault in read.faults} >= {"schema.0.properties.1.required"}
    assert {fault.line for fault in read.faults} == {read.document.line(("schema", 0, "properties", 1, "required"))}


def test_relationships_of_the_table_are_not_dropped(tmp_path: Path):
    given = contract("a", [KEY])
    given["schema"][0]["relationships"] = [{"from": "a.id", "to": "b.id"}]
    assert "belong to a column here; move each under its column" in messages(tmp_path, given)


def test_a_column_of_every_kind(tmp_path: Path):
    read = dataset(
        tmp_path,
        contract(
            "lamps",
            [
                KEY,
                column("zone", treatment="keep", required=True, sourceNames=["Zone", "ZONE"]),
                column("seen_at", "timestamp", {"kind": "generalise", "to": "day"}, options={"format": "dd/MM/yyyy"}),
                column("age", "integer", {"kind": "generalise", "band": 5}),
                column("outline", "geometry", "keep", mendGeometry=True),
                column("first", logic="left(id, 1)", of=["id"]),
                column("ward_id", to="iccc__wards.ward_id"),
            ],
            boundary="iccc__wards",
            versionColumn="seen_at",
            sla=[
                {"property": "frequency", "value": 2, "unit": "w"},
                {"property": "latency", "value": 12, "unit": "h"},
                {"property": "retention", "value": 1, "unit": "y"},
            ],
        ),
    )
    assert read.table == "works__lamps"
    assert read.key == ("id",)
    assert [column.name for column in read.file_columns] == ["id", "zone", "seen_at", "age", "outline", "ward_id"]
    assert read.by_name["id"].required, "a key is always required"
    assert read.by_name["zone"].source_names == ("zone", "Zone", "ZONE")
    assert read.by_name["age"].treatment.band == 5
    assert read.geometry and read.geometry.name == "outline" and read.geometry.properties.mend_geometry
    assert read.by_name["first"].derived_from == ("id",)
    assert read.requires == ("iccc__wards",)
    assert (read.sla.frequency_days, read.sla.latency_days, read.sla.retention_days) == (14, 0.5, 365.25)


def test_a_reference_to_its_own_table_requires_nothing(tmp_path: Path):
    assert dataset(tmp_path, with_column("parent_id", to="works__a.id")).requires == ()


def test_a_city_with_a_server_of_its_own_uses_it(tmp_path: Path):
    read = dataset(tmp_path, contract("a", [KEY], servers=[server(), server("meghavan", "xlsx", sheet="Register")]))
    assert read.source("navsagar").format == "csv"
    assert (read.source("meghavan").format, read.source("meghavan").properties.sheet) == ("xlsx", "Register")


@pytest.mark.parametrize(
    ("rule", "name", "kind"),
    [
        ({"metric": "nullValues", "mustBe": 0}, "zone_nullValues", "row"),
        ({"metric": "nullValues", "mustBeLessThan": 5, "unit": "percent"}, "zone_nullValues", "table"),
        (
            {"metric": "invalidValues", "arguments": {"validValues": ["a"]}, "mustBe": 0, "name": "known"},
            "known",
            "row",
        ),
        ({"metric": "duplicateValues", "mustBe": 0}, "zone_duplicateValues", "table"),
        ({"type": "sql", "query": "select 1 from ${table}", "mustBe": 1, "name": "q"}, "q", "table"),
        ({"type": "custom", "engine": "pravah", "implementation": "zone > 'a'", "name": "p"}, "p", "row"),
        (
            {"type": "custom", "engine": "greatExpectations", "implementation": {"type": "x"}, "name": "g"},
            "g",
            "table",
        ),
    ],
)
def test_rules_of_a_row_and_of_the_table(tmp_path: Path, rule: dict, name: str, kind: str):
    (read,) = dataset(tmp_path, contract("a", [KEY, column("zone", quality=[rule])])).rules
    assert (read.name, read.kind, read.column, read.severity) == (name, kind, "zone", "error")


def test_the_hash_is_of_what_the_contract_says(tmp_path: Path):
    given = contract("a", [KEY])
    first = dataset(tmp_path, given).contract_hash
    assert dataset(tmp_path, yaml.safe_load(yaml.safe_dump(given))).contract_hash == first
    given["schema"][0]["properties"][0]["customProperties"] = own(treatment="keep")
    assert dataset(tmp_path, given).contract_hash != first
