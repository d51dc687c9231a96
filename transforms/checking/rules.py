"""Compiles the row rules of a contract to SQL: each true for a good row, null where it cannot say."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from data_contracts.dataset import Column, Dataset, Rule
from transforms.engine import literal, literals, name

# The calendar by which a date is of the future.
ZONE = "Asia/Kolkata"


# The name of a row's rule against moments that had not come yet, and the variable of DuckDB that says until when.
FUTURE, LATEST = "future", "latest"


@dataclass(frozen=True)
class Check:
    """One compiled row rule; `sql` is over the typed columns."""

    name: str
    sql: str
    severity: Literal["error", "warning"] = "error"


class RuleFault(ValueError):
    """A rule that cannot be compiled, with the field it stands in."""

    def __init__(self, path: tuple[str | int, ...], message: str, remedy: str):
        self.path, self.message, self.remedy = path, message, remedy
        super().__init__(message)


def row_checks(dataset: Dataset) -> list[Check]:
    """Every row rule of the contract. Raises RuleFault for one that has no form here."""
    checks = [check for column in dataset.columns for check in column_checks(column)]
    checks += _future_check(dataset)
    return checks + [rule_check(rule) for rule in dataset.rules if rule.kind == "row"]


def column_checks(column: Column) -> list[Check]:
    """The checks that a column's own declaration asks for. Raises RuleFault for an option without a form."""
    field = name(column.name)
    checks = []
    if column.required:
        # A value that could not be read breaks its type rule; it is not missing as well.
        given = f" OR {name(unread(column.name))}" if column.logical_type != "string" else ""
        checks.append(Check(f"{column.name}.required", f"{field} IS NOT NULL{given}"))
    if column.logical_type == "geometry":
        checks.append(Check(f"{column.name}.valid", f"geometry_valid({field})"))
    if column.expression and re.search(r"\bplace\s*\(", column.expression):
        known = " AND ".join(f"{name(source)} IS NOT NULL" for source in column.derived_from)
        checks.append(Check(f"{column.name}.outside", f"{field} IS NOT NULL OR NOT ({known})", "warning"))
    return checks + [_option_check(column, option, value) for option, value in _options(column)]


def _future_check(dataset: Dataset) -> list[Check]:
    """The check that a row is not from the future, where the contract declares how far clocks may be ahead.

    A date is compared by the calendar of India.
    """
    time = dataset.by_name.get(dataset.properties.temporal_column or "")
    if time is None or dataset.properties.future_skew is None:
        return []
    latest = f"CAST(getvariable({literal(LATEST)}) AS TIMESTAMPTZ)"
    if time.logical_type == "date":
        latest = f"CAST(timezone({literal(ZONE)}, {latest}) AS DATE)"
    return [Check(f"{time.name}.{FUTURE}", f"{name(time.name)} <= {latest}")]


def unread(column: str) -> str:
    """The helper column that is true where a text was there but has no value of the type."""
    return f"{column}?"


def _options(column: Column) -> list[tuple[str, Any]]:
    reading = {"format", "timezone", "defaultTimezone"} if column.logical_type in ("date", "timestamp") else set()
    return [(option, value) for option, value in column.options.items() if option not in reading]


_COMPARED = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def _option_check(column: Column, option: str, value: Any) -> Check:
    field, rule = name(column.name), f"{column.name}.{option}"
    if option in _COMPARED and column.logical_type in ("integer", "number", "date", "timestamp"):
        bound = repr(value) if isinstance(value, int | float) else _moment(column, value)
        return Check(rule, f"{field} {_COMPARED[option]} {bound}")
    if option == "multipleOf" and column.logical_type == "integer" and isinstance(value, int):
        return Check(rule, f"{field} % {value} = 0")
    if option == "pattern" and column.logical_type == "string":
        return Check(rule, f"regexp_matches({field}, {literal(value)})")
    if option in ("minLength", "maxLength") and column.logical_type == "string":
        return Check(rule, f"length({field}) {'>=' if option == 'minLength' else '<='} {int(value)}")
    raise RuleFault(
        (*column.path, "logicalTypeOptions", option),
        f"{option} of a {column.logical_type} cannot be checked here",
        "write it as a rule with engine pravah, or take it out",
    )


def bounded(column: Column, sql: str) -> str:
    """SQL that is true where a number lies in the column's declared range."""
    given = [(option, value) for option, value in column.options.items() if option in _COMPARED]
    return " AND ".join(f"{sql} {_COMPARED[option]} {value!r}" for option, value in given) or "true"


def _moment(column: Column, value: object) -> str:
    return f"CAST({literal(str(value))} AS {'DATE' if column.logical_type == 'date' else 'TIMESTAMPTZ'})"


def rule_check(rule: Rule) -> Check:
    """The check of one row rule. Raises RuleFault where it has no form."""
    if rule.body.get("type") == "custom":
        return Check(rule.name, rule.body["implementation"], rule.severity)
    if rule.column is None:
        raise RuleFault(rule.path, f"{rule.body['metric']} belongs to a column", "move it under the column")
    field, metric = name(rule.column), rule.body["metric"]
    arguments = rule.body.get("arguments") or {}
    if metric == "nullValues":
        return Check(rule.name, f"{field} IS NOT NULL", rule.severity)
    if metric == "missingValues":
        tokens = [str(value) for value in arguments.get("missingValues", []) if value is not None]
        absent = f" AND CAST({field} AS VARCHAR) NOT IN ({literals(tokens)})" if tokens else ""
        return Check(rule.name, f"{field} IS NOT NULL{absent}", rule.severity)
    parts = []
    if "validValues" in arguments:
        parts.append(f"CAST({field} AS VARCHAR) IN ({literals([str(v) for v in arguments['validValues']])})")
    if "pattern" in arguments:
        parts.append(f"regexp_matches(CAST({field} AS VARCHAR), {literal(arguments['pattern'])})")
    if not parts or set(arguments) - {"validValues", "pattern"}:
        raise RuleFault(
            (*rule.path, "arguments"),
            "needs validValues or pattern, nothing else",
            "see docs/reference/contracts.md",
        )
    return Check(rule.name, " AND ".join(parts), rule.severity)
