"""What a guess is made of: a value, why it was taken, what a person still has to decide."""

from dataclasses import dataclass, field
from typing import Any


class DraftFault(Exception):
    """No draft can be made of a file; one line that says where, what and what to do, never a value from it."""


@dataclass(frozen=True)
class Guess:
    """A property's value with its evidence; `todo` is what a person has to decide, empty where nothing is."""

    value: Any
    evidence: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Found:
    """A column as it stands in the file: under a name, or at a pointer inside a record."""

    title: str
    pointer: str | None = None
    kind: str = "text"

    @property
    def where(self) -> dict[str, Any]:
        """The column property that finds it again."""
        return {"sourcePointer": self.pointer} if self.pointer else {"sourceNames": [self.title]}


@dataclass
class Structure:
    """How a file is read: its format, the server properties that differ from their defaults, its columns."""

    format: str
    properties: dict[str, Guess] = field(default_factory=dict)
    columns: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """The server properties without their evidence."""
        return {name: guess.value for name, guess in self.properties.items()}


def number(count: int) -> str:
    """A count as the evidence writes it."""
    return f"{count:,}"


def named(names: list[str], structure: Structure) -> None:
    """Take the names of a header as columns; what has no name, or shares one, is passed over and said."""
    if sum(_is_value(name) for name in names) * 2 > len(names):
        raise DraftFault("the file: no row of names was found; ask for one table with its names in one row above it")
    repeated = {name for name in names if names.count(name) > 1}
    passed = sorted({name for name in names if not name.strip()} | repeated)
    if passed:
        counts = sum(name in passed for name in names)
        todo = "these names are empty or stand twice, so the columns cannot be told apart: ask for names of their own"
        structure.properties["ignoredColumns"] = Guess(passed, f"{counts} of {len(names)} columns", todo)
    structure.columns += [Found(name) for name in names if name not in passed]
    if not structure.columns:
        raise DraftFault("the header: holds no name that stands once; ask for a file with a row of names")


def _is_value(name: str) -> bool:
    """Whether a cell of a header is more likely a value: empty, a number or a date."""
    return not any(letter.isalpha() for letter in name)
