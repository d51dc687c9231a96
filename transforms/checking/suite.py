"""The second opinion: the contract's rules on the accepted table as a whole, run by Great Expectations.

Rules it has no words for (a metric by SQL) are run by DuckDB and listed apart, so that none is dropped.
Imported lazily, as it costs seconds. Its results are asked for as yes or no only: everything above that
repeats values of the data.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from data_contracts.dataset import Dataset, Rule
from transforms.checking.rules import RuleFault
from transforms.engine import name

DELIVERY_FACTS = ("rows_read", "quarantined", "reject_share", "volume_ratio")


@dataclass(frozen=True)
class Expectation:
    """One expectation: on the accepted `table`, or on the `delivery` frame (a row of facts per delivery)."""

    rule: str
    type: str
    kwargs: dict[str, Any]
    on: Literal["table", "delivery"] = "table"
    severity: str = "error"
    reference: str | None = None


@dataclass(frozen=True)
class Metric:
    """A rule that Great Expectations cannot express: one number by SQL and what it must be."""

    rule: str
    query: str
    condition: str
    severity: str

    def sql(self, accepted: str) -> str:
        """SQL of whether the rule holds over the accepted table."""
        asked = f"SELECT {self.condition} FROM (SELECT ({self.query}) AS value FROM (SELECT 1))"
        return f"WITH accepted AS ({accepted}) {asked}"


@dataclass(frozen=True)
class Suite:
    """The compiled table rules of a contract."""

    expectations: tuple[Expectation, ...]
    metrics: tuple[Metric, ...]

    @property
    def columns(self) -> list[str]:
        """The columns of the accepted table that the expectations touch."""
        named: set[str] = set()
        for expectation in self.expectations:
            if expectation.on == "table":
                named |= _named(expectation.kwargs)
        return sorted(named)


def compile_suite(dataset: Dataset) -> Suite:
    """The table rules of a contract; raises RuleFault for one that nothing here can run."""
    expectations = [
        Expectation(f"{column.name}.reference", "expect_column_values_to_be_in_set", {"column": column.name},
                    reference=column.references)
        for column in dataset.columns
        if column.references
    ]  # fmt: skip
    rules = [table_rule(rule, dataset) for rule in dataset.rules if rule.kind == "table"]
    expectations += [rule for rule in rules if isinstance(rule, Expectation)]
    return Suite(tuple(expectations), tuple(rule for rule in rules if isinstance(rule, Metric)))


def table_rule(rule: Rule, dataset: Dataset) -> Expectation | Metric:
    """One table rule; raises RuleFault where nothing here can run it."""
    return _metric(rule) if rule.body.get("type") == "sql" else _expectation(rule, dataset)


def _expectation(rule: Rule, dataset: Dataset) -> Expectation:
    if rule.body.get("type") == "custom":
        return _own_expectation(rule, dataset)
    metric = rule.body["metric"]
    arguments = rule.body.get("arguments") or {}
    if metric == "rowCount":
        return Expectation(rule.name, "expect_table_row_count_to_be_between", _range(rule), severity=rule.severity)
    if metric == "duplicateValues":
        return _unique(rule, arguments, dataset)
    share = {"column": _column(rule), "mostly": _mostly(rule)}
    if metric == "nullValues":
        return Expectation(rule.name, "expect_column_values_to_not_be_null", share, severity=rule.severity)
    if metric == "invalidValues" and set(arguments) == {"validValues"}:
        kwargs = {**share, "value_set": arguments["validValues"]}
        return Expectation(rule.name, "expect_column_values_to_be_in_set", kwargs, severity=rule.severity)
    if metric == "invalidValues" and set(arguments) == {"pattern"}:
        _check_pattern(rule, arguments["pattern"])
        kwargs = {**share, "regex": arguments["pattern"]}
        return Expectation(rule.name, "expect_column_values_to_match_regex", kwargs, severity=rule.severity)
    raise RuleFault(rule.path, f"{metric} with a share has no form here", "use mustBe: 0, or a custom rule")


def _check_pattern(rule: Rule, pattern: str) -> None:
    """Here it is pandas that matches, hence Python's expressions."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise RuleFault((*rule.path, "arguments"), f"the pattern does not compile ({error})", "mend it") from None


def _column(rule: Rule) -> str:
    if rule.column is None:
        raise RuleFault(rule.path, f"{rule.body['metric']} belongs to a column", "move it under the column")
    return rule.column


def _own_expectation(rule: Rule, dataset: Dataset) -> Expectation:
    body = rule.body["implementation"]
    kind, kwargs, on = body.get("type"), body.get("kwargs") or {}, body.get("on", "table")
    path = (*rule.path, "implementation")
    unknown = set(body) - {"type", "kwargs", "on"}
    if unknown or on not in ("table", "delivery") or not isinstance(kwargs, dict):
        raise RuleFault(path, "is not type, kwargs and on (table or delivery)", "see docs/reference/contracts.md")
    if not _exists(str(kind)):
        raise RuleFault(path, f"Great Expectations has no {kind}", "see its gallery of core expectations")
    named = _named(kwargs)
    known = set(dataset.by_name) if on == "table" else set(DELIVERY_FACTS)
    if not named <= known:
        raise RuleFault(path, f"names {', '.join(sorted(named - known))}", f"use one of {', '.join(sorted(known))}")
    return Expectation(rule.name, str(kind), kwargs, on, rule.severity)


def _named(kwargs: dict[str, Any]) -> set[str]:
    """The columns that an expectation's arguments name."""
    single = {str(kwargs[key]) for key in ("column", "column_A", "column_B") if key in kwargs}
    return single | {str(column) for key in ("column_list", "column_set") for column in kwargs.get(key) or ()}


def _exists(kind: str) -> bool:
    """Whether a core expectation of that name exists, found without importing the library."""
    spec = find_spec("great_expectations")
    assert spec is not None and spec.origin is not None
    listed = Path(spec.origin).parent / "expectations" / "core" / "__init__.py"
    return re.search(rf"\b{re.escape(_class(kind))}\b", listed.read_text(encoding="utf-8")) is not None


def _class(kind: str) -> str:
    """The class behind an expectation's name."""
    return "".join(part.capitalize() for part in kind.split("_"))


def _range(rule: Rule) -> dict[str, int]:
    body = rule.body
    if "mustBeBetween" in body:
        low, high = body["mustBeBetween"]
        return {"min_value": int(low), "max_value": int(high)}
    for key, side, shift in (
        ("mustBeGreaterThan", "min_value", 1), ("mustBeGreaterOrEqualTo", "min_value", 0),
        ("mustBeLessThan", "max_value", -1), ("mustBeLessOrEqualTo", "max_value", 0),
    ):  # fmt: skip
        if key in body:
            return {side: int(body[key]) + shift}
    if "mustBe" in body:
        return {"min_value": int(body["mustBe"]), "max_value": int(body["mustBe"])}
    raise RuleFault(rule.path, "has no bound that a row count can keep", "use mustBeBetween or mustBeGreaterThan")


def _unique(rule: Rule, arguments: dict[str, Any], dataset: Dataset) -> Expectation:
    columns = arguments.get("properties") or ([rule.column] if rule.column else [])
    if rule.body.get("mustBe") != 0 or not columns:
        raise RuleFault(rule.path, "duplicateValues has only one form here", "name the columns, and mustBe: 0")
    if not set(columns) <= dataset.by_name.keys():
        raise RuleFault((*rule.path, "arguments"), "names a column the contract does not have", "correct it")
    if len(columns) == 1:
        kwargs: dict[str, Any] = {"column": columns[0]}
        return Expectation(rule.name, "expect_column_values_to_be_unique", kwargs, severity=rule.severity)
    kwargs = {"column_list": list(columns)}
    return Expectation(rule.name, "expect_compound_columns_to_be_unique", kwargs, severity=rule.severity)


def _mostly(rule: Rule) -> float:
    """The least good share. Below, not at: a hair more than 1 - limit where the bound is strict."""
    body = rule.body
    if body.get("unit") == "percent" and "mustBeLessThan" in body:
        return float(min(1.0, 1 - body["mustBeLessThan"] / 100 + 1e-12))
    if body.get("unit") == "percent" and "mustBeLessOrEqualTo" in body:
        return float(1 - body["mustBeLessOrEqualTo"] / 100)
    raise RuleFault(
        rule.path,
        "has a bound that cannot be kept",
        "use unit: percent with mustBeLessThan or mustBeLessOrEqualTo",
    )


_OPERATORS = {
    "mustBe": "value = {0!r}",
    "mustNotBe": "value <> {0!r}",
    "mustBeGreaterThan": "value > {0!r}",
    "mustBeGreaterOrEqualTo": "value >= {0!r}",
    "mustBeLessThan": "value < {0!r}",
    "mustBeLessOrEqualTo": "value <= {0!r}",
}


def _metric(rule: Rule) -> Metric:
    query = str(rule.body["query"]).replace("${table}", "accepted").replace("${column}", name(rule.column or ""))
    try:
        tree = sqlglot.parse_one(query, read="duckdb")
        tables = {table.name for table in tree.find_all(exp.Table)}
        alone = isinstance(tree, exp.Query) and tables == {"accepted"}
    except SqlglotError:
        alone = False
    if not alone:
        raise RuleFault((*rule.path, "query"), "is not a query over ${table} alone", "write SELECT … FROM ${table}")
    for operator, condition in _OPERATORS.items():
        if isinstance(rule.body.get(operator), int | float):
            return Metric(rule.name, query, condition.format(rule.body[operator]), rule.severity)
    if "mustBeBetween" in rule.body:
        low, high = rule.body["mustBeBetween"]
        return Metric(rule.name, query, f"value BETWEEN {low!r} AND {high!r}", rule.severity)
    raise RuleFault(rule.path, "has no bound that can be kept", "give mustBe… a number")


def failures(
    suite: Suite,
    connection: duckdb.DuckDBPyConnection,
    accepted: str,
    facts: list[dict[str, float | int | None]],
    references: dict[str, str],
) -> list[tuple[str, str]]:
    """The rules that the accepted table breaks, with their severity; empty where all hold.

    `accepted`: SQL of the table; `facts`: DELIVERY_FACTS of each delivery; `references`: SQL of the values
    by `table.column`.
    """
    broken = []
    for metric in suite.metrics:
        held = connection.execute(metric.sql(accepted)).fetchall()[0][0]
        if not held:
            broken.append((metric.rule, metric.severity))
    if suite.expectations:
        frames = {"table": _frame(connection, accepted, suite.columns), "delivery": facts}
        broken += _expect(suite, connection, frames, references)
    return broken


def _frame(connection: duckdb.DuckDBPyConnection, accepted: str, columns: list[str]) -> Any:
    chosen = ", ".join(map(name, columns)) or "1 AS one"
    return connection.execute(f"SELECT {chosen} FROM ({accepted})").df()


def _expect(
    suite: Suite, connection: duckdb.DuckDBPyConnection, frames: dict[str, Any], references: dict[str, str]
) -> list[tuple[str, str]]:
    whole = _whole()
    import great_expectations as gx
    import pandas as pd

    broken = []
    for on in ("table", "delivery"):
        chosen = [expectation for expectation in suite.expectations if expectation.on == on]
        if not chosen:
            continue
        frame = frames[on] if on == "table" else pd.DataFrame(frames[on], columns=list(DELIVERY_FACTS))
        made = gx.ExpectationSuite(on, expectations=[_made(gx, each, connection, references) for each in chosen])
        result = whole.get_batch({"dataframe": frame}).validate(made, result_format="BOOLEAN_ONLY")
        # The rows of the last batch are kept otherwise.
        whole.get_batch({"dataframe": frame.head(0)})
        held = {item.expectation_config.meta["rule"]: bool(item.success) for item in result.results}
        broken += [(e.rule, e.severity) for e in chosen if not held[e.rule]]
    return broken


@cache
def _whole() -> Any:
    """What makes a batch of a whole frame, once in a process: each costs more than the check of a small table.

    Its context is in memory alone: by default it leaves a folder in the temporary directory.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=stores))
    context.variables.progress_bars = {"globally": False}
    return (
        context.data_sources.add_pandas("pravah")
        .add_dataframe_asset("frame")
        .add_batch_definition_whole_dataframe("whole")
    )


def _made(gx: Any, expectation: Expectation, connection: duckdb.DuckDBPyConnection, references: dict[str, str]) -> Any:
    kwargs = dict(expectation.kwargs)
    if expectation.reference:
        rows = connection.execute(references[expectation.reference]).fetchall()
        kwargs["value_set"] = sorted(row[0] for row in rows if row[0] is not None)
    return getattr(gx.expectations, _class(expectation.type))(**kwargs, meta={"rule": expectation.rule})
