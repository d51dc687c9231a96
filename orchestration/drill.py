"""The drill: a backup is restored aside and tried out, as one that nobody ever restored proves nothing."""

from collections.abc import Iterator
from pathlib import Path

from orchestration.backup import LEDGER, BackupFault, Manifest
from orchestration.project import Project
from orchestration.restore import extract
from orchestration.store import landing, releases
from orchestration.store.audit import DRILL, Audit, AuditFault
from orchestration.store.home import Home
from orchestration.store.keys import KeyFault
from orchestration.store.landing import ObjectFault
from orchestration.store.ledger import Ledger, LedgerFault
from transforms.release.bundle import verify_bundle


def drilled(project: Project, who: str, file: Path) -> list[str]:
    """Restore an archive aside and verify all of it; what is wrong. The outcome is recorded, the restored removed.

    No run is at work meanwhile. Raises HomeBusy while one is, KeyFault without a usable master key.
    """
    with project.home.lock(shared=True), project.home.workspace() as workspace:
        try:
            manifest = extract(file, workspace / "home", project.master)
            subject, faults = manifest.made_at, list(_faults(project, Home(workspace / "home"), manifest))
        except (BackupFault, LedgerFault) as fault:
            subject, faults = "", [str(fault)]
    project.audit.record(who, DRILL, subject, succeeded=not faults, faults=len(faults))
    return faults


def _faults(project: Project, home: Home, manifest: Manifest) -> Iterator[str]:
    """What of a restored home would not do to go on with."""
    if manifest.identity != project.home.identity:
        yield "the archive is of another installation"
    ledger = Ledger(f"sqlite:///{home.root / LEDGER}")
    ledger.belongs_to(home)
    yield from _missing(home, ledger)
    current = ledger.current()
    if current:
        faults = verify_bundle(home.releases / current, home.root)
        yield from (f"release {current[: releases.SHORT]}: {fault}" for fault in faults)
    try:
        Audit(ledger, project.master, home.restricted / "audit.head").verify()
        _open_one(project, home)
    except (AuditFault, KeyFault, ObjectFault) as fault:
        yield str(fault)


def _missing(home: Home, ledger: Ledger) -> Iterator[str]:
    """What the ledger knows and no file is there for. A held delivery has no checked file, so those are not asked."""
    zones = {"landing": home.landing, "public": home.public, "rounds": home.rounds, "releases": home.releases}
    for zone, folder in zones.items():
        missing = [name for name in sorted(ledger.kept()[zone]) if not (folder / name).exists()]
        if missing:
            yield f"{zone}: {len(missing)} that the ledger knows are not there, first {missing[0]}"


def _open_one(project: Project, home: Home) -> None:
    """Open a landed object with the keys of today. Raises KeyFault where they are not those of the archive."""
    first = next(iter(sorted(home.landing.iterdir())), None) if home.landing.exists() else None
    if first:
        landing.plain(home, first.name, home.root, project.zone)
