"""The ledger: what was received, how it was processed, which tables stand, which releases exist.

What is not in the ledger did not happen. SQLite by default, PostgreSQL by URL.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from orchestration.store.database import opened
from orchestration.store.findings import Findings
from orchestration.store.home import Home
from orchestration.store.moments import aware
from orchestration.store.purges import Place, Purges
from orchestration.store.rounds import Rounds
from orchestration.store.runs import Runs
from orchestration.store.schema import (
    META,
    drifts,
    failures,
    homes,
    pointers,
    processings,
    publics,
    receipts,
    releases,
    repairs,
    returns,
    versions,
)
from orchestration.store.sitings import Sitings

# What is committed together with an act, such as its entry in the audit log.
Also = Callable[[Connection], object]


def nothing(connection: Connection) -> None:
    """The act alone."""


class LedgerFault(Exception):
    """The ledger cannot be opened."""


@dataclass(frozen=True)
class Receipt:
    """One file that was seen at the door."""

    city: str
    table: str
    path: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class Delivery:
    """One distinct content of a dataset and city: the path it first came under, how often it came, when first and
    when last.

    `replaced`: every path it came under has since brought another content.
    """

    sha256: str
    path: str
    times: int
    replaced: bool
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Arrival:
    """A content that came, first and last when, and what came of it: whether it was read, held, and its rows.

    `drifted`: it was held because it had drifted from the contract; `before_at`: when a file of its dataset and city
    had come before it, None for the first.
    """

    city: str
    table: str
    received_at: datetime
    last_received_at: datetime
    read: bool
    held: bool
    rows_read: int
    quarantined: int
    sha256: str
    drifted: bool
    before_at: datetime | None


class Ledger:
    """Reads and writes the ledger; every writing method is one transaction."""

    def __init__(self, url: str):
        try:
            self.engine: Engine = opened(url, META, self)
            self.purges = Purges(self.engine)
            self.findings = Findings(self.engine)
            self.rounds = Rounds(self.engine)
            self.runs = Runs(self.engine)
            self.sitings = Sitings(self.engine)
        except (SQLAlchemyError, ImportError) as error:
            # The driver's words may hold the URL with its password.
            kind = type(error).__name__
            raise LedgerFault(f"the ledger cannot be opened ({kind}); check PRAVAH_LEDGER") from None

    def belongs_to(self, home: Home) -> None:
        """Tie a new ledger to a new home. Raises LedgerFault where one of them is used with another one.

        What is not in the ledger is swept from the home, so a wrong ledger would empty it.
        """
        row = self._one(select(homes.c.id))
        if row is None and home.identity is None:
            with self.engine.begin() as connection:
                connection.execute(insert(homes).values(id=uuid4().hex))
            row = self._one(select(homes.c.id))
        if row is not None and home.identity is None and not any(home.landing.iterdir()):
            home.identify(row.id)
        if row is None or row.id != home.identity:
            raise LedgerFault(
                f"{home.root}: this ledger is not the one of this home; check PRAVAH_LEDGER and PRAVAH_HOME"
            )

    def seen(self) -> set[tuple[str, int, int]]:
        """The (path, size, mtime) of every file received so far."""
        query = select(receipts.c.path, receipts.c.size, receipts.c.mtime_ns)
        return {(row.path, row.size, row.mtime_ns) for row in self._rows(query)}

    def receive(self, new: Iterable[Receipt]) -> None:
        """Record receipts, all or none."""
        rows = [
            {
                "city": receipt.city,
                "table_name": receipt.table,
                "path": receipt.path,
                "size": receipt.size,
                "mtime_ns": receipt.mtime_ns,
                "sha256": receipt.sha256,
                "received_at": _now(),
            }
            for receipt in new
        ]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(receipts), rows)

    def senders(self) -> set[tuple[str, str]]:
        """Every (table, city) of which a delivery is here."""
        return {(table, city) for _, table, city in self._here(self.purges.known())}

    def deliveries(self, table: str, city: str, latest_last: bool = False) -> list[Delivery]:
        """The deliveries of a dataset and city in order of their first arrival, or of their latest one.

        Those that were purged are gone, however often they come again.
        """
        query = (
            select(receipts.c.sha256, receipts.c.path, receipts.c.received_at)
            .where(receipts.c.table_name == table, receipts.c.city == city)
            .order_by(receipts.c.id)
        )
        rows = self._rows(query)
        newest = {row.path: row.sha256 for row in rows}
        if latest_last:
            last = {row.sha256: number for number, row in enumerate(rows)}
            rows.sort(key=lambda row: last[row.sha256])
        gone = self.purges.known()
        found: dict[str, Delivery] = {}
        for row in rows:
            if (row.sha256, table, city) in gone:
                continue
            at = aware(row.received_at)
            known = found.get(row.sha256, Delivery(row.sha256, row.path, 0, True, at, at))
            replaced = known.replaced and newest[row.path] != row.sha256
            found[row.sha256] = replace(known, times=known.times + 1, replaced=replaced, last_at=at)
        return list(found.values())

    def paths(self, sha256: str, table: str, city: str) -> set[tuple[str, int, int]]:
        """The (path, size, mtime) under which a delivery came."""
        query = select(receipts.c.path, receipts.c.size, receipts.c.mtime_ns).filter_by(
            sha256=sha256, table_name=table, city=city
        )
        return {(row.path, row.size, row.mtime_ns) for row in self._rows(query)}

    def processed(self, sha256: str, table: str, city: str) -> Row[Any] | None:
        """What came of reading a delivery last."""
        query = select(processings).filter_by(sha256=sha256, table_name=table, city=city)
        return self._one(query.order_by(processings.c.processed_at.desc()).limit(1))

    def last_received(self) -> dict[tuple[str, str], datetime]:
        """When each (table, city) last received a file."""
        query = select(receipts.c.table_name, receipts.c.city, receipts.c.received_at).order_by(receipts.c.id)
        return {(row.table_name, row.city): aware(row.received_at) for row in self._rows(query)}

    def arrivals(self) -> list[Arrival]:
        """Every distinct delivery in the order of its first arrival, with what came of reading it last."""
        query = select(processings).order_by(processings.c.processed_at)
        last = {(row.sha256, row.table_name, row.city): row for row in self._rows(query)}
        gone_astray = self._drifted()
        found: dict[tuple[str, str, str], Arrival] = {}
        newest: dict[tuple[str, str], datetime] = {}
        for row in self._rows(select(receipts).order_by(receipts.c.id)):
            key, at = (row.sha256, row.table_name, row.city), aware(row.received_at)
            before, newest[key[1:]] = newest.get(key[1:]), at
            if key in found:
                found[key] = replace(found[key], last_received_at=at)
                continue
            read = last.get(key)
            told = (True, read.held is not None, read.rows_read, read.quarantined) if read else (False, False, 0, 0)
            more = {"sha256": row.sha256, "drifted": key in gone_astray, "before_at": before}
            found[key] = Arrival(row.city, row.table_name, at, at, *told, **more)
        return list(found.values())

    def _drifted(self) -> set[tuple[str, str, str]]:
        """The deliveries that were ever held with a change of the contract proposed: alone, or in a version."""
        changes = {row.key for row in self._rows(select(drifts.c.key))}
        held = {key for row in self._rows(select(versions.c.held)) for key in row.held}
        return {
            (row.sha256, row.table_name, row.city)
            for row in self._rows(select(processings))
            if row.key in changes and (row.held is not None or row.key in held)
        }

    def processing(self, key: str) -> Row[Any] | None:
        """One processing."""
        return self._one(select(processings).where(processings.c.key == key))

    def version(self, key: str) -> Row[Any] | None:
        """One version of a table."""
        return self._one(select(versions).where(versions.c.key == key))

    def public(self, key: str) -> Row[Any] | None:
        """One public table."""
        return self._one(select(publics).where(publics.c.key == key))

    def newest_public(self, table: str) -> Row[Any] | None:
        """The public table made last for a dataset that may go out."""
        query = select(publics).where(publics.c.table_name == table, publics.c.key.not_in(list(self.findings.held())))
        return self._one(query.order_by(publics.c.made_at.desc()).limit(1))

    def release(self, release: str) -> Row[Any] | None:
        """One release."""
        return self._one(select(releases).where(releases.c.id == release))

    def parts(self, release: str) -> dict[str, str]:
        """The keys of a release's public tables, by table."""
        row = self.release(release)
        return dict(row.parts) if row else {}

    def releases(self) -> list[Row[Any]]:
        """Every release, oldest first."""
        return self._rows(select(releases).order_by(releases.c.seq))

    def repaired(self, key: str) -> dict[str, int]:
        """The cells that each declared repair changed in a processing."""
        row = self._one(select(repairs.c.cells).where(repairs.c.key == key))
        return row.cells if row else {}

    def drift(self, key: str) -> list[dict[str, str]]:
        """What drifted from the contract in a processing: rule, place and words of each."""
        row = self._one(select(drifts.c.found).where(drifts.c.key == key))
        return row.found if row else []

    def record(self, table: Table, also: Also = nothing, /, **values: Any) -> None:
        """Commit one processing, version or public table, and what belongs to it."""
        at = "processed_at" if table is processings else "made_at"
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(**values, **{at: _now()}))
            also(connection)

    def propose(self, release: str, parts: dict[str, str], who: str) -> None:
        """Commit a release as proposed."""
        with self.engine.begin() as connection:
            seq = len(connection.execute(select(releases.c.id)).all()) + 1
            connection.execute(
                insert(releases).values(id=release, seq=seq, parts=parts, proposed_by=who, proposed_at=_now())
            )

    def approve(self, release: str, who: str, also: Also = nothing) -> None:
        """Commit an approval and the move of the pointer."""
        with self.engine.begin() as connection:
            changed = update(releases).where(releases.c.id == release)
            connection.execute(changed.values(approved_by=who, approved_at=_now()))
            connection.execute(insert(pointers).values(release=release, action="approve", who=who, at=_now()))
            also(connection)

    def roll_back(self, release: str, who: str, also: Also = nothing) -> None:
        """Commit a move of the pointer back to an approved release."""
        with self.engine.begin() as connection:
            connection.execute(insert(pointers).values(release=release, action="rollback", who=who, at=_now()))
            also(connection)

    def give_back(self, release: str, remark: str, who: str, also: Also = nothing) -> None:
        """Commit the return of a proposed release."""
        with self.engine.begin() as connection:
            connection.execute(insert(returns).values(release=release, remark=remark, who=who, at=_now()))
            also(connection)

    def returned(self) -> dict[str, Row[Any]]:
        """The return of each release that was returned."""
        return {row.release: row for row in self._rows(select(returns))}

    def fail(self, table: str, cities: Iterable[str], step: str, reason: str) -> None:
        """Commit that a step failed for a table of some cities; it stands until the step succeeds there."""
        with self.engine.begin() as connection:
            for city in cities:
                place = {"table_name": table, "city": city, "step": step}
                connection.execute(delete(failures).filter_by(**place))
                connection.execute(insert(failures).values(**place, reason=reason, at=_now()))

    def mend(self, table: str, cities: Iterable[str], step: str) -> None:
        """Commit that a step succeeded for a table of some cities."""
        with self.engine.begin() as connection:
            connection.execute(
                delete(failures).where(
                    failures.c.table_name == table, failures.c.step == step, failures.c.city.in_(list(cities))
                )
            )

    def failures(self) -> dict[tuple[str, str], str]:
        """Why each (table, city) that failed last did so."""
        query = select(failures).order_by(failures.c.at)
        return {(row.table_name, row.city): row.reason for row in self._rows(query)}

    def current(self) -> str | None:
        """The release that the public sees."""
        row = self._one(select(pointers.c.release).order_by(pointers.c.id.desc()).limit(1))
        return row.release if row else None

    def moves(self) -> list[tuple[str, datetime]]:
        """Which release became the current one, and when, oldest first."""
        query = select(pointers.c.release, pointers.c.at).order_by(pointers.c.id)
        return [(row.release, aware(row.at)) for row in self._rows(query)]

    def readable(self) -> list[str]:
        """The releases that may be read by their ids: those that were out, but for one that was rolled back from."""
        found: dict[str, None] = {}
        current = None
        for row in self._rows(select(pointers.c.release, pointers.c.action).order_by(pointers.c.id)):
            if row.action == "rollback" and current:
                found.pop(current, None)
            found[row.release] = None
            current = row.release
        return list(found)

    def kept(self) -> dict[str, set[str]]:
        """The names of everything the ledger knows, by zone; the rest may be swept."""
        superseded = select(versions.c.key).where(versions.c.superseded > 0)
        gone = self.purges.known()
        return {
            "landing": {sha256 for sha256, _, _ in self._here(gone)},
            "checked": {row.key for row in self._rows(select(processings.c.key))} - self.purges.processings_of(gone),
            "superseded": {row.key for row in self._rows(superseded)},
            "public": {row.key for row in self._rows(select(publics.c.key))},
            "releases": {row.id for row in self._rows(select(releases.c.id))},
            "rounds": {one.name for one in self.rounds.frozen()},
        }

    def _here(self, gone: set[Place]) -> set[Place]:
        """The deliveries that came, without those that are gone."""
        came = select(receipts.c.sha256, receipts.c.table_name, receipts.c.city).distinct()
        return {(row.sha256, row.table_name, row.city) for row in self._rows(came)} - gone

    def _rows(self, query: Any) -> list[Row[Any]]:
        with self.engine.connect() as connection:
            return list(connection.execute(query).all())

    def _one(self, query: Any) -> Row[Any] | None:
        with self.engine.connect() as connection:
            return connection.execute(query).first()


def drifted(found: dict[str, list[dict[str, str]]]) -> Also:
    """Record what drifted in processings that were recorded before, by key, once."""

    def also(connection: Connection) -> None:
        for key, more in found.items():
            row = connection.execute(select(drifts.c.found).where(drifts.c.key == key)).first()
            known = row.found if row else []
            connection.execute(delete(drifts).where(drifts.c.key == key))
            connection.execute(
                insert(drifts).values(key=key, found=[*known, *(one for one in more if one not in known)])
            )

    return also


def beside(key: str, repaired: dict[str, int], found: list[dict[str, str]]) -> Also:
    """Record what was repaired and what drifted in a processing, in the transaction that records it."""

    def also(connection: Connection) -> None:
        if repaired:
            connection.execute(insert(repairs).values(key=key, cells=repaired))
        if found:
            connection.execute(insert(drifts).values(key=key, found=found))

    return also


def _now() -> datetime:
    return datetime.now(UTC)
