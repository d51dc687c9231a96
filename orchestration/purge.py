"""Deliveries whose retention is over leave the restricted zone; that they did is proved, and recorded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data_contracts.dataset import Dataset
from orchestration.project import Project, digest
from orchestration.standing import standing
from orchestration.store.ledger import Delivery
from orchestration.store.purges import Place
from orchestration.tables import checked_path
from transforms.checking.delivery import newest

# The zones with rows, and how the ledger calls what it keeps in them.
_ROWS = {"accepted": "checked", "superseded": "superseded"}


class PurgeFault(Exception):
    """What was to be purged is not gone, or what was named does not exist."""


@dataclass(frozen=True)
class Expired:
    """A delivery of which every row is older than its contract keeps them.

    `inbox`: its files that still lie in the inbox, where Pravah removes nothing.
    """

    dataset: str
    city: str
    delivery: str
    rows: int
    inbox: int

    @property
    def place(self) -> Place:
        """By what the ledger knows it."""
        return (self.delivery, self.dataset, self.city)


def expired(project: Project, kept: Collection[str] = (), now: datetime | None = None) -> list[Expired]:
    """The deliveries whose time is up, but those whose SHA-256 begins like one of `kept`.

    The latest snapshot stays, and the one that stands: what is, is not history. Raises PurgeFault where one to be
    kept is not there.
    """
    found, known = [], set()
    current = _current(project)
    for dataset in project.catalogue.datasets.values():
        snapshot = dataset.properties.delivery == "snapshot"
        for city in sorted(project.catalogue.cities):
            deliveries = project.ledger.deliveries(dataset.table, city, latest_last=snapshot)
            known |= {delivery.sha256 for delivery in deliveries}
            for delivery in deliveries[:-1] if snapshot else deliveries:
                place = (delivery.sha256, dataset.table, city)
                spared = delivery.sha256.startswith(tuple(kept)) or (snapshot and place in current)
                if not spared and _over(project, dataset, city, delivery, now or datetime.now(UTC)):
                    found.append(_expired(project, place))
    unknown = [beginning for beginning in kept if not any(sha256.startswith(beginning) for sha256 in known)]
    if unknown:
        raise PurgeFault(f"--keep: no delivery begins with {', '.join(unknown)}; see pravah purge --dry-run")
    return found


def purge(project: Project, who: str, kept: Collection[str] = (), now: datetime | None = None) -> list[Expired]:
    """Remove the deliveries whose time is up; those that went. Raises HomeBusy, KeyFault, PurgeFault.

    First the ledger and the audit log say what goes, then it goes, then both say that it is gone. Broken off, it
    goes on where it was when it is called again.
    """
    with project.writing():
        found = expired(project, kept, now)
        before = _names(project)
        if found:
            shas = sorted({one.delivery for one in found})
            rows = sum(one.rows for one in found)
            with project.audit.sealing(who, "erase", deliveries=shas, rows=rows, kept=sorted(kept)) as also:
                project.ledger.purges.commit({one.place: one.rows for one in found}, who, also)
        if pending := project.ledger.purges.unproved():
            project.sweep()
            _prove(project, who, pending, before)
    return found


def _prove(project: Project, who: str, pending: set[Place], before: set[str]) -> None:
    """Look that nothing of some deliveries is left, and record what lay there before and after, by hash."""
    after, kept = _names(project), project.ledger.kept()
    known = {f"landing/{sha256}" for sha256 in kept["landing"]}
    # The same bytes can be a delivery of another dataset or city as well.
    objects = {f"landing/{sha256}" for sha256, _, _ in pending} - known
    rows = {f"accepted/{key}.parquet" for key in project.ledger.purges.processings_of(pending)}
    known |= {f"{zone}/{key}.parquet" for zone, name in _ROWS.items() for key in kept[name]}
    left = (objects | rows) & (after | known)
    if left:
        raise PurgeFault(f"purge: {len(left)} files are not gone; check the disk and its rights, then call it again")
    listings = {"before": digest(*sorted(before)), "after": digest(*sorted(after))}
    shas = sorted({sha256 for sha256, _, _ in pending})
    with project.audit.sealing(who, "erased", deliveries=shas, removed=sorted(before - after), **listings) as also:
        project.ledger.purges.prove(pending, also)


def _names(project: Project) -> set[str]:
    """What lies in the zones that deliveries leave, by zone and hash."""
    zones = (project.home.landing, project.home.checked, project.home.superseded)
    return {f"{zone.name}/{file.name}" for zone in zones for file in zone.iterdir()}


def _over(project: Project, dataset: Dataset, city: str, delivery: Delivery, now: datetime) -> bool:
    """Whether every row of a delivery is older than the contract keeps them."""
    days = dataset.sla.retention_days
    if days is None:
        return False
    row = project.ledger.processed(delivery.sha256, dataset.table, city)
    moment = delivery.last_at
    if row is not None and not row.held:
        column = dataset.properties.temporal_column
        moment = newest(checked_path(project, row.key), column, moment, project.home.aside)
    return moment < now - timedelta(days=days)


def _expired(project: Project, place: Place) -> Expired:
    sha256, table, city = place
    row = project.ledger.processed(*place)
    here = 0
    for path, size, mtime_ns in project.ledger.paths(*place):
        file = project.home.inbox / path
        here += file.is_file() and (file.stat().st_size, file.stat().st_mtime_ns) == (size, mtime_ns)
    return Expired(table, city, sha256, row.rows_read if row is not None else 0, here)


def _current(project: Project) -> set[Place]:
    """The deliveries behind the tables that stand."""
    found = set()
    for state in standing(project):
        version = project.ledger.version(str(state.version))
        for key in version.standing if version else []:
            row = project.ledger.processing(key)
            assert row is not None
            found.add((row.sha256, state.table, state.city))
    return found
