"""Tables as CSV: the same text on every machine, and nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TextIO

import duckdb

from transforms.engine import name

# With one of these a spreadsheet begins a formula.
_ARMED = ("=", "+", "-", "@", "\t", "\r")


def csv_text(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The rows of a table as CSV: UTF-8, line feeds, instants in UTC, null as nothing."""
    columns = {column: kind for column, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
    chosen = [
        f"strftime({name(column)}, '%Y-%m-%dT%H:%M:%SZ')" if kind == "TIMESTAMP WITH TIME ZONE" else name(column)
        for column, kind in columns.items()
    ]
    out = io.StringIO()
    csv_rows(out, list(columns), connection.execute(f"SELECT {', '.join(chosen)} FROM {table}").fetchall())
    return out.getvalue()


def csv_rows(out: TextIO, heads: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a head and rows of plain values as CSV."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)


def disarmed(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ARMED) else text


def _cell(value: object) -> object:
    if isinstance(value, str):
        return disarmed(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
