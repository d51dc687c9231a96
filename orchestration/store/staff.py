"""Who of the staff may do what: `staff.yaml` in the home. Who is not named there may do nothing.

The file is read anew for each question, so that a right that was taken away is gone at once.
"""

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from data_contracts.document import Document
from orchestration.store.home import Home

FILE = "staff.yaml"
REMEDY = "see docs/how-to/give-people-roles.md"
Role = Literal["officer", "approver", "reviewer", "operator"]
Right = Literal[
    "see_monday", "draft", "see_footage", "propose_siting", "approve_siting", "see_privacy", "allow", "see_reviews",
    "review", "freeze", "see_releases",
    "approve", "return", "rollback",
]  # fmt: skip

RIGHTS: dict[Right, frozenset[Role]] = {
    "see_monday": frozenset({"officer", "approver", "operator"}),
    "draft": frozenset({"officer"}),
    "see_footage": frozenset({"officer", "approver", "operator"}),
    "propose_siting": frozenset({"officer", "approver", "operator"}),
    "approve_siting": frozenset({"approver"}),
    "see_privacy": frozenset({"officer", "approver"}),
    "allow": frozenset({"officer"}),
    "see_reviews": frozenset({"officer", "reviewer"}),
    "review": frozenset({"reviewer"}),
    "freeze": frozenset({"reviewer"}),
    "see_releases": frozenset({"officer", "approver"}),
    "approve": frozenset({"approver"}),
    "return": frozenset({"approver"}),
    "rollback": frozenset({"approver"}),
}
# A release, a public table and a round hold all cities, so these rights are nobody's who is there for some cities only.
WHOLE: frozenset[Right] = frozenset({"see_privacy", "allow", "freeze", "see_releases", "approve", "return", "rollback"})

_Email = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$")]


class StaffFault(Exception):
    """The file of the staff is not what it should be; while it is not, nobody may do anything."""


class NotPermitted(Exception):
    """Someone asks for what their roles do not give."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Entry(_Shape):
    name: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    cities: tuple[str, ...] | None = Field(default=None, min_length=1)


class _Staff(_Shape):
    people: dict[_Email, _Entry]


class Person(_Entry):
    """Someone of the staff: e-mail in small letters, name, roles; cities, or None for all of them."""

    email: str

    def may(self, right: Right) -> bool:
        """Whether one of their roles gives a right."""
        return bool(RIGHTS[right].intersection(self.roles)) and (self.cities is None or right not in WHOLE)

    def sees(self, city: str) -> bool:
        """Whether they are there for a city."""
        return self.cities is None or city in self.cities


class Staff:
    """The staff of an installation; `cities` are those that it has."""

    def __init__(self, home: Home, cities: Collection[str]):
        self.file = home.root / FILE
        self._cities = cities

    def person(self, email: str) -> Person | None:
        """Who has this e-mail, in whatever letters; None where nobody of the staff has. Raises StaffFault."""
        return self.people().get(identity(email))

    def permitted(self, email: str, right: Right) -> Person:
        """Who has this e-mail, if they have a right. Raises NotPermitted, StaffFault."""
        found = self.person(email)
        if found is None or not found.may(right):
            raise NotPermitted(f"{identity(email)}: has no right to {right}; whoever keeps {FILE} can give it")
        return found

    def people(self) -> dict[str, Person]:
        """Everyone in the file by e-mail, nobody where there is no file. Raises StaffFault with the first fault."""
        if not self.file.exists():
            return {}
        if self.file.stat().st_mode & 0o022:
            raise StaffFault(f"{self.file}: others can write it and give themselves rights; run chmod go-w on it")
        document = Document(self.file)
        for fault in document.faults:
            raise StaffFault(f"{fault.file}:{fault.line}: {fault.field}: {fault.message}; {REMEDY}")
        try:
            entries = _Staff.model_validate(document.data).people
        except ValidationError as error:
            raise _fault(document, error) from None
        found: dict[str, Person] = {}
        for email, entry in entries.items():
            who = identity(email)
            unknown = sorted(set(entry.cities or ()) - set(self._cities))
            if unknown:
                raise StaffFault(f"{self.file}: {who}: {unknown[0]} is no city; known are {', '.join(self._cities)}")
            if who in found:
                raise StaffFault(f"{self.file}: {who}: stands twice, in other letters; keep one of the two")
            found[who] = Person(email=who, **entry.model_dump())
        return found


def identity(email: str) -> str:
    """An e-mail as it is compared and recorded."""
    return email.strip().casefold()


def _fault(document: Document, error: ValidationError) -> StaffFault:
    """The first fault of the file's shape."""
    detail = error.errors(include_url=False, include_input=False)[0]
    path = tuple(detail["loc"])
    message = "is not known here" if detail["type"] == "extra_forbidden" else detail["msg"]
    return StaffFault(f"{document.file}:{document.line(path)}: {'.'.join(map(str, path))}: {message}; {REMEDY}")
