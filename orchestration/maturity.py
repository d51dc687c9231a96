"""What is known of cities' maturity: every indicator's query run over accepted tables and the platform's own."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from data_contracts.indicator import Indicator
from data_contracts.platform import PLATFORM
from data_contracts.rubric import Rubric
from orchestration import platform
from orchestration.project import Project
from orchestration.publishing import material
from orchestration.standing import standing
from orchestration.tables import State
from transforms.engine import connect, copy_parquet, literal
from transforms.engine import name as quoted
from transforms.marts.mart import empty
from transforms.maturity.evidence import Evidence
from transforms.maturity.fault import MaturityFault
from transforms.maturity.period import ROUNDS, periods
from transforms.maturity.queries import indicator_sql

DECLARED, WARDS = "iccc__declarations", "iccc__wards"
# How a column that holds no person is treated before it is public.
SHOWN = ("keep", "generalise")


def rubric(project: Project) -> Rubric:
    """The installation's rubric. Raises MaturityFault where it has none."""
    if project.catalogue.rubric is None:
        raise MaturityFault("maturity: no rubric; put emf.yaml and its queries into the contracts' folder maturity")
    return project.catalogue.rubric


def evidence(project: Project, now: datetime | None = None) -> Evidence:
    """Everything that scores rest on, of all cities and all rounds that a city declared for, as it stands.

    Standing evidence of the newest round is as at `now`. Raises MaturityFault where no city declared anything.
    """
    chosen, states = rubric(project), [state for state in standing(project) if state.version]
    with project.home.workspace() as workspace, connect(workspace) as connection:
        declared = _declared(connection, project, states)
        if declared.empty:
            raise MaturityFault(f"maturity: no city declared anything, so no round is known; send {DECLARED}")
        names = sorted(declared["assessment_round"].unique())
        given = {ROUNDS: periods(names, now or datetime.now(UTC))}
        given |= _tables(connection, project, states, {t for one in chosen.indicators for t in one.reads}, workspace)
        found = [
            connection.execute(indicator_sql(one, given)).df().assign(indicator_id=one.id)
            for one in chosen.indicators
            if one.query
        ]
        return Evidence(
            aggregates=pd.concat(found, ignore_index=True),
            declared=declared,
            decisions=_decisions(project),
            cities=_cities(connection, project, states),
        ).checked()


def rows(project: Project, indicator: Indicator, city: str, most: int) -> tuple[pd.DataFrame, int]:
    """The first rows of a city behind an indicator, and how many there are: of the table that it leads a reader to.

    Without the columns that hold persons, whether the table is published or not; staff alone may see them.
    """
    table, states = indicator.rows, [state for state in standing(project, city) if state.version]
    if table in PLATFORM:
        sql, columns = platform.tables(project, [city], [table])[table], "*"
    else:
        dataset = project.catalogue.tables[table]
        shown = [column for column in dataset.columns if column.treatment.kind in SHOWN]
        sql, columns = material(project, dataset, states).sql, ", ".join(quoted(column.name) for column in shown)
    if not sql:
        return pd.DataFrame(), 0
    with project.home.workspace() as workspace, connect(workspace) as connection:
        connection.execute(f"CREATE TEMP TABLE behind AS SELECT {columns} FROM ({sql}) WHERE city = {literal(city)}")
        count = connection.execute("SELECT count(*) FROM behind").fetchall()[0][0]
        return connection.execute(f"SELECT * FROM behind LIMIT {most}").df(), count


def _tables(
    connection: duckdb.DuckDBPyConnection,
    project: Project,
    states: list[State],
    wanted: Collection[str],
    workspace: Path,
) -> dict[str, str]:
    """SQL of each table that a query reads. A mart is made once, as several queries read it."""
    cities = sorted({state.city for state in states})
    found = platform.tables(project, cities, sorted(wanted & PLATFORM.keys()))
    for table in sorted(set(wanted) - PLATFORM.keys() - {ROUNDS}):
        given = material(project, project.catalogue.tables[table], states)
        if not given.cities:
            found[table] = empty(table, project.catalogue.tables)
        elif table in project.catalogue.marts:
            file = workspace / f"{table}.parquet"
            copy_parquet(connection, given.sql, file)
            found[table] = f"SELECT * FROM read_parquet({literal(file)})"
        else:
            found[table] = given.sql
    return found


def _declared(connection: duckdb.DuckDBPyConnection, project: Project, states: list[State]) -> pd.DataFrame:
    """What cities declared, without who did."""
    sql = material(project, project.catalogue.tables[DECLARED], states).sql
    if not sql:
        return pd.DataFrame(columns=["assessment_round"])
    columns = "declared_number AS number, declared_points AS points, document_sha256, declared_on"
    return connection.execute(f"SELECT assessment_round, city, indicator_id, {columns} FROM ({sql})").df()


def _decisions(project: Project) -> pd.DataFrame:
    """What reviewers decided, the last of each place, without who did."""
    columns = [
        *("assessment_round", "city", "indicator_id", "decision", "document_sha256", "reason", "decided_at", "seq"),
    ]
    rows = [[getattr(one, column) for column in columns] for one in project.reviews.standing().values()]
    return pd.DataFrame(rows, columns=columns)


def _cities(connection: duckdb.DuckDBPyConnection, project: Project, states: list[State]) -> pd.DataFrame:
    """The cities that send anything, with how many people live there by their own wards."""
    sql = material(project, project.catalogue.tables[WARDS], states).sql
    people: dict[str, int] = {}
    if sql:
        people = dict(connection.execute(f"SELECT city, sum(population)::BIGINT FROM ({sql}) GROUP BY city").fetchall())
    league = rubric(project).league
    rows = []
    for name in sorted({state.city for state in states}):
        city, population = project.catalogue.cities[name], people.get(name)
        west, south, east, north = city.bounds
        rows.append(
            {"city": name, "name": city.name, "name_hi": city.name_hi, "population": population}
            | {"league": league(population), "region": city.region or city.state, "state": city.state}
            | {"fictional": city.fictional, "west": west, "south": south, "east": east, "north": north}
        )
    return pd.DataFrame(rows).astype({"population": "Int64"})
