"""The rows that wait in quarantine: which delivery, which row, which rule. Never a value."""

from collections.abc import Collection
from dataclasses import dataclass

from orchestration.project import Project
from orchestration.standing import standing
from orchestration.tables import checked_path
from transforms.checking.delivery import quarantined


@dataclass(frozen=True)
class Waiting:
    """One broken rule of one row; `row` counts from 0 after the header, in the delivery of that SHA-256."""

    dataset: str
    city: str
    delivery: str
    row: int
    rule: str


def waiting(project: Project, city: str | None = None, datasets: Collection[str] = ()) -> list[Waiting]:
    """Every quarantined row of the tables that stand, of one city and of some datasets where they are given.

    A row leaves quarantine when its contract or its wards are mended: the delivery is read again by the next
    run. Of a snapshot only the rows of the latest delivery wait.
    """
    found = []
    for state in standing(project):
        if state.version is None or (city and state.city != city) or (datasets and state.table not in datasets):
            continue
        version = project.ledger.version(state.version)
        assert version is not None
        for key in version.standing:
            processing = project.ledger.processing(key)
            assert processing is not None
            if processing.quarantined:
                rows = quarantined(checked_path(project, key), project.home.aside)
                found += [Waiting(state.table, state.city, processing.sha256, row, rule) for row, rule in rows]
    return found
