"""Text: its encoding by how it begins, then its lines, or its paragraphs where a label may stand a line above."""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from transforms.privacy.scan.artefact import Artefact, Part, Text, batched

HEAD = 1 << 16
# A line or paragraph of more characters is cut: behind a sign that no rule holds, or else with some of it said twice.
LONG = 1 << 20
_TWICE = 200
_BETWEEN = re.compile(r"[\n\"'<>{}|=&?!](?=[^\n\"'<>{}|=&?!]*\Z)")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The lines of a log, the paragraphs of any other text."""
    with opened(artefact.path) as file:
        found = lines(file)
        texts = found if artefact.suffix == ".log" else _paragraphs(found)
        yield from batched(Text(artefact.name, text) for text in texts)


def opened(path: Path) -> TextIO:
    """The file as text. What an encoding cannot hold is replaced: the signs of a number are in all of them."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return path.open(encoding=encoding(head), errors="replace")


def encoding(head: bytes) -> str:
    """The encoding of a text that begins so."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if wide := widened(head):
        return wide
    try:
        # The last sign may be cut.
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def widened(head: bytes) -> str | None:
    """Which UTF-16 without a mark this is, if it is one: mostly ASCII, so every other byte is 0."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * len(head) / 2 and even > 8 * odd else None


def lines(file: TextIO) -> Iterator[str]:
    """The lines with their ends, the very long ones cut."""
    rest = ""
    while read := file.readline(LONG):
        line = rest + read
        if read.endswith("\n") or len(read) < LONG:
            yield line
            rest = ""
        else:
            line, rest = _cut(line)
            yield line
    if rest:
        yield rest


def _cut(text: str) -> tuple[str, str]:
    found = _BETWEEN.search(text, len(text) - HEAD)
    if found:
        return text[: found.end()], text[found.end() :]
    return text, text[-_TWICE:]


def _paragraphs(found: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for line in found:
        held.append(line)
        size += len(line)
        if line.isspace() or size > HEAD:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
