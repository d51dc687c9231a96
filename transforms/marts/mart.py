"""A mart as SQL over the tables that it reads, and what must hold of its rows."""

from collections.abc import Iterator, Mapping

import duckdb

from data_contracts.dataset import Dataset
from data_contracts.faults import Fault
from data_contracts.platform import PLATFORM
from transforms.checking.rules import RuleFault, row_checks, unread
from transforms.engine import name
from transforms.reading.cast import stored_type


def mart_sql(mart: Dataset, tables: Mapping[str, str], marts: Mapping[str, Dataset]) -> str:
    """SQL of a mart's rows: `city` and the contract's columns; `tables` has the SQL of each table it is made of.

    A mart among `marts` that it reads is made on the way.
    """
    assert mart.properties.mart is not None
    read = {
        table: mart_sql(marts[table], tables, marts) if table in marts else tables[table]
        for table in mart.properties.mart.reads
    }
    given = ", ".join(f"{name(table)} AS ({sql})" for table, sql in read.items())
    columns = ", ".join(
        f"CAST({name(column.name)} AS {stored_type(column)}) AS {name(column.name)}" for column in mart.columns
    )
    return f"WITH {given} SELECT city, {columns} FROM ({mart.query})"


def broken_rules(connection: duckdb.DuckDBPyConnection, mart: Dataset, rows: str) -> dict[str, int]:
    """How many of a mart's rows (SQL) break each rule of its contract; rules of severity warning are left out.

    `key` stands for rows of a city that share a key.
    """
    checks = [check for check in row_checks(mart) if check.severity == "error"]
    counted = [f"count(*) FILTER (WHERE NOT ({check.sql}))" for check in checks]
    key = ", ".join(["city", *map(name, mart.key)])
    # Every value of a query has a type already, so none of them is unread.
    helpers = ", ".join(f"false AS {name(unread(column.name))}" for column in mart.columns)
    figures = ", ".join([f"count(*) - count(DISTINCT ({key}))", *counted])
    counts = connection.execute(f"SELECT {figures} FROM (SELECT *, {helpers} FROM ({rows}))").fetchall()[0]
    named = dict(zip(["key", *(check.name for check in checks)], counts, strict=True))
    return {rule: count for rule, count in named.items() if count}


def mart_faults(
    connection: duckdb.DuckDBPyConnection, mart: Dataset, datasets: Mapping[str, Dataset]
) -> Iterator[Fault]:
    """Everything that keeps a mart from being made, found on tables without rows."""
    assert mart.properties.mart is not None
    if not mart.key:
        yield mart.fault(("schema", 0), "a mart needs a primary key", "say which columns tell its rows apart")
        return
    try:
        row_checks(mart)
    except RuleFault as fault:
        yield mart.fault(fault.path, fault.message, fault.remedy)
        return
    tables = {table: empty(table, datasets) for table in mart.properties.mart.reads}
    try:
        broken_rules(connection, mart, mart_sql(mart, tables, {}))
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        yield mart.fault(("schema", 0), f"its query or a rule does not compile ({problem})", "mend the .sql file")


def empty(table: str, datasets: Mapping[str, Dataset]) -> str:
    """A table of the project without rows."""
    if table in PLATFORM:
        types = PLATFORM[table]
    else:
        types = {"city": "VARCHAR", **{column.name: stored_type(column) for column in datasets[table].columns}}
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {name(column)}" for column, kind in types.items())
    return f"SELECT {columns} LIMIT 0"
