"""Canaries: personal values that exist nowhere else, each planted once, and the search for them."""

import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.personal_kit import MAKERS, digits, grouped, letters, other_digits
from transforms.privacy.scan.find import find
from transforms.privacy.scan.needles import stripped

# Syllables of no language in particular: nobody bears these names, and no list of names has them.
SYLLABLES = ("zo", "quv", "mer", "tix", "wab", "dro", "yel", "kuz", "fen", "gro", "jim", "plu")
MATRAS = ("ज़ो", "क्वू", "मेर", "टिक्", "वाब", "ड्रो", "येल", "कूज़", "फेन", "ग्रो", "झिम", "प्लू")


def name(chance: random.Random, syllables: tuple[str, ...] = SYLLABLES) -> str:
    first, last = ("".join(chance.choices(syllables, k=3)) for _ in range(2))
    return f"{first.capitalize()} {last.capitalize()}"


def address(chance: random.Random) -> str:
    return f"H-{digits(chance, 3)} {name(chance)} Galli {digits(chance, 6, '12345678')}"


def landline(chance: random.Random) -> str:
    return f"0{digits(chance, 2, '2345')}-{digits(chance, 8, '23456789')}"


# Kinds beside those of the kit; those that would stand anywhere by chance are made longer.
KINDS: dict[str, Callable[[random.Random], str]] = {
    **MAKERS,
    "IN_CASE_NUMBER": lambda chance: f"FIR/{digits(chance, 6, '123456789')}/{chance.randint(2010, 2026)}",
    "IN_PIN_CODE": address,
    "IP_ADDRESS": lambda chance: ".".join(str(chance.randint(110, 250)) for _ in range(4)),
    "PERSON": name,
    "PERSON_HI": lambda chance: name(chance, MATRAS),
    "LANDLINE": landline,
    "SERVICE_NUMBER": lambda chance: f"{letters(chance, 3)}-EMP-{digits(chance, 7)}",
    "HOUSEHOLD_TAG": lambda chance: f"TAG{letters(chance, 4, string.hexdigits.upper())}{digits(chance, 9)}",
}
# How else a value is written. What cannot be written so stays as it is.
WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "lower case": str.lower,
    "in groups": lambda text: grouped(text, 4, " ") if text.isalnum() and text.isascii() else text,
    "Devanagari digits": lambda text: other_digits(text, "devanagari"),
    "dots": lambda text: grouped(text, 5, ".") if text.isdigit() else text,
}


@dataclass(frozen=True)
class Canary:
    """A planted value: as what it is known, as it was written, what it is and where it was put."""

    value: str
    text: str
    kind: str
    writing: str
    place: str


@dataclass
class Flock:
    """All that was planted; the same seed gives the same values."""

    chance: random.Random = field(default_factory=lambda: random.Random(6))
    planted: list[Canary] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def new(self, place: str, fits: Callable[[str], bool] = bool, kinds: Iterable[str] = ()) -> str | None:
        """A new value as it is to be written at a place; None where no kind fits there."""
        wanted = list(kinds) or self.chance.sample(list(KINDS), len(KINDS))
        for kind in wanted:
            value = KINDS[kind](self.chance)
            writing = self.chance.choice(list(WRITINGS))
            for way in (writing, "as it is"):
                text = WRITINGS[way](value)
                if fits(text) and self.add(value, text, kind, way if text != value else "as it is", place):
                    return text
        return None

    def add(self, value: str, text: str, kind: str, writing: str, place: str) -> bool:
        """Remember a value that stands somewhere; False where it stands elsewhere too, or anywhere by chance."""
        bare = stripped(value).lower()
        if bare in self._taken or len(bare) < (9 if bare.isdigit() else 8):
            return False
        self._taken.add(bare)
        self.planted.append(Canary(value, text, kind, writing, place))
        return True

    def found(self, path: Path, of: Iterable[Canary] = ()) -> "Found":
        """Search a file or folder for what was planted, or for some of it."""
        sought = list(of) or self.planted
        values = [(canary, text) for canary in sought for text in {canary.value, canary.text}]
        search = find([text for _, text in values], path)
        return Found(
            sorted({(place, values[number][0].kind, values[number][0].place) for place, number in search.found}),
            [f"{failure.artefact} {failure.reason}" for failure in search.failed],
        )

    @property
    def kinds(self) -> Counter[str]:
        """How many of each kind there are."""
        return Counter(canary.kind for canary in self.planted)


class Found(NamedTuple):
    """Where planted values came out: artefact, kind and where it was planted. And what could not be searched."""

    hits: list[tuple[str, str, str]]
    failed: list[str]

    @property
    def places(self) -> set[str]:
        """Where they had been planted."""
        return {place for _, _, place in self.hits}


def matching(pattern: str | None) -> Callable[[str], bool]:
    """What tells whether a text is what a contract asks for."""
    return lambda text: pattern is None or re.search(pattern, text) is not None
