"""Texts to measure the finding of personal data with: with values that are known, and free of them."""

import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.pii.values import Chance
from tests.pii.writings import WRITINGS

KIT = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text(encoding="utf-8"))
_SLOT = re.compile(r"\{(\w+)\}")
_LANGUAGES = {"english": 12, "hindi": 4, "marathi": 1, "bengali": 1, "tamil": 1, "telugu": 1, "gujarati": 1}


@dataclass(frozen=True)
class Mention:
    """A value in a text: its entity, how it is written, start and end in code points."""

    entity: str
    writing: str
    start: int
    end: int


@dataclass(frozen=True)
class Labelled:
    """A text and the values in it."""

    text: str
    mentions: tuple[Mention, ...]


def labelled(seed: int, count: int) -> list[Labelled]:
    """For each entity `count` texts with a value of it, all writings in turn; the same seed gives the same texts."""
    chance = random.Random(seed)
    return [
        _mentioning(entity, list(writings)[number % len(writings)], chance)
        for entity, writings in WRITINGS.items()
        for number in range(count)
    ]


def free(seed: int, count: int, kind: str = "free") -> Iterator[str]:
    """Texts free of personal data, of one to three sentences; of the other kinds they name nobody."""
    chance = random.Random(seed)
    for _ in range(count):
        sentences = KIT[kind][_language(KIT[kind], chance)]
        parts = [filled(chance.choice(sentences), chance) for _ in range(chance.choice([1, 1, 2, 3]))]
        yield chance.choice([". ", ", ", " ", "; ", "\n"]).join(parts)


def filled(template: str, chance: Chance) -> str:
    """The template with something in each of its braces that is of no person."""
    return _SLOT.sub(lambda slot: _filler(slot[1], chance), template)


def _mentioning(entity: str, writing: str, chance: Chance) -> Labelled:
    templates = KIT["mentions"][entity]
    language = _language(templates, chance)
    before, behind = _around(language, chance), _around(language, chance)
    left, right = (filled(part, chance) for part in chance.choice(templates[language]).split("{v}"))
    value = WRITINGS[entity][writing](chance)
    # A bracket around a part of the value says nothing.
    start = len(before) + len(left) + value.startswith("(")
    end = len(before) + len(left) + len(value)
    text = before + left + value + right + (f" {behind}" if behind else "")
    return Labelled(text, (Mention(entity, writing, start, end),))


def _language(templates: dict[str, list[str]], chance: Chance) -> str:
    there = list(templates)
    return chance.choices(there, [_LANGUAGES[name] for name in there])[0]


def _around(language: str, chance: Chance) -> str:
    """A sentence that says nothing of anybody, or none."""
    scenes = KIT["scenes"][language]
    return filled(chance.choice(scenes), chance) + " " if chance.random() < 0.4 else ""


def _filler(slot: str, chance: Chance) -> str:
    return _NUMBERS[slot](chance) if slot in _NUMBERS else chance.choice(KIT["fillers"][slot])


def _digits(chance: Chance, least: int, most: int) -> str:
    return chance.choice("123456789") + "".join(chance.choices(string.digits, k=chance.randint(least, most) - 1))


def _letters(chance: Chance, count: int) -> str:
    return "".join(chance.choices(string.ascii_uppercase, k=count))


def _grouped(number: int) -> str:
    """As India groups money: 12,34,567."""
    text = str(number)
    head, tail = text[:-3], text[-3:]
    return ",".join([*re.findall(r"\d{1,2}(?=(?:\d\d)*$)", head), tail]) if head else tail


def _date(chance: Chance) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2012, 2026)
    forms = [
        f"{day:02}/{month:02}/{year}",
        f"{day}-{month}-{year}",
        f"{day:02}.{month:02}.{year}",
        f"{year}-{month:02}-{day:02}",
    ]
    return chance.choice([*forms, f"{day}/{month}/{year % 100}", f"{day:02}-{month:02}-{year % 100:02}"])


def _order(chance: Chance) -> str:
    number = _digits(chance, 6, 12)
    return chance.choice(
        [number, number, f"{_letters(chance, 2)}-{number}", f"{_letters(chance, 3)}/{_digits(chance, 3, 6)}"]
    )


def _pole(chance: Chance) -> str:
    return chance.choice(
        [
            _digits(chance, 3, 10),
            f"{_letters(chance, 2)}-{_digits(chance, 3, 5)}",
            f"{_letters(chance, 3)}/{_digits(chance, 4, 7)}",
        ]
    )


_NUMBERS: dict[str, Callable[[Chance], str]] = {
    "order": _order,
    "pole": _pole,
    "date": _date,
    "number": lambda chance: _digits(chance, 8, 16),
    "small": lambda chance: _digits(chance, 1, 2),
    "reading": lambda chance: _digits(chance, 3, 6),
    "meter": lambda chance: chance.choice([_digits(chance, 7, 9), _letters(chance, 2) + _digits(chance, 6, 8)]),
    "money": lambda chance: chance.choice(
        [_grouped(int(_digits(chance, 3, 9))), _digits(chance, 3, 9), f"{_digits(chance, 2, 6)}.50"]
    ),
    "lat": lambda chance: f"{chance.uniform(8, 34):.{chance.randint(4, 7)}f}",
    "lon": lambda chance: f"{chance.uniform(69, 95):.{chance.randint(4, 7)}f}",
    "time": lambda chance: chance.choice(["{}:{:02} am", "{}:{:02}", "{}.{:02} pm"]).format(
        chance.randint(1, 12), chance.randrange(60)
    ),
    "tender": lambda chance: f"{_digits(chance, 1, 4)}/{chance.choice(['2023', '2024-25', '24-25', '2026'])}",
    "file": lambda chance: (
        f"{_letters(chance, 3)}/{_letters(chance, 2)}/{_digits(chance, 2, 5)}/{chance.randint(2015, 2026)}"
    ),
    "device": lambda chance: f"{_letters(chance, 3)}-{_digits(chance, 2, 4)}-{_digits(chance, 2, 3)}",
    "serial": lambda chance: _letters(chance, chance.randint(1, 4)) + _digits(chance, 4, 10),
    "head": lambda chance: " ".join(
        [chance.choice("02345678") + _digits(chance, 3, 3), *(_digits(chance, size, size) for size in (2, 3, 2))]
    ),
    "year": lambda chance: str(chance.randint(1985, 2026)),
    "train": lambda chance: _digits(chance, 5, 5),
    "letter": lambda chance: _letters(chance, 1),
}
