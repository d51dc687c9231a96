"""What looks like personal data: by a column's name, and by the shape and the check digits of its values.

Values are counted, never handed on.
"""

import re
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import phonenumbers
import yaml
from stdnum.in_ import aadhaar, epic, gstin, pan

_words: dict[str, list[str]] = yaml.safe_load(
    normalize("NFC", Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
)
# Beside one of these words a name is that of a thing.
_THINGS = frozenset(_words.pop("things"))
WORDS = {kind: frozenset(words) for kind, words in _words.items()}
# Its length is that of RFC 5321; without a bound a long text without a space takes quadratic time.
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[A-Za-z]{2,}")
_MOBILE = re.compile(r"(?<![\w.])(?:\+?91[\s-]?|0)?[6-9][0-9]{4}[\s-]?[0-9]{5}(?![\w.])")
_TWELVE = re.compile(r"(?<![\w.])[2-9][0-9]{3}[\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![\w.])")
_PAN = re.compile(r"\b[A-Z]{5}[0-9]{4}[A-Z]\b")
_GSTIN = re.compile(r"\b[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]\b")
_EPIC = re.compile(r"\b[A-Z]{3}[0-9]{7}\b")
_IFSC = re.compile(r"\b[A-Z]{4}0[A-Z0-9]{6}\b")
_PLATE = re.compile(
    r"\b(?:A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB)"
    r"[\s-]?[0-9]{1,2}[\s-]?[A-Z]{1,3}[\s-]?[0-9]{4}\b"
)
_TITLED = re.compile(r"(?:^|\s)(?:shri|sri|smt|kum|mr|mrs|ms|dr|श्री|श्रीमती|कुमारी|डॉ)[.\s]", re.IGNORECASE)


def _is_mobile(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "IN"))
    except phonenumbers.NumberParseException:
        return False


# Each kind: the shape, the check behind it, and the share of cells from which on it counts. A number of twelve
# digits is an Aadhaar by chance in one case of ten, one of ten digits very often a mobile number.
VALUES: dict[str, tuple[re.Pattern[str], Callable[[str], bool], float]] = {
    "email": (_EMAIL, lambda _: True, 0),
    "gstin": (_GSTIN, gstin.is_valid, 0),
    "pan": (_PAN, pan.is_valid, 0),
    "vehicle": (_PLATE, lambda _: True, 0),
    "ifsc": (_IFSC, lambda _: True, 0),
    "epic": (_EPIC, lambda text: len(text) == 10 and _is_epic(text), 0.05),
    "aadhaar": (_TWELVE, lambda text: aadhaar.is_valid(re.sub(r"\D", "", text)), 0.3),
    "mobile": (_MOBILE, _is_mobile, 0.3),
    "name": (_TITLED, lambda _: True, 0),
}


def _is_epic(text: str) -> bool:
    """Older voter cards keep no check digit, so the shape is enough; what does not even parse is none."""
    try:
        epic.compact(text)
    except ValueError:
        return False
    return True


def by_name(words: list[str]) -> str | None:
    """The kind of personal data that a column's name speaks of, cut into words; None where it speaks of none."""
    here = set(words)
    for kind, known in WORDS.items():
        if here & known and not (kind == "name" and here & _THINGS):
            return kind
    return None


def by_value(texts: list[str]) -> dict[str, int]:
    """For each kind that the texts of a column hold, in how many of them it was found."""
    found: dict[str, int] = {}
    for kind, (shape, check, share) in VALUES.items():
        count = sum(any(check(match.group()) for match in shape.finditer(text)) for text in texts)
        # Inside longer text a number is seldom there by chance.
        inside = sum(bool(shape.search(text)) and shape.fullmatch(text) is None for text in texts)
        if count and (count > share * len(texts) or inside):
            found[kind] = count
    return found
