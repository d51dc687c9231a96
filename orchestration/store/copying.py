"""A ledger copied to another one, whatever database each is in."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from orchestration.store.moments import aware
from orchestration.store.schema import META

_AT_ONCE = 1000


def snapshot(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, whoever writes to it meanwhile."""
    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
        before.backup(after)
    target.chmod(0o600)


def copy_ledger(source: Engine, target: Engine) -> None:
    """Copy every table of a ledger, as at one moment, into one that is empty."""
    reading = source.connect()
    if source.dialect.name == "postgresql":
        reading = reading.execution_options(isolation_level="REPEATABLE READ")
    with reading, target.begin() as writing:
        for table in META.sorted_tables:
            rows = reading.execution_options(yield_per=_AT_ONCE).execute(select(table)).mappings()
            for some in rows.partitions():
                writing.execute(insert(table), [_portable(row) for row in some])
        if target.dialect.name == "postgresql":
            _renumber(writing)


def _portable(row: Any) -> dict[str, Any]:
    """A row with its moments in UTC, as SQLite keeps no zone."""
    return {name: aware(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _renumber(writing: Any) -> None:
    """Let PostgreSQL go on counting after the rows that came with their numbers."""
    for table in META.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            newest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            writing.execute(select(func.setval(sequence, newest, text("false"))))
