"""Plans for cameras that were put forward, who approved or returned them, and why. Restricted: they hold positions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from orchestration.store.moments import aware
from orchestration.store.schema import siting_returns, sitings


@dataclass(frozen=True)
class Proposed:
    """A plan for at most `cameras` more with an equity `floor`, and who put it forward when (UTC).

    `key` is the hash of what it is for and of `plan`; `approved_by`, `impact_note`, `approved_at`: None while nobody
    answers for it; `returned_by`, `remark`, `returned_at`: None unless it was returned, approved or not.
    """

    key: str
    city: str
    cameras: int
    floor: float
    plan: dict[str, Any]
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    impact_note: str | None = None
    approved_at: datetime | None = None
    returned_by: str | None = None
    remark: str | None = None
    returned_at: datetime | None = None


class Sitings:
    """The plans in a ledger."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def all(self, city: str | None = None) -> list[Proposed]:
        """Every plan that was put forward, for one city or for all, newest first."""
        back = siting_returns.c
        query = (
            select(sitings, back.who.label("returned_by"), back.remark, back.at.label("returned_at"))
            .outerjoin(siting_returns, back.key == sitings.c.key)
            .order_by(sitings.c.proposed_at.desc(), sitings.c.key)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query if city is None else query.where(sitings.c.city == city))
            return [_proposed(row) for row in rows]

    def propose(self, plan: Proposed, also: Callable[[Connection], object]) -> None:
        """Record a plan, and what else belongs to it."""
        with self.engine.begin() as connection:
            told = {"city": plan.city, "cameras": plan.cameras, "floor": plan.floor, "plan": plan.plan}
            by = {"proposed_by": plan.proposed_by, "proposed_at": plan.proposed_at}
            connection.execute(insert(sitings).values(key=plan.key, **told, **by))
            also(connection)

    def approve(self, key: str, who: str, note: str, also: Callable[[Connection], object]) -> None:
        """Record that somebody answers for a plan, with what was written of its impact, and what else belongs to it."""
        with self.engine.begin() as connection:
            approval = {"approved_by": who, "impact_note": note, "approved_at": datetime.now(UTC)}
            connection.execute(update(sitings).where(sitings.c.key == key).values(**approval))
            also(connection)

    def give_back(self, key: str, who: str, remark: str, also: Callable[[Connection], object]) -> None:
        """Record that somebody returned a plan and why, and what else belongs to it."""
        with self.engine.begin() as connection:
            connection.execute(insert(siting_returns).values(key=key, who=who, remark=remark, at=datetime.now(UTC)))
            also(connection)


def _proposed(row: Row[Any]) -> Proposed:
    told: dict[str, Any] = {
        name: aware(value) if isinstance(value, datetime) else value for name, value in row._mapping.items()
    }
    return Proposed(**told)
