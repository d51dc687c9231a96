"""A column of the draft: its name, type, treatment, rules, each with its evidence."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from data_contracts.vocabulary import Vocabulary
from transforms.drafting import naming, personal
from transforms.drafting.guess import Found, number
from transforms.drafting.types import Type, nulls, type_of

# A list of codes: at most this many, short, each met several times.
CODES = 24
CODE_LETTERS = 40
OFTEN = 4
FREE_WORDS = 4
FREE_LETTERS = 60
ENOUGH_ROWS = 20
_KEY_NAME = re.compile(r"(?:^|_)(?:id|no|number|code|key|uid|num)$")
_SERIAL = re.compile(r"^(?:s|sl|sr|serial)_?(?:no|number|num)?$|^(?:fid|objectid|index|row)(?:_|$)")


@dataclass(frozen=True)
class Finding:
    """What a person should know of a column: `kind`, in `count` of `of` cells; never a value."""

    kind: str
    column: str
    count: int
    of: int
    by: Literal["name", "value", "shape"]

    @property
    def told(self) -> str:
        """The finding in words."""
        how = {
            "name": "by its name",
            "value": f"{number(self.count)} of {number(self.of)} cells",
            "shape": "long texts that seldom repeat",
        }
        return f"{self.kind.replace('_', ' ')}, {how[self.by]}"


@dataclass
class Names:
    """The names that are given away: those of the file, which no other column may bear, and those of columns."""

    headers: set[str]
    columns: set[str] = field(default_factory=set)

    def free(self, name: str, found: Found) -> bool:
        """Whether a column may be called so."""
        own = found.pointer is None and name == found.title
        return name not in self.columns and (own or name not in self.headers)


@dataclass
class Drafted:
    """One column as the contract will have it."""

    found: Found
    name: str
    type: Type
    treatment: str
    required: bool
    unique: bool
    codes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    key: bool = False

    @property
    def identifies(self) -> bool:
        """Whether it could be the key of a row."""
        personal = any(finding.kind != "text" for finding in self.findings)
        return self.unique and self.required and bool(_KEY_NAME.search(self.name)) and not (
            personal or _SERIAL.match(self.name)
        )  # fmt: skip


def drafted(
    place: int, found: Found, cells: list[str | None], null_values: set[str], decimal: str,
    vocabulary: Vocabulary, names: Names, whole: bool,
) -> Drafted:  # fmt: skip
    """A column from its cells; its name is added to `names`."""
    given = [cell for cell in cells if cell is not None and cell not in null_values]
    texts = [text for text in (cell.strip() for cell in given) if text]
    unit = naming.unit_of(found.title)
    bare = naming.snake(unit[0] if unit else found.title)
    kind = type_of(found, bare, texts, decimal)
    _spaces(kind, given, texts)
    findings = _personal(found, kind, texts)
    name = _named(found, place, bare, unit, kind, vocabulary, names)
    names.columns.add(name)
    # The sample may have missed the rows without a value.
    required = whole and len(given) == len(cells) >= ENOUGH_ROWS and len(texts) == len(given)
    one = Drafted(found, name, kind, "keep", required, len(set(texts)) == len(cells) > 1, [], findings)
    if kind.kind == "string" and not findings:
        one.codes = _codes(kind, texts)
    _treat(one, kind)
    _bound(one, kind, texts)
    return one


def null_texts(columns: list[list[str | None]]) -> Counter[str]:
    """The texts that mean no value in any of the columns."""
    found: Counter[str] = Counter()
    for cells in columns:
        found.update(nulls([cell for cell in cells if cell is not None]))
    return found


def _spaces(kind: Type, given: list[str], texts: list[str]) -> None:
    """Ask for the repair that the texts need."""
    runs = sum(re.search(r"\s{2,}|[\t\r\n\u00a0\u200b]", text) is not None for text in texts)
    # Taking off more than plain spaces is folding's work.
    runs += sum(cell.strip(" ") != cell.strip() for cell in given)
    ends = sum(cell != cell.strip() for cell in given)
    if kind.kind != "geometry" and (runs or ends):
        kind.properties["repairs"] = ["foldSpaces" if runs else "trim"]
        kind.evidence.append(f"{number(max(runs, ends))} of {number(len(given))} cells have spaces to be mended")


def _personal(found: Found, kind: Type, texts: list[str]) -> list[Finding]:
    plain = kind.kind in ("date", "timestamp", "boolean", "geometry") or kind.properties.get("unit")
    findings = [
        Finding(one, found.title, count, len(texts), "value")
        for one, count in ({} if plain else personal.by_value(texts)).items()
    ]
    named = personal.by_name(naming.words(found.title))
    if named and all(finding.kind != named for finding in findings):
        findings.append(Finding(named, found.title, len(texts), len(texts), "name"))
    if kind.kind == "string" and _is_free(texts) and all(finding.kind != "text" for finding in findings):
        findings.append(Finding("text", found.title, len(texts), len(texts), "shape"))
    return findings


def _is_free(texts: list[str]) -> bool:
    """Whether people wrote what they liked: many words, and seldom the same."""
    if not texts or len(set(texts)) * 3 < len(texts):
        return False
    words = sum(len(text.split()) for text in texts) / len(texts)
    return words >= FREE_WORDS or sum(map(len, texts)) / len(texts) > FREE_LETTERS


def _named(
    found: Found, place: int, bare: str, unit: tuple[str, str, str] | None, kind: Type,
    vocabulary: Vocabulary, names: Names,
) -> str:  # fmt: skip
    term = naming.term_of(found.title, bare, vocabulary)
    if term and (name := _fitting(term, kind, vocabulary)) and names.free(name, found):
        return name
    name = _moment_name(bare, kind.kind)
    if unit and kind.kind in ("number", "integer") and "unit" not in kind.properties:
        name = f"{bare}_{unit[1]}"
        kind.properties["unit"] = unit[2]
        kind.evidence.append(f"its header names the unit {unit[2]}")
    if not name:
        kind.todo.append("its name has no Latin letter: give it one")
    if name in vocabulary:
        name = f"{name}_text" if kind.kind == "string" else f"{name}_value"
        kind.todo.append("the vocabulary has this name with another type: choose a name")
    return naming.free(name, place, lambda one: names.free(one, found))


def _fitting(term: tuple[str, str], kind: Type, vocabulary: Vocabulary) -> str | None:
    """The vocabulary's name, if the column can have its type; a term that is text takes any column."""
    name, evidence = term
    wanted = vocabulary[name].logical_type if name in vocabulary else "number"
    if wanted == "string" and kind.kind in ("integer", "number"):
        kind.kind, kind.options, kind.todo = "string", {}, []
        kind.properties = {key: value for key, value in kind.properties.items() if key == "repairs"}
        kind.evidence.append("text, as the vocabulary has it")
    if wanted == "number" and kind.kind == "integer":
        kind.kind = "number"
    if wanted != kind.kind:
        return None
    if evidence:
        kind.evidence.append(evidence)
        if "near" in evidence:
            kind.todo.append("is it that term? if not, give it another name")
    return name


def _moment_name(name: str, kind: str) -> str:
    """A date ends in _on, an instant in _at."""
    if kind not in ("date", "timestamp"):
        return name
    bare = re.sub(r"_?(?:date_?time|timestamp|date|time|dt|on|at)$", "", name)
    return f"{bare or 'observed'}_{'on' if kind == 'date' else 'at'}" if name else ""


def _codes(kind: Type, texts: list[str]) -> list[str]:
    """The values of a short list of codes; none where the list could be one of anything else."""
    shown = [re.sub(r"\s+", " ", text) for text in texts] if "repairs" in kind.properties else texts
    counts = Counter(shown)
    if not 1 < len(counts) <= CODES or len(shown) < max(OFTEN * len(counts), ENOUGH_ROWS):
        return []
    plain = all(len(text) <= CODE_LETTERS and sum(map(str.isdigit, text)) <= 4 for text in counts)
    return sorted(counts) if plain else []


def _treat(one: Drafted, kind: Type) -> None:
    """Keep what is clearly about no person; drop the rest and say what to decide."""
    if one.findings:
        one.treatment = "drop"
        kind.evidence += [f"may hold personal data: {finding.told}" for finding in one.findings]
        return
    if one.codes or (kind.kind in ("integer", "number", "boolean") and not re.match("lat$|lon$", one.name)):
        return
    one.treatment = "drop"
    if kind.kind in ("date", "timestamp"):
        kind.todo.append("drop is the default; {kind: generalise, to: month} or keep, if it is of no person")
    elif kind.kind == "geometry" or one.name in ("lat", "lon"):
        kind.todo.append("drop is the default; keep it, if it is the place of a thing and not of a person")
    else:
        kind.todo.append("drop is the default; keep it, if it says nothing of a person")


def _bound(one: Drafted, kind: Type, texts: list[str]) -> None:
    """Bounds that nature sets; never what the sample happens to hold."""
    if kind.kind not in ("integer", "number") or not texts:
        return
    if one.name in ("lat", "lon"):
        kind.options |= {"minimum": 6, "maximum": 38} if one.name == "lat" else {"minimum": 68, "maximum": 98}
        kind.todo.append("the bounds are those of India: narrow them to the city")
    elif kind.properties.get("unit") in naming.PHYSICAL and not any(text.startswith("-") for text in texts):
        kind.options["minimum"] = 0
        kind.todo.append("set the maximum that the thing allows")
        if kind.properties["unit"] == "pct" and one.name.endswith("_pct"):
            kind.options["maximum"] = 100
