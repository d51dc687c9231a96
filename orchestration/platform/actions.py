"""What the departments' contacts did, from the audit log."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row, day
from orchestration.project import Project
from orchestration.store.audit import REFUSED
from orchestration.store.contacts import contacts
from orchestration.store.staff import identity


def actions(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per city, department and day on which a contact of it, known by e-mail, did something."""
    named = contacts(project.home.root, project.catalogue.cities, project.catalogue.departments)
    acted: dict[str, dict[datetime, None]] = {}
    for entry in project.audit.entries():
        if not entry.action.endswith(REFUSED):
            acted.setdefault(identity(entry.who), {})[day(datetime.fromisoformat(entry.at))] = None
    for (city, department), contact in named.items():
        if city in cities:
            for at in sorted({at for email in contact.email for at in acted.get(identity(email), ())}):
                yield city, department, at
