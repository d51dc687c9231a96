"""A database of the store, opened by its URL: SQLite in a file that is its owner's alone, or PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.pool import NullPool


def opened(url: str, tables: MetaData) -> Engine:
    """The database with its tables made. Raises SQLAlchemyError or ImportError, whose words may hold the password."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    tables.create_all(engine)
    if engine.url.database and engine.dialect.name == "sqlite":
        # Paths of deliveries and who decided are names.
        Path(engine.url.database).chmod(0o600)
    return engine


def _durable(connection: Any, _record: Any) -> None:
    """Let SQLite answer only when what was committed is on the disk."""
    connection.execute("PRAGMA synchronous = FULL")
