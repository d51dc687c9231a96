"""The checks for many texts at once say what the libraries say of each."""

import ipaddress
import random
import string

import phonenumbers
import pytest
from stdnum.in_ import epic, gstin, pan

from tests import personal_kit as kit
from transforms.privacy.pack.checks import CHECKS


def near(value: str, chance: random.Random) -> str:
    """The value, or one with some signs replaced by others of the same kind."""
    signs = list(value)
    for place in chance.sample(range(len(signs)), chance.choice([0, 0, 1, 2])):
        for kind in (string.digits, string.ascii_uppercase):
            if signs[place] in kind:
                signs[place] = chance.choice(kind)
    return "".join(signs).lower()


@pytest.mark.parametrize(
    ("check", "make"),
    [
        ("aadhaar", kit.aadhaar),
        ("vid", kit.vid),
        ("pan", kit.pan),
        ("gstin", kit.gstin),
        ("epic", kit.voter),
        ("imei", kit.imei),
    ],
)
def test_many_are_checked_as_one_by_one(check, make):
    chance = random.Random(4)
    texts = [near(make(chance), chance) for _ in range(20_000)]
    texts += [f"{text[:2]} {text[2:5]}-{text[5:]}" for text in texts[:500]]
    told = CHECKS[check].many([text.encode() for text in texts]).tolist()
    assert told == [CHECKS[check].one(text) for text in texts]
    assert 0.4 < sum(told) / len(told) < 0.98


@pytest.mark.parametrize(("check", "library"), [("pan", pan), ("epic", epic), ("gstin", gstin)])
def test_one_is_checked_by_the_library(check, library):
    chance = random.Random(5)
    make = {"pan": kit.pan, "epic": kit.voter, "gstin": kit.gstin}[check]
    texts = [near(make(chance), chance) for _ in range(5_000)]
    # States that python-stdnum does not know yet.
    texts = [text for text in texts if check != "gstin" or text[:2] not in ("38", "97", "99")]
    assert [CHECKS[check].one(text) for text in texts] == [library.is_valid(text) for text in texts]


def test_numbers_that_read_the_same_from_both_sides_are_none():
    assert not CHECKS["aadhaar"].many([b"222222222222"]).any()
    assert CHECKS["aadhaar"].many([b"234123412346", b"2341 2341-2346"]).all()


def test_states_that_the_library_does_not_know():
    chance = random.Random(7)
    for state in ("38", "97"):
        body = f"{state}{kit.pan(chance)}1Z"
        last = next(
            sign for sign in string.digits + string.ascii_uppercase if CHECKS["gstin"].one((body + sign).lower())
        )
        assert CHECKS["gstin"].many([(body + last).lower().encode()]).all()
    assert not CHECKS["gstin"].one("55aapfu0939f1zv")


def test_phones_are_valid_where_phonenumbers_says_so():
    chance = random.Random(8)
    numbers = [chance.choice("0123456789") + kit.digits(chance, chance.choice([8, 9, 9, 9, 10])) for _ in range(30_000)]
    for number in numbers:
        parsed = phonenumbers.parse(f"+91{number}", None)
        valid = phonenumbers.is_valid_number(parsed) and len(str(parsed.national_number)) == 10
        assert CHECKS["phone"].one(f"+91 {number}") == valid, number


def test_addresses_are_those_of_the_standard_library():
    chance = random.Random(9)
    for _ in range(20_000):
        text = ".".join(str(chance.choice([0, 1, 9, 10, 25, 99, 100, 249, 250, 255, 256, 300])) for _ in range(4))
        text = text.replace("9.", chance.choice(["9.", "09."]), 1)
        try:
            valid = bool(ipaddress.IPv4Address(text)) or True
        except ValueError:
            valid = False
        assert CHECKS["ipv4"].one(text) == (valid and len(text) >= 9), text
