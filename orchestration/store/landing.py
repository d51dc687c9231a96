"""Landing: each raw object once, under the SHA-256 of its bytes, never changed."""

import hashlib
from pathlib import Path

from orchestration.store.files import settle
from orchestration.store.home import Home

BLOCK = 1 << 22


class Changing(Exception):
    """The file changed while it was read; it is still being written."""


def land(home: Home, file: Path, workspace: Path) -> str:
    """Copy a file to the landing zone; its SHA-256. Raises Changing where it is not at rest."""
    before = file.stat()
    aside = workspace / "object"
    digest = hashlib.sha256()
    with file.open("rb") as source, aside.open("wb") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Changing(file.name)
    sha256 = digest.hexdigest()
    final = object_path(home, sha256)
    if not final.exists():
        aside.chmod(0o400)
        settle(aside, final)
    return sha256


def object_path(home: Home, sha256: str) -> Path:
    """Where the object of a SHA-256 lies."""
    return home.landing / sha256
