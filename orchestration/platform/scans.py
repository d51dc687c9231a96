"""The second scans of what is published."""

from collections.abc import Collection, Iterator
from datetime import datetime

from orchestration.platform.releases import cities_of
from orchestration.platform.row import Row
from orchestration.project import Project


def scans(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per scan and city with rows in the release that was scanned."""
    for release, at in project.ledger.findings.rescans():
        for city in sorted(cities_of(project, release) & set(cities)):
            yield city, at
