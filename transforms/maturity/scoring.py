"""Scores from evidence: the queries beside this file, run over the evidence and the rubric as tables."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import gettempdir

import duckdb
import pandas as pd

from data_contracts.rubric import Rubric
from transforms.engine import connect, name
from transforms.maturity import sensitivity as simulation
from transforms.maturity.evidence import Evidence, FactFault
from transforms.maturity.tables import RUBRIC, load

# Each makes the table of its name from those before it.
STEPS = ("indicator_scores", "dimension_scores", "scores", "peers", "actions")
SQL = {step: (Path(__file__).parent / f"{step}.sql").read_text(encoding="utf-8") for step in STEPS}
_SENSITIVITY = {
    **dict.fromkeys(("assessment_round", "city"), "VARCHAR"),
    "level": "INTEGER",
    "share": "DOUBLE",
    **dict.fromkeys(("rank_low", "rank_high", "draws", "seed"), "BIGINT"),
}


@dataclass(frozen=True, eq=False)
class Scores:
    """Everything that is made of the evidence; figures in per cent, from 0 to 100, points from 0 to 4.

    indicator_scores, dimension_scores, scores: a row for each round, city (and indicator, dimension). peers: for each
    of a city's figures, how its peers lie. sensitivity: the share of simulated weightings by level. actions: the five
    next ones of a city. See docs/reference/maturity.md for the columns.
    """

    indicator_scores: pd.DataFrame
    dimension_scores: pd.DataFrame
    scores: pd.DataFrame
    peers: pd.DataFrame
    sensitivity: pd.DataFrame
    actions: pd.DataFrame


RESULTS = tuple(field.name for field in fields(Scores))


def score(evidence: Evidence, rubric: Rubric, threads: int = 2) -> Scores:
    """The scores of all rounds and cities of the evidence. Raises FactFault for evidence that cannot be so."""
    with connect(Path(gettempdir()), threads=threads) as connection:
        load(connection, evidence.checked(), rubric)
        compute(connection)
        return Scores(**{table: connection.execute(f"SELECT * FROM {table}").df() for table in RESULTS})


def compute(connection: duckdb.DuckDBPyConnection, sql: Mapping[str, str] = SQL) -> None:
    """Make the tables of RESULTS from those of tables.INPUTS by the queries `sql`.

    Raises FactFault for evidence that fits no indicator.
    """
    _fit(connection)
    for step in STEPS:
        connection.execute(f"CREATE TABLE {step} AS {sql[step]}")
    tables = {table: connection.execute(f"SELECT * FROM {table}").df() for table in ("indicator_scores", *RUBRIC)}
    connection.register("simulated", simulation.sensitivity(tables["indicator_scores"], tables))
    chosen = ", ".join(f"CAST({name(column)} AS {kind}) AS {name(column)}" for column, kind in _SENSITIVITY.items())
    connection.execute(f"CREATE TABLE sensitivity AS SELECT {chosen} FROM simulated ORDER BY ALL")
    connection.unregister("simulated")


def _fit(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT a.assessment_round, a.city, a.indicator_id,
            i.indicator_id IS NULL OR i.evidence = 'reviewed' AS strange
        FROM aggregates AS a LEFT JOIN indicators AS i USING (indicator_id)
        WHERE strange OR (i.unit = 'points' AND a.value NOT IN (1, 2, 3, 4))
        ORDER BY ALL LIMIT 1
    """
    for round_name, city, indicator, strange in connection.execute(query).fetchall():
        problem = "no query of the rubric measures it" if strange else "the points are not 1, 2, 3 or 4"
        raise FactFault(f"indicator {indicator} of {city} in {round_name}: {problem} (aggregates); mend what gives it")
