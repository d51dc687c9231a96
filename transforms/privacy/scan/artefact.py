"""What a search meets: files, pieces of text in them, and what could not be decoded."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

# Texts are handed on in batches of about so many characters, under at most so many headings.
BATCH = 4_000_000
HEADINGS = 2_000
# How much one file may unpack to, in bytes and in files.
UNPACKED_BYTES, UNPACKED_FILES = 4 << 30, 20_000

Context = tuple[str, ...]


class NotDecodable(Exception):
    """Why a file cannot be decoded: a few words that follow its name, with nothing from the file."""


@dataclass
class Budget:
    """What is left to unpack of one file and all that is packed in it."""

    bytes: int = UNPACKED_BYTES
    files: int = UNPACKED_FILES

    def spend(self, size: int, files: int = 0) -> None:
        """Take off what was unpacked; raises NotDecodable where nothing is left."""
        self.bytes -= size
        self.files -= files
        if self.bytes < 0 or self.files < 0:
            raise NotDecodable("unpacks to far more than it should")


@dataclass(frozen=True)
class Artefact:
    """A file to search: what to call it, where its bytes lie, how often it is packed."""

    name: str
    path: Path
    depth: int = 0
    budget: Budget = field(default_factory=Budget, compare=False)

    @property
    def suffix(self) -> str:
        """The end of its name, such as `.csv`, in lower case."""
        return Path(self.name.replace("!", "/")).suffix.lower()

    def part(self, name: str) -> str:
        """What to call a part of it."""
        return f"{self.name}!{name}"

    def inner(self, name: str, path: Path) -> "Artefact":
        """A file that was packed in it and now lies at `path`."""
        return Artefact(self.part(name), path, self.depth + 1, self.budget)


@dataclass(frozen=True)
class Piece:
    """Texts of one place, and the words said of all of them, such as a column's name."""

    place: str
    texts: Sequence[str] | pa.Array
    context: Context = ()


@dataclass(frozen=True)
class Failure:
    """A file, or a part of one, that was not decoded, and why."""

    artefact: str
    reason: str


Part = Piece | Artefact | Failure
Decoder = Callable[[Artefact, Path], Iterator[Part]]
"""Yields what a file holds; files that were packed in it are written into the folder and may be gone afterwards."""


@dataclass(frozen=True)
class Text:
    """One text, its place and its context."""

    place: str
    text: str
    context: Context = ()


def batched(stream: Iterable[Text | Part]) -> Iterator[Part]:
    """Texts of the same place and context put together; everything else as it comes."""
    held: dict[tuple[str, Context], list[str]] = {}
    size = 0
    for each in stream:
        if not isinstance(each, Text):
            yield each
            continue
        if each.text and not each.text.isspace():
            held.setdefault((each.place, each.context), []).append(each.text)
            size += len(each.text) + 8
        if size > BATCH or len(held) > HEADINGS:
            yield from _pieces(held)
            held, size = {}, 0
    yield from _pieces(held)


def _pieces(held: dict[tuple[str, Context], list[str]]) -> Iterator[Piece]:
    return (Piece(place, texts, context) for (place, context), texts in held.items())
