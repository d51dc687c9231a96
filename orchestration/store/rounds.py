"""The frozen rounds of maturity in a ledger: which there are, of which release, frozen by whom."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from orchestration.store.home import Home
from orchestration.store.schema import rounds

# What a round's folder says of itself and of its files.
WORD = "round.json"


@dataclass(frozen=True)
class Frozen:
    """One frozen round. `sha256`: of the round's own word on its files, which names the hash of each."""

    name: str
    sha256: str
    release: str
    who: str
    frozen_at: datetime


class Rounds:
    """The frozen rounds of an installation."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def frozen(self) -> list[Frozen]:
        """Every frozen round, newest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(rounds).order_by(rounds.c.name.desc())).mappings().all()
        return [Frozen(**row) for row in rows]

    def freeze(self, name: str, sha256: str, release: str, who: str, also: Callable[[Connection], object]) -> None:
        """Commit a round as frozen, and what belongs to it."""
        with self.engine.begin() as connection:
            connection.execute(
                insert(rounds).values(name=name, sha256=sha256, release=release, who=who, frozen_at=datetime.now(UTC))
            )
            also(connection)


def told(folder: Path) -> str:
    """The SHA-256 of what a round's folder says of its files."""
    return hashlib.sha256((folder / WORD).read_bytes()).hexdigest()


def entry(home: Home, frozen: Frozen) -> dict[str, Any]:
    """What the catalogue of a release tells of a round: what the round says of itself, and the hash of that."""
    word = json.loads((home.rounds / frozen.name / WORD).read_text(encoding="utf-8"))
    return {"sha256": frozen.sha256, **word}
