"""What a column is searched for first is in every text that the exact patterns match."""

import re
import string
import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.privacy.pack.folding import SEPARATOR, fold
from transforms.privacy.pack.rules import rules, shapes, sign

PATTERNS = [pytest.param(rule, pattern, id=pattern.name) for rule in rules() for pattern in rule.patterns]
FOLDED = st.characters(codec="ascii", categories=["Nd", "Ll", "P", "S", "Zs"], include_characters="\t\n")
# As Arrow reads it; Python has no names for the letters and marks that there are.
SIGN = re.compile(sign().replace(r"\p{L}\p{M}", ""))


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS)
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_text_with_a_match_holds_its_shape_and_a_sign(rule, pattern, data):
    exact = re.compile(pattern.exact, re.ASCII)
    text = data.draw(st.from_regex(exact, alphabet=FOLDED))
    if rule.check is None or any(rule.check.one(match.group()) for match in exact.finditer(text)):
        assert re.search(shapes()[pattern.shape], f"{SEPARATOR}{text}{SEPARATOR}".encode())
        assert SIGN.search(text)


def test_letters_and_marks_fold_to_no_sign():
    """Those with a dot stand for themselves in the sign, or behind a letter that is no hexadecimal digit."""
    letters = [chr(code) for code in range(0x80, sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in "LM"]
    signs = {letter for letter in letters if not set(string.digits + "@:([.-").isdisjoint(fold(letter))}
    assert {fold(letter) for letter in signs} == {"l."}
