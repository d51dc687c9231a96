"""The SQL of a mart: one SELECT in DuckDB's dialect over the tables that its contract names, nothing else.

It must run on Spark as well once sqlglot has transpiled it, so what has no form there is refused.
"""

from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from data_contracts.expression import ExpressionFault, refuse_call


def check(sql: str, reads: Iterable[str]) -> None:
    """Raises ExpressionFault where a query is no SELECT, reads more or less than `reads`, calls what it may not, or
    has no form in Spark's dialect."""
    tree = parsed(sql, "duckdb")
    for node in tree.walk():
        refuse_call(node)
    found, named = tables(tree), set(reads)
    if found != named:
        unnamed, unread = sorted(found - named), sorted(named - found)
        more = f"reads {', '.join(unnamed)}, which `reads` does not name" if unnamed else ""
        raise ExpressionFault(more or f"does not read {', '.join(unread)}")
    spark(sql)


def parsed(sql: str, dialect: str) -> exp.Query:
    """A query's tree. Raises ExpressionFault where it is no SELECT of the dialect, or more than one."""
    try:
        trees = sqlglot.parse(sql, read=dialect)
    except SqlglotError as error:
        raise ExpressionFault("is not SQL in DuckDB's dialect") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ExpressionFault("is not one SELECT")
    return trees[0]


def tables(tree: exp.Expr) -> set[str]:
    """The tables that a query reads, but for those it names itself. Raises ExpressionFault for a table function."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    found = set()
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db:
            raise ExpressionFault("reads from something that is no table of this project")
        found.add(table.name)
    return found - own


def spark(sql: str) -> str:
    """The query in Spark's dialect. Raises ExpressionFault where a part of it has no form there."""
    try:
        (text,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise ExpressionFault("has no form in Spark's dialect") from error
    return text
