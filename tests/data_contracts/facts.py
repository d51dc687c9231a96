"""Runs the query of an indicator over planted rows."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data_contracts import catalogue
from data_contracts.rubric import read_rubric
from transforms.engine import connect, name
from transforms.marts.mart import empty
from transforms.maturity.period import periods
from transforms.maturity.queries import indicator_sql

CATALOGUE = catalogue.load()
RUBRIC = read_rubric(catalogue.HOME / "maturity")[0]
assert RUBRIC is not None
MEASURED = tuple(indicator for indicator in RUBRIC.indicators if indicator.query is not None)
# 2025-H2 is assessed as of the end of June 2026 (18:30 UTC on the 30th), 2026-H1 as of this moment.
EARLIER, LATER = "2025-H2", "2026-H1"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)

Rows = list[dict[str, Any]]
# By city and round: value, hits, n, and whether no document is needed beside.
Facts = dict[tuple[str, str], tuple[float, int | None, int | None, bool]]


def rows(columns: str, *values: tuple[Any, ...]) -> Rows:
    """Rows of a table by the names of their columns; all others are null. Moments may be written, in UTC."""
    return [dict(zip(columns.split(), row, strict=True)) for row in values]


def facts(indicator_id: str, **tables: Rows) -> Facts:
    """What the query of an indicator gives; tables that are not given have no rows."""
    assert RUBRIC is not None
    indicator = RUBRIC.by_id[indicator_id]
    assert set(tables) <= set(indicator.reads)
    with TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        given = {"rounds": periods([EARLIER, LATER], NOW)}
        for table in set(indicator.reads) - {"rounds"}:
            planted = name(f"given_{table}")
            connection.execute(f"CREATE TABLE {planted} AS {empty(table, CATALOGUE.tables)}")
            for row in tables.get(table, []):
                columns, places = ", ".join(map(name, row)), ", ".join("?" for _ in row)
                connection.execute(f"INSERT INTO {planted} ({columns}) VALUES ({places})", list(row.values()))
            given[table] = f"SELECT * FROM {planted}"
        found = connection.execute(indicator_sql(indicator, given)).fetchall()
    by_place = {(city, assessment_round): (*rest,) for city, assessment_round, *rest in found}
    assert len(by_place) == len(found)
    return by_place
