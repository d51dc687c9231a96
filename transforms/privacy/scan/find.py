"""Looks for values that were planted: in the bytes of every artefact, and in all that is decoded from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ahocorasick
import pyarrow as pa

from transforms.privacy.pack.folding import fold_all
from transforms.privacy.scan.artefact import Artefact, Failure, Piece
from transforms.privacy.scan.binary import BLOCK, blocks
from transforms.privacy.scan.needles import SEPARATORS, needles
from transforms.privacy.scan.walk import walk

_WITHOUT_SEPARATORS = dict.fromkeys(map(ord, SEPARATORS))


@dataclass(frozen=True)
class Search:
    """Where which values were found, by their places in the list; and what could not be decoded."""

    found: list[tuple[str, int]]
    failed: list[Failure]


def find(values: Sequence[str], path: Path) -> Search:
    """Search a file or folder for values in all their writings.

    Raises ValueError for a value of less than six signs, FileNotFoundError where there is nothing to search.
    """
    automaton, longest = _automaton(values)
    found: set[tuple[str, int]] = set()
    failed = []
    with TemporaryDirectory(prefix="pravah-") as scratch:
        for part in walk(path, Path(scratch)):
            if isinstance(part, Failure):
                failed.append(part)
            elif isinstance(part, Artefact):
                texts = (block.decode("latin-1") for block in blocks(part.path, BLOCK, longest))
                found |= {(part.name, value) for value in _values(automaton, texts)}
            else:
                found |= {(part.place, value) for value in _values(automaton, _haystacks(part))}
    return Search(sorted(found), failed)


def _automaton(values: Sequence[str]) -> tuple[Any, int]:
    """What finds every writing of every value in one pass over bytes, taken as Latin-1; the longest writing."""
    by_needle: dict[str, set[int]] = {}
    for number, value in enumerate(values):
        for needle in needles(value):
            by_needle.setdefault(needle.decode("latin-1"), set()).add(number)
    automaton = ahocorasick.Automaton()
    for writing, numbers in by_needle.items():
        automaton.add_word(writing, numbers)
    automaton.make_automaton()
    return automaton, max(map(len, by_needle), default=0)


def _haystacks(piece: Piece) -> Iterator[str]:
    """The texts as they are, folded, and folded without separators, each text apart from the next."""
    texts = piece.texts if isinstance(piece.texts, list) else pa.array(piece.texts).drop_null().to_pylist()
    folded = fold_all(texts)
    bare = [text.translate(_WITHOUT_SEPARATORS) for text in folded]
    for haystack in (texts, folded, bare):
        yield "\n".join(haystack).encode("utf-8", "surrogatepass").decode("latin-1")


def _values(automaton: Any, texts: Iterable[str]) -> Iterator[int]:
    if len(automaton):
        for text in texts:
            for _, numbers in automaton.iter(_lowered(text)):
                yield from numbers


def _lowered(text: str) -> str:
    """With ASCII letters in lower case, as the writings are; the other signs stand for bytes."""
    return text.encode("latin-1").lower().decode("latin-1")
