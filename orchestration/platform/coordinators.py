"""Which departments have somebody who can act for them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.store.contacts import contacts


def coordinators(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per city and department with a contact who is known by e-mail."""
    named = contacts(project.home.root, project.catalogue.cities, project.catalogue.departments)
    for (city, department), contact in named.items():
        if city in cities and contact.email:
            yield city, department
