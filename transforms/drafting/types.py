"""Which type the texts of a column have, with its formats and units."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from transforms.drafting import dates
from transforms.drafting.guess import Found, number
from transforms.reading.units import factor

ENOUGH = 0.9
NULLS = frozenset(
    ("-", "--", "---", "–", "—", "na", "n/a", "n.a.", "n.a", "null", "none", "nil", "nan", "#n/a", "not available", ".")
)
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
POINT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?")
MEASURED = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z%°µ/³²][A-Za-z0-9%°µ/³²]{0,7})")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+(?:,[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
# Groups that only one of the two ways has: 12,63,343 and 1,271,418; 12,345 is the same in both.
_INDIAN = re.compile(r"[+-]?[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_WESTERN = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{3},[0-9]{3})(?:\.[0-9]+)?")
_MARKED = re.compile(r"(₹|Rs\.?|INR)?\s*[+-]?[0-9][0-9.,]*?\s*(/-|₹|Rs\.?|INR)?")
_EPOCH_NAME = re.compile(r"(?:^|_)(?:time|timestamp|epoch|ts|at|millis|ms|unixtime|updated|created)(?:$|_)")
_LATIN = str.maketrans("०१२३४५६७८९", "0123456789")
BOOLEANS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("हाँ", "नहीं"), ("हां", "नहीं"))
# A number of this name is a code: nobody adds it up, and a zero in front of it counts.
CODE = re.compile(
    r"(?:^|_)(?:id|ids|no|num|nos|number|code|codes|pin|pincode|phone|mobile|tel|fax|key|ref|uid|sr|fid|objectid|year|"
    r"ward|aadhaar|account|ifsc)(?:$|_)"
)


@dataclass
class Type:
    """A column's type: options and properties as the contract writes them, evidence, what is to decide."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)


def nulls(texts: list[str]) -> Counter[str]:
    """The texts of a column that usually mean no value, as they stand, and how often."""
    return Counter(text for text in texts if text.strip().casefold() in NULLS)


def decimal_mark(columns: list[list[str]]) -> str:
    """The decimal mark of a file: a comma only where one stands for nothing else in a column, and no point does."""
    commas = points = 0
    for texts in columns:
        tenth = len(texts) * (1 - ENOUGH)
        commas += sum(COMMA.fullmatch(text) is not None for text in texts) > tenth and any(
            COMMA.fullmatch(text) and not GROUPED.fullmatch(text) for text in texts
        )
        points += sum("." in text and POINT.fullmatch(text) is not None for text in texts) > tenth
    return "," if commas > points else "."


def type_of(column: Found, name: str, texts: list[str], decimal: str) -> Type:
    """The type of a column with these non-null texts, spaces at the ends taken off."""
    if not texts:
        return Type("string", evidence=["no value was met"], todo=["give it its type once a file has values"])
    if column.kind == "geometry":
        return Type("geometry", evidence=[f"{number(len(texts))} geometries"])
    latin = [text.translate(_LATIN) for text in texts]
    found = _boolean(texts) or (_moment(latin) if _are_days(latin) else _epoch(latin, name))
    found = found or _whole(latin, name) or _plain(latin, name, decimal) or _marked(latin, decimal)
    found = found or _measured(latin) or _duration(latin) or _moment(latin)
    if found:
        if latin != texts and found.kind not in ("string", "boolean"):
            found.properties["digits"] = "devanagari"
        return found
    if all(text[:1] in "[{" for text in texts) and _is_tree(texts[0]):
        return Type("string", evidence=["each cell holds a list or an object, kept as JSON text"])
    return Type("string")


def _is_tree(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list | dict)
    except (ValueError, RecursionError):
        return False


def _boolean(texts: list[str]) -> Type | None:
    distinct = set(texts) if len(set(texts[:50])) <= 6 else set()
    folded = {text.casefold() for text in distinct}
    for pair in BOOLEANS:
        if folded == set(pair):
            ways = [sorted(text for text in distinct if text.casefold() == word) for word in pair]
            properties = {"trueValues": ways[0], "falseValues": ways[1]}
            return Type("boolean", {}, properties, [f"all {number(len(texts))} cells are one of two answers"])
    return None


def _share(pattern: re.Pattern[str], texts: list[str]) -> int:
    return sum(pattern.fullmatch(text) is not None for text in texts)


def _read(kind: str, count: int, texts: list[str], words: str) -> Type:
    """A type with the evidence of how many cells have it."""
    found = Type(kind, evidence=[f"{number(count)} of {number(len(texts))} cells read as {words}"])
    if count < len(texts):
        found.evidence[0] += f"; {number(len(texts) - count)} do not"
        found.todo.append("rows with the others would be quarantined: is that right, or is it a text?")
    return found


def _whole(texts: list[str], name: str) -> Type | None:
    count = _share(INTEGER, texts)
    if count < ENOUGH * len(texts):
        return None
    zeros = sum(len(text) > 1 and text.startswith("0") for text in texts)
    if zeros:
        return Type("string", evidence=[f"{number(zeros)} of {number(len(texts))} cells begin with a zero: codes"])
    if CODE.search(name):
        return Type("string", evidence=["digits, and by its name a code: codes stay text"])
    long = sum(len(text) > 11 for text in texts)
    if long * 2 > len(texts):
        return Type("string", evidence=[f"{number(long)} of {number(len(texts))} cells have over 11 digits: codes"])
    return _read("integer", count, texts, "a whole number")


def _are_days(texts: list[str]) -> bool:
    """Whether eight digits are a day of these times."""
    looked_at = texts[: dates.LOOKED_AT]
    return all(len(text) == 8 and text[:2] in ("19", "20") and dates.reads("yyyyMMdd", text) for text in looked_at)


def _plain(texts: list[str], name: str, decimal: str) -> Type | None:
    count = _share(POINT if decimal == "." else _COMMA_NUMBER, texts)
    if count < ENOUGH * len(texts):
        return None
    found = _read("number", count, texts, "a number")
    if all(re.fullmatch(r"[+-]?[0-9]+(?:[.,]0*)?", text) for text in texts):
        if CODE.search(name):
            return Type("string", evidence=["whole numbers with a fraction, and by its name a code: codes stay text"])
        found.evidence.append("all of them are whole, written with a fraction")
    return found


def _marked(texts: list[str], decimal: str) -> Type | None:
    """A number in groups, or with a currency's mark beside it."""
    marks = sorted({mark for text in texts for mark in _marks_of(text)}, key=len, reverse=True)
    bare = [_without(text, marks) for text in texts]
    grouped = _share(GROUPED, bare) if decimal == "." else 0
    count = grouped + _share(POINT if decimal == "." else _COMMA_NUMBER, bare)
    if count < ENOUGH * len(texts) or not (marks or grouped):
        return None
    fraction = any(("." if decimal == "." else ",") in text for text in bare)
    found = _read("number" if fraction else "integer", count, texts, "a number")
    if marks:
        found.properties["sourceMarks"] = marks
    if grouped:
        indian = _share(_INDIAN, bare)
        western = _share(_WESTERN, bare)
        found.properties["grouping"] = "western" if western > indian else "indian"
        found.evidence.append(
            f"{number(grouped)} in groups: {number(indian)} Indian, {number(western)} western for sure"
        )
        if indian and western:
            found.todo.append("both ways of grouping are met; rows of the other one would be quarantined")
    return found


def _marks_of(text: str) -> list[str]:
    match = _MARKED.fullmatch(text)
    return [mark for mark in (match.group(1), match.group(2)) if mark] if match else []


def _without(text: str, marks: list[str]) -> str:
    for mark in marks:
        text = text.removeprefix(mark).removesuffix(mark).strip()
    return text


def _measured(texts: list[str]) -> Type | None:
    suffixes = Counter(match.group(2) for text in texts if (match := MEASURED.fullmatch(text)))
    bare = _share(POINT, texts)
    units = [suffix for suffix, _ in suffixes.most_common(6) if is_unit(suffix)]
    if not units:
        return None
    into = "pct" if units[0] == "%" else units[0]
    units = [unit for unit in units if _converts(unit, into)]
    count = sum(suffixes[unit] for unit in units) + bare
    if count < ENOUGH * len(texts):
        return None
    found = _read("number", count, texts, f"a number, {number(count - bare)} with a unit behind it")
    found.properties = {"unit": into, "sourceSuffixes": units}
    if bare:
        found.todo.append(f"{number(bare)} cells have no unit: are they in {into}?")
    return found


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measure that can be converted."""
    return _converts(text, text)


def _converts(unit: str, into: str) -> bool:
    try:
        factor(unit, into)
    except ValueError:
        return False
    return True


def _duration(texts: list[str]) -> Type | None:
    """Times of a day of service, which runs on after midnight; clock times alone would be read so as well."""
    for form, shape in (("h:mm:ss", r"[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]"), ("h:mm", r"[0-9]{1,3}:[0-5][0-9]")):
        count = _share(re.compile(shape), texts)
        if count >= ENOUGH * len(texts):
            found = _read("integer", count, texts, f"a time or a duration ({form})")
            found.properties = {"duration": form, "unit": "s"}
            found.todo.append("it is counted in seconds: is that what it is?")
            return found
    return None


def _epoch(texts: list[str], name: str) -> Type | None:
    """Seconds or milliseconds since 1970, by the column's name and the number of digits."""
    if not _EPOCH_NAME.search(name):
        return None
    for form, digits in (("epochSeconds", 10), ("epochMilliseconds", 13)):
        count = _share(re.compile(f"1[0-9]{{{digits - 1}}}"), texts)
        if count >= ENOUGH * len(texts):
            found = _read("timestamp", count, texts, form)
            found.options["format"] = form
            return found
    return None


def _moment(texts: list[str]) -> Type | None:
    found = dates.moments(texts)
    if found is None:
        return None
    first, *more = found.patterns
    moment = _read("timestamp" if found.instant else "date", found.read, texts, " or ".join(found.patterns))
    moment.options["format"] = first
    if more:
        moment.properties["sourceFormats"] = more
    if found.instant and not found.offset:
        moment.options["defaultTimezone"] = "Asia/Kolkata"
        moment.todo.append("the times have no zone: are they Indian time?")
    if found.undecided:
        moment.todo.append("no day is above 12, so day and month could be the other way round")
    return moment
