"""Rounds of maturity: frozen once over the release that is out, kept, and recomputed on demand."""

from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.maturity import evidence, rubric
from orchestration.project import Project
from orchestration.reviewing import declarations
from orchestration.store.audit import REFUSED
from orchestration.store.files import settle
from orchestration.store.rounds import WORD, told
from orchestration.store.staff import NotPermitted, identity
from portal.pages.theme import ASSETS
from transforms.maturity import round as rounds
from transforms.maturity.evidence import Evidence
from transforms.maturity.fault import MaturityFault
from transforms.maturity.period import PATTERN
from transforms.maturity.scoring import Scores, score

FONTS = ASSETS / "fonts"


@dataclass(frozen=True, eq=False)
class Standing:
    """A round as it stands today, not frozen: its evidence and what is made of it."""

    evidence: Evidence
    scores: Scores


def standing(project: Project, now: datetime | None = None) -> Standing:
    """All rounds over today's evidence. Raises MaturityFault where no round is known."""
    found = evidence(project, now)
    return Standing(found, score(found, rubric(project)))


def freeze(project: Project, name: str, who: str, now: datetime | None = None) -> str:
    """Freeze a round over the release that is out; the hash of what it says of itself.

    Raises MaturityFault where no release is out, the round is unknown or frozen already (recorded as refused),
    HomeBusy while a run is at work.
    """
    with project.writing():
        try:
            release = _may_freeze(project, name)
            found = evidence(project, now)
            if name not in set(found.declared["assessment_round"]):
                raise MaturityFault(f"round {name}: no city declared for it; see pravah score --help")
        except MaturityFault:
            project.audit.record(who, "freeze" + REFUSED, name)
            raise
        with project.home.workspace() as workspace:
            folder = workspace / name
            folder.mkdir()
            moment = now or datetime.now(UTC)
            rounds.write(folder, name, found, rubric(project), release, moment, FONTS)
            sha256 = told(folder)
            settle(folder, project.home.rounds / name)
        with project.audit.sealing(who, "freeze", name, sha256=sha256, release=release) as seal:
            project.ledger.rounds.freeze(name, sha256, release, who, seal)
    return sha256


def open_rounds(project: Project) -> list[str]:
    """The rounds that a city declared for and that are not frozen, oldest first."""
    frozen = {one.name for one in project.ledger.rounds.frozen()}
    return sorted({one.assessment_round for one in declarations(project).values()} - frozen)


def freeze_as(project: Project, email: str, name: str) -> str:
    """As `freeze`, by someone who has logged in, if staff.yaml gives the right to it at this moment.

    Raises NotPermitted (recorded as refused) and StaffFault as well.
    """
    try:
        person = project.staff.permitted(email, "freeze")
    except NotPermitted:
        project.audit.record(identity(email), "freeze" + REFUSED, name)
        raise
    return freeze(project, name, person.email)


def verify(project: Project, name: str) -> list[str]:
    """What of a frozen round is not as it was frozen, or is not what its evidence gives; empty where all is.

    Raises MaturityFault for a round that is not frozen.
    """
    frozen = {one.name: one for one in project.ledger.rounds.frozen()}
    if name not in frozen:
        raise MaturityFault(f"round {name}: is not frozen; frozen are {', '.join(sorted(frozen)) or 'none'}")
    folder = project.home.rounds / name
    if not (folder / WORD).is_file():
        return [f"{WORD} is missing"]
    changed = [f"{WORD} is not the one that was frozen"] if told(folder) != frozen[name].sha256 else []
    return changed + rounds.verify(folder)


def _may_freeze(project: Project, name: str) -> str:
    """The release over which a round may be frozen now."""
    if not PATTERN.fullmatch(name):
        raise MaturityFault("round: is no half year; write it as 2026-H1")
    if name in {one.name for one in project.ledger.rounds.frozen()}:
        raise MaturityFault(f"round {name}: is frozen already, and stays as it is")
    release = project.ledger.current()
    if release is None:
        raise MaturityFault(f"round {name}: no release is out; approve one first")
    return release
