"""What reviewers decided of what cities declare: an append-only store of its own, SQLite by default, PostgreSQL by URL.

It outlives the ledger: decisions belong to reviewers, who may serve several installations of a State.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from orchestration.store.database import opened
from orchestration.store.ledger import aware

Verdict = Literal["accepted", "returned", "not_applicable"]
VERDICTS = get_args(Verdict)
REASON_LETTERS = 1000

META = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")
decisions = Table(
    "decisions",
    META,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("who", String, nullable=False),
    Column("assessment_round", String, nullable=False),
    Column("city", String, nullable=False),
    Column("indicator_id", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("document_sha256", String(64)),
    Column("reason", String, nullable=False),
)


class ReviewFault(Exception):
    """What was asked of the reviews cannot be done."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided of one indicator of a city in a round, when (UTC) and why.

    `document_sha256`: of the document that was judged; None where none was declared.
    """

    assessment_round: str
    city: str
    indicator_id: str
    decision: Verdict
    document_sha256: str | None
    reason: str
    who: str
    decided_at: datetime
    seq: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        """Round, city and indicator."""
        return self.assessment_round, self.city, self.indicator_id


class Reviews:
    """The decisions at a database's URL; every one is kept, the last of each place holds."""

    def __init__(self, url: str):
        try:
            self.engine: Engine = opened(url, META, self)
        except (SQLAlchemyError, ImportError) as error:
            # The driver's words may hold the URL with its password.
            kind = type(error).__name__
            raise ReviewFault(f"the reviews cannot be opened ({kind}); check PRAVAH_REVIEWS") from None

    def add(self, made: Iterable[Decision]) -> None:
        """Record decisions, all of them or none."""
        rows = [{name: value for name, value in asdict(one).items() if name != "seq"} for one in made]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(decisions), rows)

    def every(self) -> list[Decision]:
        """All decisions, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(decisions).order_by(decisions.c.seq)).mappings().all()
        return [Decision(**{**row, "decided_at": aware(row["decided_at"])}) for row in rows]

    def standing(self) -> dict[tuple[str, str, str], Decision]:
        """The last decision of each place."""
        return {one.place: one for one in self.every()}


def checked(reason: str) -> str:
    """A reason as it is kept. Raises ReviewFault where it is empty or too long."""
    words = " ".join(reason.split())
    if not 1 <= len(words) <= REASON_LETTERS:
        raise ReviewFault(f"a decision needs a reason of 1 to {REASON_LETTERS:,} letters; say why")
    return words


def now() -> datetime:
    """The moment of a decision."""
    return datetime.now(UTC)
