"""Who did what: an append-only record in which each entry seals the one before it.

The seal is an HMAC with a key derived from the master key, so that whoever can write to the ledger but has
not the key cannot mend the chain after altering it.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, insert, select

from orchestration.store.files import write_pointer
from orchestration.store.ledger import Also, Ledger
from orchestration.store.schema import audit

TERM = timedelta(days=365)
START = "0" * 64
PURGE = "purge"
DRILL = "drill"
# What can be recorded, each also as refused.
ACTIONS = (
    "run", "approve", "return", "rollback", "allow", "login", "download", "draft", "digest", "rotate", "erase",
    "erased", "propose_siting", "approve_siting", "return_siting", "review", "freeze", "scan", "backup",
    "restore", DRILL, PURGE,
)  # fmt: skip
REFUSED = " refused"


class AuditFault(Exception):
    """What was asked of the audit log is refused, or the log is not whole."""


@dataclass(frozen=True)
class Entry:
    """One act: when (UTC, ISO 8601), who, what kind, on what, and counts or names that belong to it."""

    seq: int
    at: str
    who: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    hash: str = ""


class Audit:
    """The audit log of an installation. `head`: a file that keeps the last place, so that a cut tail shows."""

    def __init__(self, ledger: Ledger, master: bytes, head: Path):
        self.engine = ledger.engine
        self._head = head
        self._key = HKDF(hashes.SHA256(), length=32, salt=None, info=b"pravah audit log").derive(master)

    def record(self, who: str, action: str, subject: str = "", now: datetime | None = None, **detail: Any) -> Entry:
        """Append one entry; `action` is one of ACTIONS, or one of them refused."""
        with self._alone():
            with self.engine.begin() as connection:
                entry = self._append(connection, who, action, subject, detail, now or datetime.now(UTC))
            write_pointer(self._head, str(entry.seq))
        return entry

    @contextmanager
    def sealing(self, who: str, action: str, subject: str = "", **detail: Any) -> Iterator[Also]:
        """An entry for an act of the ledger, committed in the act's own transaction: both are there, or neither."""
        made: list[Entry] = []
        with self._alone():
            now = datetime.now(UTC)
            yield lambda connection: made.append(self._append(connection, who, action, subject, detail, now))
            for entry in made:
                write_pointer(self._head, str(entry.seq))

    def entries(self) -> list[Entry]:
        """Every entry that is kept, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.seq)).mappings().all()
        return [Entry(**row) for row in rows]

    def verify(self) -> int:
        """The number of entries, if the chain is whole. Raises AuditFault naming the first altered one.

        After a purge the chain begins where the purge's own entry says that it was cut.
        """
        entries = self.entries()
        purges = [entry for entry in entries if entry.action == PURGE]
        cut: dict[str, Any] = purges[-1].detail if purges else {"through": 0, "hash": START}
        previous, seq = cut["hash"], cut["through"]
        for entry in entries:
            seq += 1
            if entry.seq != seq or entry.previous != previous or not hmac.compare_digest(entry.hash, self._seal(entry)):
                raise AuditFault(f"audit log: entry {seq} was altered, taken out or put in; restore it from a backup")
            previous = entry.hash
        # The file is written after the entry: it may lag behind, it is never ahead.
        if self._head.exists() and int(self._head.read_text()) > seq:
            raise AuditFault(f"audit log: entry {seq + 1} and what followed is gone; restore it from a backup")
        return len(entries)

    def purge(self, before: datetime, who: str, now: datetime | None = None) -> int:
        """Remove entries older than `before`, with an entry that says so; how many went.

        Raises AuditFault for entries younger than a year.
        """
        now = now or datetime.now(UTC)
        if before > now - TERM:
            raise AuditFault(f"audit log: entries are kept for {TERM.days} days; ask for an earlier date")
        self.verify()
        old = [entry for entry in self.entries() if datetime.fromisoformat(entry.at) < before]
        if not old:
            return 0
        last = old[-1]
        with self._alone(), self.engine.begin() as connection:
            connection.execute(delete(audit).where(audit.c.seq <= last.seq))
            self._append(connection, who, PURGE, "", {"through": last.seq, "hash": last.hash}, now)
        return len(old)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for other writers of the log. People log in while a run holds the home, so it is not the home's lock."""
        handle = os.open(self._head.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _append(
        self, connection: Connection, who: str, action: str, subject: str, detail: dict[str, Any], now: datetime
    ) -> Entry:
        if action.removesuffix(REFUSED) not in ACTIONS:
            raise ValueError(f"{action} is no action of the audit log")
        newest = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
        if newest is None and action == PURGE:
            seq, previous = detail["through"], detail["hash"]
        else:
            seq, previous = (newest.seq, newest.hash) if newest else (0, START)
        at = now.isoformat(timespec="seconds")
        bare = Entry(seq + 1, at, who, action, subject, detail, previous)
        entry = Entry(**{**asdict(bare), "hash": self._seal(bare)})
        connection.execute(insert(audit).values(**asdict(entry)))
        return entry

    def _seal(self, entry: Entry) -> str:
        sealed = {key: value for key, value in asdict(entry).items() if key != "hash"}
        text = json.dumps(sealed, sort_keys=True, ensure_ascii=False)
        return hmac.digest(self._key, text.encode(), "sha256").hex()
