"""The rules as data, read from `rules.yaml` and `lists.yaml` and compiled. Both paths read these and no others."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.privacy.pack.checks import CHECKS, Check
from transforms.privacy.pack.lists import LISTS, alternatives
from transforms.privacy.pack.words import words_of

# From this score on a finding counts.
THRESHOLD = 0.4
# What may not touch a match on its left and on its right.
EDGES = {
    "digits": ("0-9", "0-9"),
    "word": ("0-9a-z", "0-9a-z"),
    "address": (r"0-9a-z._%+\-", "0-9a-z"),
    "hex": ("0-9a-z", r"0-9a-z:\-"),
}
# What would make a core's time depend on more than its length, let it run over the end of a text, or be a group of its
# own beside the one by which the batch engine parts a text.
_FORBIDDEN = re.compile(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}|(?<!\[)\((?!\?:)|\\[1-9bBdDsSwW]|(?<!\\)\.(?![^\[]*\])")


@dataclass(frozen=True)
class Pattern:
    """One shape of an entity.

    `exact` is bounded and matches folded text; every text with a match holds the `shape`, by its place among
    `shapes()`. `score` is what a match scores that passed its check and has no context.
    """

    name: str
    shape: int
    exact: str
    score: float


@dataclass(frozen=True)
class Rule:
    """Patterns of one entity that share a check and their context words.

    `check` is what a match has to pass; `context` are words that speak for it, `against` words that speak against it,
    in UTF-8.
    """

    name: str
    entity: str
    patterns: tuple[Pattern, ...]
    check: Check | None
    context: frozenset[bytes]
    against: frozenset[bytes]


@cache
def rules() -> tuple[Rule, ...]:
    """The pack, in the order of its file. Raises ValueError for a rule that cannot be compiled."""
    document = _document()
    words = {name: frozenset(words_of(text)) for name, text in document["words"].items()}
    return tuple(_rule(entry, words, list(document["shapes"])) for entry in document["rules"])


@cache
def shapes() -> tuple[bytes, ...]:
    """What the first pass looks for: patterns on UTF-8, in the syntax that RE2 and Hyperscan share.

    They match folded texts with a separator on either side.
    """
    return tuple(shape.encode() for shape in _document()["shapes"].values())


@cache
def sign() -> str:
    """What every text with a match holds before it is folded: a pattern as RE2 reads it."""
    return f"(?i){'|'.join(_document()['signs'].values())}"


def entities() -> list[str]:
    """The entities of the pack, sorted."""
    return sorted({rule.entity for rule in rules()})


@cache
def _document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("rules.yaml").read_text(encoding="utf-8"))
    return loaded


def _rule(entry: dict[str, Any], words: dict[str, frozenset[bytes]], known: list[str]) -> Rule:
    name = entry["name"]
    context = frozenset(words_of(entry.get("context", "")))
    against: frozenset[bytes] = frozenset().union(*(words[group] for group in entry.get("against", [])))
    return Rule(
        name,
        entry["entity"],
        tuple(_pattern(f"{name} {form}", known, **facts) for form, facts in entry["patterns"].items()),
        CHECKS[entry["check"]] if "check" in entry else None,
        context,
        against - context,
    )


def _pattern(
    name: str,
    known: list[str],
    shape: str,
    regex: str,
    edge: str,
    score: float,
    not_after: str | list[str] = "",
    not_before: str = "",
) -> Pattern:
    left, right = EDGES[edge]
    first, rest = _parted(_filled(regex))
    # What may not stand before is looked for behind the first character, so that Python can leap to that character.
    exact = f"{first}(?<![{left}]{first})"
    for before in [not_after] if isinstance(not_after, str) else not_after:
        exact += f"(?<!{before}{first})" if before else ""
    exact += f"{rest}(?![{right}])"
    exact += f"(?!{not_before})" if not_before else ""
    return Pattern(name, known.index(shape), exact, score)


def _parted(regex: str) -> tuple[str, str]:
    """What a pattern begins with, of a width that is known, and its rest."""
    literal = re.match(r"[0-9a-z]+(?![?{])", regex)
    if literal:
        return literal.group(), regex[literal.end() :]
    states = alternatives(LISTS["states"])
    if regex.startswith(states):
        return states, regex[len(states) :]
    found = re.match(r"(\[[^\]]+\])(?:\{(\d+)\})?(?![?{])", regex)
    if found is None:
        raise ValueError(f"pattern {regex}: it begins with no letters, set of letters or <states>")
    more = int(found.group(2) or 1) - 1
    return found.group(1), f"{found.group(1)}{{{more}}}{regex[found.end() :]}" if more else regex[found.end() :]


def _filled(regex: str) -> str:
    """The pattern with its lists in it. Raises ValueError where it is not bounded or captures."""
    for name, choices in LISTS.items():
        regex = regex.replace(f"<{name}>", alternatives(choices))
    if _FORBIDDEN.search(regex):
        raise ValueError(f"pattern {regex}: it is not bounded or captures; use counts, plain sets and (?:groups)")
    return regex
