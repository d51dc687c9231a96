"""Plans for cameras: one puts a plan forward, another answers for it with a written impact note; then it may be used.

One way for the command line and the staff app, under the lock, each step with its entry in the audit log: the plan's
hash, how many cameras, the floor, who; never a position, nor what the note says.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from orchestration.project import Project, digest
from orchestration.siting import SITE, packed, unpacked
from orchestration.store.audit import REFUSED
from orchestration.store.releases import SHORT, same_person
from orchestration.store.sitings import Proposed
from orchestration.store.staff import NotPermitted, Right, identity
from transforms.footage.fault import FootageFault
from transforms.footage.proposal import Approved, Siting

PROPOSE: Final = "propose_siting"
APPROVE: Final = "approve_siting"
NOTE_LETTERS = 4_000


class ApprovalFault(FootageFault):
    """What was asked of a plan cannot be done; says why."""


def propose(project: Project, who: str, city: str, cameras: int, floor: float, plan: Siting) -> Proposed:
    """Put a plan forward as it is now; it is kept until somebody else decides, whatever the city sends meanwhile.

    Raises ApprovalFault where the same plan was put forward before (recorded as refused), HomeBusy while a run is at
    work, KeyFault without a usable master key.
    """
    kept = packed(plan)
    made = Proposed(_key(city, cameras, floor, kept), city, cameras, floor, kept, who, datetime.now(UTC))
    with project.writing():
        if any(one.key == made.key for one in project.ledger.sitings.all(city)):
            project.audit.record(who, PROPOSE + REFUSED, made.key)
            raise ApprovalFault(f"plan {made.key[:SHORT]}: was put forward already; another person may approve it")
        with project.audit.sealing(who, PROPOSE, made.key, city=city, cameras=cameras, floor=floor) as seal:
            project.ledger.sitings.propose(made, seal)
    return made


def propose_as(project: Project, email: str, city: str, cameras: int, floor: float, plan: Siting) -> Proposed:
    """As `propose`, by someone who has logged in and has the right to it at this moment; also raises NotPermitted."""
    return propose(project, _permitted(project, email, PROPOSE, city), city, cameras, floor, plan)


def approve(project: Project, who: str, name: str, note: str) -> Approved:
    """Answer for a plan, by its key or the beginning of it, with a note of what it does to those newly watched.

    Raises ApprovalFault where there is no such plan, `who` put it forward or it is approved already, SafeguardFault
    where the note is empty (all recorded as refused), HomeBusy and KeyFault as `propose` does.
    """
    with project.writing():
        try:
            found = find(project, name)
            approved = _answered(found, who, note.strip())
        except FootageFault:
            project.audit.record(who, APPROVE + REFUSED, name)
            raise
        told = {"city": found.city, "cameras": found.cameras, "floor": found.floor, "impact_note": True}
        with project.audit.sealing(who, APPROVE, found.key, **told) as seal:
            project.ledger.sitings.approve(found.key, who, approved.impact_note, seal)
    return approved


def approve_as(project: Project, email: str, name: str, note: str) -> Approved:
    """As `approve`, by someone who has logged in and has the right to it at this moment; also raises NotPermitted."""
    return approve(project, _permitted(project, email, APPROVE, find(project, name).city), name, note)


def find(project: Project, name: str) -> Proposed:
    """The plan with this key, or whose key alone begins so. Raises ApprovalFault where there is none or it was changed
    since it was put forward."""
    found = [one for one in project.ledger.sitings.all() if name and one.key.startswith(name)]
    if len(found) != 1:
        raise ApprovalFault(f"plan {name or '(none)'}: is none, or the beginning of several; name another")
    (one,) = found
    if one.key != _key(one.city, one.cameras, one.floor, one.plan):
        raise ApprovalFault(f"plan {one.key[:SHORT]}: was altered in the ledger; restore it from a backup")
    return one


def positions(project: Project, who: str, name: str) -> str:
    """The sites of an approved plan as CSV; that somebody took them is recorded. Raises ApprovalFault for another."""
    found = find(project, name)
    if not found.approved_by:
        project.audit.record(who, "download" + REFUSED, found.key)
        raise ApprovalFault(f"plan {found.key[:SHORT]}: is not approved; its positions stay here until it is")
    plan = Approved(unpacked(found.plan), found.approved_by, found.impact_note or "")
    project.audit.record(who, "download", found.key)
    return str(plan.siting.chosen[SITE].to_csv(index=False, lineterminator="\n"))


def _answered(found: Proposed, who: str, note: str) -> Approved:
    if found.approved_by:
        raise ApprovalFault(f"plan {found.key[:SHORT]}: is approved by {found.approved_by} already")
    if same_person(found.proposed_by, who):
        raise ApprovalFault(f"plan {found.key[:SHORT]}: {who} put it forward; another person must approve it")
    if len(note) > NOTE_LETTERS:
        raise ApprovalFault(f"an impact note has at most {NOTE_LETTERS:,} letters; say it in fewer")
    return Approved(unpacked(found.plan), who, note)


def _permitted(project: Project, email: str, right: Right, city: str) -> str:
    """The e-mail of someone who has a right for a city. Raises NotPermitted, recorded as refused."""
    try:
        person = project.staff.permitted(email, right)
        if not person.sees(city):
            raise NotPermitted(f"{person.email}: is not there for {city}")
    except NotPermitted:
        project.audit.record(identity(email), right + REFUSED, city)
        raise
    return person.email


def _key(city: str, cameras: int, floor: float, plan: dict[str, Any]) -> str:
    return digest(city, cameras, float(floor), json.dumps(plan, sort_keys=True))
