"""What a column is searched for first is in every text that the exact patterns match."""

import re
import sys
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.privacy.pack.column import Joined
from transforms.privacy.pack.context import Context
from transforms.privacy.pack.folding import SEPARATOR, fold, folded
from transforms.privacy.pack.rules import Pattern, rules, shapes, sign
from transforms.privacy.pack.stretches import stretches

PATTERNS = [pytest.param(rule, pattern, id=pattern.name) for rule in rules() for pattern in rule.patterns]
FOLDED = st.characters(max_codepoint=0x7F, categories=["Nd", "Ll", "P", "S", "Zs"], include_characters="\t\nआ")
# Words apart, before and behind the signs of a match.
APART = [
    "27abcde1234 f  a z b", "sbin0abc defg", "asha [at] mail", "asha (at) mail (dot) in", "asha@oksbi", "abcde 1234 f",
    "28.6123, 77.2123 e", "28.6123, long 77.2123", "mh   12   ab   1234", "dl 1 c aa 1234", "21 bh 1234 aa", "be 123",
    "abc 1234567", "ab:cd:ef:ab:cd:ef", "abcd.abcd.abcd", "a::b:c", "1 of 2020", "a/c 123456789", "9876543210",
]  # fmt: skip
WORDS = ["", " ", " of ", ", the road; ", " be ", " आ "]


def has_sign(texts: list[str]) -> list[bool]:
    return pc.match_substring_regex(pa.array(texts), sign()).to_pylist()


def joined(*texts: str) -> Joined:
    """The texts as the batch engine has them."""
    text = "".join(f"{SEPARATOR}{text}" for text in (*texts, "")).encode()
    return Joined(text, np.flatnonzero(np.frombuffer(text, np.uint8) == 0) + 1)


def found(pattern: Pattern, text: bytes) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern.exact.encode(), text)]


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS)
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_text_with_a_match_holds_its_shape_and_a_sign(rule, pattern, data):
    exact = re.compile(pattern.exact, re.ASCII)
    text = data.draw(st.from_regex(exact, alphabet=FOLDED))
    if rule.check is None or any(rule.check.one(match.group()) for match in exact.finditer(text)):
        assert re.search(shapes()[pattern.shape], joined(text).text)
        written = [text, text.upper(), text.replace(".", "।"), text.replace("ac/", "a/c")]
        assert all(has_sign([form for form in written if folded(form).text == text]))
    texts = joined(text, "9")
    assert found(pattern, stretches(texts, Context(texts)).text) == found(pattern, texts.text)


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS)
def test_every_match_lies_in_the_stretch_of_its_text(rule, pattern):
    texts = joined(*(f"{before}{text}{behind}" for text in APART for before in WORDS for behind in WORDS))
    assert found(pattern, stretches(texts, Context(texts)).text) == found(pattern, texts.text)


@pytest.mark.parametrize("shape", shapes())
@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_shape_has_a_stretch(shape, data):
    texts = joined(data.draw(st.from_regex(shape.decode(), fullmatch=True, alphabet=FOLDED)), "9")
    assert (np.diff(stretches(texts, Context(texts)).starts) >= 0).all()


def test_what_has_no_sign_folds_to_nothing_that_a_rule_looks_for():
    """But for a danda and two letters, which signs know as a dot, s and k, and what Python's Unicode lacks yet."""
    others = [chr(code) for code in range(0x80, sys.maxunicode + 1) if unicodedata.category(chr(code)) != "Cs"]
    forms = {fold(other) for other, told in zip(others, has_sign(others), strict=True) if not told}
    assert {form for form in forms if not form or any(map(str.isascii, form))} - {";"} == {".", "s", "k"}
