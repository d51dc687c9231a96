"""Date patterns: the contract's (JDK, as ODCS asks) to strptime's."""

import re
from functools import cache
from unicodedata import normalize

_LETTERS = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d",
    "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "SSS": "%g",
    "SSSSSS": "%f", "a": "%p", "EEE": "%a", "EEEE": "%A", "XXX": "%z", "Z": "%z",
}  # fmt: skip
# Ways to write a moment as a number; each stands in the place of a pattern.
NUMBERED = ("excel1900", "excel1904", "epochSeconds", "epochMilliseconds")
_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Whole names and the short ones of the Unicode locale data, with the spellings that offices use.
_HINDI = (
    "जनवरी|जन॰|जन.", "फ़रवरी|फरवरी|फ़र॰|फर॰|फ़र.|फर.", "मार्च", "अप्रैल|अप्रेल", "मई", "जून", "जुलाई|जुल॰|जुल.", "अगस्त|अग॰|अग.",
    "सितंबर|सितम्बर|सित॰|सित.", "अक्टूबर|अक्तूबर|अक्टू॰|अक्टू.", "नवंबर|नवम्बर|नव॰|नव.", "दिसंबर|दिसम्बर|दिस॰|दिस.",
)  # fmt: skip
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def to_strptime(pattern: str) -> str:
    """A JDK DateTimeFormatter pattern as a strptime one; raises ValueError where it has no counterpart."""
    parts, end = [], 0
    for token in _TOKEN.finditer(pattern):
        if token.start() != end:
            break
        end = token.end()
        if token.group(1) is not None:
            # Two quotes are one, inside a quoted text as well as alone.
            parts.append((token.group(1) or "'").replace("''", "'").replace("%", "%%"))
        elif token.group(2):
            if token.group() not in _LETTERS:
                raise ValueError(f"the pattern letters {token.group()} are not supported")
            parts.append(_LETTERS[token.group()])
        else:
            parts.append(token.group().replace("%", "%%"))
    if end != len(pattern):
        raise ValueError("a quote in the pattern is not closed")
    return "".join(parts)


def has_offset(pattern: str) -> bool:
    """Whether a strptime pattern reads an offset from UTC."""
    return "%z" in pattern.replace("%%", "")


@cache
def month_names(language: str) -> tuple[tuple[str, str], ...]:
    """Names of months in a language and in English, each with its short English one; the longest first.

    `language`: `hi`, the only one known so far. Names are in Unicode's normal form C.
    """
    assert language == "hi"
    pairs = [(english, english[:3]) for english in _ENGLISH]
    pairs += [
        (normalize("NFC", given), english[:3])
        for english, names in zip(_ENGLISH, _HINDI, strict=True)
        for given in names.split("|")
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
