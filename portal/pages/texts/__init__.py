"""All words that people read, in one file per language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "hi")
_FOLDER = Path(__file__).parent


class Texts:
    """The texts of one language, looked up by dotted key: `texts("home.title", city="Navsagar")`."""

    def __init__(self, language: str, words: Mapping[str, str]):
        self.language, self.words = language, words

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled. Raises KeyError for a key that does not exist."""
        return self.words[key].format_map(values) if values else self.words[key]

    def pick(self, both: Mapping[str, str]) -> str:
        """The text in this language of a pair that a contract wrote in both."""
        return both[self.language]

    def known(self, prefix: str, word: str) -> str:
        """The text of `prefix.word`, the word itself where there is none (a code of a contract)."""
        return self.words.get(f"{prefix}.{word}", word.replace("_", " "))


@cache
def texts(language: str) -> Texts:
    """The texts of a language of LANGUAGES."""
    return Texts(language, dict(_flat(yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")))))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in tree.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", str(value))]
    return found
