"""The lists that rules look up, folded."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import yaml

from transforms.privacy.pack.folding import folded

LISTS: dict[str, frozenset[str]] = {
    name: frozenset(folded(words).text.split())
    for name, words in yaml.safe_load(Path(__file__).with_name("lists.yaml").read_text(encoding="utf-8")).items()
}


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of the words, letter by letter, so that no letter is looked at twice."""
    ends, parts = "", []
    for first, group in groupby(sorted(words), key=lambda word: word[:1]):
        if not first:
            ends = "?"
            continue
        parts.append(first + alternatives(word[1:] for word in group))
    if not parts:
        return ""
    if all(len(part) == 1 for part in parts):
        return (parts[0] if len(parts) == 1 else f"[{''.join(parts)}]") + ends
    return f"(?:{'|'.join(parts)}){ends}"
