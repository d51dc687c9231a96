"""What came, when it was promised, and what became of it."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from data_contracts.dataset import Dataset
from orchestration.platform.row import Row
from orchestration.project import Project


def deliveries(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per content that came, in the order in which they came first."""
    for one in project.ledger.arrivals():
        dataset = project.catalogue.datasets.get(one.table)
        if dataset and one.city in cities:
            came = (one.received_at, one.last_received_at, one.read, one.held, one.rows_read, one.quarantined)
            due = due_after(dataset, one.before_at) if one.before_at else None
            yield one.city, dataset.department, dataset.name, *came, one.drifted, due


def due_after(dataset: Dataset, came: datetime) -> datetime | None:
    """When the next delivery after one is promised; None where the contract is silent."""
    if dataset.sla.frequency_days is None:
        return None
    return came + timedelta(days=dataset.sla.frequency_days + (dataset.sla.latency_days or 0))
