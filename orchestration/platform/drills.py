"""The drills that restored a backup, from the audit log."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.store.audit import DRILL


def drills(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per drill and city: a backup holds all cities of its installation."""
    for entry in project.audit.entries():
        if entry.action == DRILL:
            for city in cities:
                yield city, datetime.fromisoformat(entry.at), entry.detail["succeeded"]
