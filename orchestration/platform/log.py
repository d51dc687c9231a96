"""How far back the audit log goes, and whether it is whole."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row, day
from orchestration.project import Project
from orchestration.store.audit import AuditFault


def log(project: Project, cities: Collection[str], now: datetime) -> Iterator[Row]:
    """A row per city, all alike: an installation has one log for all of them. None while it has no entry."""
    entries = project.audit.entries()
    if entries:
        first = datetime.fromisoformat(entries[0].at)
        for city in cities:
            yield city, first, (day(now) - day(first)).days, _whole(project)


def _whole(project: Project) -> bool:
    try:
        project.audit.verify()
    except AuditFault:
        return False
    return True
