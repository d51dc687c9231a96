"""One archive of everything that an installation needs to go on elsewhere, but for its keys.

A plain tar of regular files, written in one pass. Its last member is the manifest: the size and SHA-256 of each file,
sealed with a key derived from the master key, so that nobody without it can put other files in.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from orchestration.project import Project
from orchestration.store.copying import copy_ledger, snapshot
from orchestration.store.ledger import Ledger

MANIFEST = "backup.json"
LEDGER = "ledger.sqlite"
HEAD = "restricted/audit.head"
FORMAT = 1
# What no archive holds: keys, what departments can send again, what is made anew, and what was never finished.
LEFT_OUT = ("keys", "inbox", "dagster", "restricted/aside", "restricted/logs", ".lock", "restricted/audit.lock")
DATABASE = ".sqlite"


class BackupFault(Exception):
    """A backup cannot be made or restored."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive, by its path in the home."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: which home it is of, the release that was current, and when it was made (UTC)."""

    made_at: str
    identity: str
    release: str | None
    files: tuple[Entry, ...]
    format: int = FORMAT

    def sealed(self, master: bytes) -> bytes:
        """The manifest as it stands in the archive."""
        return json.dumps({"manifest": asdict(self), "seal": self._seal(master)}, ensure_ascii=False).encode()

    @classmethod
    def opened(cls, content: bytes, master: bytes) -> "Manifest":
        """The manifest of an archive. Raises BackupFault for one that the master key did not seal."""
        try:
            given = json.loads(content)
            told = given["manifest"]
            found = cls(**{**told, "files": tuple(Entry(**entry) for entry in told["files"])})
            right = hmac.compare_digest(str(given["seal"]), found._seal(master))
        except (ValueError, KeyError, TypeError):
            right = False
        if not right:
            raise BackupFault("the archive's manifest was changed, or made with another master key; take another one")
        return found

    def _seal(self, master: bytes) -> str:
        key = HKDF(hashes.SHA256(), length=32, salt=None, info=b"pravah backup").derive(master)
        return hmac.digest(key, json.dumps(asdict(self), sort_keys=True).encode(), "sha256").hex()


def back_up(project: Project, who: str, to: Path, now: datetime | None = None) -> tuple[Path, Manifest]:
    """Write an archive to a file, or into a folder under a name with the moment; where it is and what it holds.

    No run is at work meanwhile. Raises BackupFault where it cannot be written or a link lies in the home, HomeBusy
    while a run is at work, KeyFault without a usable master key.
    """
    at = now or datetime.now(UTC)
    file = (to / f"pravah-{at:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to).absolute()
    if file.resolve().is_relative_to(project.home.root.resolve()):
        raise BackupFault(f"{file}: lies in the home that it is to save; name a place outside it")
    if file.exists():
        raise BackupFault(f"{file}: is there already; name another file")
    aside = file.with_name(f"{file.name}.part")
    with project.writing(), project.home.workspace() as workspace:
        files = _files(project, workspace)
        try:
            # What it holds is personal: nobody else may read it.
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                os.fchmod(stream.fileno(), 0o600)
                manifest = _write(project, files, stream, at)
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(file)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise BackupFault(f"{file}: cannot be written ({error.strerror}); name another place") from None
        project.audit.record(who, "backup", manifest.identity, files=len(manifest.files), made_at=manifest.made_at)
    return file, manifest


def _files(project: Project, workspace: Path) -> dict[str, Path]:
    """Every file that goes in by its path in the home. Databases are copied as at one moment.

    The place of the audit log's head comes first: it may lag behind the ledger, and must not be ahead of it.
    """
    root, found = project.home.root, {}
    if (root / HEAD).exists():
        found[HEAD] = workspace / "audit.head"
        found[HEAD].write_bytes((root / HEAD).read_bytes())
    found[LEDGER] = workspace / LEDGER
    if project.ledger.engine.dialect.name == "sqlite":
        snapshot(Path(str(project.ledger.engine.url.database)), found[LEDGER])
    else:
        copy_ledger(project.ledger.engine, Ledger(f"sqlite:///{found[LEDGER]}").engine)
    for path, file in _below(root, ""):
        if file.suffix == DATABASE and path != LEDGER:
            found[path] = workspace / path.replace("/", "-")
            snapshot(file, found[path])
        elif DATABASE not in file.name:
            # Beside a database lies what it is about to write: that is in the copy.
            found.setdefault(path, file)
    return found


def _below(folder: Path, inside: str) -> Iterator[tuple[str, Path]]:
    """The files below a folder of the home. Only a whole zone may be a link to a larger disk."""
    for file in sorted(folder.iterdir()):
        path = f"{inside}{file.name}"
        if path in LEFT_OUT:
            continue
        if file.is_symlink() and (inside or not file.is_dir()):
            raise BackupFault(f"{file}: is a link, and no archive holds what it leads to; put a file in its place")
        if file.is_dir():
            yield from _below(file, f"{path}/")
        else:
            yield path, file


def _write(project: Project, files: dict[str, Path], stream: IO[bytes], at: datetime) -> Manifest:
    entries = []
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path, file in files.items():
            with file.open("rb") as source:
                status, hashed = os.fstat(source.fileno()), _Hashed(source)
                _add(archive, path, cast(IO[bytes], hashed), status.st_size, status.st_mode & 0o644, at)
            entries.append(Entry(path, status.st_size, hashed.digest.hexdigest()))
        told = (at.isoformat(timespec="seconds"), str(project.home.identity), project.ledger.current())
        manifest = Manifest(*told, tuple(entries))
        content = manifest.sealed(project.master)
        _add(archive, MANIFEST, io.BytesIO(content), len(content), 0o600, at)
    return manifest


def _add(archive: tarfile.TarFile, path: str, source: IO[bytes], size: int, mode: int, at: datetime) -> None:
    member = tarfile.TarInfo(path)
    member.size, member.mode, member.mtime = size, mode, int(at.timestamp())
    archive.addfile(member, source)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]):
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.digest.update(block)
        return block
