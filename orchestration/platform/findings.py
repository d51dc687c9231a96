"""What may be personal data: found before it went out or after, and when that was over."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.store.findings import Found


@dataclass(frozen=True)
class _Exception:
    """A finding, from when it stood until when, over however many versions of its table."""

    found: Found
    closed_at: datetime | None
    after: bool


def findings(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per exception and city, oldest first; what a contract discloses is none."""
    found = [one for one in project.ledger.findings.all() if not one.disclosed]
    out = _out(project)
    late = [one for one in found if one.key in out and _at(one) > out[one.key]]
    early = [one for one in found if one not in late]
    every = [*_after(project, late), *_before(project, early)]
    for one in sorted(every, key=lambda one: _at(one.found)):
        dataset = project.catalogue.tables.get(one.found.table)
        place = (dataset.department, dataset.name) if dataset else (None, None)
        for city in one.found.cities:
            if city in cities:
                yield city, *place, _at(one.found), one.closed_at, one.after


def _out(project: Project) -> dict[str, datetime]:
    """When each release, and each public table, went out first."""
    found: dict[str, datetime] = {}
    for release, at in project.ledger.moves():
        for key in (release, *project.ledger.parts(release).values()):
            found.setdefault(key, at)
    return found


def _after(project: Project, found: Iterable[Found]) -> Iterator[_Exception]:
    """Found in what was out: over when it was allowed, or a release without it took its place."""
    moves = [(at, {release, *project.ledger.parts(release).values()}) for release, at in project.ledger.moves()]
    for one in found:
        gone = (at for at, keys in moves if at > _at(one) and one.key not in keys)
        yield _Exception(one, one.allowed_at or next(gone, None), True)


def _before(project: Project, found: Iterable[Found]) -> Iterator[_Exception]:
    """Found before it went out: over when it was allowed, or a version of the table was made that is without it.

    While version after version has it, it is one exception.
    """
    versions: dict[str, dict[str, datetime]] = defaultdict(dict)
    for table, key, at in project.ledger.findings.made():
        versions[table][key] = at
    by_place: dict[tuple[str, str, str], dict[str, Found]] = defaultdict(dict)
    for one in found:
        by_place[one.table, one.column, one.entity][one.key] = one
        # A held version that a newer one replaced is gone.
        versions[one.table].setdefault(one.key, _at(one))
    for (table, _, _), known in by_place.items():
        yield from _spans(sorted((at, key) for key, at in versions[table].items()), known)


def _spans(versions: list[tuple[datetime, str]], known: dict[str, Found]) -> Iterator[_Exception]:
    begun: Found | None = None
    for at, key in versions:
        found = known.get(key)
        if found is None:
            if begun:
                yield _Exception(begun, at, False)
            begun = None
            continue
        begun = begun or found
        if found.allowed_at:
            yield _Exception(begun, found.allowed_at, False)
            begun = None
    if begun:
        yield _Exception(begun, None, False)


def _at(found: Found) -> datetime:
    assert found.at is not None
    return found.at
