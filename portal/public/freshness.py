"""Freshness of a dataset: what its contract promises, and whether the newest published data keep it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.pages import figures
from portal.pages.texts import Texts


@dataclass(frozen=True)
class Freshness:
    """In words: a tag with its mood (good, warn or none), the promise, and a sentence where one is due."""

    word: str
    mood: str
    promise: str
    text: str = ""


def freshness(entry: dict[str, Any], until: str | None, fictional: bool, today: date, words: Texts) -> Freshness:
    """Judge a dataset by its newest day, month or year (`until`)."""
    promise = _promise(entry, words)
    if until is None or entry["frequency_days"] is None:
        return Freshness(words("freshness.none"), "", promise)
    due = _end(until) + timedelta(days=entry["frequency_days"] + (entry["latency_days"] or 0))
    if today <= due:
        return Freshness(words("freshness.good.word"), "good", promise)
    if fictional:
        return Freshness(words("freshness.still.word"), "", promise, words("freshness.still.text"))
    text = words("freshness.late.text", due=figures.day(due, words.language))
    return Freshness(words("freshness.late.word"), "warn", promise, text)


def _promise(entry: dict[str, Any], words: Texts) -> str:
    if entry["frequency_days"] is None:
        return words("freshness.silent")
    every = figures.span(entry["frequency_days"], words.language)
    latency = entry["latency_days"]
    if not latency:
        return words("freshness.every", every=every)
    return words("freshness.within", every=every, latency=figures.span(latency, words.language))


def _end(until: str) -> date:
    """The last day of a day, month or year."""
    parts = [int(part) for part in until.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
