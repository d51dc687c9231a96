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
    from transforms.privacy.scan.report import scan

    known = project.ledger.findings.scanned()
    if release in known:
        return
    files = [file for file in folder.rglob("*") if file.is_file() and parts.get(file.stem) not in known]
    report = scan(*sorted(files))
    for failure in report.failed:
        raise Unclean(release, f"{failure.artefact} {failure.reason}, so it cannot be searched; report it")
    hits = Counter[tuple[str, str, str]]()
    for hit in report.hits:
        table, place = _place(hit.artefact)
        if table not in parts:
            raise Unclean(release, f"{hit.artefact} may hold personal data ({hit.entity}); mend the contract")
        hits[table, place, hit.entity] += hit.count
    _judge(project, release, parts, folder, hits)
    project.ledger.findings.clean([release, *parts.values()])


def _place(artefact: str) -> tuple[str, str]:
    """The table that a place belongs to, and which column or other part of it it is."""
    file, _, inner = artefact.partition("!")
    if file == DATABASE:
        table, _, column = inner.partition(".")
        return table, column
    return Path(file).stem, inner or file


def _judge(
    project: Project, release: str, parts: Mapping[str, str], folder: Path, hits: Counter[tuple[str, str, str]]
) -> None:
    """Let pass what was judged for its column. A place that is no column, such as a footer, goes by all of them."""
    import pyarrow.parquet as pq

    judged = {(one.table, one.column, one.entity) for one in _settled(project, parts)}
    columns = {table: pq.read_schema(folder / "data" / f"{table}.parquet").names for table, _, _ in hits}
    told = {(table, entity) for table, place, entity in judged | hits.keys() if place in columns.get(table, ())}
    held = [
        Found(parts[table], table, place, entity, count, by="scan")
        for (table, place, entity), count in sorted(hits.items())
        if (table, place, entity) not in judged and (place in columns[table] or (table, entity) not in told)
    ]
    if held:
        project.ledger.findings.add(held)
        named = ", ".join(f"{one} of {one.table}" for one in held)
        raise Unclean(release, f"may hold personal data: {named}; see {LIST}", {one.table for one in held})


def _settled(project: Project, parts: Mapping[str, str]) -> list[Found]:
    return [found for found in project.ledger.findings.of(parts.values()) if found.state != "held"]
