"""The lists of names and of words beside names, and how a word is looked up in them."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

_NUKTA, _VIRAMA = "\u093c", "\u094d"
# The scripts of Bengal to Kerala have Devanagari's letters in the same places of blocks of their own.
_FIRST, _BLOCK, _BEYOND = 0x900, 0x80, 0xD80
# Letters of the south, by their place in a block, that Hindi writes otherwise.
_SOUTHERN = {0x29: "न", 0x31: "र", 0x34: "ळ"}
# One sound, written with a half letter or with a dot above.
_NASAL = re.compile("न्(?=[तथदध])|म्(?=[पफबभ])|ङ्(?=[कखगघ])|ञ्(?=[चछजझ])|ण्(?=[टठडढ])|ँ")
# Letters of Devanagari by their sound in Latin, without breath, length and the vowel a.
_SOUNDS = (
    *[("कख", "k"), ("गघ", "g"), ("ङञणनं", "n"), ("चछ", "c"), ("जझ", "j"), ("टठतथ", "t"), ("डढदध", "d"), ("पफ", "p")],
    *[("बभ", "b"), ("म", "m"), ("य", "y"), ("र", "r"), ("लळ", "l"), ("व", "v"), ("शषस", "s"), ("ह", "h")],
    *[("इईिी", "i"), ("उऊुू", "u"), ("ऋृ", "ri"), ("एऐेै", "e"), ("ओऔऑोौॉ", "o")],
)
_DEVANAGARI = {letter: sound for letters, sound in _SOUNDS for letter in letters}
# The same for what is written in Latin, one after another.
_LATIN = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        *[("aa", "a"), ("ee|ie|ey|iy", "i"), ("oo|ou", "u"), ("ai|ei", "e"), ("au|ow", "o"), ("a", ""), ("ph|f", "p")],
        *[("chh?", "c"), ("sh", "s"), ("(?<=[kgjtdb])h", ""), ("w", "v"), ("z", "j"), ("q|ck", "k"), ("x", "ks")],
        *[("m(?=[pb])", "n"), ("y$", "i")],
    ]
]
_TWICE = re.compile(r"(.)\1+")
# A key of fewer letters fits too many words, and so does what is left of a shorter word.
_KEY, _STEM = 3, 3
_LANGUAGES = ("english", "hindi", "others")
_INFLECTED = ("common", "places")
# Endings of words in the lists of words, and what the listed form has in their place.
_ENDINGS = (
    *[
        ("s", ""),
        ("es", ""),
        ("ed", ""),
        ("d", ""),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
        ("ies", "y"),
        ("ied", "y"),
        ("er", ""),
    ],
    *[("ों", ""), ("ों", "ा"), ("ें", ""), ("ियों", "ी"), ("ियां", "ी"), ("े", "ा"), ("ी", "ा"), ("ओं", ""), ("एं", "")],
)


Known = Literal["fully", "nearly", "not"]


class Lists(NamedTuple):
    """What the project's files hold, each word in its plain form."""

    given: frozenset[str]
    surnames: frozenset[str]
    keys: frozenset[str]
    roles: dict[str, str]


@cache
def lists() -> Lists:
    """The lists of `names.yaml`, `words.yaml` and `vocabulary.yaml`. A word of several roles has the first."""
    names = {kind: frozenset(map(plain, words.split())) for kind, words in read("names").items()}
    roles: dict[str, str] = {}
    for role, words in (*read("words").items(), *read("vocabulary").items()):
        for word in words.split():
            roles.setdefault(plain(word), "common" if role in _LANGUAGES else role)
    keys = frozenset(filter(None, map(key, names["given"] | names["surnames"])))
    return Lists(names["given"], names["surnames"], keys, roles)


def read(file: str) -> dict:
    """A data file of this package."""
    return yaml.safe_load(Path(__file__).with_name(f"{file}.yaml").read_text(encoding="utf-8"))


def plain(word: str) -> str:
    """The form in which words are looked up: NFKC, no case, nothing invisible, one script of India, one nasal."""
    if word.isascii():
        return word.lower()
    visible = (c for c in unicodedata.normalize("NFKC", word) if unicodedata.category(c) != "Cf")
    seen = "".join(map(_devanagari, visible)).replace(_NUKTA, "")
    return _NASAL.sub("ं", seen).rstrip(_VIRAMA).casefold()


def _devanagari(character: str) -> str:
    """The letter of Devanagari in the place of one of another script of India."""
    code = ord(character)
    if not _FIRST + _BLOCK <= code < _BEYOND:
        return character
    return _SOUTHERN.get(code % _BLOCK) or chr(_FIRST + code % _BLOCK)


def is_untold(word: str) -> bool:
    """Whether a word is of a script that no text to learn from is in: there only the lists tell names."""
    return not word[:1].isascii() and ord(word[0]) >= _FIRST + _BLOCK


def key(word: str) -> str:
    """What is left of a plain word when spelling and script are taken off; empty where that is too little to tell."""
    if word.isascii():
        for pattern, put in _LATIN:
            word = pattern.sub(put, word)
    else:
        word = "".join(_DEVANAGARI.get(character, "") for character in word)
    short = _TWICE.sub(r"\1", word)
    return short if len(short) >= _KEY else ""


def role(word: str) -> str:
    """What a plain word is beside names, by the list it is in; empty where it is in none.

    An inflected form counts as its word does, unless it is a name itself.
    """
    known = lists()
    if word in known.roles or word in known.given or word in known.surnames:
        return known.roles.get(word, "")
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) >= _STEM + len(ending):
            found = known.roles.get(word[: -len(ending)] + put, "")
            if found in _INFLECTED:
                return found
    return ""


def name_kind(word: str, extra: Collection[str] = (), known: Known = "fully") -> str:
    """How a plain word is known as a name: given, surname, both, near (by its key), or not at all (empty).

    `extra` are plain words that are names beside those of the lists. A word that is known nearly is no more than near.
    """
    names = lists()
    if word in extra:
        return "both"
    if known == "fully" and word in names.given:
        return "both" if word in names.surnames else "given"
    if known == "fully" and word in names.surnames:
        return "surname"
    return "near" if known != "not" and key(word) in names.keys else ""
