"""Names for columns: small letters and underscores, the vocabulary's own where one fits, units taken off."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from unicodedata import normalize

from data_contracts.dataset import RESERVED
from data_contracts.vocabulary import Vocabulary

CLOSE = 0.9
# Known without a vocabulary as well, as points are made of them.
COORDINATES = ("lat", "lon")
LONGEST = 60
# What other programs call the vocabulary's commonest terms.
ALIASES = {
    "latitude": "lat", "lat_deg": "lat", "longitude": "lon", "lng": "lon", "long": "lon", "ward_no": "ward_id",
    "ward_number": "ward_id", "wardno": "ward_id", "ward_num": "ward_id", "wardname": "ward_name", "mobile": "phone",
    "mobile_no": "phone", "phone_no": "phone", "police_station": "station", "ps_name": "station",
    "complaint_no": "grievance_id", "complaint_id": "grievance_id", "grievance_no": "grievance_id",
}  # fmt: skip
# A unit in a header, and the suffix and the pint name of it.
UNITS = {
    "m": ("m", "m"), "mtr": ("m", "m"), "meter": ("m", "m"), "metres": ("m", "m"), "km": ("km", "km"),
    "cm": ("cm", "cm"), "mm": ("mm", "mm"), "ft": ("ft", "ft"), "feet": ("ft", "ft"), "kg": ("kg", "kg"),
    "g": ("g", "g"), "t": ("t", "t"), "tonnes": ("t", "t"), "mt": ("t", "t"), "l": ("l", "l"), "kl": ("kl", "kl"),
    "%": ("pct", "pct"), "percent": ("pct", "pct"), "pct": ("pct", "pct"), "µg/m³": ("ug_m3", "µg/m³"),
    "ug/m3": ("ug_m3", "µg/m³"), "mg/m3": ("mg_m3", "mg/m³"), "ppb": ("ppb", "ppb"), "°c": ("degc", "degC"),
    "deg c": ("degc", "degC"), "km/h": ("kmph", "kmph"), "kmph": ("kmph", "kmph"), "kw": ("kw", "kW"),
    "kwh": ("kwh", "kWh"), "mw": ("mw", "MW"), "v": ("v", "V"), "ha": ("ha", "hectare"), "sq m": ("m2", "m²"),
    "sqm": ("m2", "m²"), "sq km": ("km2", "km²"), "sqkm": ("km2", "km²"), "min": ("min", "min"), "s": ("s", "s"),
    "hr": ("h", "h"), "days": ("days", "day"), "mm/h": ("mm_h", "mm/h"), "m³": ("m3", "m³"), "cum": ("m3", "m³"),
}  # fmt: skip
# Units in which something is measured that cannot fall below nothing.
PHYSICAL = frozenset(unit for _, unit in UNITS.values()) - {"degC", "V"}
_BRACKETED = re.compile(r"\s*[(\[]\s*(?:in\s+)?([^()\[\]]{1,12}?)\.?\s*[)\]]\s*$", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words(title: str) -> list[str]:
    """The words of a header in small letters; humps, signs and digits part them."""
    # Hindi letters with a dot below are written in two ways.
    parted = _HUMP.sub(" ", normalize("NFC", title))
    return [word for word in re.split(r"[^\w\u0900-\u097F]+|_", parted.casefold()) if word]


def unit_of(title: str) -> tuple[str, str, str] | None:
    """The unit that a header names, as (what is left, suffix, pint's name)."""
    bracketed = _BRACKETED.search(title)
    if bracketed and (known := UNITS.get(bracketed.group(1).casefold())):
        return title[: bracketed.start()], *known
    parts = words(title)
    for suffix, unit in set(UNITS.values()):
        tail = suffix.split("_")
        if len(parts) > len(tail) and parts[-len(tail) :] == tail and len(suffix) > 1:
            return " ".join(parts[: -len(tail)]), suffix, unit
    return None


def snake(title: str) -> str:
    """A header as a column's name; empty where it has no Latin letter."""
    parts = [re.sub(r"[^a-z0-9]", "", word) for word in words(title)]
    name = "_".join(part for part in parts if part)[:LONGEST].strip("_")
    return name if not name or name[0].isalpha() else (f"n_{name}" if re.search("[a-z]", name) else "")


def term_of(title: str, name: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The vocabulary's name for a column and the evidence; None where no term is near."""
    if name in vocabulary or name in COORDINATES:
        return name, ""
    alias = ALIASES.get(name)
    if alias in vocabulary or alias in COORDINATES:
        return str(alias), f"another name of {alias}"
    plain = " ".join(words(title))
    best, near = "", 0.0
    for term, meaning in vocabulary.items():
        for other in (term.replace("_", " "), meaning.title.casefold(), meaning.title_hi):
            share = 1.0 if other == plain else SequenceMatcher(None, plain, other).ratio()
            if share > near:
                best, near = term, share
    if near == 1.0:
        return best, f"the vocabulary's {best}, by its title"
    return (best, f"near the vocabulary's {best} ({near:.2f})") if near >= CLOSE else None


def free(name: str, place: int, is_free: Callable[[str], bool]) -> str:
    """A name that nothing else has."""
    name = name or f"column_{place + 1}"
    name = f"{name}_value" if name in RESERVED else name
    chosen, count = name, 2
    while not is_free(chosen):
        chosen, count = f"{name}_{count}", count + 1
    return chosen
