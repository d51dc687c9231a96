"""What the contracts describe, and whether a city has ever sent it."""

from collections.abc import Collection, Iterator
from datetime import datetime

from data_contracts.dataset import Dataset
from orchestration.platform.row import Row
from orchestration.project import Project


def datasets(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per city and dataset that departments deliver."""
    delivered = project.ledger.last_received()
    for city in cities:
        for one in project.catalogue.datasets.values():
            step = project.catalogue.departments[one.department].step
            told = (classified(one), one.properties.high_value, metadata_share(one), spatial(one))
            due = (one.sla.frequency_days, one.sla.latency_days)
            yield city, one.department, one.name, step, *due, *told, (one.table, city) in delivered


def classified(dataset: Dataset) -> bool:
    """Whether it stands on the open or the negative list, with a reason and who decided."""
    listing = dataset.properties.listing
    return listing is not None and bool(listing.reason.strip() and listing.decided_by.strip())


def metadata_share(dataset: Dataset) -> float:
    """Of the texts that a dataset and its columns should have, the share that is there in English and in Hindi."""
    given = dataset.properties
    pairs = [
        (dataset.title, given.title_hi),
        (dataset.description, given.description_hi),
        (dataset.purpose, given.purpose_hi),
        (dataset.limitations, given.limitations_hi),
    ]
    for column in dataset.columns:
        pairs.append((column.title, column.properties.title_hi))
        pairs.append((column.description, column.properties.description_hi))
    return sum(bool(english and hindi) for english, hindi in pairs) / len(pairs)


def spatial(dataset: Dataset) -> bool:
    """Whether its rows lie somewhere: in an outline of the city, or by a geometry of their own."""
    return dataset.properties.boundary is not None or dataset.geometry is not None
