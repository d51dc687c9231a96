"""The second opinion: rules on the accepted table as a whole."""

import logging
from pathlib import Path
from typing import Any

import pytest

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, PHONE, PLANTED, column, contract, load
from tests.transforms.kit import dataset, opened
from transforms.checking import suite as suites
from transforms.checking.suite import DELIVERY_FACTS, compile_suite, failures

COLUMNS = [column("id"), column("n", "integer"), column("x", "number"), column("text")]
NOTHING: list[dict[str, Any]] = []


def table(*rows: tuple[Any, ...]) -> str:
    """SQL of accepted rows (id, n, x, text)."""
    values = ", ".join(str(tuple(row)).replace("None", "NULL") for row in rows)
    kinds = "CAST(id AS VARCHAR) AS id, CAST(n AS BIGINT) AS n, CAST(x AS DOUBLE) AS x, CAST(text AS VARCHAR) AS text"
    return f"SELECT {kinds} FROM (VALUES {values}) AS t(id, n, x, text)"


def rows(count: int, **columns: Any) -> str:
    """SQL of `count` rows; a column may be a function of the row's number."""
    given = {"id": str, "n": int, "x": float, "text": lambda n: "a", **columns}
    return table(*(tuple(given[name](n) for name in ("id", "n", "x", "text")) for n in range(count)))


EMPTY = f"{table((1, 1, 1, 'a'))} LIMIT 0"


def broken(rules: list[dict], accepted: str, facts: list | None = None) -> list[tuple[str, str]]:
    chosen = dataset(*COLUMNS, quality=rules)
    with opened() as connection:
        return failures(compile_suite(chosen), connection, accepted, facts or NOTHING, {})


def holds(rule: dict, accepted: str, **words: Any) -> bool:
    found = broken([{"name": "r", **rule}], accepted, **words)
    assert found in ([], [("r", "error")])
    return not found


def on_column(name: str, **body: Any) -> Dataset:
    others = [given for given in COLUMNS if given["name"] != name]
    kind = next(given["logicalType"] for given in COLUMNS if given["name"] == name)
    return dataset(column(name, kind, quality=[{"name": "r", **body}]), *others)


def column_holds(name: str, accepted: str, **body: Any) -> bool:
    with opened() as connection:
        return not failures(compile_suite(on_column(name, **body)), connection, accepted, NOTHING, {})


@pytest.mark.parametrize(
    ("bound", "count", "expected"),
    [
        ({"mustBe": 3}, 3, True),
        ({"mustBe": 3}, 4, False),
        ({"mustBeGreaterThan": 3}, 4, True),
        ({"mustBeGreaterThan": 3}, 3, False),
        ({"mustBeGreaterOrEqualTo": 3}, 3, True),
        ({"mustBeGreaterOrEqualTo": 3}, 2, False),
        ({"mustBeLessThan": 3}, 2, True),
        ({"mustBeLessThan": 3}, 3, False),
        ({"mustBeLessOrEqualTo": 3}, 3, True),
        ({"mustBeLessOrEqualTo": 3}, 4, False),
        ({"mustBeBetween": [2, 4]}, 4, True),
        ({"mustBeBetween": [2, 4]}, 5, False),
    ],
)
def test_row_count(bound: dict, count: int, expected: bool):
    assert holds({"metric": "rowCount", **bound}, rows(count)) is expected


def test_an_empty_table_breaks_a_row_count():
    assert not holds({"metric": "rowCount", "mustBeGreaterThan": 0}, EMPTY)


@pytest.mark.parametrize(
    ("properties", "accepted", "expected"),
    [
        (["id"], rows(3), True),
        (["id"], rows(3, id=lambda n: "same"), False),
        (["id"], rows(3, id=lambda n: None), True),
        (["id", "n"], rows(3, id=lambda n: "same"), True),
        (["id", "text"], rows(3, id=lambda n: "same"), False),
    ],
)
def test_duplicate_values(properties: list[str], accepted: str, expected: bool):
    rule = {"metric": "duplicateValues", "arguments": {"properties": properties}, "mustBe": 0}
    assert holds(rule, accepted) is expected


def test_duplicate_values_of_a_column():
    assert column_holds("id", rows(3), metric="duplicateValues", mustBe=0)
    assert not column_holds("id", rows(3, id=lambda n: "x"), metric="duplicateValues", mustBe=0)


@pytest.mark.parametrize(
    ("bound", "nulls", "expected"),
    [
        # Of ten rows; below is not at.
        ({"mustBeLessThan": 20}, 1, True),
        ({"mustBeLessThan": 20}, 2, False),
        ({"mustBeLessThan": 20}, 3, False),
        ({"mustBeLessOrEqualTo": 20}, 2, True),
        ({"mustBeLessOrEqualTo": 20}, 3, False),
        ({"mustBeLessOrEqualTo": 0}, 1, False),
        ({"mustBeLessThan": 100}, 9, True),
        ({"mustBeLessThan": 100}, 10, False),
    ],
)
def test_a_share_of_nulls(bound: dict, nulls: int, expected: bool):
    accepted = rows(10, text=lambda n: None if n < nulls else "a")
    assert column_holds("text", accepted, metric="nullValues", unit="percent", **bound) is expected


@pytest.mark.parametrize(
    ("arguments", "bad", "expected"),
    [
        ({"validValues": ["a", "b"]}, 2, True),
        ({"validValues": ["a", "b"]}, 3, False),
        ({"pattern": "^[ab]$"}, 2, True),
        ({"pattern": "^[ab]$"}, 3, False),
    ],
)
def test_a_share_of_invalid_values(arguments: dict, bad: int, expected: bool):
    accepted = rows(10, text=lambda n: "zz" if n < bad else "a")
    rule = {"metric": "invalidValues", "arguments": arguments, "unit": "percent", "mustBeLessOrEqualTo": 20}
    assert column_holds("text", accepted, **rule) is expected


@pytest.mark.parametrize(
    ("query", "bound", "expected"),
    [
        ("select count(*) from ${table}", {"mustBe": 5}, True),
        ("select count(*) from ${table}", {"mustBe": 4}, False),
        ("select count(*) from ${table}", {"mustNotBe": 4}, True),
        ("select max(n) from ${table}", {"mustBeLessThan": 4}, False),
        ("select max(n) from ${table}", {"mustBeLessOrEqualTo": 4}, True),
        ("select max(n) from ${table}", {"mustBeGreaterThan": 3.5}, True),
        ("select max(n) from ${table}", {"mustBeGreaterOrEqualTo": 4.5}, False),
        ("select avg(n) from ${table}", {"mustBeBetween": [1, 2]}, True),
        ("select avg(n) from ${table}", {"mustBeBetween": [2.5, 3]}, False),
        ("select max(c) from (select count(*) as c from ${table} group by text)", {"mustBe": 5}, True),
        # A number that is not there is not what it must be.
        ("select max(n) from ${table} where n > 99", {"mustBeLessThan": 4}, False),
    ],
)
def test_a_number_by_sql(query: str, bound: dict, expected: bool):
    assert holds({"type": "sql", "query": query, **bound}, rows(5)) is expected


def test_a_number_by_sql_of_a_column():
    rule = {"type": "sql", "query": "select max(${column}) from ${table}", "mustBe": 4}
    assert column_holds("n", rows(5), **rule)


def own(kind: str, on: str | None = None, **kwargs: Any) -> dict:
    implementation = {"type": kind, "kwargs": kwargs} | ({"on": on} if on else {})
    return {"type": "custom", "engine": "greatExpectations", "implementation": implementation}


@pytest.mark.parametrize(
    ("rule", "accepted", "expected"),
    [
        (own("expect_column_max_to_be_between", column="n", max_value=4), rows(5), True),
        (own("expect_column_max_to_be_between", column="n", max_value=3), rows(5), False),
        (own("expect_column_values_to_be_between", column="x", min_value=0, mostly=0.9), rows(5), True),
        (own("expect_column_pair_values_a_to_be_greater_than_b", column_A="x", column_B="n"), rows(5), False),
        (own("expect_compound_columns_to_be_unique", column_list=["id", "n"]), rows(5), True),
        (own("expect_column_value_lengths_to_equal", column="text", value=1), rows(5), True),
        (own("expect_column_value_lengths_to_equal", column="text", value=2), rows(5), False),
    ],
)
def test_expectations_of_the_library(rule: dict, accepted: str, expected: bool):
    assert holds(rule, accepted) is expected


def facts(*parts: tuple[int, int]) -> list[dict[str, Any]]:
    """The facts of deliveries of (rows read, quarantined)."""
    previous = [None, *(read for read, _ in parts)]
    return [
        dict(zip(DELIVERY_FACTS, (read, bad, bad / read, read / before if before else None), strict=True))
        for (read, bad), before in zip(parts, previous, strict=False)
    ]


@pytest.mark.parametrize(
    ("rule", "parts", "expected"),
    [
        (
            own("expect_column_values_to_be_between", "delivery", column="reject_share", max_value=0.1),
            [(100, 10)],
            True,
        ),
        (
            own("expect_column_values_to_be_between", "delivery", column="reject_share", max_value=0.1),
            [(100, 11)],
            False,
        ),
        (
            own("expect_column_values_to_be_between", "delivery", column="reject_share", max_value=0.1),
            [(100, 0), (10, 9)],
            False,
        ),
        (
            own("expect_column_values_to_be_between", "delivery", column="volume_ratio", min_value=0.7, max_value=1.5),
            [(100, 0)],
            True,
        ),
        (
            own("expect_column_values_to_be_between", "delivery", column="volume_ratio", min_value=0.7, max_value=1.5),
            [(100, 0), (60, 0)],
            False,
        ),
        (
            own("expect_column_values_to_be_between", "delivery", column="volume_ratio", min_value=0.7, max_value=1.5),
            [(100, 0), (140, 0)],
            True,
        ),
        (
            own("expect_column_sum_to_be_between", "delivery", column="rows_read", min_value=150),
            [(90, 0), (60, 0)],
            True,
        ),
    ],
)
def test_facts_of_deliveries(rule: dict, parts: list[tuple[int, int]], expected: bool):
    assert holds(rule, rows(1), facts=facts(*parts)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("VALUES ('0'), ('1'), ('2')", True),
        ("VALUES ('0'), ('1'), ('2'), (NULL)", True),
        ("VALUES ('0'), ('1')", False),
        ("SELECT 'x' LIMIT 0", False),
    ],
)
def test_references(tmp_path: Path, values: str, expected: bool):
    loaded = load(
        tmp_path,
        contract("parents", [column("pid", key=True)]),
        contract("things", [column("id", to="works__parents.pid"), *COLUMNS[1:]]),
    )
    suite = compile_suite(loaded.datasets["works__things"])
    with opened() as connection:
        # A null refers to nothing, so it cannot refer wrongly.
        accepted = f"{rows(3)} UNION ALL SELECT NULL, 1, 1, 'a'"
        found = failures(suite, connection, accepted, NOTHING, {"works__parents.pid": values})
    assert found == ([] if expected else [("id.reference", "error")])


def test_all_broken_rules_are_told_each_with_its_severity():
    rules = [
        {"name": "enough", "metric": "rowCount", "mustBeGreaterThan": 99},
        {"name": "alone", "metric": "duplicateValues", "arguments": {"properties": ["text"]}, "mustBe": 0,
         "severity": "warning"},
        {"name": "few", "metric": "rowCount", "mustBeLessThan": 99},
        {"name": "even", "type": "sql", "query": "select avg(n) from ${table}", "mustBe": 99, "severity": "warning"},
        {"name": "whole", **own("expect_column_values_to_be_between", "delivery", column="reject_share", max_value=0)},
    ]  # fmt: skip
    found = broken(rules, rows(5), facts((10, 5)))
    assert sorted(found) == [
        ("alone", "warning"),
        ("enough", "error"),
        ("even", "warning"),
        ("whole", "error"),
    ]


def test_a_suite_without_rules_reads_nothing():
    with opened() as connection:
        assert failures(compile_suite(dataset(*COLUMNS)), connection, "not even SQL", NOTHING, {}) == []


def test_only_the_columns_that_rules_touch_are_loaded():
    rules = [
        {"name": "a", **own("expect_column_max_to_be_between", column="n", max_value=9)},
        {"name": "b", **own("expect_compound_columns_to_be_unique", column_list=["id", "n"])},
        {"name": "c", **own("expect_column_max_to_be_between", "delivery", column="rows_read", max_value=9)},
        {"name": "d", "metric": "rowCount", "mustBe": 1},
    ]
    assert compile_suite(dataset(*COLUMNS, quality=rules)).columns == ["id", "n"]


def test_no_value_is_in_a_result_a_log_or_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    """All that the library itself hands back is looked at, not only what is made of it."""
    import great_expectations as gx
    from great_expectations.datasource.fluent.interfaces import Batch

    results = []
    validate = Batch.validate

    def spied(self: Any, *words: Any, **named: Any) -> Any:
        results.append(validate(self, *words, **named))
        return results[-1]

    monkeypatch.setattr(Batch, "validate", spied)
    caplog.set_level(logging.DEBUG)
    rules = [
        {"name": "alone", "metric": "duplicateValues", "arguments": {"properties": ["text"]}, "mustBe": 0},
        {"name": "short", **own("expect_column_value_lengths_to_equal", column="text", value=1)},
        {"name": "low", **own("expect_column_values_to_be_between", column="n", max_value=1)},
    ]
    found = broken(rules, table((1, int(PHONE), 1, f"{PERSON} {PHONE}"), (2, int(PHONE), 1, f"{PERSON} {PHONE}")))
    assert [name for name, _ in found] == ["alone", "short", "low"]
    captured = capsys.readouterr()
    (result,) = results
    told = [str(found), str(result), str(result.to_json_dict()), captured.out, captured.err, caplog.text]
    assert not [planted for planted in PLANTED for text in told if planted in text]
    assert isinstance(result, gx.core.ExpectationSuiteValidationResult)


def test_every_expectation_that_a_contract_may_name_can_be_made():
    import great_expectations as gx

    folder = Path(gx.__file__).parent / "expectations" / "core"
    named = [file.stem for file in folder.glob("*.py") if suites._exists(file.stem)]
    assert len(named) > 40
    for kind in named:
        assert hasattr(gx.expectations, suites._class(kind)), kind
