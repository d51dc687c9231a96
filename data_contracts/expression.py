"""SQL expressions inside contracts: scalar ones over a row, aggregate ones over a group.

An expression may name columns and call functions, nothing else: no sub-query, no table, no file.
"""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

FORBIDDEN = (exp.Query, exp.Table, exp.Command, exp.DDL, exp.DML, exp.Window, exp.Star, exp.Placeholder)
AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Median)
# What reads files, tables or the environment, and what gives another value tomorrow.
_OUTSIDE = re.compile(
    r"(read|pg_read|st_read|sniff)_.*|glob|getenv|getvariable|current_setting|query.*|.*_(scan|query)"
)
# About 0.7 square kilometres.
FINEST_CELL = 8
_UNSTEADY = re.compile(
    r"now|today|rand(om)?|uuid.*|gen_random_uuid|nextval|txid_current|(get_)?current_.*|transaction_.*"
)


class ExpressionFault(ValueError):
    """What is wrong with an expression, in words that hold no data."""


def parse(sql: str) -> exp.Expr:
    """Parse one expression in DuckDB's dialect.

    Raises ExpressionFault when it is not one expression, or holds more than columns and functions.
    """
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise ExpressionFault("is not a SQL expression in DuckDB's dialect") from error
    if not isinstance(tree, exp.Condition | exp.Filter | exp.AtTimeZone):
        raise ExpressionFault("is not a SQL expression in DuckDB's dialect")
    for node in tree.walk():
        counted = isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)
        if isinstance(node, FORBIDDEN) and not counted:
            raise ExpressionFault(f"holds a {node.key}, which an expression may not")
        refuse_call(node)
    return tree


def refuse_call(node: exp.Expr) -> None:
    """Raises ExpressionFault for a call of a function that no expression or query may use."""
    called = _called(node)
    if _OUTSIDE.fullmatch(called):
        raise ExpressionFault("calls a function that reads files or the environment")
    if _UNSTEADY.fullmatch(called):
        raise ExpressionFault("calls a function that gives another value on another day")


def _called(node: exp.Expr) -> str:
    """The name of the function that a node calls, empty where it calls none."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def is_coarse(sql: str) -> bool:
    """Whether every H3 cell that an expression gives is of a resolution that may be public, as it stands there."""
    try:
        calls = [node for node in parse(sql).find_all(exp.Anonymous) if node.name.lower() == "h3_cell"]
    except ExpressionFault:
        return True
    resolutions = [call.expressions[2] for call in calls if len(call.expressions) == 3]
    return all(given.is_int and int(given.name) <= FINEST_CELL for given in resolutions)


def columns(tree: exp.Expr) -> set[str]:
    """The names of the columns an expression reads."""
    return {node.parts[0].name for node in tree.find_all(exp.Column)}


def check_row(sql: str, known: set[str]) -> exp.Expr:
    """Parse an expression over one row; raises ExpressionFault for unknown columns or an aggregate."""
    tree = parse(sql)
    unknown = sorted(columns(tree) - known)
    if unknown:
        raise ExpressionFault(f"names {', '.join(unknown)}, which the contract does not have")
    if tree.find(exp.AggFunc):
        raise ExpressionFault("holds an aggregate, where one row's value is asked")
    return tree


def check_aggregate(sql: str, known: set[str]) -> exp.Expr:
    """Parse an aggregate: every column it reads stands inside count, sum, avg or median.

    Minimum, maximum and lists hand out single values, so they are refused.
    """
    tree = parse(sql)
    unknown = sorted(columns(tree) - known)
    if unknown:
        raise ExpressionFault(f"names {', '.join(unknown)}, which the contract does not have")
    if not tree.find(exp.AggFunc):
        raise ExpressionFault("holds no aggregate")
    for aggregate in tree.find_all(exp.AggFunc):
        if not isinstance(aggregate, AGGREGATES):
            raise ExpressionFault("uses another aggregate than count, sum, avg, median")
        if not isinstance(aggregate, exp.Count) and aggregate.this.find(exp.Case, exp.If, exp.Predicate):
            raise ExpressionFault("sums a condition, where count(*) filter (where …) is asked")
    for node in tree.find_all(exp.Column):
        if not node.find_ancestor(*AGGREGATES, exp.Filter):
            raise ExpressionFault("reads a column outside an aggregate")
    return tree
