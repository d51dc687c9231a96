"""The log of runs: which city each worked on, when, and whether all went well there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select, update

from orchestration.store.moments import aware
from orchestration.store.schema import runs


@dataclass(frozen=True)
class Ran:
    """A run and a city that it worked on, times in UTC. Of one that was killed half way there is no end."""

    id: str
    city: str
    began_at: datetime
    ended_at: datetime | None
    succeeded: bool


class Runs:
    """The log of runs in a ledger."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def begin(self, run: str, cities: Iterable[str]) -> None:
        """Record that a run works on some cities from now on; of those that it works on already nothing changes."""
        with self.engine.begin() as connection:
            known = set(connection.execute(select(runs.c.city).where(runs.c.id == run)).scalars())
            for city in sorted(set(cities) - known):
                connection.execute(insert(runs).values(id=run, city=city, began_at=datetime.now(UTC)))

    def end(self, run: str, troubled: Collection[str]) -> None:
        """Record that a run came to its end, well in all its cities but the troubled ones."""
        ended = update(runs).where(runs.c.id == run).values(ended_at=datetime.now(UTC))
        with self.engine.begin() as connection:
            connection.execute(ended.values(succeeded=runs.c.city.not_in(list(troubled))))

    def all(self) -> list[Ran]:
        """Every run and city, oldest first."""
        query = select(runs).order_by(runs.c.began_at, runs.c.id, runs.c.city)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Ran(row.id, row.city, aware(row.began_at), row.ended_at and aware(row.ended_at), bool(row.succeeded))
            for row in rows
        ]
