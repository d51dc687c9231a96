"""Landing: each raw object once, under the SHA-256 of its plain bytes, never changed; sealed where there is a key."""

import hashlib
import os
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from orchestration.store.files import settle
from orchestration.store.home import Home
from orchestration.store.keys import KeyFault
from orchestration.store.sealing import HEADER, SealBroken, blocks, key_id, seal, sealed_with, unseal


class Changing(Exception):
    """The file changed while it was read; it is still being written."""


class ObjectFault(Exception):
    """A landed object is not what it was."""


def land(
    home: Home, file: Path, workspace: Path, keys: Sequence[bytes] = (), unwanted: Container[str] = frozenset()
) -> str:
    """Copy a file to the landing zone, sealed with the first of the keys; its SHA-256.

    Nothing is kept of a file whose SHA-256 is unwanted. Raises Changing where the file is not at rest.
    """
    before = file.stat()
    aside = workspace / "object"
    digest = hashlib.sha256()
    with file.open("rb") as source:
        _write(_hashed(blocks(source), digest), aside, keys)
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Changing(file.name)
    sha256 = digest.hexdigest()
    final = object_path(home, sha256)
    if sha256 not in unwanted and not final.exists():
        aside.chmod(0o400)
        settle(aside, final)
    return sha256


def object_path(home: Home, sha256: str) -> Path:
    """Where the object of a SHA-256 lies."""
    return home.landing / sha256


def plain(home: Home, sha256: str, workspace: Path, keys: Sequence[bytes] = ()) -> Path:
    """A file with an object's plain bytes: the object itself, or a copy in the workspace that only the owner reads.

    Raises KeyFault where its key is missing, ObjectFault where it was changed or cut short.
    """
    final = object_path(home, sha256)
    key = _key_of(final, keys)
    if key is None:
        return final
    copy = workspace / "plain"
    _write(_opened(final, key), copy, ())
    return copy


def reseal(home: Home, sha256: str, workspace: Path, keys: Sequence[bytes]) -> bool:
    """Seal an object with the first of the keys; whether it was not so before. Raises as plain() does."""
    final = object_path(home, sha256)
    key = _key_of(final, keys)
    if key == keys[0]:
        return False
    aside = workspace / "object"
    _write(_opened(final, key), aside, keys)
    aside.chmod(0o400)
    settle(aside, final)
    return True


def _write(plain: Iterator[bytes], target: Path, keys: Sequence[bytes]) -> None:
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        if keys:
            seal(plain, stream, keys[0])
        else:
            stream.writelines(plain)


def _hashed(plain: Iterator[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for block in plain:
        digest.update(block)
        yield block


def _opened(file: Path, key: bytes | None) -> Iterator[bytes]:
    """The plain bytes of an object; at their end they must be those that it is named by."""
    digest = hashlib.sha256()
    fault = ObjectFault(f"{file}: was changed or cut short; restore it from a backup")
    with file.open("rb") as source:
        try:
            yield from _hashed(unseal(source, key) if key else blocks(source), digest)
        except SealBroken:
            raise fault from None
    if digest.hexdigest() != file.name:
        raise fault


def _key_of(file: Path, keys: Sequence[bytes]) -> bytes | None:
    """The key that sealed an object; None for a plain one."""
    with file.open("rb") as source:
        found = sealed_with(source.read(HEADER.size))
        if found is None:
            return None
        for key in keys:
            if key_id(key) == found:
                return key
        # A plain file may begin like a sealed one; by its name it is told apart.
        source.seek(0)
        if hashlib.file_digest(source, "sha256").hexdigest() == file.name:
            return None
    raise KeyFault(f"{file}: is sealed with a key that is not here; put it back in keys/zone.key or PRAVAH_ZONE_KEY")
