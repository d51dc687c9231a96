"""What the model sees of a text: traits of each word, of the words around it, and of how they follow each other.

All but the traits of three kinds in a row and of a text's case are a word's own, so that they are worked out once for
each distinct word of a column.
"""

from collections.abc import Collection
from dataclasses import dataclass

from transforms.privacy.names.gazetteer import Known, is_untold, name_kind, plain, role

# How far around a word its neighbours count.
REACH = (-2, -1, 1, 2)
EDGE = "edge"
_STOPS = frozenset(".?!।:;\n")
_ROLES = ("", "honorifics", "suffixes", "relations", "places", "towns", "common")
_NAMES = ("", "given", "surname", "both", "near")
SHAPES = ("other", "lower", "title", "upper", "mixed")
KINDS = (
    *(EDGE, "break", "stop", "comma", "sign", "number", "initial"),
    *(f"new-{shape}" for shape in SHAPES),
    *(f"{role}-{name}" for role in _ROLES for name in _NAMES if role or name),
)
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
# Cases of a text as a whole.
CASES = ("none", "lower", "upper", "mixed")


@dataclass(frozen=True)
class Traits:
    """Of a word: its kind, its shape, what counts for itself, and what counts for its neighbours."""

    kind: str
    shape: str
    own: tuple[str, ...]
    near: tuple[str, ...]


def traits(word: str, extra: Collection[str] = (), known: Known = "fully") -> Traits:
    """Traits of a token. `extra` are plain words that are names; `known` is how far the lists may know it."""
    form, shape = plain(word), _shape(word)
    kind = _kind(form, shape, extra, known)
    if kind.startswith("new-") and is_untold(word):
        kind = "common-"
    if form and not form[0].isalpha():
        near: tuple[str, ...] = (f"k={kind}", f"w={form}") if form.isprintable() and len(form) == 1 else (f"k={kind}",)
        return Traits(kind, shape, near, near)
    listed = known == "fully" and role(form)
    near = (f"k={kind}", f"w={form}") if listed else (f"k={kind}", f"k={kind},{shape}")
    own = near if listed else (*near, *_pieces(form), f"n={min(len(form), 9)}")
    return Traits(kind, shape, own, near)


def in_place(case: str, begins: bool, it: Traits) -> str:
    """What a word's shape says, given the case of its text and whether it begins a sentence."""
    return f"{case},{'begins' if begins else 'within'},{it.shape},{it.kind}"


def begins(before: str) -> bool:
    """Whether a word behind one of this kind begins a sentence."""
    return before in (EDGE, "break", "stop")


def no_name(kind: str) -> bool:
    """Whether the lists know a word of this kind as a word and as no name."""
    return kind.endswith("-")


def like_name(kind: str) -> bool:
    """Whether a word of this kind is a name of the lists, like one, or unknown to them."""
    return "-" in kind and not no_name(kind)


def row(before: str, kind: str, behind: str) -> tuple[str, str, str]:
    """Traits of three kinds in a row."""
    return f"{before}>{kind}", f"{kind}<{behind}", f"{before}>{kind}<{behind}"


def case(shapes: Collection[str]) -> str:
    """The case of a text, by the shapes of its words."""
    small = any(shape in ("lower", "title", "mixed") for shape in shapes)
    large = any(shape in ("upper", "title", "mixed") for shape in shapes)
    return CASES[small + 2 * large]


def _shape(word: str) -> str:
    if not word[:1].isupper():
        return "lower" if word.islower() else "other"
    if len(word) == 1 or word.isupper():
        return "upper"
    return "title" if word[1:].islower() else "mixed"


def _kind(form: str, shape: str, extra: Collection[str], known: Known) -> str:
    if not form or not form[0].isalpha():
        if form[:1].isnumeric():
            return "number"
        return "break" if form == "\n" else "stop" if form in _STOPS else "comma" if form == "," else "sign"
    listed = role(form) if known == "fully" else ""
    if len(form) == 1 and not listed:
        return "initial"
    name = name_kind(form, extra, known)
    if listed and name == "near":
        name = ""
    return f"{listed}-{name}" if listed or name else f"new-{shape}"


def _pieces(form: str) -> list[str]:
    begin = [f"b={form[:size]}" for size in (2, 3) if len(form) > size]
    return begin + [f"e={form[-size:]}" for size in (1, 2, 3, 4) if len(form) > size]
