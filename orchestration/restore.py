"""From an archive back to an installation, every file proved.

An archive is taken for a hostile one until its manifest has proved it.
"""

import hashlib
import os
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from orchestration.backup import LEDGER, LEFT_OUT, MANIFEST, BackupFault, Entry, Manifest
from orchestration.project import Project, Settings
from orchestration.store.copying import copy_ledger
from orchestration.store.files import settle
from orchestration.store.home import Home
from orchestration.store.keys import VARIABLE, master_key
from orchestration.store.ledger import Ledger

# More than any installation has; a name is as long as the longest path of one.
MEMBERS, NAME_LETTERS, HEADER_BYTES, MANIFEST_BYTES = 5_000_000, 1_000, 1 << 16, 1 << 30
# What lies in a home before anything was done there.
_BEFORE = {"keys", ".lock", ".restoring"}
_BLOCK = 1 << 20


def restored(settings: Settings, who: str, file: Path, to: Path | None = None) -> tuple[Project, Manifest]:
    """Bring an archive back into an empty home, `to` or that of the settings, and record it in its audit log.

    The master key must be in its place before. Raises BackupFault for a home that is not empty, a key that is not
    there, and an archive that is not as it was made; the home is then as empty as it was.
    """
    settings = _into(settings, to) if to else settings
    home = Home(settings.home)
    home.root.mkdir(parents=True, exist_ok=True)
    with home.lock():
        _refuse_used(home, settings.ledger)
        master = _master(home)
        aside = home.root / ".restoring"
        shutil.rmtree(aside, ignore_errors=True)
        try:
            manifest = extract(file, aside, master)
            _move(aside, home.root)
            # The ledger comes last: without one the home is none.
            _fill_ledger(aside / LEDGER, settings.ledger)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    project = Project.open(settings)
    project.audit.record(who, "restore", manifest.identity, files=len(manifest.files), made_at=manifest.made_at)
    return project, manifest


def extract(file: Path, into: Path, master: bytes) -> Manifest:
    """Unpack an archive into a new folder and prove each file by the manifest. Raises BackupFault."""
    if shutil.disk_usage(into.parent).free < file.stat().st_size:
        raise BackupFault(f"{into.parent}: has not the room for {file.stat().st_size:,} bytes; make some")
    into.mkdir(mode=0o700)
    found: dict[str, Entry] = {}
    content = b""
    try:
        with tarfile.open(file, "r|", tarinfo=_Member) as archive:
            for member in archive:
                # A stream is read once; what was read need not be kept.
                cast(Any, archive).members = []
                source, path = archive.extractfile(member), _path(member, found)
                assert source is not None
                if path == MANIFEST:
                    content = source.read(MANIFEST_BYTES)
                else:
                    found[path] = _write(source, member, path, into)
    except tarfile.TarError:
        raise BackupFault(f"{file}: is no archive of pravah backup, or is cut short; take another one") from None
    except OSError as error:
        raise BackupFault(f"{into}: cannot be written ({error.strerror}); see to the disk, or the archive") from None
    manifest = Manifest.opened(content, master)
    wrong = sorted({one.path for one in {*manifest.files} ^ {*found.values()}})
    if wrong:
        raise BackupFault(f"{file}: {len(wrong)} files are not as they were saved, first {wrong[0]}; take another one")
    return manifest


class _Member(tarfile.TarInfo):
    """A member whose kind is known before anything of it is read: a header of many bytes would fill the memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Member":
        found = super().frombuf(buf, encoding, errors)
        long = found.type == tarfile.XHDTYPE and found.size > HEADER_BYTES
        if long or found.type not in (tarfile.REGTYPE, tarfile.XHDTYPE):
            raise BackupFault("the archive holds what is no plain file; no backup of ours does, so do not use it")
        return found


def _path(member: tarfile.TarInfo, found: dict[str, Entry]) -> str:
    """The path of a member in the home; raises BackupFault for one that no backup has."""
    path, name = PurePosixPath(member.name), member.name
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts and name.isprintable()
    left_out = any(name == one or name.startswith(f"{one}/") for one in LEFT_OUT)
    if not plain or left_out or len(name) > NAME_LETTERS or name in found or member.issparse():
        raise BackupFault("the archive holds a file with a name that no backup has; do not use it")
    if len(found) >= MEMBERS:
        raise BackupFault(f"the archive holds over {MEMBERS:,} files; no backup does, so do not use it")
    return name


def _write(source: IO[bytes], member: tarfile.TarInfo, path: str, into: Path) -> Entry:
    target, digest = into / path, hashlib.sha256()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as stream:
        while block := source.read(_BLOCK):
            digest.update(block)
            stream.write(block)
    target.chmod(member.mode & 0o644)
    return Entry(path, member.size, digest.hexdigest())


def _into(settings: Settings, to: Path) -> Settings:
    """The settings of another home; its ledger lies in it where that of the settings lies in theirs."""
    own = settings.ledger == f"sqlite:///{settings.home / LEDGER}"
    home = to.absolute()
    return replace(settings, home=home, ledger=f"sqlite:///{home / LEDGER}" if own else settings.ledger)


def _refuse_used(home: Home, ledger: str) -> None:
    used = [
        file
        for file in sorted(home.root.iterdir())
        if file.name not in _BEFORE and not (file.is_dir() and not any(one.is_file() for one in file.rglob("*")))
    ]
    if used:
        raise BackupFault(f"{home.root}: is not empty, it holds {used[0].name}; restore into an empty home")
    url = make_url(ledger)
    if url.get_backend_name() == "sqlite":
        taken = Path(str(url.database)).exists()
    else:
        engine = create_engine(url, poolclass=NullPool)
        taken = bool(inspect(engine).get_table_names())
    if taken:
        raise BackupFault("the ledger that PRAVAH_LEDGER names is not empty; name a new one")


def _master(home: Home) -> bytes:
    """The master key; it is not made here, as nothing would fit to a new one."""
    if not os.environ.get(VARIABLE) and not (home.keys / "master.key").exists():
        raise BackupFault(f"{home.keys}: holds no master.key; put the installation's master key there first")
    return master_key(home)


def _fill_ledger(saved: Path, ledger: str) -> None:
    """Bring the saved ledger to where the settings keep it."""
    url = make_url(ledger)
    if url.get_backend_name() == "sqlite":
        shutil.copyfile(saved, str(url.database))
    else:
        copy_ledger(create_engine(f"sqlite:///{saved}", poolclass=NullPool), Ledger(ledger).engine)


def _move(aside: Path, root: Path) -> None:
    """Put everything that was proved in its place, but for the ledger, which has one of its own."""
    for entry in sorted(aside.iterdir()):
        if entry.name != LEDGER:
            if (root / entry.name).is_dir():
                shutil.rmtree(root / entry.name)
            settle(entry, root / entry.name)
