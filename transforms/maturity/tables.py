"""Evidence and rubric as typed tables of a DuckDB: all that the queries of a score read."""

import duckdb
import pandas as pd

from data_contracts.rubric import Rubric
from transforms.engine import name
from transforms.maturity.evidence import COLUMNS, Evidence

# The rubric's tables. `scale` is one row: from which attainment 2, 3 and 4 points begin, the coverage needed.
RUBRIC: dict[str, dict[str, str]] = {
    "indicators": {
        **dict.fromkeys(("indicator_id", "dimension", "evidence", "unit"), "VARCHAR"),
        **dict.fromkeys(("floor", "target"), "DOUBLE"),
        **dict.fromkeys(("better", "interval"), "VARCHAR"),
        "weight": "DECIMAL(9,4)",
        "least_n": "BIGINT",
        "effort": "INTEGER",
        **dict.fromkeys(("title", "title_hi"), "VARCHAR"),
    },
    "dimensions": {"dimension": "VARCHAR", "weight": "DECIMAL(9,4)", "title": "VARCHAR", "title_hi": "VARCHAR"},
    "levels": {"level": "INTEGER", "name": "VARCHAR", "name_hi": "VARCHAR", "strict": "DOUBLE", "share": "DOUBLE"},
    "scale": dict.fromkeys(("band_2", "band_3", "band_4", "coverage_least"), "DOUBLE"),
}
INPUTS = {**COLUMNS, **RUBRIC}


def rubric_tables(rubric: Rubric) -> dict[str, pd.DataFrame]:
    """The rubric as tables, with the columns of RUBRIC. Weights are texts, so that they stay exact."""
    indicators = [{**one.model_dump(), "indicator_id": one.id, "weight": str(one.weight)} for one in rubric.indicators]
    dimensions = [{**one.model_dump(), "dimension": one.id, "weight": str(one.weight)} for one in rubric.dimensions]
    bands = {f"band_{points}": band for points, band in enumerate(rubric.bands, start=2)}
    rows = {
        "indicators": indicators,
        "dimensions": dimensions,
        "levels": [level.model_dump() for level in rubric.levels],
        "scale": [{**bands, "coverage_least": rubric.coverage_least}],
    }
    return {table: pd.DataFrame(rows[table], columns=list(columns)) for table, columns in RUBRIC.items()}


def load(connection: duckdb.DuckDBPyConnection, evidence: Evidence, rubric: Rubric) -> None:
    """Make the tables of INPUTS, their rows in an order of their own."""
    given = {table: getattr(evidence, table) for table in COLUMNS} | rubric_tables(rubric)
    for table, columns in INPUTS.items():
        chosen = ", ".join(f"CAST({name(column)} AS {kind}) AS {name(column)}" for column, kind in columns.items())
        connection.register("given", given[table])
        connection.execute(f"CREATE TABLE {table} AS SELECT {chosen} FROM given ORDER BY ALL")
        connection.unregister("given")
