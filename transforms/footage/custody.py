"""The chain of custody: each event of a request seals the one before it, so that a change shows.

The seal of an event is the SHA-256, in hex, of the UTF-8 bytes of a JSON list without spaces:

    [previous_sha256, event_id, request_id, at, actor, action]

`previous_sha256` is null for a request's first event, `at` is UTC as 2026-01-31T04:30:00Z.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

ZONE = "Asia/Kolkata"
_SEALED = ["previous_sha256", "event_id", "request_id", "at", "actor", "action"]
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Break(NamedTuple):
    """The first event of a request that breaks its chain, and how.

    `kind` is edited (its seal is not that of its content), repeated (its seal came before), deleted (what it seals is
    nowhere) or reordered (what it seals is not the event before it, or is later than it).
    """

    request_id: str
    event_id: str
    kind: str


def verify(events: pd.DataFrame) -> list[Break]:
    """Where the chains of custody events break: the first break of each request, sorted by request; none where whole.

    `events` has the columns of the contract, in the order of the log, `at` with a time zone. An end that was cut off
    is not seen here but by `cut`.
    """
    # A column in which no event has a predecessor comes without a type.
    texts = dict.fromkeys(["request_id", "sha256", "previous_sha256"], "str")
    log = events.astype(texts).sort_values("request_id", kind="stable", ignore_index=True)
    request, seal, previous = log["request_id"], log["sha256"], log["previous_sha256"]
    first = ~request.duplicated()
    known = (request + previous).isin(request + seal)
    follows = np.where(first, previous.isna(), previous == seal.shift())
    backwards = ~first & (log["at"] < log["at"].shift())
    ways = {
        "edited": (_seals(log) != seal).to_numpy(),
        "repeated": seal.duplicated().to_numpy(),
        "deleted": (previous.notna() & ~known).to_numpy(),
        "reordered": ~follows | backwards.to_numpy(),
    }
    kind = pd.Series(np.select(list(ways.values()), list(ways), ""), log.index)
    broken = log.assign(kind=kind)[kind != ""].drop_duplicates("request_id")
    return [Break(*row) for row in broken[["request_id", "event_id", "kind"]].itertuples(index=False)]


def head(events: pd.DataFrame, day: date) -> str | None:
    """The head of a day: the SHA-256, in hex, of the day (as 2026-01-31) and the seals of its events (of the day in
    India) in the order of their numbers, joined by line feeds; None for a day without events. The mart custody_heads
    publishes it."""
    seals = events.loc[_days(events) == day].sort_values("event_id")["sha256"]
    return hashlib.sha256("\n".join([day.isoformat(), *seals]).encode()).hexdigest() if len(seals) else None


def cut(events: pd.DataFrame, heads: Mapping[date, str]) -> list[date]:
    """The days, in order, whose head is no longer the one that was published: of which events are gone, changed or new.

    So an end that was cut off shows, which the chain itself cannot tell.
    """
    days = dict(list(events.groupby(_days(events))))
    nothing = events.head(0)
    return [day for day in sorted(heads) if head(days.get(day, nothing), day) != heads[day]]


def _days(events: pd.DataFrame) -> pd.Series:
    return events["at"].dt.tz_convert(ZONE).dt.date


def _seals(log: pd.DataFrame) -> pd.Series:
    """What the seal of each event ought to be."""
    at = np.datetime_as_string(log["at"].dt.tz_convert(None).to_numpy("datetime64[s]"), timezone="UTC")
    texts = log.assign(at=at)[_SEALED].astype(object)
    texts = texts.where(texts.notna(), None)
    rows = zip(*(texts[name].tolist() for name in _SEALED), strict=True)
    return pd.Series([hashlib.sha256(_write(row).encode()).hexdigest() for row in rows], log.index, dtype=object)
