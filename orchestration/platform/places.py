"""How many rows of the spatial datasets lie somewhere in their city."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from data_contracts.dataset import Dataset
from orchestration.platform.datasets import spatial
from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.standing import standing
from orchestration.tables import standing_table
from transforms.engine import connect, name

_PLACE = re.compile(r"\bplace\s*\(")


def places(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per standing spatial dataset. Of rows that should lie in an outline those count that do, not their points:
    one outside the whole city is none."""
    with connect(project.home.aside) as connection:
        for state in standing(project):
            dataset = project.catalogue.datasets[state.table]
            if state.version and state.city in cities and spatial(dataset):
                accepted = standing_table(project, dataset, state).sql()
                counted = connection.execute(f"SELECT count(*), count({_placed(dataset)}) FROM ({accepted})")
                yield state.city, dataset.department, dataset.name, *counted.fetchall()[0]


def _placed(dataset: Dataset) -> str:
    """SQL that is null for a row that lies nowhere."""
    placed = [column.name for column in dataset.columns if _PLACE.search(column.expression or "")]
    placed = placed or [column.name for column in dataset.columns if column.logical_type == "geometry"]
    return f"coalesce({', '.join(map(name, placed))})"
