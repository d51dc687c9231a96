"""What a match has to pass: checks of python-stdnum and phonenumbers, on folded text.

A check has two forms. `one` asks the library; `many` answers for a column at once, the same where a test holds them
equal, and much faster.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from phonenumbers import PhoneMetadata
from stdnum import imei as stdnum_imei
from stdnum import luhn, verhoeff
from stdnum.in_ import aadhaar as stdnum_aadhaar
from stdnum.in_ import epic as stdnum_epic
from stdnum.in_ import gstin as stdnum_gstin
from stdnum.in_ import pan as stdnum_pan
from stdnum.in_ import vid as stdnum_vid

from transforms.privacy.pack.lists import LISTS

Mask = npt.NDArray[np.bool_]
One = Callable[[str], bool]
Many = Callable[[Sequence[bytes]], Mask]


@dataclass(frozen=True)
class Check:
    """A check of one text, and of many."""

    one: One
    many: Many


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text).upper()


def _each(test: Callable[[bytes], bool]) -> Check:
    """A check that is one and the same for one and for many."""
    return Check(lambda text: test(text.encode()), lambda texts: np.fromiter(map(test, texts), bool, len(texts)))


# All but digits and small letters.
_SEPARATORS = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalnum())


def _values(texts: Sequence[bytes], length: int) -> npt.NDArray[np.uint8]:
    """The digits and letters of texts that hold `length` of them each, one row a text: a digit's value, 10 for a."""
    joined = b"".join(texts).translate(None, _SEPARATORS)
    signs = np.frombuffer(joined, np.uint8).reshape(len(texts), length)
    return np.where(signs >= ord("a"), signs - ord("a") + 10, signs - ord("0"))


_MULTIPLY = np.array(verhoeff._multiplication_table, np.uint8)
_PERMUTE = np.array(verhoeff._permutation_table, np.uint8)


def _verhoeff(one: One, length: int) -> Check:
    """Verhoeff's check by python-stdnum's tables, of a number that begins with no 0 or 1 and is no palindrome."""

    def many(texts: Sequence[bytes]) -> Mask:
        digits = _values(texts, length)
        state = np.zeros(len(digits), np.uint8)
        for place in range(length):
            state = _MULTIPLY[state, _PERMUTE[place % 8][digits[:, length - 1 - place]]]
        return (state == 0) & (digits[:, 0] > 1) & (digits != digits[:, ::-1]).any(axis=1)

    return Check(lambda text: one(_digits(text)), many)


def _luhn(values: npt.NDArray[np.uint8], base: int) -> Mask:
    """Luhn's check of each row, as python-stdnum computes it for an alphabet of `base` signs."""
    doubled = values[:, -2::-2].astype(np.int64) * 2
    total = values[:, ::-2].sum(axis=1, dtype=np.int64) + (doubled // base + doubled % base).sum(axis=1)
    return total % base == 0


_HOLDERS = np.array([int(kind, 36) for kind in stdnum_pan._pan_holder_types], np.uint8)
_GST_STATES = frozenset(stdnum_gstin._STATE_CODES) | LISTS["gst_states"]
_GST_NUMBERS = np.array([int(state) for state in _GST_STATES])


def _pan(values: npt.NDArray[np.uint8]) -> Mask:
    return np.isin(values[:, 3], _HOLDERS) & values[:, 5:9].any(axis=1)


def _gstin(text: str) -> bool:
    """As python-stdnum checks it, with the states that it does not know yet."""
    number = _letters_and_digits(text)
    known = number[:2] in _GST_STATES and number[12] != "0"
    return known and stdnum_pan.is_valid(number[2:12]) and luhn.is_valid(number, stdnum_gstin._ALPHABET)


def _gstins(texts: Sequence[bytes]) -> Mask:
    values = _values(texts, 15)
    known = np.isin(values[:, 0] * 10 + values[:, 1], _GST_NUMBERS) & (values[:, 12] != 0)
    return known & _pan(values[:, 2:12]) & _luhn(values, 36)


def _national_numbers() -> re.Pattern[bytes]:
    """The numbers of India that phonenumbers calls valid, by its own metadata, with what may be dialled before."""
    metadata = PhoneMetadata.metadata_for_region("IN")
    assert metadata is not None
    kinds = (
        metadata.mobile, metadata.fixed_line, metadata.premium_rate, metadata.toll_free, metadata.shared_cost,
        metadata.voip, metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail,
    )  # fmt: skip
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return re.compile(f"(?:(?:00)?91)?0?(?=[1-9][0-9]{{9}}$)(?:{'|'.join(patterns)})".encode())


_DIALLED = _national_numbers()


def _phone(text: bytes) -> bool:
    return _DIALLED.fullmatch(text.translate(None, _SEPARATORS)) is not None


# How a budget's head of account is written, which is no one's: major, sub-major and minor head, then schemes.
_BUDGET = re.compile(rb"[0-8][0-9]{3}([ .\-])[0-9]{2}\1[0-9]{3}(?:\1[0-9]{2}){1,3}")


def _account(text: bytes) -> bool:
    return 9 <= len(text.translate(None, _SEPARATORS)) <= 18 and _BUDGET.fullmatch(text) is None


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:[.]{_OCTET}){{3}}".encode())


def _ipv4(text: bytes) -> bool:
    """An address, and no number of a version or a paragraph: those have short parts."""
    return len(text) >= len("1.1.1.1") + 2 and _IPV4.fullmatch(text) is not None


def _ipv6(text: bytes) -> bool:
    if len(re.findall(b"[0-9a-f]+", text)) < 3:
        return False
    try:
        ipaddress.IPv6Address(text.decode())
    except ValueError:
        return False
    return True


# Letters that stand between numbers as words do, and then not as the series of a plate.
_UNITS = re.compile(
    rb" (?:am|pm|kms?|mm|cm|rs|hrs?|mtr|kg|mw|kw|th|st|nd|rd|jan|feb|mar|apr|may|jun|jul|aug|sep|dec)\b"
)

# Letters that a plate has by chance where four digits follow and no word stands in the state's place: "MP 07 RS 4277".
_MEASURED = re.compile(rb"(?!an|as|or|up)[a-z]{2}.* (?:km|mm|cm|rs|hr|kg|mw|kw) [0-9]{4}|[0-9]{2}.*")


def _plate(text: bytes) -> bool:
    return b" " not in text or _UNITS.search(text) is None or _MEASURED.fullmatch(text) is not None


def _in_india(text: bytes) -> bool:
    latitude, longitude = (float(number) for number in re.findall(rb"[0-9]+\.[0-9]+", text)[:2])
    return 6 <= latitude <= 38 and 68 <= longitude <= 98


_BANKS = frozenset(code.encode() for code in LISTS["banks"])

CHECKS: dict[str, Check] = {
    "aadhaar": _verhoeff(stdnum_aadhaar.is_valid, 12),
    "vid": _verhoeff(stdnum_vid.is_valid, 16),
    "pan": Check(lambda text: stdnum_pan.is_valid(_letters_and_digits(text)), lambda texts: _pan(_values(texts, 10))),
    "gstin": Check(_gstin, _gstins),
    "epic": Check(
        lambda text: stdnum_epic.is_valid(_letters_and_digits(text)), lambda texts: _luhn(_values(texts, 10)[:, 3:], 10)
    ),
    "imei": Check(lambda text: stdnum_imei.is_valid(_digits(text)), lambda texts: _luhn(_values(texts, 15), 10)),
    "phone": _each(_phone),
    "bank": _each(lambda text: text[:4] in _BANKS),
    "ipv4": _each(_ipv4),
    "ipv6": _each(_ipv6),
    "plate": _each(_plate),
    "payee": _each(lambda text: not text.endswith((b"@abdm", b"@sbx"))),
    "account": _each(_account),
    "nine_to_sixteen": _each(lambda text: 9 <= len(text.translate(None, _SEPARATORS)) <= 16),
    "in_india": _each(_in_india),
}
