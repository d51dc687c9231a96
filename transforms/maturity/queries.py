"""The query of an indicator as SQL over the tables that it reads."""

from collections.abc import Iterator, Mapping

import duckdb

from data_contracts.catalogue import Catalogue
from data_contracts.faults import Fault
from data_contracts.indicator import Indicator
from data_contracts.platform import PLATFORM
from data_contracts.rubric import ROUNDS, Rubric
from transforms.engine import name
from transforms.marts.mart import empty

# A row of a city and a round for which there is evidence: its value, of `n` cases of which `hits` count for it;
# `complete` is false where a part of it has to come from a document.
FACTS = {
    "city": "VARCHAR",
    "assessment_round": "VARCHAR",
    "value": "DOUBLE",
    "hits": "BIGINT",
    "n": "BIGINT",
    "complete": "BOOLEAN",
}


def indicator_sql(indicator: Indicator, tables: Mapping[str, str]) -> str:
    """SQL of an indicator's facts (FACTS); `tables` has the SQL of each table that its query reads."""
    assert indicator.query is not None
    given = ", ".join(f"{name(table)} AS ({tables[table]})" for table in indicator.reads)
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in FACTS.items())
    return f"WITH {given} SELECT {columns} FROM ({indicator.query})"


def rubric_faults(connection: duckdb.DuckDBPyConnection, rubric: Rubric, catalogue: Catalogue) -> Iterator[Fault]:
    """Every query of a rubric that does not give facts, found on tables without rows."""
    if rubric.strange_tables({*PLATFORM, *catalogue.tables}):
        return  # The catalogue told of it when it was read.
    for place, indicator in enumerate(rubric.indicators):
        if indicator.query is None:
            continue
        tables = {table: _empty(table, catalogue) for table in indicator.reads}
        try:
            connection.execute(f"DESCRIBE {indicator_sql(indicator, tables)}")
        except duckdb.Error as error:
            problem = str(error).splitlines()[0]
            message = f"the query of {indicator.id} does not compile ({problem})"
            yield rubric.fault(("indicators", place), message, f"mend {indicator.file}")


def _empty(table: str, catalogue: Catalogue) -> str:
    """A table that a query may read, without rows."""
    if table != "rounds":
        return empty(table, catalogue.tables)
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {name(column)}" for column, kind in ROUNDS.items())
    return f"SELECT {columns} LIMIT 0"
