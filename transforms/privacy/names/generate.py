"""Training texts: complaints, orders, remarks, notes of visits, letters and cells, with the names in them marked."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from string import ascii_uppercase
from unicodedata import category

from transforms.privacy.names.gazetteer import read

_SLOT = re.compile(r"\{(\w+)\}")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_HALF = "\u094d"
# How many texts have a template without words of its own.
_LOOSE = 0.4
# How much oftener than any word of the language those of this work stand.
_OF_THIS_WORK = {"english": 4, "hindi": 2}
# How words of a sentence are mixed: that link, of the language, that are names as well; how many are numbers.
_MIXED, _NUMBERED = (0.42, 0.49, 0.09), 0.04
# What stands between two sentences.
_BETWEEN = {"english": [". ", ". ", " ", "\n", ", ", "; "], "hindi": ["। ", " । ", "\n", ". ", ", ", " ", "; "]}
# How many sentences begin with a capital whatever stands there.
_BEGINNING = 0.4
# How many given names are words as well.
_NAMESAKES = 0.2
# How many words of names are words of the language.
_AFTER_WORDS = {"english": 0.01, "hindi": 0.035}


@dataclass
class Sample:
    """A text and the spans of its names; `strange` are words of names that no list is to know."""

    text: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)
    strange: set[str] = field(default_factory=set)

    def add(self, part: str, is_name: bool = False) -> None:
        """Write on."""
        if is_name:
            self.spans.append((len(self.text), len(self.text) + len(part)))
        self.text += part


@dataclass(frozen=True)
class _Language:
    people: list[str]
    plain: list[str]
    slots: dict[str, list[str]]
    given: list[str]
    surnames: list[str]
    behind: list[str]
    words: list[str]
    # Words that are names as well, in small letters: light, hope, growth. Given names that are words as well.
    both: list[str]
    namesakes: list[str]
    honorifics: list[str]
    suffixes: list[str]


@cache
def _language(name: str) -> _Language:
    told, words = read("templates"), read("words")
    names = {kind: [word for word in known.split() if _is_of(name, word)] for kind, known in read("names").items()}
    lists = {kind: [word for word in known.split() if _is_of(name, word)] for kind, known in words.items()}
    common = lists[name] * _OF_THIS_WORK[name] + read("vocabulary")[name].split()
    return _Language(
        *(told[name]["people"], told[name]["plain"], told["slots"][name], names["given"], names["surnames"]),
        *(lists["places"], common, sorted({*common} & {*map(str.lower, names["given"] + names["surnames"])})),
        [name for name in names["given"] if name.lower() in {*common}],
        *(lists["honorifics"], lists["suffixes"]),
    )


def _is_of(language: str, word: str) -> bool:
    return bool(_DEVANAGARI.match(word)) == (language == "hindi")


def samples(seed: int, count: int) -> list[Sample]:
    """`count` texts; the same seed gives the same texts."""
    chance = random.Random(seed)  # noqa: S311
    return [_Writer(chance).write() for _ in range(count)]


class _Writer:
    """Writes one text."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._name = "english" if chance.random() < 0.64 else "hindi"
        self._language = _language(self._name)
        cases: list[Callable[[str], str]] = [str, str.lower, str.upper]
        self._case = chance.choices(cases, [63, 23, 14])[0]
        self._sample = Sample()
        # Whether what comes next begins a sentence with a capital.
        self._begins = False
        # All names of a text are known to the lists, or half of their words are not.
        self._strange = chance.choice([0.0, 0.5, 1.0])

    def write(self) -> Sample:
        """One to three sentences, of which about half name somebody."""
        pick = self._chance.choice
        for number in range(self._chance.choices([1, 2, 3], [6, 3, 1])[0]):
            if number:
                self._put(pick(_BETWEEN[self._name]))
            self._begins = self._chance.random() < _BEGINNING
            people = self._chance.random() < 0.52
            self._fill(self._template(self._language.people if people else self._language.plain))
        if self._chance.random() < 0.3:
            self._put("." if self._name == "english" else "।")
        return self._sample

    def _template(self, templates: list[str]) -> str:
        """Often one that says nothing by itself, so that names are known by more than by templates."""
        loose = [template for template in templates if "{gist}" in template]
        return self._chance.choice(loose if self._chance.random() < _LOOSE else templates)

    def _put(self, text: str, is_name: bool = False) -> None:
        if self._begins and text and not is_name:
            text = text[0].upper() + text[1:]
        self._begins = self._begins and not text
        self._sample.add(self._case(text), is_name)

    def _fill(self, template: str) -> None:
        begin = 0
        for slot in _SLOT.finditer(template):
            self._put(template[begin : slot.start()])
            if slot[1] == "person":
                self._person()
            else:
                self._put(self._other(slot[1]))
            begin = slot.end()
        self._put(template[begin:])

    def _other(self, slot: str) -> str:
        chance, pick = self._chance, self._chance.choice
        if slot == "number":
            number = str(int(10 ** chance.uniform(0, 10)))
            letter, code = chance.choice("ABCDEFGH"), "".join(chance.choices(ascii_uppercase, k=chance.randint(1, 4)))
            forms = [number, f"{number}-{letter}", f"{letter}-{number}", f"{number}/{letter}"]
            forms += [f"{code}{number}", f"{code}-{number}", f"{number}{letter}"]
            return chance.choices(forms, [12, 1, 1, 1, 4, 2, 2])[0]
        if slot == "date":
            day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2015, 2029)
            return pick([f"{day:02}/{month:02}/{year}", f"{day}.{month}.{year}", f"{year}-{month:02}-{day:02}"])
        if slot in ("place", "clinic", "shop", "hero", "make", "gist", "both", "title", "words"):
            return getattr(self, f"_{slot}")()
        return self._other_case(pick(self._language.words if slot == "word" else self._language.slots[slot]))

    def _other_case(self, text: str) -> str:
        return self._chance.choices([text, text.title(), text.lower()], [8, 1, 1])[0]

    def _place(self) -> str:
        """A place, often called after somebody."""
        chance = self._chance
        if chance.random() < 0.15:
            return chance.choice(self._language.slots["city"])
        name = " ".join(self._callings(chance.choices([1, 2, 3], [12, 6, 1])[0]))
        if chance.random() < 0.12:
            name = f"{chance.choice(self._language.slots['heroes'])} {name}"
        if self._name == "english" and chance.random() < 0.15:
            return f"{name}{chance.choice(['nagar', 'pur', 'ganj', 'wadi', 'pally', 'halli', 'pet', 'abad', 'gaon'])}"
        return f"{name} {self._behind()}"

    def _behind(self) -> str:
        word = self._chance.choice(self._language.behind)
        return word.title() if self._chance.random() < 0.8 else word

    def _make(self) -> str:
        """Wares called after somebody."""
        return f"{self._callings(1)[0]} {self._chance.choice(self._language.slots['wares'])}"

    def _gist(self) -> str:
        """Words as they might stand in a sentence."""
        chance, language = self._chance, self._language
        lists = (language.slots["links"], language.words, language.both)
        words = [
            self._other("number") if chance.random() < _NUMBERED else chance.choice(chance.choices(lists, _MIXED)[0])
            for _ in range(chance.randint(1, 6))
        ]
        return " ".join(words).capitalize() if chance.random() < 0.4 else " ".join(words)

    def _clinic(self) -> str:
        kinds = ["hospital", "Hospital", "clinic", "Clinic", "Nursing Home", "Medical Centre", "dispensary"]
        return (
            f"{self._callings(1)[0]} {self._chance.choice(kinds if self._name == 'english' else ['अस्पताल', 'क्लिनिक'])}"
        )

    def _shop(self) -> str:
        kinds = ["Traders", "Stores", "Enterprises", "Sweets", "Medicals", "and Sons", "Hotel", "& Co", "Textiles"]
        return f"{self._callings(1)[0]} {self._chance.choice(kinds if self._name == 'english' else ['स्टोर', 'होटल'])}"

    def _hero(self) -> str:
        return f"{self._chance.choice(self._language.slots['heroes'])} {self._callings(1)[0]} {self._behind()}"

    def _both(self) -> str:
        """A word that is a name as well, where it is none."""
        word = self._chance.choice(self._language.both)
        return self._chance.choice([word, word, word.title()])

    def _title(self) -> str:
        """Words as in a heading or the name of an office."""
        return self._some(4).title()

    def _words(self) -> str:
        words = self._some(6)
        return self._chance.choice([words, words.capitalize(), words.title()])

    def _some(self, most: int) -> str:
        """Words of the language."""
        return " ".join(self._chance.choice(self._language.words) for _ in range(self._chance.randint(1, most)))

    def _callings(self, count: int) -> list[str]:
        """Words that might be names, some invented."""
        return [self._word(self._chance.choice([self._language.given, self._language.surnames])) for _ in range(count)]

    def _word(self, known: list[str]) -> str:
        if self._chance.random() < _AFTER_WORDS[self._name]:
            return self._chance.choice(self._language.words).capitalize()
        word = self._chance.choice(known)
        if self._chance.random() >= self._strange:
            return word
        if self._chance.random() < 0.6:
            word = self._invented(known)
        self._sample.strange.add(word.lower())
        return word

    def _invented(self, known: list[str]) -> str:
        """The beginning of one name with the end of another."""
        begin, end = self._chance.choice(known), self._chance.choice(known)
        return begin[: _whole(begin, max(2, len(begin) // 2))] + end[_whole(end, len(end) // 2) :].lower()

    def _person(self) -> None:
        chance, language = self._chance, self._language
        if chance.random() < 0.25:
            before = chance.choice(language.honorifics)
            if self._name == "english":
                before = before.title() + chance.choice([". ", " ", ".", " "])
            else:
                before += chance.choice([" ", " ", ". "])
            self._put(before)
        name = self._full_name()
        if chance.random() < 0.04:
            name = name.lower()
        self._put(name, is_name=True)
        if chance.random() < 0.07:
            self._put(" " + chance.choice(language.suffixes))

    def _full_name(self) -> str:
        chance = self._chance
        namesake = chance.random() < _NAMESAKES
        given = chance.choice(self._language.namesakes) if namesake else self._word(self._language.given)
        surname = self._word(self._language.surnames)
        middle = self._word(self._language.given)
        letter, other = (word[0] for word in (given, middle))
        dot = chance.choice([".", ". ", " "])
        forms = [
            *[(f"{given} {surname}", 44), (given, 14), (f"{given} {middle} {surname}", 12), (surname, 6)],
            *[(f"{letter}{dot}{surname}", 6), (f"{letter}{dot}{other}{dot}{surname}", 4), (f"{surname} {given}", 5)],
            *[(f"{given} {letter}", 2), (f"{given} {other}{dot}{surname}", 3), (f"{given} {surname} {middle}", 1)],
            *[(f"{given}{chance.choice(_GLUED[self._name])} {surname}", 3), (f"{given}-{middle} {surname}", 1)],
            (f"{given} {'D' if surname.isascii() else 'डी'}'{surname}", 1),
        ]
        return chance.choices([form for form, _ in forms], [weight for _, weight in forms])[0]


def _whole(word: str, place: int) -> int:
    """The first place from this one on where a word can be cut: not before a vowel sign, not behind a half letter."""
    while place < len(word) and (category(word[place])[0] == "M" or word[place - 1] == _HALF):
        place += 1
    return place


_GLUED = {
    "english": ["bhai", "ben", "kumar", "lal", "bai", "amma", "das", "rao"],
    "hindi": ["भाई", "बेन", "कुमार", "लाल", "बाई"],
}
