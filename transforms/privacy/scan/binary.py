"""Bytes of no known format: what reads like text in them, in UTF-8 and in UTF-16."""

import re
from collections.abc import Iterator
from pathlib import Path

from transforms.privacy.scan.artefact import Artefact, Part, Piece

BLOCK = 1 << 20
# A run that is cut by a block's end is looked at again in the next one.
OVERLAP = 1 << 10
_RUN = re.compile(rb"[\t\x20-\x7e\x80-\xff]{6,}")
_WIDE = re.compile(rb"(?:[\t\x20-\x7e]\0){6,}|(?:\0[\t\x20-\x7e]){6,}|(?:[\x00-\x7f][\x09-\x0d]|[\x20-\x7e]\0){6,}")


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """Every run of six signs and more."""
    for block in blocks(artefact.path, BLOCK, OVERLAP):
        texts = runs(block)
        if texts:
            yield Piece(artefact.name, texts)


def runs(block: bytes) -> list[str]:
    """The texts in some bytes."""
    narrow = [match.group().decode("utf-8", "replace") for match in _RUN.finditer(block)]
    wide = [_unwidened(match.group()) for match in _WIDE.finditer(block)] if b"\0" in block else []
    return narrow + wide


def _unwidened(run: bytes) -> str:
    return run.decode("utf-16-be" if run[0] == 0 else "utf-16-le", "replace")


def blocks(path: Path, size: int, overlap: int) -> Iterator[bytes]:
    """A file in blocks, each of which begins with the end of the one before."""
    with path.open("rb") as file:
        rest = b""
        while read := file.read(size):
            yield rest + read
            rest = read[-overlap:]
