"""The folder in which a city keeps everything: `PRAVAH_HOME`, its zones and its lock."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.store.files import write_pointer


class HomeBusy(Exception):
    """Another run writes to this home."""


@dataclass(frozen=True)
class Home:
    """The zones below one folder; those that hold personal data are closed to everyone else."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where departments put files: inbox/<city>/<department>/<dataset>/…"""
        return self.root / "inbox"

    @property
    def landing(self) -> Path:
        """Raw objects, immutable, named by their SHA-256."""
        return self.root / "landing"

    @property
    def restricted(self) -> Path:
        """Everything that may hold personal data after reading."""
        return self.root / "restricted"

    @property
    def checked(self) -> Path:
        """Deliveries as typed rows with their verdicts."""
        return self.restricted / "accepted"

    @property
    def superseded(self) -> Path:
        """The positions of rows that a newer row replaced, a file per version of a table."""
        return self.restricted / "superseded"

    @property
    def public(self) -> Path:
        """Anonymised tables that wait for a release."""
        return self.restricted / "public"

    @property
    def rounds(self) -> Path:
        """Frozen rounds of maturity, a folder each, that go out with the next release."""
        return self.restricted / "rounds"

    @property
    def aside(self) -> Path:
        """Work in progress; swept when the next run begins."""
        return self.restricted / "aside"

    @property
    def releases(self) -> Path:
        """What may go out: a folder per release, and CURRENT."""
        return self.root / "releases"

    @property
    def keys(self) -> Path:
        """Keys of this city, each file readable by its owner only."""
        return self.root / "keys"

    @property
    def zone_key(self) -> Path:
        """The keys that seal the landing zone, if any: the one that holds first, then older ones."""
        return self.keys / "zone.key"

    @property
    def logs(self) -> Path:
        """What servers print: it may hold network addresses."""
        return self.restricted / "logs"

    @property
    def zone(self) -> str | None:
        """The id of the key by which the landing zone is sealed; None for one that never was."""
        file = self.root / ".zone"
        return file.read_text().strip() if file.exists() else None

    @property
    def identity(self) -> str | None:
        """What ties the home to its ledger; None for a new home."""
        file = self.root / ".identity"
        return file.read_text().strip() if file.exists() else None

    def identify(self, identity: str) -> None:
        """Give a new home its identity."""
        write_pointer(self.root / ".identity", identity)

    def prepare(self) -> None:
        """Make the zones that are missing."""
        for folder in (self.inbox, self.landing, self.restricted, self.keys):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        for folder in (self.checked, self.superseded, self.public, self.rounds, self.aside, self.logs, self.releases):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def lock(self, wait: float = 0, shared: bool = False) -> Iterator[None]:
        """Be the only writer, or one of several readers (`shared`). Freed when the process ends.

        Raises HomeBusy where another one is still at work after `wait` seconds.
        """
        handle = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + wait
        try:
            while not _taken(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
                if time.monotonic() >= until:
                    raise HomeBusy(f"{self.root}: another run is at work; wait for it to end")
                time.sleep(0.2)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A fresh folder aside, gone at the end."""
        folder = Path(tempfile.mkdtemp(dir=self.aside))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
