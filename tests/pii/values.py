"""Invented personal data, made from what the offices publish about their numbers; check signs by python-stdnum."""

import random
import string
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml
from stdnum import luhn, verhoeff

LISTS = yaml.safe_load(Path(__file__).with_name("lists.yaml").read_text(encoding="utf-8"))
Chance = random.Random
Make = Callable[[Chance], str]

_GST_STATES = [f"{number:02}" for number in (*range(1, 25), 26, 27, *range(29, 39))]
_CITY_CODES = {"11": 8, "22": 8, "33": 8, "44": 8, "80": 8, "40": 8, "20": 8, "79": 8, "141": 7, "522": 7, "712": 7,
               "755": 7, "761": 7, "674": 7, "612": 7}  # fmt: skip


def signs(chance: Chance, count: int, of: str = string.digits) -> str:
    return "".join(chance.choice(of) for _ in range(count))


def _capitals(chance: Chance, count: int) -> str:
    return signs(chance, count, string.ascii_uppercase)


def verhoeff_number(length: int, chance: Chance) -> str:
    body = chance.choice("23456789") + signs(chance, length - 2)
    return body + verhoeff.calc_check_digit(body)


def pan(chance: Chance) -> str:
    begin = _capitals(chance, 3) + chance.choice("PPPPCHFATBLJG") + _capitals(chance, 1)
    return f"{begin}{chance.randint(1, 9999):04}{_capitals(chance, 1)}"


def gstin(chance: Chance) -> str:
    body = f"{chance.choice(_GST_STATES)}{pan(chance)}{chance.choice('123456789')}Z"
    return body + luhn.calc_check_digit(body, string.digits + string.ascii_uppercase)


def imei(chance: Chance) -> str:
    body = chance.choice(["35", "86", "01", "99"]) + signs(chance, 12)
    return body + luhn.calc_check_digit(body)


def epic(chance: Chance) -> str:
    return _capitals(chance, 3) + signs(chance, 7)


def plate(chance: Chance, pattern: str = "S##AA####") -> str:
    """S is a state; letters that look like digits are not given out."""
    choices = {"#": string.digits, "A": "ABCDEFGHJKLMNPQRSTUVWXYZ", "1": "123456789", "S": LISTS["states"].split()}
    return "".join(chance.choice(choices[sign]) if sign in choices else sign for sign in pattern)


def bharat(chance: Chance) -> str:
    return (
        f"{chance.randint(21, 26)} BH {chance.randint(1, 9999):04} {signs(chance, chance.randint(1, 2), 'ABCDEFGHJK')}"
    )


def mobile(chance: Chance) -> str:
    return chance.choice(["98", "99", "97", "96", "94", "90", "88", "87", "82", "79", "77", "73", "70", "63"]) + signs(
        chance, 8
    )


def landline(form: str, chance: Chance) -> str:
    code = chance.choice(list(_CITY_CODES))
    number = chance.choice("2345") + signs(chance, _CITY_CODES[code] - 1)
    return form.format(code=code, number=number)


def licence(form: str, chance: Chance) -> str:
    state, office = chance.choice(LISTS["states"].split()), f"{chance.randint(1, 60):02}"
    return form.format(state=state, office=office, year=chance.randint(1985, 2025), number=signs(chance, 7))


def passport(chance: Chance) -> str:
    return chance.choice("ABCDEFGHJKLMNPRSTUVWYZ") + chance.choice("123456789") + signs(chance, 6)


def ifsc(chance: Chance) -> str:
    return f"{chance.choice(LISTS['banks'].split())}0{signs(chance, 6)}"


def handle(chance: Chance) -> str:
    first, second = chance.sample(LISTS["handles"].split(), 2)
    return chance.choice(
        [f"{first}.{second}", f"{first}{chance.randint(1, 9999)}", f"{first}_{second}", first + second]
    )


def case(form: str, chance: Chance) -> str:
    year = chance.randint(2008, 2026)
    return form.format(number=chance.randint(1, 1999), year=year, short=f"{year % 100:02}")


def place(form: str, chance: Chance) -> str:
    return form.format(chance.uniform(8.2, 33.9), chance.uniform(69.1, 94.9))


def pin(chance: Chance) -> str:
    return f"{chance.choice('12345678')}{signs(chance, 5)}"


def octets(chance: Chance, sign: str, upper: bool) -> str:
    text = sign.join(f"{chance.randrange(256):02x}" for _ in range(6))
    return text.upper() if upper else text


def account(chance: Chance) -> str:
    return chance.choice("0123456789") + signs(chance, chance.choice([9, 10, 10, 11, 12, 13, 14, 15]))


def account_of(length: int, chance: Chance) -> str:
    return chance.choice("123456789") + signs(chance, length - 1)


aadhaar, vid = partial(verhoeff_number, 12), partial(verhoeff_number, 16)


def abha(chance: Chance) -> str:
    return signs(chance, 1, "123456789") + signs(chance, 13)


def ration(chance: Chance) -> str:
    return signs(chance, 1, "123456789") + signs(chance, chance.choice([9, 11]))


def slashed_epic(chance: Chance) -> str:
    state = chance.choice(["DL", "UP", "MH", "KA", "TN", "WB", "GJ"])
    return f"{state}/{chance.randint(1, 40):02}/{chance.randint(1, 300):03}/{signs(chance, 6)}"


def payee(chance: Chance) -> str:
    return chance.choice(LISTS["payees"].split())


def payment(chance: Chance) -> str:
    return f"{handle(chance)}@{payee(chance)}"


def word(chance: Chance) -> str:
    return chance.choice(LISTS["handles"].split())


def host(chance: Chance) -> str:
    return chance.choice(LISTS["hosts"].split())
