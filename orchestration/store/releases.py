"""Releases: proposed by one person, approved by another, rolled back by name. CURRENT says which one is out."""

from pathlib import Path

from orchestration.store.files import write_pointer
from orchestration.store.home import Home
from orchestration.store.ledger import Ledger

SHORT = 12


class ReleaseFault(Exception):
    """What was asked of a release cannot be done."""


def pointer(home: Home) -> Path:
    """The file that names the release the public sees."""
    return home.releases / "CURRENT"


def find(ledger: Ledger, name: str) -> str:
    """The full id of a release by its beginning; raises ReleaseFault for none or several."""
    found = [row.id for row in ledger.releases() if row.id.startswith(name)] if name else []
    if len(found) != 1:
        problem = "no release begins" if not found else f"{len(found)} releases begin"
        raise ReleaseFault(f"release {name or '(none)'}: {problem} so; see pravah release list")
    return str(found[0])


def approve(home: Home, ledger: Ledger, name: str, who: str) -> str:
    """Make a proposed release the current one; its id. Raises ReleaseFault where the maker is the checker."""
    release = find(ledger, name)
    row = ledger.release(release)
    assert row is not None
    if row.approved_by:
        raise ReleaseFault(f"release {release[:SHORT]}: is approved already; to return to it, roll back to it")
    if row.proposed_by == who:
        raise ReleaseFault(f"release {release[:SHORT]}: {who} proposed it; another person must approve it")
    ledger.approve(release, who)
    point(home, ledger)
    return release


def roll_back(home: Home, ledger: Ledger, name: str, who: str) -> str:
    """Return to an earlier approved release; its id."""
    release = find(ledger, name)
    row = ledger.release(release)
    assert row is not None
    if not row.approved_by:
        raise ReleaseFault(f"release {release[:SHORT]}: was never approved; approve it instead")
    if release == ledger.current():
        raise ReleaseFault(f"release {release[:SHORT]}: is the current one; name an earlier one")
    ledger.roll_back(release, who)
    point(home, ledger)
    return release


def point(home: Home, ledger: Ledger) -> None:
    """Bring CURRENT in line with the ledger, as after a crash between the two."""
    current = ledger.current()
    file = pointer(home)
    if current and (not file.exists() or file.read_text().strip() != current):
        write_pointer(file, current)
