"""The privacy report: what was found in each public table and measured of it, and how that went over the releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.findings import Found
from orchestration.store.releases import State
from transforms.engine import connect
from transforms.privacy.risk import Measured
from transforms.release.artefacts import measured

LAST = 8


@dataclass(frozen=True)
class Protection:
    """A public table as it was made last: what was found in it, and what was measured and hidden."""

    table: str
    found: tuple[Found, ...]
    measured: Measured


@dataclass(frozen=True)
class Counts:
    """A release: how many findings were decided and disclosed in it, the rows left out of it, the counts hidden."""

    id: str
    state: State
    at: datetime
    allowed: int
    disclosed: int
    left_out: int
    hidden: int
    beside: int


def protections(project: Project) -> list[Protection]:
    """Every public table of the catalogue, held or not, by name."""
    newest = {
        table: key
        for table, key in sorted(project.ledger.findings.newest().items())
        if table in project.catalogue.datasets or table in project.catalogue.marts
    }
    found = project.ledger.findings.of(newest.values())
    told = _measured(project, {key: table for table, key in newest.items()})
    return [
        Protection(table, tuple(one for one in found if one.key == key), told[key]) for table, key in newest.items()
    ]


def trend(project: Project) -> list[Counts]:
    """The last releases, newest first."""
    shown = releases.listed(project.ledger)[:LAST]
    parts = {release.id: project.ledger.parts(release.id) for release in shown}
    tables = {key: table for one in parts.values() for table, key in one.items()}
    found, told = project.ledger.findings.of(tables), _measured(project, tables)
    counted = []
    for release in shown:
        keys = parts[release.id].values()
        states = [one.state for one in found if one.key in keys]
        sums = [sum(getattr(told[key], name) or 0 for key in keys) for name in ("left_out", "hidden", "beside")]
        judged = (states.count("allowed"), states.count("disclosed"))
        counted.append(Counts(release.id, release.state, release.proposed_at, *judged, *sums))
    return counted


def _measured(project: Project, tables: Mapping[str, str]) -> dict[str, Measured]:
    """What was measured of public tables, by key; `tables` says of which dataset each is."""
    with connect(project.home.aside) as connection:
        return {
            key: measured(connection, project.home.public / key / f"{table}.parquet") for key, table in tables.items()
        }
