"""Dates and times as text, by the patterns that a contract declares."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample.delivery import NoSuchDay
from orchestration.sample.writing.page import TEXT, Field

IST = timedelta(hours=5, minutes=30)
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Which part of a moment a pattern's letters are about, and how it is written.
_LETTERS: dict[str, tuple[str, Callable[[int], str]]] = {
    "yyyy": ("year", "{:04}".format),
    "uuuu": ("year", "{:04}".format),
    "yy": ("year", lambda year: f"{year % 100:02}"),
    "MMMM": ("month", lambda month: _MONTHS[month - 1]),
    "MMM": ("month", lambda month: _MONTHS[month - 1][:3]),
    "MM": ("month", "{:02}".format),
    "M": ("month", str),
    "dd": ("day", "{:02}".format),
    "d": ("day", str),
    "EEEE": ("dayofweek", lambda day: _DAYS[day]),
    "EEE": ("dayofweek", lambda day: _DAYS[day][:3]),
    "HH": ("hour", "{:02}".format),
    "H": ("hour", str),
    "hh": ("hour", lambda hour: f"{(hour + 11) % 12 + 1:02}"),
    "h": ("hour", lambda hour: f"{(hour + 11) % 12 + 1}"),
    "a": ("hour", lambda hour: "PM" if hour >= 12 else "AM"),
    "mm": ("minute", "{:02}".format),
    "ss": ("second", "{:02}".format),
    "SSS": ("microsecond", lambda part: f"{part // 1000:03}"),
    "SSSSSS": ("microsecond", "{:06}".format),
}
_OFFSETS = {"XXX": "+05:30", "Z": "+0530"}
_EPOCH = np.datetime64("1970-01-01", "us")
# From which moment on numbers count, in which unit.
_NUMBERS = {
    "epochSeconds": (_EPOCH, np.timedelta64(1, "s")),
    "epochMilliseconds": (_EPOCH, np.timedelta64(1, "ms")),
    "excel1900": (np.datetime64("1899-12-30", "us"), np.timedelta64(1, "D")),
    "excel1904": (np.datetime64("1904-01-01", "us"), np.timedelta64(1, "D")),
}
_DEFAULT = "yyyy-MM-dd HH:mm:ss"


def text(moment: Any, field: Field) -> str:
    """A local moment, or a day that never was, in the field's pattern."""
    odd, pattern = isinstance(moment, NoSuchDay), field.pattern or _DEFAULT
    if pattern in _NUMBERS:
        # Of a day that never was there is no number.
        return "31.02.2025" if odd else str(_numbers(np.array([moment], "datetime64[us]"), *_NUMBERS[pattern])[0])
    if _in_utc(field) and not odd:
        moment -= IST
    return "".join(part if isinstance(part, str) else part[1](_part(moment, part[0])) for part in _parts(pattern))


def in_numbers(field: Field) -> bool:
    """Whether the field's moments are written as numbers."""
    return field.pattern in _NUMBERS


def _part(moment: Any, name: str) -> int:
    if name == "dayofweek":
        return 0 if isinstance(moment, NoSuchDay) else int(moment.weekday())
    return int(getattr(moment, name))


def texts(moments: pd.Series, field: Field) -> pa.Array:
    """Local moments in the field's pattern, null where there is none."""
    missing = moments.isna().to_numpy()
    known = moments.fillna(pd.Timestamp(0)).astype("datetime64[us]")
    pattern = field.pattern or _DEFAULT
    if pattern in _NUMBERS:
        words = _numbers(known.to_numpy(), *_NUMBERS[pattern])
    else:
        words = _joined(known - IST if _in_utc(field) else known, _parts(pattern))
    return pc.if_else(pa.array(missing), pa.scalar(None, TEXT), words)


def _joined(moments: pd.Series, parts: Iterable[Any]) -> pa.Array:
    """Each part of a moment has few values, so each value is written once."""
    whole = []
    for part in parts:
        if isinstance(part, str):
            whole.append(pa.scalar(part, TEXT))
            continue
        values, which = np.unique(getattr(moments.dt, part[0]).to_numpy(), return_inverse=True)
        whole.append(pa.array([part[1](int(value)) for value in values], TEXT).take(pa.array(which)))
    return pc.binary_join_element_wise(*whole, pa.scalar("", TEXT))


def _numbers(moments: Any, start: np.datetime64, unit: np.timedelta64) -> pa.Array:
    """Seconds of UTC as whole numbers, days of local time with a fraction."""
    if start == _EPOCH:
        return pa.array((moments - np.timedelta64(IST) - start) // unit).cast(TEXT)
    return pa.array(np.round((moments - start) / unit, 10)).cast(TEXT)


@cache
def _parts(pattern: str) -> tuple[Any, ...]:
    """What stands in a pattern as it is, and the parts of a moment in it."""
    parts: list[Any] = []
    for token in _TOKEN.finditer(pattern):
        if token.group(1) is not None:
            parts.append((token.group(1) or "'").replace("''", "'"))
        elif token.group(2):
            parts.append(_OFFSETS.get(token.group()) or _LETTERS[token.group()])
        else:
            parts.append(token.group())
    return tuple(parts)


def _in_utc(field: Field) -> bool:
    """Whether a text without an offset is read as UTC."""
    column = field.column
    if (
        column is None
        or column.logical_type != "timestamp"
        or set(_OFFSETS.values()) & set(_parts(field.pattern or ""))
    ):
        return False
    return bool(column.options.get("defaultTimezone", "UTC") == "UTC")
