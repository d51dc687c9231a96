"""Who pays and who is paid: made-up companies, firms, people and public bodies, with the numbers a form asks for."""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase, digits
from typing import Any

import numpy as np
import pandas as pd
from stdnum import luhn

from orchestration.sample.chance import pick
from orchestration.sample.people import Name, mobiles, people, places

# The fourth letter of a PAN by the kind of its holder; a firm may be a partnership or one person's trade.
HOLDERS = {"company": "C", "firm": "FP", "individual": "P", "public_body": "LG"}
_TRADES = ("Outdoor Media", "Infratech", "Networks", "Systems", "Signage", "Power", "Facilities", "Telecom")
_BODIES = ("Transport Undertaking", "Development Authority", "Electricity Board", "Port Authority")
_BANKS = ("SBIN", "PUNB", "BARB", "CNRB", "UBIN", "HDFC", "ICIC")
_HANDLES = ("okaxis", "ybl", "oksbi", "paytm")
_GSTIN = digits + ascii_uppercase


def parties(rng: np.random.Generator, count: int, kinds: dict[str, float]) -> pd.DataFrame:
    """`count` parties by the shares of their kinds.

    Columns: name, kind, pan, gstin, contact, phone, email, bank_account, ifsc, upi_id; all text.
    """
    kind, persons, towns = pick(rng, kinds, count), people(rng, count), places(rng, count)
    holder = [HOLDERS[k][rng.integers(len(HOLDERS[k]))] for k in kind]
    pan, phone = _pans(rng, holder), mobiles(rng, count)
    return pd.DataFrame(
        {
            "name": [_name(rng, *one) for one in zip(kind, holder, persons, towns, strict=True)],
            "kind": kind,
            "pan": pan,
            "gstin": [_gstin(number) for number in pan],
            "contact": [person.latin for person in persons],
            "phone": phone,
            "email": [
                f"{p.latin.lower().replace(' ', '.')}@{t.latin.lower()}.example" for p, t in _pairs(persons, towns)
            ],
            "bank_account": [str(number) for number in rng.integers(10**10, 10**14, count)],
            "ifsc": [
                f"{bank}0{branch:06}" for bank, branch in _pairs(rng.choice(_BANKS, count), _branches(rng, count))
            ],
            "upi_id": [f"{number}@{handle}" for number, handle in _pairs(phone, rng.choice(_HANDLES, count))],
        }
    ).astype(object)


def named(party: pd.DataFrame) -> tuple[str, ...]:
    """The names of those parties that are a person, a person's trade, or a partnership."""
    return tuple(party["name"][party["pan"].str[3].isin(["P", "F"])])


def _pairs(left: Iterable[Any], right: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(left, right, strict=True)


def _name(rng: np.random.Generator, kind: str, holder: str, person: Name, town: Name) -> str:
    trade = _TRADES[rng.integers(len(_TRADES))]
    match kind:
        case "company":
            return f"{town.latin} {trade} {'Private ' if rng.random() < 0.8 else ''}Limited"
        case "firm":
            return f"M/s {person.latin} {trade}" if holder == "P" else f"{person.latin} & Co. {trade}"
        case "individual":
            return person.latin
        case _:
            return f"{town.latin} {_BODIES[rng.integers(len(_BODIES))]}"


def _pans(rng: np.random.Generator, holders: list[str]) -> list[str]:
    letters = rng.choice(list(ascii_uppercase), (len(holders), 5))
    numbers = rng.integers(0, 10_000, len(holders))
    return [
        f"{''.join(five[:3])}{h}{five[3]}{n:04}{five[4]}" for five, h, n in zip(letters, holders, numbers, strict=True)
    ]


def _gstin(pan: str) -> str:
    start = f"27{pan}1Z"
    return start + luhn.calc_check_digit(start, _GSTIN)


def _branches(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.integers(1, 10_000, count)
