"""The runs, from the run log."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row
from orchestration.project import Project


def runs(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per run and city that it worked on; one that never came to its end did not succeed."""
    for one in project.ledger.runs.all():
        if one.city in cities:
            yield one.city, one.began_at, one.succeeded
