"""Made-up names of people and places, in Latin and Devanagari, and what else tells a person.

Given names are common ones; surnames and places are put together from syllables, so that nobody is meant.
"""

from typing import NamedTuple

import numpy as np


class Name(NamedTuple):
    """A name in both scripts."""

    latin: str
    devanagari: str


_STEMS = (
    *(("Kelv", "केल्व"), ("Tarm", "तर्म"), ("Morv", "मोर्व"), ("Vanj", "वंज"), ("Surl", "सुर्ल"), ("Dhel", "धेल")),
    *(("Jhur", "झुर"), ("Pind", "पिंद"), ("Solk", "सोल्क"), ("Girm", "गिर्म"), ("Lohn", "लोह्न"), ("Bhes", "भेस")),
    *(("Nerv", "नेर्व"), ("Chur", "चुर"), ("Yelm", "येल्म"), ("Rukt", "रुक्त"), ("Hirm", "हिर्म"), ("Kosv", "कोस्व")),
    *(("Ambr", "अंब्र"), ("Utk", "उत्क"), ("Zer", "ज़ेर"), ("Mank", "मंक"), ("Telg", "तेल्ग"), ("Phul", "फुल")),
)
_VOWELS = (("a", "ा"), ("i", "ी"), ("e", "े"), ("o", "ो"), ("u", "ू"))
_PLACES = (
    *(("pur", "पुर"), ("nagar", "नगर"), ("wadi", "वाड़ी"), ("ganj", "गंज"), ("khed", "खेड़"), ("tola", "टोला")),
    *(("gaon", "गांव"), ("bagh", "बाग"), ("peth", "पेठ"), ("ghat", "घाट")),
)
_FAMILIES = (
    *(("kar", "कर"), ("vanshi", "वंशी"), ("wal", "वाल"), ("lekar", "लेकर"), ("dhar", "धर"), ("tiya", "तिया")),
    *(("mani", "मणि"), ("gude", "गुडे")),
)
_GIVEN = (
    *(("Asha", "आशा"), ("Ravi", "रवि"), ("Meena", "मीना"), ("Suresh", "सुरेश"), ("Farida", "फ़रीदा")),
    *(("Imran", "इमरान"), ("Joseph", "जोसेफ़"), ("Gurpreet", "गुरप्रीत"), ("Lata", "लता"), ("Anil", "अनिल")),
    *(("Kavita", "कविता"), ("Deepak", "दीपक"), ("Nisha", "निशा"), ("Arjun", "अर्जुन"), ("Sunita", "सुनीता")),
    *(("Mohan", "मोहन"), ("Rekha", "रेखा"), ("Vikram", "विक्रम"), ("Pooja", "पूजा"), ("Salim", "सलीम")),
    *(("Mary", "मैरी"), ("Harish", "हरीश"), ("Geeta", "गीता"), ("Tanvi", "तन्वी"), ("Rahul", "राहुल")),
    *(("Zoya", "ज़ोया"), ("Manoj", "मनोज"), ("Usha", "उषा"), ("Kiran", "किरण"), ("Bala", "बाला")),
)


def places(rng: np.random.Generator, count: int) -> list[Name]:
    """`count` different names of places; at most 1,200 there are."""
    return _coined(rng, count, _PLACES)


def cities(rng: np.random.Generator, count: int) -> list[Name]:
    """`count` different names of cities, of a syllable more than any place has."""
    first, last = _coined(rng, count, (("", ""),)), _coined(rng, count, _PLACES)
    return [Name(a.latin + b.latin.lower(), a.devanagari + b.devanagari) for a, b in zip(first, last, strict=True)]


def people(rng: np.random.Generator, count: int) -> list[Name]:
    """`count` names of people; the same may come twice among many."""
    families = _coined(rng, len(_STEMS) * len(_VOWELS) * len(_FAMILIES), _FAMILIES)
    given, family = rng.integers(len(_GIVEN), size=count), rng.integers(len(families), size=count)
    return [
        Name(f"{_GIVEN[g][0]} {families[f].latin}", f"{_GIVEN[g][1]} {families[f].devanagari}")
        for g, f in zip(given, family, strict=True)
    ]


def _coined(rng: np.random.Generator, count: int, endings: tuple[tuple[str, str], ...]) -> list[Name]:
    sizes = (len(_STEMS), len(_VOWELS), len(endings))
    chosen = np.unravel_index(rng.permutation(np.prod(sizes))[:count], sizes)
    parts = [(_STEMS[s], _VOWELS[v], endings[e]) for s, v, e in zip(*chosen, strict=True)]
    return [Name("".join(p[0] for p in part), "".join(p[1] for p in part)) for part in parts]


def mobiles(rng: np.random.Generator, count: int) -> list[str]:
    """`count` mobile numbers of ten digits."""
    return [str(number) for number in rng.integers(6_000_000_000, 10_000_000_000, count)]


def case_numbers(rng: np.random.Generator, years: np.ndarray) -> list[str]:
    """A police case number for each year."""
    kinds = rng.choice(["FIR", "FIR", "FIR", "FIR", "CR No"], len(years))
    numbers = rng.integers(1, 1_500, len(years))
    return [f"{kind} {number}/{year}" for kind, number, year in zip(kinds, numbers, years, strict=True)]
