"""SQLite and what builds on it (GeoPackage): all tables and views, and the statements that made them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from urllib.parse import quote

from transforms.engine import name
from transforms.privacy.scan.artefact import Artefact, Failure, NotDecodable, Part, Text, batched
from transforms.privacy.scan.binary import runs
from transforms.privacy.scan.numbers import plain

# A view that asks for more has no end.
VIEW_SECONDS = 600


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """Every value of every table and view; raises NotDecodable where the file is damaged or encrypted."""
    uri = f"file:{quote(str(artefact.path.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True)
    connection.text_factory = lambda value: value.decode("utf-8", "replace")
    try:
        made = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        yield from batched(Text(artefact.part("names"), statement or "") for *_, statement in made)
        for kind, table, _ in made:
            if kind in ("table", "view"):
                yield from _table(artefact, connection, table, kind)
    except sqlite3.Error:
        raise NotDecodable("is no SQLite database, or is damaged or encrypted") from None
    finally:
        connection.close()


def _table(artefact: Artefact, connection: sqlite3.Connection, table: str, kind: str) -> Iterator[Part]:
    timer = Timer(VIEW_SECONDS, connection.interrupt)
    timer.daemon = True
    if kind == "view":
        timer.start()
    try:
        yield from batched(_cells(artefact, connection, table))
    except sqlite3.Error:
        yield Failure(artefact.part(table), f"is a {kind} that cannot be read")
    finally:
        timer.cancel()


def _cells(artefact: Artefact, connection: sqlite3.Connection, table: str) -> Iterator[Text]:
    cursor = connection.execute(f"SELECT * FROM {name(table)}")
    columns = [column for column, *_ in cursor.description]
    places = [artefact.part(f"{table}.{column}") for column in columns]
    for row in cursor:
        for place, column, value in zip(places, columns, row, strict=True):
            for text in _texts(value):
                yield Text(place, text, (column,))


def _texts(value: object) -> list[str]:
    if isinstance(value, bytes):
        return runs(value)
    if isinstance(value, int | float):
        return [plain(value)]
    return [] if value is None else [str(value)]
