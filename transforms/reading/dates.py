"""Date patterns: the contract's (JDK, as ODCS asks) to strptime's."""

import re

_LETTERS = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d",
    "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "SSS": "%g",
    "SSSSSS": "%f", "a": "%p", "EEE": "%a", "EEEE": "%A", "XXX": "%z", "Z": "%z",
}  # fmt: skip
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
