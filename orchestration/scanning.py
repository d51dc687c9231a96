"""The second scan: the files of a finished release, decoded and searched before anyone may approve it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.gate import LIST
from orchestration.project import Project
from orchestration.store.findings import Found
from orchestration.store.releases import SHORT, ReleaseFault
from transforms.release.bundle import DATABASE


class Unclean(ReleaseFault):
    """Files of a release may hold personal data; `tables` are those it is held by, none where it is elsewhere."""

    def __init__(self, release: str, words: str, tables: Iterable[str] = ()):
        super().__init__(f"release {release[:SHORT]}: {words}")
        self.tables = frozenset(tables)


def passed(project: Project, release: str, parts: Mapping[str, str], folder: Path) -> None:
    """Scan a release in its folder, unless that was done; `parts` are the keys of its public tables.

    The files of a public table are the same in every release, so they are scanned in the first. Raises Unclean where a
    file cannot be searched, or holds what is neither disclosed nor decided; in a public table it is recorded.
    """
    known = project.ledger.findings.scanned()
    if release in known:
        return
    files = [file for file in folder.rglob("*") if file.is_file() and parts.get(file.stem) not in known]
    hits = _hits(release, parts, files)
    for table, artefact, entity in hits:
        if table not in parts:
            raise Unclean(release, f"{artefact} may hold personal data ({entity}); mend the contract")
    held = _open(project, parts, folder, hits)
    if held:
        project.ledger.findings.add(held)
        named = ", ".join(f"{one} of {one.table}" for one in held)
        raise Unclean(release, f"may hold personal data: {named}; see {LIST}", {one.table for one in held})
    project.ledger.findings.clean([release, *parts.values()])


def again(project: Project, who: str) -> list[Found]:
    """Scan all files of the current release once more, as what is recognised grows; what is open in them.

    It is recorded with its moment. A public table in which something is found is held from the next run on, until an
    officer decides; the release stays out until somebody rolls it back. Raises ReleaseFault where no release is out,
    Unclean where a file cannot be searched.
    """
    release = project.ledger.current()
    if release is None:
        raise ReleaseFault("no release is current yet; approve one")
    folder, parts = project.home.releases / release, project.ledger.parts(release)
    hits = _hits(release, parts, [file for file in folder.rglob("*") if file.is_file()])
    inside = Counter({place: count for place, count in hits.items() if place[0] in parts})
    cities = tuple(sorted({city for key in parts.values() for city in _cities(project, key)}))
    found = _open(project, parts, folder, inside) + [
        Found(release, file, artefact, entity, count, by="scan", cities=cities)
        for (file, artefact, entity), count in sorted((hits - inside).items())
    ]
    known = {_place_of(one) for one in project.ledger.findings.of({one.key for one in found})}
    project.audit.record(who, "scan", release, found=len(found))
    project.ledger.findings.rescan(release, who, found, [one for one in found if _place_of(one) not in known])
    return found


def _place_of(found: Found) -> tuple[str, str, str]:
    return found.key, found.column, found.entity


def _hits(release: str, parts: Mapping[str, str], files: Iterable[Path]) -> Counter[tuple[str, str, str]]:
    """What stands in some files of a release: table, column or other part of it, entity; beside the tables the file,
    the artefact in it, entity. Raises Unclean."""
    from transforms.privacy.scan.report import scan

    report = scan(*sorted(files))
    for failure in report.failed:
        raise Unclean(release, f"{failure.artefact} {failure.reason}, so it cannot be searched; report it")
    hits = Counter[tuple[str, str, str]]()
    for hit in report.hits:
        table, place = _place(hit.artefact)
        if table not in parts:
            table, place = hit.artefact.partition("!")[0], hit.artefact
        hits[table, place, hit.entity] += hit.count
    return hits


def _place(artefact: str) -> tuple[str, str]:
    """The table that a place belongs to, and which column or other part of it it is."""
    file, _, inner = artefact.partition("!")
    if file == DATABASE:
        table, _, column = inner.partition(".")
        return table, column
    return Path(file).stem, inner or file


def _open(project: Project, parts: Mapping[str, str], folder: Path, hits: Counter[tuple[str, str, str]]) -> list[Found]:
    """What was not judged for its column. A place that is no column, such as a footer, goes by all of them."""
    import pyarrow.parquet as pq

    judged = {(one.table, one.column, one.entity) for one in _settled(project, parts)}
    columns = {table: pq.read_schema(folder / "data" / f"{table}.parquet").names for table, _, _ in hits}
    told = {(table, entity) for table, place, entity in judged | hits.keys() if place in columns.get(table, ())}
    return [
        Found(parts[table], table, place, entity, count, by="scan", cities=_cities(project, parts[table]))
        for (table, place, entity), count in sorted(hits.items())
        if (table, place, entity) not in judged and (place in columns[table] or (table, entity) not in told)
    ]


def _cities(project: Project, key: str) -> tuple[str, ...]:
    """The cities whose rows are in a public table: the scan does not say in which of them something stands."""
    public = project.ledger.public(key)
    return tuple(sorted(public.rows)) if public else ()


def _settled(project: Project, parts: Mapping[str, str]) -> list[Found]:
    return [found for found in project.ledger.findings.of(parts.values()) if found.state != "held"]
