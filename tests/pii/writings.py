"""The writings that people use for personal data, each by its name; nothing here reads the pack."""

import string
from collections.abc import Callable
from functools import partial

from tests.pii import values
from tests.pii.values import Chance, Make

_ZEROS = {"Devanagari digits": 0x966, "Bengali digits": 0x9E6, "Tamil digits": 0xBE6, "Telugu digits": 0xC66}
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\ufeff"
_BETWEEN = {"spaces": " ", "dashes": "-"}
_MORE = {**_BETWEEN, "dots": ".", "two spaces": "  ", "hard spaces": "\u00a0", "long dashes": "–"}


def _in_script(text: str, zero: int) -> str:
    return "".join(chr(zero + ord(sign) - ord("0")) if sign in string.digits else sign for sign in text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _cut(text: str, sizes: tuple[int, ...], between: str) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    return between.join(parts)


def _with_unseen(make: Make, chance: Chance) -> str:
    text = make(chance)
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(1, len(text))
        text = text[:place] + chance.choice(_UNSEEN) + text[place:]
    return text


def _then(change: Callable[[str], str], make: Make, chance: Chance) -> str:
    return change(make(chance))


def _scripts(make: Make) -> dict[str, Make]:
    """A writing in the digits of other scripts, in full width, and with signs in it that nobody sees."""
    found = {name: partial(_then, partial(_in_script, zero=zero), make) for name, zero in _ZEROS.items()}
    return {**found, "full width": partial(_then, _full_width, make), "unseen signs": partial(_with_unseen, make)}


def _parted(make: Make, sizes: tuple[int, ...], names: dict[str, str]) -> dict[str, Make]:
    return {name: partial(_then, partial(_cut, sizes=sizes, between=sign), make) for name, sign in names.items()}


def _lower(make: Make) -> dict[str, Make]:
    return {"small letters": partial(_then, str.lower, make)}


# For each entity its writings.
WRITINGS: dict[str, dict[str, Make]] = {
    "IN_AADHAAR": {
        "joined": values.aadhaar,
        **_parted(values.aadhaar, (4, 4, 4), _MORE),
        **_scripts(partial(_then, partial(_cut, sizes=(4, 4, 4), between=" "), values.aadhaar)),
    },
    "IN_VID": {"joined": values.vid, **_parted(values.vid, (4, 4, 4, 4), _BETWEEN), **_scripts(values.vid)},
    "IN_GSTIN": {
        "joined": values.gstin,
        **_lower(values.gstin),
        **_parted(values.gstin, (2, 10, 3), _BETWEEN),
        **_scripts(values.gstin),
    },
    "IMEI": {"joined": values.imei, **_parted(values.imei, (2, 6, 6, 1), _BETWEEN), **_scripts(values.imei)},
    "IN_PAN": {
        "joined": values.pan,
        **_lower(values.pan),
        **_parted(values.pan, (5, 4, 1), _BETWEEN),
        **_scripts(values.pan),
    },
    "IN_VEHICLE_REGISTRATION": {
        "joined": values.plate,
        **_lower(values.plate),
        **_parted(values.plate, (2, 2, 2, 4), {**_BETWEEN, "dots": ".", "slashes": "/"}),
        "letters together": partial(values.plate, pattern="S-##-AA####"),
        "one letter": partial(values.plate, pattern="S ## A ####"),
        "three letters": partial(values.plate, pattern="DL 1C AA ####"),
        "few digits": partial(values.plate, pattern="S##AA1"),
        "Bharat series": values.bharat,
        **_scripts(values.plate),
    },
    "PHONE_NUMBER": {
        "joined": values.mobile,
        **_parted(values.mobile, (5, 5), _BETWEEN),
        "three, three, four": lambda chance: _cut(values.mobile(chance), (3, 3, 4), "-"),
        "+91": lambda chance: f"+91 {values.mobile(chance)}",
        "+91 joined": lambda chance: f"+91{values.mobile(chance)}",
        "(+91)": lambda chance: f"(+91) {_cut(values.mobile(chance), (5, 5), ' ')}",
        "+91 dashes": lambda chance: f"+91-{_cut(values.mobile(chance), (5, 5), '-')}",
        "91 dash": lambda chance: f"91-{values.mobile(chance)}",
        "0 before": lambda chance: f"0{values.mobile(chance)}",
        "landline": partial(values.landline, "0{code}-{number}"),
        "landline in brackets": partial(values.landline, "(0{code}) {number}"),
        "landline abroad": partial(values.landline, "+91 {code} {number}"),
        **_scripts(values.mobile),
    },
    "IN_VOTER": {
        "joined": values.epic,
        **_lower(values.epic),
        **_parted(values.epic, (3, 7), _BETWEEN),
        "old, slashes": values.slashed_epic,
        **_scripts(values.epic),
    },
    "IN_PASSPORT": {
        "joined": values.passport,
        **_lower(values.passport),
        **_parted(values.passport, (1, 7), _BETWEEN),
        **_scripts(values.passport),
    },
    "IN_IFSC": {
        "joined": values.ifsc,
        **_lower(values.ifsc),
        **_parted(values.ifsc, (4, 7), _BETWEEN),
        **_scripts(values.ifsc),
    },
    "IN_UPI": {
        "handle": values.payment,
        "mobile": lambda chance: f"{values.mobile(chance)}@{values.payee(chance)}",
        "dash and number": lambda chance: f"{values.word(chance)}-{chance.randint(1, 9)}@{values.payee(chance)}",
        "capitals": lambda chance: values.payment(chance).upper(),
        "unseen signs": partial(_with_unseen, values.payment),
    },
    "IN_DRIVING_LICENCE": {
        "joined": partial(values.licence, "{state}{office}{year}{number}"),
        "space": partial(values.licence, "{state}{office} {year}{number}"),
        "dash": partial(values.licence, "{state}-{office}{year}{number}"),
        "dashes": partial(values.licence, "{state}-{office}-{year}-{number}"),
        "spaces": partial(values.licence, "{state} {office} {year} {number}"),
        "slashes": partial(values.licence, "{state}/{office}/{year}/{number}"),
        **_lower(partial(values.licence, "{state}{office} {year}{number}")),
        **_scripts(partial(values.licence, "{state}{office} {year}{number}")),
    },
    "IN_ABHA": {
        "joined": values.abha,
        **_parted(values.abha, (2, 4, 4, 4), _BETWEEN),
        **_scripts(partial(_then, partial(_cut, sizes=(2, 4, 4, 4), between="-"), values.abha)),
    },
    "IN_ABHA_ADDRESS": {
        "abdm": lambda chance: f"{values.handle(chance)}@abdm",
        "sbx": lambda chance: f"{values.handle(chance)}@sbx",
        "capitals": lambda chance: f"{values.handle(chance)}@ABDM",
        "unseen signs": partial(_with_unseen, lambda chance: f"{values.handle(chance)}@abdm"),
    },
    "IN_CASE_NUMBER": {
        "slash": partial(values.case, "{number}/{year}"),
        "short year": partial(values.case, "{number}/{short}"),
        "noughts": partial(values.case, "{number:04}/{year}"),
        "spaced slash": partial(values.case, "{number} / {year}"),
        "dash": partial(values.case, "{number}-{year}"),
        "of": partial(values.case, "{number} of {year}"),
        **_scripts(partial(values.case, "{number}/{year}")),
    },
    "EMAIL_ADDRESS": {
        "plain": lambda chance: f"{values.handle(chance)}@{values.host(chance)}",
        "capitals": lambda chance: f"{values.handle(chance)}@{values.host(chance)}".upper(),
        "plus": lambda chance: f"{values.handle(chance)}+ward{chance.randint(1, 99)}@{values.host(chance)}",
        "spelled": lambda chance: f"{values.handle(chance)} [at] {values.host(chance).split('.')[0]} [dot] com",
        "in brackets": lambda chance: f"{values.handle(chance)}(at){values.host(chance)}",
        "unseen signs": partial(_with_unseen, lambda chance: f"{values.handle(chance)}@{values.host(chance)}"),
    },
    "IP_ADDRESS": {
        "version 4": lambda chance: ".".join(str(chance.randint(1, 254)) for _ in range(4)),
        "version 6": lambda chance: ":".join(f"{chance.randrange(1, 65536):x}" for _ in range(8)),
        "version 6, short": lambda chance: f"2001:db8:{chance.randrange(1, 65536):x}::{chance.randrange(1, 65536):x}",
        "Devanagari digits": lambda chance: _in_script(".".join(str(chance.randint(1, 254)) for _ in range(4)), 0x966),
    },
    "MAC_ADDRESS": {
        "colons": partial(values.octets, sign=":", upper=False),
        "colons, capitals": partial(values.octets, sign=":", upper=True),
        "dashes": partial(values.octets, sign="-", upper=True),
        "dots": lambda chance: ".".join(values.signs(chance, 4, "0123456789abcdef") for _ in range(3)),
    },
    "IN_BANK_ACCOUNT": {
        "joined": values.account,
        **_parted(partial(values.account_of, 12), (4, 4, 4), _BETWEEN),
        "uneven groups": lambda chance: _cut(values.account_of(14, chance), (3, 5, 6), "-"),
        **_scripts(values.account),
    },
    "IN_RATION_CARD": {
        "joined": values.ration,
        **_parted(partial(values.account_of, 12), (4, 4, 4), _BETWEEN),
        **_scripts(values.ration),
    },
    "IN_PIN_CODE": {"joined": values.pin, **_parted(values.pin, (3, 3), _BETWEEN), **_scripts(values.pin)},
    "HOME_LOCATION": {
        "comma": partial(values.place, "{:.6f}, {:.6f}"),
        "comma alone": partial(values.place, "{:.5f},{:.5f}"),
        "space": partial(values.place, "{:.4f} {:.4f}"),
        "degrees": partial(values.place, "{:.4f}° N, {:.4f}° E"),
        "lat and long": partial(values.place, "{:.5f} long {:.5f}"),
        "Devanagari digits": lambda chance: _in_script(values.place("{:.5f}, {:.5f}", chance), 0x966),
    },
}
