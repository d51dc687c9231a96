"""Decisions on releases: one way for the command line and the staff app, under the lock, with its audit entry."""

from typing import Literal

from orchestration import scanning
from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.audit import REFUSED
from orchestration.store.releases import ReleaseFault
from orchestration.store.staff import NotPermitted, identity

Act = Literal["approve", "return", "rollback"]


def decide(project: Project, who: str, act: Act, name: str, remark: str = "") -> str:
    """Approve a release, return it with a remark, or roll back to it; its full id. Only a scanned release is approved.

    Raises ReleaseFault for what cannot be done (recorded as refused), HomeBusy while a run is at work, KeyFault
    without a usable master key; in the last two cases nothing was done.
    """
    home, ledger, log = project.home, project.ledger, project.audit
    with project.writing():
        release = releases.find(ledger, name).id
        try:
            if act == "approve":
                # A run has scanned it, unless a version before the scan proposed it.
                scanning.passed(project, release, ledger.parts(release), home.releases / release)
            with log.sealing(who, act, release) as seal:
                match act:
                    case "approve":
                        releases.approve(home, ledger, release, who, seal)
                    case "return":
                        releases.give_back(ledger, release, who, remark, seal)
                    case "rollback":
                        releases.roll_back(home, ledger, release, who, seal)
        except ReleaseFault:
            log.record(who, act + REFUSED, release)
            raise
    return release


def decide_as(project: Project, email: str, act: Act, name: str, remark: str = "") -> str:
    """A decision by someone who has logged in: as `decide`, if staff.yaml gives the right to it at this moment.

    Raises NotPermitted (recorded as refused) and StaffFault as well.
    """
    try:
        person = project.staff.permitted(email, act)
    except NotPermitted:
        project.audit.record(identity(email), act + REFUSED, name)
        raise
    return decide(project, person.email, act, name, remark)
