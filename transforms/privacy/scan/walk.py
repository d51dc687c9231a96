"""The way through a file or folder: each artefact, what is packed in it, and every piece of text."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from transforms.privacy.scan import binary
from transforms.privacy.scan.artefact import Artefact, Failure, NotDecodable, Part, Piece
from transforms.privacy.scan.kinds import decoder
from transforms.privacy.scan.packed import DEPTH

_KINDS = {
    stat.S_IFLNK: "is a link, which is not followed",
    stat.S_IFIFO: "is a pipe",
    stat.S_IFSOCK: "is a socket",
    stat.S_IFBLK: "is a device",
    stat.S_IFCHR: "is a device",
}


def walk(root: Path, scratch: Path) -> Iterator[Part]:
    """Every artefact, before what it holds; every piece; every failure. Names are pieces too.

    Links are followed for `root` alone. Files are unpacked into `scratch`, one at a time, and are gone afterwards; an
    artefact is there until the next part is asked for.
    """
    root = root.resolve()
    if not root.is_dir():
        yield from _file(root.name, root, scratch)
        return
    for path, status in _entries(root):
        name = path.relative_to(root).as_posix()
        if isinstance(status, str):
            yield Piece(name, [path.name])
            yield Failure(name, status)
        elif stat.S_ISDIR(status.st_mode):
            yield Piece(name, [path.name])
        else:
            yield from _file(name, path, scratch)


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result | str]]:
    """What is below a folder, in order, with its state, or with the reason why it cannot be searched."""
    open_folders = [folder]
    while open_folders:
        folder = open_folders.pop()
        try:
            paths = sorted(folder.iterdir(), reverse=True)
        except OSError:
            yield folder, "cannot be opened"
            continue
        for path in reversed(paths):
            try:
                status = path.lstat()
            except FileNotFoundError:
                # Logs come and go.
                continue
            yield path, _KINDS.get(stat.S_IFMT(status.st_mode)) or status
        open_folders += [path for path in paths if path.is_dir() and not path.is_symlink()]


def _file(name: str, path: Path, scratch: Path) -> Iterator[Part]:
    if not stat.S_ISREG(path.stat().st_mode):
        yield Failure(name, "is no file or folder")
        return
    yield Piece(name, [path.name])
    yield from _inside(Artefact(name, path), scratch)


def _inside(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    yield artefact
    try:
        if artefact.depth > DEPTH:
            raise NotDecodable(f"is packed more than {DEPTH} deep")
        for part in decoder(artefact)(artefact, scratch):
            if isinstance(part, Artefact):
                yield Piece(part.name, [part.name.rpartition("!")[2]])
                yield from _inside(part, scratch)
            else:
                yield part
        return
    except NotDecodable as fault:
        yield Failure(artefact.name, str(fault))
    except PermissionError:
        yield Failure(artefact.name, "may not be read")
    except Exception as error:  # whatever a library makes of a damaged file; its words may hold a value
        yield Failure(artefact.name, f"cannot be decoded ({type(error).__name__})")
    # What a decoder did not understand may still read like text.
    with suppress(OSError):
        yield from binary.parts(artefact, scratch)
