"""What the cameras of a city recorded in each of the last months, and what the monitoring saw of them."""

from dataclasses import dataclass

import duckdb
import pandas as pd

from orchestration.project import Project
from orchestration.publishing import material
from orchestration.standing import standing
from orchestration.tables import State
from transforms.engine import connect
from transforms.footage.availability import AVAILABILITY, HEALTH, SPANS, months, over

# The months that are looked at, the running one among them; of that a few days say little.
MONTHS, LEAST_DAYS = 13, 7
TABLES = {"cameras": "police__cameras", "recordings": "police__recordings", "camera_health": "police__camera_health"}
# The cameras that stand, but for those of recorders that never handed over their index: of these nothing is known.
STANDING = """
    SELECT * FROM ({cameras}) AS c
    WHERE
        device_type = 'camera' AND status <> 'removed'
        AND coalesce(recorder_id, camera_id) IN (
            SELECT coalesce(c.recorder_id, c.camera_id)
            FROM ({cameras}) AS c
            JOIN ({recordings}) AS r ON r.camera_id IN (c.camera_id, c.former_id)
        )
"""
# By the number that a camera bears now.
RENUMBERED = """
    SELECT r.* REPLACE (coalesce(c.camera_id, r.camera_id) AS camera_id)
    FROM ({recordings}) AS r LEFT JOIN ({cameras}) AS c ON c.former_id = r.camera_id
"""


@dataclass(frozen=True, eq=False)
class Availability:
    """Rows by camera and month, each with its `ward_id` (may be null).

    `recorded`: as the query `availability` of transforms.footage gives it. `health`: as its query `health` does, None
    where the city does not send it. `months`: first days, newest first.
    """

    recorded: pd.DataFrame
    health: pd.DataFrame | None
    months: tuple[pd.Timestamp, ...]


def availability(project: Project, city: str) -> Availability | None:
    """The availability of a city's cameras; None where it does not send cameras and recordings."""
    states = [state for state in standing(project, city) if state.version]
    sql = {name: _sql(project, table, states) for name, table in TABLES.items()}
    if not sql["cameras"] or not sql["recordings"]:
        return None
    cameras = STANDING.format(**sql)
    with project.home.workspace() as workspace, connect(workspace) as connection:
        span = _months(connection, sql["recordings"])
        connection.register("given_months", span)
        given = {"cameras": cameras, "months": "SELECT * FROM given_months"}
        recorded = over(AVAILABILITY, {**given, "recordings": RENUMBERED.format(**sql), "spans": SPANS})
        seen = over(HEALTH, {**given, "camera_health": sql["camera_health"]}) if sql["camera_health"] else None
        told = span[span["end_at"] - span["start_at"] >= pd.Timedelta(days=LEAST_DAYS)]
        return Availability(
            recorded=_placed(connection, recorded, cameras),
            health=_placed(connection, seen, cameras) if seen else None,
            months=tuple(pd.to_datetime(told["month"])[::-1]),
        )


def _months(connection: duckdb.DuckDBPyConnection, recordings: str) -> pd.DataFrame:
    """The last months up to the newest recording."""
    query = f"SELECT min(start_at) AS first, max(end_at) AS last FROM ({recordings})"
    first, last = connection.execute(query).df().iloc[0]
    earliest = (last - pd.DateOffset(months=MONTHS - 1)).date()
    return months(max(first.date(), earliest), last)


def _placed(connection: duckdb.DuckDBPyConnection, sql: str, cameras: str) -> pd.DataFrame:
    """Rows by camera and month with the camera's ward, for the cameras that stand."""
    return connection.execute(
        f"SELECT rows.*, c.ward_id FROM ({sql}) AS rows JOIN ({cameras}) AS c USING (camera_id)"
    ).df()


def _sql(project: Project, table: str, states: list[State]) -> str:
    return material(project, project.catalogue.tables[table], states).sql
