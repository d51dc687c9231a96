"""The privacy gate: what is held because personal data were found in it, and the decision that they are none."""

from pathlib import Path
from typing import Final

import duckdb

from data_contracts.dataset import Dataset
from orchestration.project import Project
from orchestration.store.audit import REFUSED
from orchestration.store.findings import Found
from orchestration.store.ledger import Also
from orchestration.store.releases import REMARK_LETTERS, SHORT
from orchestration.store.staff import NotPermitted, identity
from transforms.engine import literal

ALLOW: Final = "allow"
LIST = "pravah gate list"


class GateFault(Exception):
    """What was asked of the gate cannot be done."""


class PersonalData(Exception):
    """A public table holds what looks like personal data; says in which columns, of what kind and how many rows."""


def searched(project: Project, dataset: Dataset, connection: duckdb.DuckDBPyConnection, folder: Path) -> Also:
    """Look through a new public table; the record of what was found, to be committed with the table."""
    from transforms.privacy.gate import disclosed, search

    meant, file = disclosed(dataset), folder / f"{dataset.table}.parquet"
    found = [
        Found(
            folder.name,
            dataset.table,
            one.column,
            one.entity,
            len(one.rows),
            one.rows,
            (one.column, one.entity) in meant,
            cities=_cities(connection, file, one.rows),
        )
        for one in search(connection, dataset, file)
    ]
    return project.ledger.findings.recorded(dataset.table, folder.name, found)


def _cities(connection: duckdb.DuckDBPyConnection, file: Path, rows: tuple[int, ...]) -> tuple[str, ...]:
    """The cities of some rows of a public table, by their numbers."""
    query = (
        f"SELECT DISTINCT city FROM read_parquet({literal(file)}, file_row_number = true) "
        "WHERE file_row_number IN (SELECT unnest(?)) ORDER BY city"
    )
    return tuple(city for (city,) in connection.execute(query, [list(rows)]).fetchall())


def passed(project: Project, key: str) -> None:
    """Raise PersonalData where something was found in a public table that is neither disclosed nor decided."""
    open_ones = [found for found in project.ledger.findings.of([key]) if found.state == "held"]
    if open_ones:
        told = ", ".join(map(str, open_ones))
        raise PersonalData(f"may hold personal data: {told}; see {LIST}, version {key[:SHORT]}")


def listed(project: Project) -> list[Found]:
    """What was found in the public table that was made last for each dataset."""
    return project.ledger.findings.of(project.ledger.findings.newest().values())


def allow(project: Project, who: str, version: str, column: str, entity: str, reason: str) -> Found:
    """Decide that a finding is false in one version of a public table; the next run lets it go on.

    `version`: the table's key or the beginning of it. Raises GateFault for what is not held or has no reason (recorded
    as refused), HomeBusy while a run is at work, KeyFault without a usable master key.
    """
    with project.writing():
        try:
            found, words = _held(project, version, column, entity), _reason(reason)
        except GateFault:
            project.audit.record(who, ALLOW + REFUSED, version)
            raise
        detail = {"dataset": found.table, "column": column, "entity": entity, "rows": found.rows, "reason": words}
        with project.audit.sealing(who, ALLOW, found.key, **detail) as seal:
            project.ledger.findings.allow(found, words, who, seal)
    return found


def allow_as(project: Project, email: str, version: str, column: str, entity: str, reason: str) -> Found:
    """A decision by someone who has logged in: as `allow`, if staff.yaml gives the right to it at this moment.

    Raises NotPermitted (recorded as refused) and StaffFault as well.
    """
    try:
        person = project.staff.permitted(email, ALLOW)
    except NotPermitted:
        project.audit.record(identity(email), ALLOW + REFUSED, version)
        raise
    return allow(project, person.email, version, column, entity, reason)


def _held(project: Project, version: str, column: str, entity: str) -> Found:
    for found in listed(project):
        if version and found.key.startswith(version) and (found.column, found.entity) == (column, entity):
            if found.state == "held":
                return found
            raise GateFault(f"{entity} in column {column} is {found.state} already; nothing holds its table")
    raise GateFault(f"version {version or '(none)'}: holds no such finding now; see {LIST}")


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not 1 <= len(words) <= REMARK_LETTERS:
        raise GateFault(f"a decision needs a reason of 1 to {REMARK_LETTERS:,} letters; say why it is false")
    return words
