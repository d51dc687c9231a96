"""Deliveries whose time was up: what of them the ledger forgets, and what it keeps."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from orchestration.store.schema import drifts, processings, purges, versions

# A delivery's SHA-256, table and city.
Place = tuple[str, str, str]


class Purges:
    """The purged deliveries in a ledger. Their receipts stay, and of their processings the counts."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def known(self) -> set[Place]:
        """Every delivery that was purged; it is never read again, however often it comes."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(purges.c.sha256, purges.c.table_name, purges.c.city))
            return {(row.sha256, row.table_name, row.city) for row in rows}

    def unproved(self) -> set[Place]:
        """Those of which it is not recorded yet that their files are gone."""
        query = select(purges.c.sha256, purges.c.table_name, purges.c.city).where(purges.c.proved_at.is_(None))
        with self.engine.connect() as connection:
            return {(row.sha256, row.table_name, row.city) for row in connection.execute(query)}

    def commit(self, rows_read: dict[Place, int], who: str, also: Callable[[Connection], object]) -> None:
        """Record deliveries as purged, with their rows; no processing and no version of them has a file any more.

        `also` is committed with it, such as the entry in the audit log.
        """
        gone = self.processings_of(rows_read)
        with self.engine.begin() as connection:
            for (sha256, table, city), count in rows_read.items():
                place = {"sha256": sha256, "table_name": table, "city": city}
                connection.execute(insert(purges).values(**place, rows_read=count, who=who, purged_at=_now()))
            for row in connection.execute(select(versions.c.key, versions.c.standing, versions.c.held)).all():
                if not gone.isdisjoint({*row.standing, *row.held}):
                    connection.execute(delete(versions).where(versions.c.key == row.key))
            for key in gone:
                # It holds names from the file's header.
                connection.execute(delete(drifts).where(drifts.c.key == key))
            also(connection)

    def prove(self, deliveries: Collection[Place], also: Callable[[Connection], object]) -> None:
        """Record that the files of purged deliveries are gone, and what else belongs to it."""
        with self.engine.begin() as connection:
            for sha256, table, city in deliveries:
                place = update(purges).filter_by(sha256=sha256, table_name=table, city=city)
                connection.execute(place.values(proved_at=_now()))
            also(connection)

    def processings_of(self, deliveries: Collection[Place]) -> set[str]:
        """The keys of all processings of some deliveries, by whatever contract."""
        if not deliveries:
            return set()
        query = select(processings.c.key, processings.c.sha256, processings.c.table_name, processings.c.city)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.key for row in rows if (row.sha256, row.table_name, row.city) in deliveries}


def _now() -> datetime:
    return datetime.now(UTC)
