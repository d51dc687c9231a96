"""Plans for cameras: one puts a plan forward, another answers for it with a written impact note; then it may be used.

Who put it forward can withdraw it, and an approver return it, before or after it was approved; it stays on record.

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
RETURN: Final = "return_siting"
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
        before = next((one for one in project.ledger.sitings.all(city) if one.key == made.key), None)
        if before:
            project.audit.record(who, PROPOSE + REFUSED, made.key)
            raise ApprovalFault(f"plan {made.key[:SHORT]}: was put forward already; {_standing(before)}")
        with project.audit.sealing(who, PROPOSE, made.key, city=city, cameras=cameras, floor=floor) as seal:
            project.ledger.sitings.propose(made, seal)
    return made


def propose_as(project: Project, email: str, city: str, cameras: int, floor: float, plan: Siting) -> Proposed:
    """As `propose`, by someone who has logged in and has the right to it at this moment; also raises NotPermitted."""
    return propose(project, _permitted(project, email, PROPOSE, city), city, cameras, floor, plan)


def approve(project: Project, who: str, name: str, note: str) -> Approved:
    """Answer for a plan, by its key or the beginning of it, with a note of what it does to those newly watched.

    Raises ApprovalFault where there is no such plan, `who` put it forward, it is approved already or was returned,
    SafeguardFault where the note is empty (all recorded as refused), HomeBusy and KeyFault as `propose` does.
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


def give_back(project: Project, who: str, name: str, remark: str) -> Proposed:
    """Return a plan with a remark: a waiting one is not approved any more, the positions of an approved one stay here.

    Raises ApprovalFault where there is no such plan, it was returned already or the remark is empty or too long (all
    recorded as refused), HomeBusy and KeyFault as `propose` does.
    """
    remark = remark.strip()
    with project.writing():
        try:
            found = find(project, name)
            _returnable(found, remark)
        except FootageFault:
            project.audit.record(who, RETURN + REFUSED, name)
            raise
        with project.audit.sealing(who, RETURN, found.key, city=found.city, approved=bool(found.approved_by)) as seal:
            project.ledger.sitings.give_back(found.key, who, remark, seal)
    return find(project, found.key)


def give_back_as(project: Project, email: str, name: str, remark: str) -> Proposed:
    """As `give_back`, by someone who has logged in: who put the plan forward needs the right to that, anybody else the
    one to approve it; also raises NotPermitted."""
    found = find(project, name)
    right: Right = PROPOSE if same_person(found.proposed_by, email) else APPROVE
    return give_back(project, _permitted(project, email, right, found.city), name, remark)


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
    if found.returned_by or not found.approved_by:
        project.audit.record(who, "download" + REFUSED, found.key)
        raise ApprovalFault(f"plan {found.key[:SHORT]}: its positions stay here; {_standing(found)}")
    plan = Approved(unpacked(found.plan), found.approved_by, found.impact_note or "")
    project.audit.record(who, "download", found.key)
    return str(plan.siting.chosen[SITE].to_csv(index=False, lineterminator="\n"))


def _answered(found: Proposed, who: str, note: str) -> Approved:
    if found.returned_by or found.approved_by:
        raise ApprovalFault(f"plan {found.key[:SHORT]}: is decided; {_standing(found)}")
    if same_person(found.proposed_by, who):
        raise ApprovalFault(f"plan {found.key[:SHORT]}: {who} put it forward; another person must approve it")
    if len(note) > NOTE_LETTERS:
        raise ApprovalFault(f"an impact note has at most {NOTE_LETTERS:,} letters; say it in fewer")
    return Approved(unpacked(found.plan), who, note)


def _returnable(found: Proposed, remark: str) -> None:
    if found.returned_by:
        raise ApprovalFault(f"plan {found.key[:SHORT]}: is decided; {_standing(found)}")
    if not remark:
        raise ApprovalFault(f"plan {found.key[:SHORT]}: no remark; say why it is returned")
    if len(remark) > NOTE_LETTERS:
        raise ApprovalFault(f"a remark has at most {NOTE_LETTERS:,} letters; say it in fewer")


def _standing(found: Proposed) -> str:
    """How a plan stands, and what can be done with it."""
    if found.returned_by:
        return f"{found.returned_by} returned it; put another one forward"
    if found.approved_by:
        return f"{found.approved_by} approved it"
    return "it waits; another person may approve it"


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
