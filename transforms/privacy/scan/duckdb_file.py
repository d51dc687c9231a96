"""DuckDB: all tables and views, the statements that made them, and the comments on them."""

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import duckdb

from transforms.engine import connect, literal, name
from transforms.privacy.scan.artefact import Artefact, Failure, NotDecodable, Part, Piece
from transforms.privacy.scan.parquet_file import ROWS, batches
from transforms.privacy.scan.sqlite_file import VIEW_SECONDS

# What the catalogue says of everything in the database, as texts.
_SAID = """
SELECT unnest([schema_name, table_name, sql, comment, CAST(tags AS VARCHAR)]) FROM duckdb_tables() WHERE {own}
UNION ALL SELECT unnest([view_name, sql, comment, CAST(tags AS VARCHAR)]) FROM duckdb_views() WHERE {own}
UNION ALL SELECT unnest([column_name, column_default, comment]) FROM duckdb_columns() WHERE {own}
UNION ALL SELECT unnest([index_name, sql, comment]) FROM duckdb_indexes() WHERE {own}
UNION ALL SELECT unnest([schema_name, comment, CAST(tags AS VARCHAR)]) FROM duckdb_schemas() WHERE {own}
UNION ALL SELECT unnest([sequence_name, sql, comment]) FROM duckdb_sequences() WHERE {own}
UNION ALL SELECT unnest([type_name, comment, CAST(labels AS VARCHAR)]) FROM duckdb_types() WHERE {own}
UNION ALL SELECT unnest([function_name, macro_definition, description, comment])
FROM duckdb_functions() WHERE {own}
UNION ALL SELECT comment FROM duckdb_databases() WHERE {own}
"""
_TABLES = """
SELECT schema_name, table_name, 'table' FROM duckdb_tables() WHERE {own}
UNION ALL SELECT schema_name, view_name, 'view' FROM duckdb_views() WHERE {own} AND NOT internal
"""
_OWN = "database_name = 'searched'"


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """Every value of every table and view; raises NotDecodable where the file is damaged, encrypted or in use."""
    with connect(scratch) as connection:
        try:
            connection.execute(f"ATTACH {literal(artefact.path)} AS searched (READ_ONLY)")
            tables = connection.execute(_TABLES.format(own=_OWN)).fetchall()
            if any(kind == "view" for _, _, kind in tables):
                # It may not reach for other files. An engine of which nothing does can be used again.
                connection.execute("SET enable_external_access = false")
            said = connection.execute(_SAID.format(own=_OWN)).fetchall()
        except duckdb.Error:
            raise NotDecodable("is no DuckDB database, or is damaged, encrypted or in use") from None
        yield Piece(artefact.part("names"), [text for (text,) in said if text])
        for schema, table, kind in tables:
            yield from _table(artefact, connection, schema, table, kind)


def _table(
    artefact: Artefact, connection: duckdb.DuckDBPyConnection, schema: str, table: str, kind: str
) -> Iterator[Part]:
    timer = Timer(VIEW_SECONDS, connection.interrupt)
    timer.daemon = True
    if kind == "view":
        timer.start()
    try:
        query = f"SELECT * FROM searched.{name(schema)}.{name(table)}"
        yield from batches(artefact, connection.sql(query).to_arrow_reader(ROWS), f"{table}.")
    except (duckdb.Error, OSError):
        yield Failure(artefact.part(table), f"is a {kind} that cannot be read")
    finally:
        timer.cancel()
