"""Decisions on what cities declare of themselves: one way for the command line and the staff app."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from orchestration.maturity import DECLARED, rubric
from orchestration.project import Project
from orchestration.publishing import material
from orchestration.standing import standing
from orchestration.store.audit import REFUSED
from orchestration.store.releases import same_person
from orchestration.store.reviews import VERDICTS, Decision, ReviewFault, Verdict, checked, now
from orchestration.store.staff import NotPermitted, identity
from transforms.engine import connect

COLUMNS = ("assessment_round", "city", "indicator_id", "decision", "reason")
TOLD = ("declared_value", "document_name", "document_sha256")


@dataclass(frozen=True)
class Declaration:
    """What a city declares of one indicator in a round; who did is for staff alone."""

    assessment_round: str
    city: str
    indicator_id: str
    declared_value: str
    declared_points: int | None
    document_name: str | None
    document_sha256: str | None
    declared_by: str | None
    email: str | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Round, city and indicator."""
        return self.assessment_round, self.city, self.indicator_id


@dataclass(frozen=True)
class Asked:
    """A decision that is asked for, as a line of a reviewer's sheet has it."""

    assessment_round: str
    city: str
    indicator_id: str
    decision: str
    reason: str


def declarations(project: Project) -> dict[tuple[str, str, str], Declaration]:
    """Every accepted declaration by round, city and indicator."""
    states = [state for state in standing(project) if state.version]
    given = material(project, project.catalogue.tables[DECLARED], states)
    if not given.cities:
        return {}
    columns = ", ".join(Declaration.__dataclass_fields__)
    with project.home.workspace() as workspace, connect(workspace) as connection:
        rows = connection.execute(f"SELECT {columns} FROM ({given.sql})").fetchall()
    found = [Declaration(*row) for row in rows]
    return {one.place: one for one in found}


def decide(project: Project, who: str, asked: Iterable[Asked]) -> list[Decision]:
    """Record decisions, all or none, each in the audit log.

    Raises ReviewFault for the first that cannot be made: of one who declared it, of nothing that was declared, in a
    round that is frozen (recorded as refused).
    """
    declared, frozen = declarations(project), {one.name for one in project.ledger.rounds.frozen()}
    made = []
    for one in asked:
        try:
            made.append(_decision(project, who, one, declared, frozen))
        except ReviewFault:
            project.audit.record(who, "review" + REFUSED, f"{one.assessment_round} {one.city} {one.indicator_id}")
            raise
    project.reviews.add(made)
    for decision in made:
        project.audit.record(who, "review", " ".join(decision.place), decision=decision.decision)
    return made


def decide_as(project: Project, email: str, asked: Iterable[Asked]) -> list[Decision]:
    """As `decide`, by someone who has logged in, if staff.yaml gives the right to it at this moment.

    Raises NotPermitted (recorded as refused) and StaffFault as well.
    """
    every = list(asked)
    try:
        person = project.staff.permitted(email, "review")
        for one in every:
            if not person.sees(one.city):
                raise NotPermitted(f"{person.email}: is not there for {one.city}; whoever keeps the staff can say so")
    except NotPermitted:
        project.audit.record(identity(email), "review" + REFUSED)
        raise
    return decide(project, person.email, every)


def waiting(project: Project) -> list[Declaration]:
    """What was declared in rounds that are not frozen and not yet judged, or with another document than was judged."""
    judged = {one.place: one.document_sha256 for one in project.reviews.standing().values()}
    frozen = {one.name for one in project.ledger.rounds.frozen()}
    return [
        one
        for place, one in sorted(declarations(project).items())
        if one.assessment_round not in frozen and (place not in judged or judged[place] != one.document_sha256)
    ]


def write_sheet(file: Path, waiting: Iterable[Declaration]) -> int:
    """Write a reviewer's sheet, a line for each that waits, with decision and reason to be filled; how many lines.

    Beside the columns of COLUMNS it tells what was declared and by which document.
    """
    rows = [(*one.place, "", "", one.declared_value, one.document_name, one.document_sha256) for one in waiting]
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow((*COLUMNS, *TOLD))
        writer.writerows(rows)
    file.chmod(0o600)
    return len(rows)


def read_sheet(file: Path) -> Iterator[Asked]:
    """The decisions in a reviewer's sheet, a CSV file; a line without one is passed over. Raises ReviewFault."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise ReviewFault(f"{file}: needs the columns {', '.join(COLUMNS)}; see pravah score sheet")
            for row in reader:
                if None in row or None in row.values():
                    raise ReviewFault(f"{file}: line {reader.line_num} has not one value for each column")
                if row["decision"]:
                    yield Asked(*(row[column] for column in COLUMNS))
    except (UnicodeDecodeError, csv.Error):
        raise ReviewFault(f"{file}: is no CSV file in UTF-8; save it as one") from None


def _decision(
    project: Project, who: str, asked: Asked, declared: dict[tuple[str, str, str], Declaration], frozen: set[str]
) -> Decision:
    """The decision that is asked for, if it may be made."""
    here = f"{asked.assessment_round} {asked.city} {asked.indicator_id}"
    if asked.city not in project.catalogue.cities or asked.indicator_id not in rubric(project).by_id:
        raise ReviewFault(f"review of {here}: no such city or indicator; see docs/reference/maturity.md")
    if asked.decision not in VERDICTS:
        raise ReviewFault(f"review of {here}: the decision is not one of {', '.join(VERDICTS)}")
    if asked.assessment_round in frozen:
        raise ReviewFault(f"review of {here}: the round is frozen, and stays as it is")
    known = declared.get((asked.assessment_round, asked.city, asked.indicator_id))
    if known and any(same_person(who, one) for one in (known.declared_by, known.email) if one):
        raise ReviewFault(f"review of {here}: {who} declared it; another person must decide")
    if asked.decision != "not_applicable" and known is None:
        raise ReviewFault(f"review of {here}: nothing was declared; only not_applicable can be decided")
    if asked.decision == "accepted" and known and known.document_sha256 is None:
        raise ReviewFault(f"review of {here}: no document bears it out; return it with a reason")
    place = (asked.assessment_round, asked.city, asked.indicator_id)
    document = known.document_sha256 if known else None
    return Decision(*place, cast(Verdict, asked.decision), document, checked(asked.reason), who, now())
