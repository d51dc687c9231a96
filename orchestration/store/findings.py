"""Personal data found in public tables, what officers decided about it, and what was scanned. Never a value."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, insert, select, true

from orchestration.store.moments import aware
from orchestration.store.schema import allowances, findings, found_in, publics, releases, rescans, scans

State = Literal["held", "allowed", "disclosed"]
# Of so many rows the number is kept; whoever judges looks at some.
FIRST = 100
_TOGETHER = and_(
    findings.c.key == allowances.c.key,
    findings.c.column_name == allowances.c.column_name,
    findings.c.entity == allowances.c.entity,
)


@dataclass(frozen=True)
class Found:
    """An entity in a column of a public table: in how many rows and which are the first, from 0.

    `by` is what found it: the gate, or the scan of the release, whose columns may be other parts of a file and which
    counts texts. `cities`: those in whose rows it is. `allowed_by` is who decided that it is false, or None, with
    `reason` and `allowed_at`; `at`: when it was found (UTC).
    """

    key: str
    table: str
    column: str
    entity: str
    rows: int
    first: tuple[int, ...] = ()
    disclosed: bool = False
    by: Literal["gate", "scan"] = "gate"
    cities: tuple[str, ...] = ()
    at: datetime | None = None
    reason: str | None = None
    allowed_by: str | None = None
    allowed_at: datetime | None = None

    @property
    def state(self) -> State:
        """Whether it holds its table, was decided, or is meant to be public."""
        return "disclosed" if self.disclosed else "allowed" if self.allowed_by else "held"

    def __str__(self) -> str:
        return f"{self.entity} in column {self.column} ({self.rows:,} {'rows' if self.by == 'gate' else 'places'})"


class Findings:
    """The findings in a ledger, by the key of the public table."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def of(self, keys: Collection[str]) -> list[Found]:
        """The findings in some public tables, with what was decided about them."""
        return self._found(findings.c.key.in_(list(keys)))

    def all(self) -> list[Found]:
        """Every finding there ever was, in the order in which they were made."""
        return sorted(self._found(true()), key=lambda one: (one.at, one.key))

    def _found(self, chosen: ColumnElement[bool]) -> list[Found]:
        query = (
            select(findings, allowances.c.reason, allowances.c.who, allowances.c.at)
            .outerjoin(allowances, _TOGETHER)
            .where(chosen)
            .order_by(findings.c.table_name, findings.c.column_name, findings.c.entity)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
            places: dict[tuple[str, str, str], list[str]] = {}
            for key, column, entity, city in connection.execute(select(found_in).order_by(found_in.c.city)):
                places.setdefault((key, column, entity), []).append(city)
        return [_found(row, places.get((row.key, row.column_name, row.entity), ())) for row in rows]

    def held(self) -> set[str]:
        """The keys of the public tables that may not go out."""
        query = select(findings.c.key).outerjoin(allowances, _TOGETHER).distinct()
        query = query.where(allowances.c.key.is_(None), findings.c.disclosed.is_(False))
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def newest(self) -> dict[str, str]:
        """The key of the public table that was made last for each table, held or not."""
        query = select(publics.c.table_name, publics.c.key).order_by(publics.c.made_at)
        with self.engine.connect() as connection:
            return {row.table_name: row.key for row in connection.execute(query)}

    def made(self) -> list[tuple[str, str, datetime]]:
        """Table, key and moment (UTC) of every public table that is kept, in the order in which they were made."""
        query = select(publics.c.table_name, publics.c.key, publics.c.made_at).order_by(publics.c.made_at)
        with self.engine.connect() as connection:
            return [(row.table_name, row.key, aware(row.made_at)) for row in connection.execute(query)]

    def recorded(self, table: str, key: str, found: Iterable[Found]) -> Callable[[Connection], None]:
        """Record what the gate found in a new public table, in the transaction that records the table.

        Tables of the dataset that were held before are forgotten with it, but for those in a release: nobody will
        judge them any more, and they hold personal data.
        """
        with self.engine.connect() as connection:
            released = {
                one for parts in connection.execute(select(releases.c.parts)).scalars() for one in parts.values()
            }
        stale = self.held() - released - {key}

        def also(connection: Connection) -> None:
            connection.execute(delete(publics).where(publics.c.table_name == table, publics.c.key.in_(list(stale))))
            connection.execute(delete(findings).where(findings.c.key == key))
            connection.execute(delete(found_in).where(found_in.c.key == key))
            _insert(connection, found)

        return also

    def add(self, found: Collection[Found]) -> None:
        """Record what the scan of a release found."""
        with self.engine.begin() as connection:
            _insert(connection, found)

    def allow(self, found: Found, reason: str, who: str, also: Callable[[Connection], object]) -> None:
        """Record that a finding is false in this version of its table, and what else belongs to it."""
        with self.engine.begin() as connection:
            place = {"key": found.key, "column_name": found.column, "entity": found.entity}
            connection.execute(insert(allowances).values(**place, reason=reason, who=who, at=_now()))
            also(connection)

    def scanned(self) -> set[str]:
        """The keys of public tables, and the ids of releases, whose files were scanned and are clean."""
        with self.engine.connect() as connection:
            return set(connection.execute(select(scans.c.key)).scalars())

    def clean(self, keys: Iterable[str]) -> None:
        """Record that the files of some public tables or releases were scanned."""
        rows = [{"key": key, "scanned_at": _now()} for key in sorted(set(keys) - self.scanned())]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(scans), rows)

    def rescan(self, release: str, who: str, found: Collection[Found], new: Collection[Found]) -> None:
        """Record a scan of a release that is out: all that was found open in it, of which some is new."""
        told = [{"table": one.table, "place": one.column, "entity": one.entity, "count": one.rows} for one in found]
        with self.engine.begin() as connection:
            connection.execute(insert(rescans).values(release=release, who=who, scanned_at=_now(), found=told))
            _insert(connection, new)

    def rescans(self) -> list[tuple[str, datetime]]:
        """The release and the moment (UTC) of every scan of one that was out, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(rescans.c.release, rescans.c.scanned_at).order_by(rescans.c.id)).all()
        return [(row.release, aware(row.scanned_at)) for row in rows]


def _insert(connection: Connection, found: Iterable[Found]) -> None:
    for one in found:
        place = {"key": one.key, "table_name": one.table, "column_name": one.column, "entity": one.entity}
        counted = {"rows": one.rows, "first_rows": list(one.first[:FIRST]), "disclosed": one.disclosed}
        connection.execute(insert(findings).values(**place, **counted, found_by=one.by, found_at=_now()))
        for city in one.cities:
            where = {"key": one.key, "column_name": one.column, "entity": one.entity, "city": city}
            connection.execute(insert(found_in).values(**where))


def _found(row: Row[Any], cities: Iterable[str]) -> Found:
    place = (row.key, row.table_name, row.column_name, row.entity)
    counted = (row.rows, tuple(row.first_rows), row.disclosed, row.found_by)
    decided = (row.reason, row.who, row.at and aware(row.at))
    return Found(*place, *counted, tuple(cities), aware(row.found_at), *decided)


def _now() -> datetime:
    return datetime.now(UTC)
