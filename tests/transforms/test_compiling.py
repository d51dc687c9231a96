"""A contract without data: what it comes to, and everything about it that would fail at night."""

from pathlib import Path
from typing import Any

import pytest

from data_contracts import catalogue
from data_contracts.faults import Fault
from tests.contracts_kit import CITY, column, contract, server, write
from transforms.compiling import Compiled, compile_contract

KEY = column("id", key=True)
DATE = {"format": "dd/MM/yyyy"}
WARDS = contract(
    "wards",
    [column("ward_id", treatment="keep", key=True), column("geometry", "geometry", "keep")],
    department="iccc",
    servers=[server(format="geojson")],
)


def compiled(root: Path, given: dict[str, Any], *others: dict[str, Any]) -> tuple[Compiled | None, list[Fault]]:
    write(root, given, *others)
    loaded = catalogue.load(root)
    return compile_contract(loaded.datasets[f"{given['domain']}__{given['name']}"], loaded.datasets)


def with_column(*words: Any, servers: Any = None, **given: Any) -> dict:
    return contract("a", [KEY, column(*words, **given)], servers=servers)


def with_rule(**rule: Any) -> dict:
    return contract("a", [KEY, column("n", "integer"), column("text")], quality=[rule])


def expectation(kind: Any, **words: Any) -> dict:
    return with_rule(
        name="r", type="custom", engine="greatExpectations", implementation={"type": kind, **words}, severity="error"
    )


def aggregate(*columns: dict, **publication: Any) -> dict:
    words = {"form": "aggregate", "dimensions": ["id2"], "measures": {"n": "count(*)"}, **publication}
    return contract("a", [KEY, column("id2", treatment="keep"), *columns], publication=words)


def ward(**words: Any) -> dict:
    columns = [KEY, column("lat", "number"), column("lon", "number"), column("ward_id", **words)]
    return contract("a", columns, boundary="iccc__wards")


PLACE = {"of": ["lat", "lon"], "logic": "place(lat, lon).ward_id"}


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        # sources
        (
            with_column("x", servers=[server(format="pdf")]),
            "servers.0.format",
            "use one of csv, geojson, gpkg, gtfs, json, kml",
        ),
        (with_column("x", servers=[server(encoding="utf-99")]), "servers.0", "names an encoding that Python"),
        (with_column("x", servers=[server(encoding="base64")]), "servers.0", "names an encoding that Python"),
        (with_column("x", servers=[server(encoding="undefined")]), "servers.0", "names an encoding that Python"),
        # what cannot be read
        (with_column("x", "date"), "schema.0.properties.1", "needs logicalTypeOptions.format"),
        (with_column("x", "timestamp"), "schema.0.properties.1", "needs logicalTypeOptions.format"),
        (with_column("x", "date", options={"format": "dd/QQ/yyyy"}), "schema.0.properties.1", "letters QQ"),
        (with_column("x", "date", options={"format": "dd'"}), "schema.0.properties.1", "is not closed"),
        (with_column("x", "date", options={"format": "yyyyXXX"}), "schema.0.properties.1", "a date has no offset"),
        (with_column("x", "date", options=DATE, sourceFormats=["T"]), "schema.0.properties.1", "letters T"),
        (
            with_column("x", "timestamp", options={**DATE, "defaultTimezone": "Asia/Nowhere"}),
            "schema.0.properties.1",
            "no time zone is called Asia/Nowhere",
        ),
        (with_column("x", "number", sourceSuffixes=["ft"]), "schema.0.properties.1", "need a `unit`"),
        (with_column("x", "number", sourceUnit="ft"), "schema.0.properties.1", "need a `unit`"),
        (with_column("x", "number", sourceUnitByKey={"id": {"a": "ft"}}), "schema.0.properties.1", "need a `unit`"),
        (
            with_column("x", "number", unit="m", sourceSuffixes=["furlongz"]),
            "schema.0.properties.1",
            "no way from furlongz to m",
        ),
        (with_column("x", "number", unit="m", sourceSuffixes=["kg"]), "schema.0.properties.1", "no way from kg to m"),
        (with_column("x", "number", unit="m", sourceSuffixes=["("]), "schema.0.properties.1", "no way from ( to m"),
        (with_column("x", "number", unit="degC", sourceUnit="degF"), "schema.0.properties.1", "their zeros differ"),
        (with_column("x", "integer", unit="m", sourceUnit="ft"), "schema.0.properties.1", "make it a number"),
        (with_column("x", "number", physical="DECIMAL(40,2)"), "schema.0", "does not compile"),
        (with_column("x", logic="nosuch(id)"), "schema.0", "a derived column does not compile"),
        (with_column("x", logic="place(1, 1).ward_id"), "schema.0", "a derived column does not compile"),
        # options without a check
        (
            with_column("x", "number", options={"multipleOf": 0.5}),
            "schema.0.properties.1.logicalTypeOptions.multipleOf",
            "cannot be checked here",
        ),
        (
            with_column("x", options={"format": "email"}),
            "schema.0.properties.1.logicalTypeOptions.format",
            "format of a string cannot be checked here",
        ),
        (with_column("x", options={"pattern": "^(?=a)b"}), "schema.0.properties.1", "rule x.pattern does not compile"),
        (with_column("x", options={"pattern": "[a"}), "schema.0.properties.1", "rule x.pattern does not compile"),
        # row rules
        (
            with_rule(name="r", type="custom", engine="pravah", implementation="n > 'x' || text"),
            "schema.0.quality.0",
            "rule r does not compile",
        ),
        (
            with_rule(name="r", type="custom", engine="pravah", implementation="nosuch(n) > 1"),
            "schema.0.quality.0",
            "rule r does not compile",
        ),
        (
            with_rule(name="r", type="custom", engine="pravah", implementation="text"),
            "schema.0.quality.0",
            "gives a VARCHAR",
        ),
        (with_rule(name="r", metric="nullValues", mustBe=0), "schema.0.quality.0", "belongs to a column"),
        (
            with_column("x", quality=[{"name": "r", "metric": "invalidValues", "mustBe": 0}]),
            "schema.0.properties.1.quality.0.arguments",
            "needs validValues or pattern",
        ),
        (
            with_column(
                "x",
                quality=[{"name": "r", "metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "(?<=a)b"}}],
            ),
            "schema.0.properties.1.quality.0",
            "rule r does not compile",
        ),
        # table rules
        (with_rule(name="r", metric="rowCount", mustNotBe=1), "schema.0.quality.0", "has no bound"),
        (with_rule(name="r", metric="duplicateValues", mustBe=0), "schema.0.quality.0", "only one form"),
        (
            with_rule(name="r", metric="duplicateValues", mustBe=0, arguments={"properties": ["zone"]}),
            "schema.0.quality.0.arguments",
            "names a column the contract does not have",
        ),
        (
            with_column("x", quality=[{"name": "r", "metric": "nullValues", "mustBeLessThan": 5}]),
            "schema.0.properties.1.quality.0",
            "use unit: percent",
        ),
        (
            with_column(
                "x", quality=[{"name": "r", "metric": "missingValues", "mustBeLessThan": 5, "unit": "percent"}]
            ),
            "schema.0.properties.1.quality.0",
            "with a share has no form here",
        ),
        (
            with_column(
                "x",
                quality=[
                    {
                        "name": "r",
                        "metric": "invalidValues",
                        "mustBeLessThan": 5,
                        "unit": "percent",
                        "arguments": {"pattern": "[a"},
                    }
                ],
            ),
            "schema.0.properties.1.quality.0.arguments",
            "the pattern does not compile",
        ),
        (expectation("expect_the_best"), "schema.0.quality.0.implementation", "has no expect_the_best"),
        (expectation("../__init__"), "schema.0.quality.0.implementation", "Great Expectations has no"),
        (
            # a file of the library without a class of that name
            expectation("expect_column_kl_divergence_to_be_less_than"),
            "schema.0.quality.0.implementation",
            "Great Expectations has no",
        ),
        (
            expectation("expect_column_values_to_not_be_null", kwargs={"column": "zone"}),
            "schema.0.quality.0.implementation",
            "names zone; use one of id, n, text",
        ),
        (
            expectation("expect_column_max_to_be_between", kwargs={"column": "n"}, on="delivery"),
            "schema.0.quality.0.implementation",
            "use one of quarantined, reject_share, rows_read, volume_ratio",
        ),
        (expectation("expect_column_max_to_be_between", on="moon"), "schema.0.quality.0.implementation", "is not type"),
        (expectation("expect_column_max_to_be_between", colour=1), "schema.0.quality.0.implementation", "is not type"),
        (
            with_rule(name="r", type="sql", query="select count(*) from works__b", mustBe=0),
            "schema.0.quality.0.query",
            "is not a query over ${table} alone",
        ),
        (
            with_rule(name="r", type="sql", query="select count(*) from ${table}, read_csv('x')", mustBe=0),
            "schema.0.quality.0.query",
            "is not a query over ${table} alone",
        ),
        (with_rule(name="r", type="sql", query="drop table x", mustBe=0), "schema.0.quality.0.query", "is not a query"),
        (with_rule(name="r", type="sql", query="selec 1", mustBe=0), "schema.0.quality.0.query", "is not a query"),
        (
            with_rule(name="r", type="sql", query="select 1 from ${table}", mustBe="x"),
            "schema.0.quality.0",
            "has no bound",
        ),
        (
            with_rule(name="r", type="sql", query="select count(*) from ${table} where zone = 'x'", mustBe=0),
            "schema.0.quality.0",
            "rule r does not compile",
        ),
        # publication
        (aggregate(measures={"id2": "count(*)"}), "schema.0", "two columns called id2"),
        (aggregate(measures={"city": "count(*)"}), "schema.0", "two columns called city"),
        (aggregate(measures={"suppressed": "count(*)"}), "schema.0", "two columns called suppressed"),
        (aggregate(dimensions=["id2", "id2"]), "schema.0", "two columns called id2"),
        (aggregate(measures={"n": "sum(id2)"}), "schema.0", "its public form does not compile"),
        (aggregate(dimensions=[{"column": "id2", "to": "day"}]), "schema.0", "its public form does not compile"),
        (with_column("x", treatment={"kind": "generalise", "band": 5}), "schema.0", "its public form does not compile"),
        (
            contract(
                "a",
                [
                    KEY,
                    column("opened_at", "timestamp", {"kind": "generalise", "to": "day"}, options=DATE),
                    column("opened_on", "date", {"kind": "generalise", "to": "day"}, options=DATE),
                ],
            ),
            "schema.0",
            "two columns called opened_day",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_found_by_day(tmp_path: Path, given: dict[str, Any], field: str, words: str):
    done, faults = compiled(tmp_path, given)
    assert done is None
    found = [(fault.field, fault.message, fault.remedy) for fault in faults]
    assert any(place == field and words in f"{message}; {remedy}" for place, message, remedy in found), found


@pytest.mark.parametrize(
    ("given", "others", "words"),
    [
        (ward(**PLACE), [{**WARDS, "schema": contract("wards", [KEY])["schema"]}], "has no geometry or no primary key"),
        (
            ward(**PLACE),
            [contract("wards", [column("ward_id"), column("geometry", "geometry")], department="iccc")],
            "has no geometry or no primary key",
        ),
        (ward(of=["lat", "lon"], logic="place(lat, lon).zone"), [WARDS], "a derived column does not compile"),
        (with_column("x", to="iccc__wards.zone"), [WARDS], "refers to zone, which iccc__wards does not have"),
    ],
)
def test_faults_of_what_is_joined(tmp_path: Path, given: dict, others: list[dict], words: str):
    _, faults = compiled(tmp_path, given, *others)
    assert [fault for fault in faults if words in fault.message], list(map(str, faults))


def test_all_faults_are_told_at_once(tmp_path: Path):
    given = contract(
        "a",
        [
            KEY,
            column("a", "date"),
            column("b", "number", unit="m", sourceUnit="kg"),
            column("c", options={"format": "email"}),
            column("d", quality=[{"name": "r1", "metric": "invalidValues", "mustBe": 0}]),
        ],
        servers=[server(), server(CITY, format="pdf")],
        quality=[
            {"name": "r2", "metric": "nullValues", "mustBe": 0},
            {"name": "r3", "metric": "rowCount", "mustNotBe": 1},
            {"name": "r4", "type": "sql", "query": "select 1", "mustBe": 0},
        ],
    )
    _, faults = compiled(tmp_path, given)
    assert len(faults) == 8, list(map(str, faults))
    assert len({fault.line for fault in faults}) == 8
    assert len({str(fault) for fault in faults}) == 8


def test_what_a_contract_compiles_to_is_counted_and_nothing_is_dropped(tmp_path: Path):
    given = contract(
        "a",
        [
            KEY,
            column("n", "integer", required=True, options={"minimum": 0, "maximum": 9, "multipleOf": 3}),
            column("text", options={"pattern": "^a", "minLength": 1, "maxLength": 5}),
            column("at", "timestamp", options={**DATE, "minimum": "2020-01-01"}),
            column("outline", "geometry"),
            column("lat", "number"),
            column("lon", "number"),
            column("ward_id", **PLACE),
            column("size", "number", of=["n"], logic="n * 1.5"),
            column("parent", to="iccc__wards.ward_id"),
        ],
        boundary="iccc__wards",
        quality=[
            {"name": "small", "type": "custom", "engine": "pravah", "implementation": "n < 100", "severity": "warning"},
            {"name": "enough", "metric": "rowCount", "mustBeGreaterThan": 3},
            {"name": "balanced", "type": "sql", "query": "select avg(n) from ${table}", "mustBeBetween": [1, 5]},
        ],
    )
    done, faults = compiled(tmp_path, given, WARDS)
    assert not faults, list(map(str, faults))
    assert done == Compiled(
        table="works__a",
        row_rules=(
            "n.type",
            "at.type",
            "outline.type",
            "lat.type",
            "lon.type",
            "size.type",
            "id.required",
            "n.required",
            "n.minimum",
            "n.maximum",
            "n.multipleOf",
            "text.pattern",
            "text.minLength",
            "text.maxLength",
            "at.minimum",
            "outline.valid",
            "ward_id.outside",
            "small",
        ),
        expectations=("parent.reference", "enough"),
        # Great Expectations has no words for a number by SQL.
        by_sql=("balanced",),
    )


def test_a_rule_that_names_replace_is_not_taken_for_place(tmp_path: Path):
    done, _ = compiled(tmp_path, with_column("x", of=["id"], logic="replace(id, 'a', 'b')"))
    assert done and "x.outside" not in done.row_rules


def test_each_source_is_compiled(tmp_path: Path):
    servers = [server(), server(CITY, encoding="utf-99")]
    _, faults = compiled(tmp_path, with_column("x", servers=servers))
    assert [fault.field for fault in faults] == ["servers.1"]
