"""What is out now: fresh or not, traced to its sources or not, and how open."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from data_contracts.dataset import Dataset
from data_contracts.platform import PLATFORM
from orchestration.platform.deliveries import due_after
from orchestration.platform.row import Row, day
from orchestration.project import Project
from orchestration.store.landing import object_path
from orchestration.store.ledger import Arrival, aware
from transforms.release.bundle import CATALOG, read_manifest


def published(project: Project, cities: Collection[str], now: datetime) -> Iterator[Row]:
    """A row per city and public table of the current release that a contract still describes."""
    release = project.ledger.current()
    if release is None:
        return
    folder = project.home.releases / release
    sources, manifest = _Sources(project, release), read_manifest(folder)
    for entry in json.loads((folder / CATALOG).read_text(encoding="utf-8"))["datasets"]:
        dataset = project.catalogue.tables.get(entry["table"])
        for city, rows in entry["rows"].items():
            if dataset and city in cities:
                told = (sources.fresh(dataset, city, now), sources.traced(dataset, city))
                open_by = openness(entry, manifest, folder)
                yield city, dataset.department, dataset.name, rows, *told, open_by, dataset.properties.high_value


def openness(entry: dict[str, Any], manifest: dict[str, Any], folder: Path) -> float:
    """The share of five: a CSV, a table that the API reads, a licence, an address that stays, a dictionary."""
    words = [text["en"] for column in entry["columns"] for text in (column["title"], column["description"])]
    signs = [
        (folder / "data" / f"{entry['table']}.csv").exists(),
        entry["table"] in manifest["tables"],
        bool(entry["licence"]),
        bool(entry["slug"]),
        bool(words) and all(words),
    ]
    return sum(signs) / len(signs)


class _Sources:
    """The deliveries that can be in a release: those that were read before it was proposed."""

    def __init__(self, project: Project, release: str):
        row = project.ledger.release(release)
        assert row is not None
        self._project, self._gone = project, project.ledger.purges.known()
        self._came: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
        for one in project.ledger.arrivals():
            if one.read and not one.held and one.received_at <= aware(row.proposed_at):
                self._came[one.table, one.city].append(one)

    def fresh(self, dataset: Dataset, city: str, now: datetime) -> bool:
        """Whether the next delivery of each source is not due yet; a source without a cadence is never late."""
        for source in self._of(dataset):
            came = max((one.last_received_at for one in self._came[source, city]), default=None)
            due = due_after(self._project.catalogue.datasets[source], came) if came else None
            if came is None or (due and due < day(now)):
                return False
        return True

    def traced(self, dataset: Dataset, city: str) -> bool:
        """Whether every source has deliveries of which the raw bytes are kept, or their removal is recorded."""
        return all(
            self._came[source, city] and all(self._kept(one) for one in self._came[source, city])
            for source in self._of(dataset)
        )

    def _of(self, dataset: Dataset) -> list[str]:
        return [table for table in self._project.catalogue.made_of(dataset.table) if table not in PLATFORM]

    def _kept(self, one: Arrival) -> bool:
        removed = (one.sha256, one.table, one.city) in self._gone
        return removed or object_path(self._project.home, one.sha256).exists()
