"""Releases: proposed by one person, approved or returned by another, rolled back by name.

CURRENT says which one is out.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from orchestration.store.files import write_pointer
from orchestration.store.home import Home
from orchestration.store.ledger import Also, Ledger, aware, nothing

SHORT = 12
REMARK_LETTERS = 1000
State = Literal["proposed", "returned", "approved", "current"]


class ReleaseFault(Exception):
    """What was asked of a release cannot be done."""


@dataclass(frozen=True)
class Release:
    """One release, and what people did with it; times in UTC."""

    id: str
    state: State
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    returned_by: str | None = None
    returned_at: datetime | None = None
    remark: str | None = None

    def fault(self, words: str) -> ReleaseFault:
        """A fault of this release, by its short name."""
        return ReleaseFault(f"release {self.id[:SHORT]}: {words}")


# The releases that the public may read by their ids, one a line.
APPROVED = "APPROVED"


def pointer(home: Home) -> Path:
    """The file that names the release the public sees."""
    return home.releases / "CURRENT"


def listed(ledger: Ledger) -> list[Release]:
    """Every release, newest first."""
    current, returns = ledger.current(), ledger.returned()
    found = []
    for row in reversed(ledger.releases()):
        back = returns.get(row.id)
        state: State = "current" if row.id == current else "approved" if row.approved_by else "proposed"
        found.append(
            Release(
                row.id,
                "returned" if back else state,
                row.proposed_by,
                aware(row.proposed_at),
                row.approved_by,
                aware(row.approved_at) if row.approved_at else None,
                back.who if back else None,
                aware(back.at) if back else None,
                back.remark if back else None,
            )
        )
    return found


def proposed(ledger: Ledger) -> Release | None:
    """The release that waits for a decision: the newest one, unless it was decided. An older one has to be named."""
    newest = next(iter(listed(ledger)), None)
    return newest if newest and newest.state == "proposed" else None


def find(ledger: Ledger, name: str) -> Release:
    """A release by its id or the beginning of it; raises ReleaseFault for none or several."""
    found = [release for release in listed(ledger) if release.id.startswith(name)] if name else []
    if len(found) != 1:
        problem = "no release begins" if not found else f"{len(found)} releases begin"
        raise ReleaseFault(f"release {name or '(none)'}: {problem} so; see pravah release list")
    return found[0]


def approve(home: Home, ledger: Ledger, name: str, who: str, also: Also = nothing) -> str:
    """Make a proposed release the current one; its id. Raises ReleaseFault where the maker is the checker.

    `also` is committed with it, here and in the other two.
    """
    release = find(ledger, name)
    _refuse_returned(release)
    if release.approved_by:
        raise release.fault("is approved already; to return to it, roll back to it")
    if same_person(release.proposed_by, who):
        raise release.fault(f"{who} proposed it; another person must approve it")
    ledger.approve(release.id, who, also)
    point(home, ledger)
    return release.id


def give_back(ledger: Ledger, name: str, who: str, remark: str, also: Also = nothing) -> str:
    """Return a proposed release with a remark, for good; its id. The one who proposed it withdraws it so."""
    release = find(ledger, name)
    _refuse_returned(release)
    if release.approved_by:
        raise release.fault("is approved already; roll back to another one instead")
    words = " ".join(remark.split())
    if not 1 <= len(words) <= REMARK_LETTERS:
        raise release.fault(f"a return needs a remark of 1 to {REMARK_LETTERS:,} letters; say what has to be mended")
    ledger.give_back(release.id, words, who, also)
    return release.id


def roll_back(home: Home, ledger: Ledger, name: str, who: str, also: Also = nothing) -> str:
    """Return to an earlier approved release; its id."""
    release = find(ledger, name)
    _refuse_returned(release)
    if not release.approved_by:
        raise release.fault("was never approved; approve it instead")
    if release.state == "current":
        raise release.fault("is the current one; name an earlier one")
    ledger.roll_back(release.id, who, also)
    point(home, ledger)
    return release.id


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's; an e-mail may be written in capitals."""
    return one.strip().casefold() == other.strip().casefold()


def point(home: Home, ledger: Ledger) -> None:
    """Bring CURRENT and APPROVED in line with the ledger, as after a crash between them.

    APPROVED first: a reader that begins with the current release finds it there as soon as another one is current.
    """
    current = ledger.current()
    if current:
        _write(home.releases / APPROVED, "\n".join(ledger.readable()))
        _write(pointer(home), current)


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text().strip() != text:
        write_pointer(file, text)


def _refuse_returned(release: Release) -> None:
    if release.state == "returned":
        raise release.fault(f"was returned by {release.returned_by}; mend what the remark says and run again")
