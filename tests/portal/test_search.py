"""The search: every word has to be there, in whatever script and however its letters were typed."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.public.cards import fits

# फ़ as one letter and as two; none of the composed forms of Unicode keeps the one.
ONE, TWO = "\u095e", "\u092b\u093c"


def both(english: str, hindi: str = "") -> dict[str, str]:
    return {"en": english, "hi": hindi or english}


ENTRY: dict[str, Any] = {
    "slug": "police-footage-requests",
    "title": both("Footage requests", f"{TWO}ुटेज अनुरोध"),
    "purpose": both("How often Footage reaches the Court", "अदालत तक"),
    "description": both("One row per request; café", "प्रति अनुरोध एक पंक्ति"),
    "limitations": both("Small counts are hidden", "छोटी गिनतियाँ छिपी हैं"),
    "department": {"id": "police", **both("Police", "पुलिस")},
    "columns": [{"title": both("Ward", "वार्ड"), "description": both("Where it was asked for", "जहाँ माँगा गया")}],
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", True),
        ("   ", True),
        ("footage", True),
        ("FOOTAGE", True),
        ("foot", True),
        ("court footage", True),
        ("footage\u00a0court", True),
        ("footage drains", False),
        ("drains", False),
        # every text of it is searched: columns, limits, department, the name in the address
        ("ward", True),
        ("asked", True),
        ("hidden", True),
        ("पुलिस", True),
        ("police-footage", True),
        # both scripts at once
        ("पुलिस footage वार्ड", True),
        ("पुलिस नाली", False),
        # the two ways of writing a letter with its dot, and letters of another width
        (f"{ONE}ुटेज", True),
        (f"{TWO}ुटेज", True),
        # and without it, as many type; and with it where the dataset has none
        ("फुटेज", True),
        ("गिनत़ियाँ", True),
        ("cafe\u0301", True),
        ("ｆｏｏｔａｇｅ", True),
        # what reads like a pattern is none
        ("%", False),
        (".*", False),
        ("foot_ge", False),
        ("'; DROP TABLE x", False),
    ],
)
def test_what_a_search_finds(asked: str, found: bool):
    assert fits(ENTRY, asked) is found


WORDS = sorted(
    {
        word
        for text in [ENTRY["title"], ENTRY["purpose"], ENTRY["description"], ENTRY["limitations"]]
        for language in ("en", "hi")
        for word in text[language].split()
    }
)
QUERY = st.lists(st.sampled_from([*WORDS, "drains", "नाली", ONE]), max_size=5)


@given(st.sampled_from(WORDS), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.booleans())
def test_every_word_of_a_dataset_finds_it_however_it_is_typed(word: str, form: str, loud: bool):
    typed = unicodedata.normalize(form, word)
    assert fits(ENTRY, typed.upper() if loud else typed)


@given(QUERY, QUERY, st.text(max_size=5))
def test_one_more_word_never_finds_more(first: list[str], more: list[str], text: str):
    fewer = fits(ENTRY, " ".join([*first, *more, text]))
    assert not fewer or fits(ENTRY, " ".join(first))
    assert fits(ENTRY, " ".join([*first, *more])) == (fits(ENTRY, " ".join(first)) and fits(ENTRY, " ".join(more)))


@given(QUERY)
def test_the_order_of_words_does_not_count(words: list[str]):
    assert fits(ENTRY, " ".join(words)) == fits(ENTRY, "  ".join(reversed(words)))
