"""The releases, and whether two people stand behind each."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.store.releases import listed, same_person


def releases(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per release and city with rows in it, newest release first."""
    for one in listed(project.ledger):
        two = one.approved_by is not None and not same_person(one.proposed_by, one.approved_by)
        for city in sorted(cities_of(project, one.id) & set(cities)):
            yield city, one.id, one.proposed_at, one.approved_at, two


def cities_of(project: Project, release: str) -> set[str]:
    """The cities with rows in a release."""
    publics = [project.ledger.public(key) for key in project.ledger.parts(release).values()]
    return {city for public in publics if public for city in public.rows}
