"""DuckDB connections, all opened the same way."""

import atexit
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import duckdb

# Compression level 1, a bounded dictionary, no bloom filter: most of a delivery's time is spent writing it, and it is
# only ever read whole.
PARQUET = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1000, "
    "WRITE_BLOOM_FILTER false"
)


# To open an engine takes 15 ms, and a run of five cities asks for thousands: those that nobody uses are kept.
_kept: list[duckdb.DuckDBPyConnection] = []
_ATTACHED = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory'"
# Functions of ours that connections have, by the identity of the connection.
_defined: dict[int, list[str]] = {}


@contextmanager
def connect(scratch: Path, memory: str = "1GB", threads: int = 2) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB in UTC that keeps insertion order and spills to `scratch`.

    The engine behind it may have had another user before; nothing of one is left to the next.
    """
    try:
        engine = _kept.pop()
    except IndexError:
        engine = _opened()
    connection = engine.cursor()
    try:
        connection.execute(
            f"SET memory_limit = {literal(memory)}; SET threads = {threads}; SET temp_directory = {literal(scratch)};"
            "ATTACH ':memory:' AS work; USE work"
        )
        yield connection
    finally:
        if _cleared(engine, connection):
            _kept.append(engine)
        else:
            engine.close()


def _opened() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(
        config={
            "preserve_insertion_order": "true",
            # It makes a join of a list of five values and more, and a join keeps no order (measured).
            "disabled_optimizers": "in_clause",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    engine.execute("SET GLOBAL TimeZone = 'UTC'")
    return engine


def _cleared(engine: duckdb.DuckDBPyConnection, connection: duckdb.DuckDBPyConnection) -> bool:
    """Take away what the user of a connection made; whether the engine can be used again."""
    # Its user may have left in the middle of a result, and of a transaction, with which functions would come back.
    connection.abort()
    with suppress(duckdb.TransactionException):
        connection.rollback()
    for function in _defined.pop(id(connection), ()):
        connection.remove_function(function)
    connection.close()
    try:
        for (attached,) in engine.execute(_ATTACHED).fetchall():
            engine.execute(f"DETACH {name(attached)}")
        engine.execute("SET temp_directory = ''")
    except duckdb.Error:
        # It has spilt, which ties it to a folder, or may not read files any more: neither can be taken back.
        return False
    return True


def close() -> None:
    """Close the engines that are kept: threads of theirs would not live on in a fork."""
    while _kept:
        _kept.pop().close()


atexit.register(close)
os.register_at_fork(before=close)


def literal(value: str | Path) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def named_file(path: Path) -> str:
    """A SQL literal for a file to be read, whose name DuckDB shall not take for a pattern."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def literals(values: list[str] | tuple[str, ...]) -> str:
    """A comma-separated list of SQL string literals."""
    return ", ".join(literal(value) for value in values)


def name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def in_groups(at_once: int | None) -> str:
    """PARQUET for rows of which DuckDB hands on so many at once, if that is known.

    A piece that lacks up to 4,096 rows of a group is written as it comes. Any other is first copied into groups, which
    takes a tenth of a delivery's time (measured).
    """
    return PARQUET if at_once is None else f"{PARQUET}, ROW_GROUP_SIZE {at_once + 2048}"


def copy_parquet(connection: duckdb.DuckDBPyConnection, query: str, file: Path, options: str = PARQUET) -> int:
    """Write a query's rows to a Parquet file; the number of rows."""
    return int(connection.execute(f"COPY ({query}) TO {literal(file)} ({options})").fetchall()[0][0])


def define(
    connection: duckdb.DuckDBPyConnection,
    function: str,
    body: Callable[..., Any],
    takes: list[Any],
    gives: Any,
) -> None:
    """Give a connection a SQL function over Arrow columns; it sees nulls and answers them itself."""
    connection.create_function(
        function, body, takes, gives, type=cast(Any, "arrow"), null_handling=cast(Any, "special")
    )
    _defined.setdefault(id(connection), []).append(function)
