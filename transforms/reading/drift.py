"""What in a file has drifted away from the contract, and the change of the contract that it asks for."""

from dataclasses import dataclass, field, fields
from difflib import SequenceMatcher
from typing import Any

import yaml

from data_contracts.dataset import Source

# A file can have any number of columns; what is kept of them is bounded.
MOST, LONGEST = 200, 200
# Below this two names are not taken for one that was changed.
ALIKE = 0.5


@dataclass(frozen=True)
class Drift:
    """One thing that drifted: under which rule, and where.

    `words` is a name from the file or a proposed change: for staff, never in a message, a log or a release.
    """

    rule: str
    place: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class Noting(Source):
    """A source as one delivery is read by it: the names met that the contract does not have, with their places."""

    strangers: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def drift(self) -> tuple[Drift, ...]:
        """What was met."""
        return tuple(Drift("header.unknown", place, name) for name, place in self.strangers.items())


def noting(source: Source) -> Noting:
    """The source, ready to note what one delivery brings."""
    return Noting(**{each.name: getattr(source, each.name) for each in fields(source)})


def note(source: Source, name: str, place: str) -> None:
    """Note a name that the contract does not have. It is left out; only where it stands is told."""
    if isinstance(source, Noting) and len(source.strangers) < MOST:
        source.strangers.setdefault(name[:LONGEST], place)


def renamed(missing: list[str], names: dict[str, tuple[str, ...]], strangers: list[str]) -> str:
    """The proposed change where columns are missing: the closest stranger as another name, else not required.

    `names`: for each missing column all its names.
    """
    free, parts = [name for name in strangers if name.strip()], []
    for column in missing:
        best = max(free, key=lambda stranger: _likeness(names[column], stranger), default=None)
        if best is None or _likeness(names[column], best) < ALIKE:
            parts.append(snippet(column, "ask the department; or at the server: optionalColumns", None))
            continue
        free.remove(best)
        parts.append(snippet(column, "if this is its new name", {"sourceNames": [*names[column][1:], best]}))
    return "".join(parts)


def _likeness(known: tuple[str, ...], stranger: str) -> float:
    return max(SequenceMatcher(None, _plain(name), _plain(stranger[:LONGEST])).ratio() for name in known)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def snippet(column: str, remark: str, properties: dict[str, Any] | None, **fields: Any) -> str:
    """A proposed change of one column as the YAML of its contract."""
    body: dict[str, Any] = {"name": column, **fields}
    if properties:
        body["customProperties"] = [{"property": name, "value": value} for name, value in properties.items()]
    text = yaml.safe_dump([body], allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000)
    return f"# {remark}\n{text}"
