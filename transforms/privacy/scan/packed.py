"""Packed files: zip and tar with many files, gz, bz2 and xz with one; unpacked within bounds."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from transforms.privacy.scan.artefact import Artefact, Budget, Failure, NotDecodable, Part, Piece

# How many files may be packed into each other.
DEPTH = 8
# Text packs to a twentieth, rarely to a fiftieth; small files may be anything.
RATIO, SMALL = 200, 1 << 16
BLOCK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError,
    RuntimeError, NotImplementedError,
)  # fmt: skip
Namer = Callable[[str], str]


def zipped(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The members of a zip, their names and comments."""
    with opened(artefact) as archive:
        members = archive.infolist()
        comments = [archive.comment, *(member.comment for member in members)]
        yield Piece(artefact.part("comments"), [comment.decode("utf-8", "replace") for comment in comments if comment])
        yield from unpacked(artefact, archive, members, scratch)


@contextmanager
def opened(artefact: Artefact) -> Iterator[zipfile.ZipFile]:
    """A zip; raises NotDecodable where it is none, or is damaged."""
    with _understood("zip"), zipfile.ZipFile(artefact.path) as archive:
        yield archive


def unpacked(
    artefact: Artefact, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], scratch: Path, named: Namer = str
) -> Iterator[Part]:
    """Each member as a file of its own; one that is locked or damaged as a failure. `named` says what to call it."""
    for member in members:
        # A member without a name is no folder.
        if member.filename.endswith("/"):
            yield Piece(artefact.part("names"), [member.filename])
            continue
        inner = artefact.inner(named(member.filename), scratch / f"{artefact.depth}-{member.header_offset}")
        yield from _member(inner, partial(archive.open, member), member.compress_size, member.flag_bits & 1)


def _member(inner: Artefact, open_it: Callable[[], IO[bytes]], packed_bytes: int, locked: int) -> Iterator[Part]:
    inner.budget.spend(0, 1)
    if locked:
        yield Failure(inner.name, "is locked by a password")
        return
    try:
        with _understood("packed file"), open_it() as packed:
            copy(packed, inner.path, packed_bytes, inner.budget)
    except NotDecodable as fault:
        inner.path.unlink(missing_ok=True)
        yield Failure(inner.name, str(fault))
        inner.budget.spend(0)
        return
    yield inner
    inner.path.unlink()


def tarred(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The files in a tar; links and devices in it hold nothing."""
    with _understood("tar"), tarfile.open(artefact.path, "r:") as archive:
        for member in archive:
            yield Piece(artefact.part("names"), [member.name, member.linkname, member.uname, member.gname])
            if member.isreg():
                inner = artefact.inner(member.name, scratch / f"{artefact.depth}-{member.offset}")
                yield from _member(inner, partial(_open_member, archive, member), member.size, 0)


def _open_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    if file is None:
        raise tarfile.ExtractError
    return file


def single(open_it: Callable[[Path], Any]) -> Callable[[Artefact, Path], Iterator[Part]]:
    """A decoder of files that hold one other file; `open_it` opens a path for reading what is inside."""

    def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
        # Inside x.csv.gz is x.csv.
        name = Path(artefact.name.rpartition("!")[2]).stem
        inner = artefact.inner(name, scratch / f"{artefact.depth}-single")
        yield from _member(inner, partial(open_it, artefact.path), artefact.path.stat().st_size, 0)

    return parts


def gz(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The file in a gz; its header may hold a name and a comment."""
    with artefact.path.open("rb") as file:
        head = file.read(1 << 10)
    if head[3:4] and head[3] & 0b11000:
        texts = head[10:].split(b"\0")[: (head[3] >> 3 & 1) + (head[3] >> 4 & 1)]
        yield Piece(artefact.part("names"), [text.decode("latin-1") for text in texts])
    yield from single(gzip.open)(artefact, scratch)


bz = single(bz2.open)
xz = single(lzma.open)


@contextmanager
def _understood(kind: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise NotDecodable(f"is no {kind}, or is cut short, damaged or packed in an unknown way") from None
    except OSError as error:
        # One with a number is the machine's own, such as a full disk.
        if error.errno:
            raise
        raise NotDecodable(f"is no {kind}, or is cut short or damaged") from None


def copy(packed: IO[bytes], target: Path, packed_bytes: int, budget: Budget) -> None:
    """Unpack, counting: what an archive says of its own sizes is not believed."""
    size, limit = 0, RATIO * max(packed_bytes, SMALL)
    with target.open("wb") as file:
        while block := packed.read(BLOCK):
            size += len(block)
            budget.spend(len(block))
            if size > limit:
                raise NotDecodable("unpacks to far more than it should")
            file.write(block)
