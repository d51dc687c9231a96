"""A database of the store, opened by its URL: SQLite in a file that is its owner's alone, or PostgreSQL."""

from pathlib import Path
from typing import Any
from weakref import finalize

from sqlalchemy import Engine, MetaData, create_engine, event, inspect


def opened(url: str, tables: MetaData, owner: object) -> Engine:
    """The database with its tables made; its connections are closed when `owner` is no more.

    Raises SQLAlchemyError or ImportError, whose words may hold the password.
    """
    # Connections are kept, as each question would open one: of PostgreSQL that takes longer than the answer.
    engine = create_engine(url, pool_pre_ping=True)
    # The staff app opens the store for each page that is drawn: a server would run out of connections.
    finalize(owner, engine.dispose)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    if tables.tables.keys() - inspect(engine).get_table_names():
        _make(engine, tables)
    if engine.url.database and engine.dialect.name == "sqlite":
        # Paths of deliveries and who decided are names.
        Path(engine.url.database).chmod(0o600)
    return engine


def _make(engine: Engine, tables: MetaData) -> None:
    """Make the tables that are missing, in one transaction: each commit waits for the disk."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # By itself the driver begins none for tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        tables.create_all(connection)


def _durable(connection: Any, _record: Any) -> None:
    """Let SQLite answer only when what was committed is on the disk."""
    connection.execute("PRAGMA synchronous = FULL")
