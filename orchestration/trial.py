"""A dry run of one file: what a delivery would come to. Nothing is kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data_contracts.dataset import Dataset
from orchestration.project import Project
from orchestration.standing import standing
from orchestration.tables import places_of
from transforms.checking.delivery import check_delivery
from transforms.checking.merge import supersede
from transforms.engine import connect
from transforms.reading.held import Held


def try_file(project: Project, dataset: Dataset, file: Path, city: str) -> dict[str, Any]:
    """The counts and reasons that `pravah read --json` promises, for one file alone."""
    counts: dict[str, Any] = {
        "dataset": dataset.table,
        "city": city,
        "rows_read": 0,
        "accepted": 0,
        "quarantined": 0,
        "duplicate": 0,
        "reasons": {},
        "warnings": {},
        "repaired": {},
        "unknown": [],
        "held": None,
    }
    states = {(state.table, state.city): state for state in standing(project)}
    boundary = dataset.properties.boundary
    if boundary and ((boundary, city) not in states or states[(boundary, city)].version is None):
        return {**counts, "held": f"waits for {boundary} of {city}: send that first"}
    with project.home.lock(shared=True), project.home.workspace() as workspace:
        target = workspace / "checked.parquet"
        try:
            around = places_of(project, dataset, city, states)
            bounds = project.catalogue.cities[city].bounds
            checked = check_delivery(file, dataset, city, around, target, workspace, bounds, datetime.now(UTC))
        except Held as held:
            return {**counts, "held": str(held)}
        with connect(workspace) as connection:
            table = supersede(connection, dataset, (target,), workspace / "superseded.parquet")
            accepted = connection.execute(f"SELECT count(*) FROM ({table.sql()})").fetchall()[0][0]
    return {
        **counts,
        "rows_read": checked.rows_read,
        "accepted": accepted,
        "quarantined": checked.quarantined,
        "duplicate": checked.rows_read - checked.quarantined - accepted,
        "reasons": checked.broken,
        "warnings": checked.warned,
        "repaired": checked.repaired,
        "unknown": [one.place for one in checked.drift],
    }
