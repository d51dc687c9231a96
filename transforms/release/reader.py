"""Reads releases as the public sees them: one at a time, read-only, never waiting for a writer.

A release's files never change and have the release's name in their path; CURRENT names the one that is out. So a
reader goes on with the release it began with, and a new reader finds the new one.
"""

import json
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from transforms.engine import name
from transforms.release.bundle import CATALOG, DATABASE, read_manifest

CURRENT = "CURRENT"
# Ids of the releases that may be read beside the current one, one a line; the store keeps the list.
APPROVED = "APPROVED"
# Open databases that are kept; one costs a few megabytes, and readers seldom straddle more than two releases.
KEPT = 4
_ID = re.compile(r"[0-9A-Za-z]{1,128}")
# Bytes before the first block of a DuckDB file: three headers.
_HEADERS = 3 * 4096
# Two shelves of a process share the instance of a file; its settings are made once.
_SETTING = threading.Lock()


class ReleaseUnreadable(Exception):
    """There is no release to read, or it is not whole; one line that says which and what to do."""


class ReleaseMissing(ReleaseUnreadable):
    """No release of that id is or was out."""


@dataclass(frozen=True)
class Page:
    """Some rows of a table: column names, rows, and how many rows fit the filters in all."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    total: int


@dataclass(frozen=True)
class Release:
    """One release, opened: what it says of itself, its files, its rows."""

    folder: Path
    manifest: dict[str, Any]
    catalog: dict[str, Any]
    connection: duckdb.DuckDBPyConnection = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The release's id."""
        return str(self.manifest["release"])

    @property
    def notice(self) -> str | None:
        """What every reader must be told, such as that the data are made up."""
        return self.manifest.get("notice")

    @cached_property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """The catalogue entries by slug."""
        return {entry["slug"]: entry for entry in self.catalog["datasets"]}

    @cached_property
    def tables(self) -> dict[str, dict[str, Any]]:
        """The catalogue entries by table."""
        return {entry["table"]: entry for entry in self.catalog["datasets"]}

    @cached_property
    def cities(self) -> dict[str, dict[str, Any]]:
        """The cities' entries by id."""
        return {entry["id"]: entry for entry in self.catalog["cities"]}

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        """The files to download by name: path, bytes, SHA-256. Those in folders of their own have these in the name."""
        files = (entry for entry in self.manifest["files"] if entry["path"] != CATALOG)
        return {entry["path"].removeprefix("data/"): entry for entry in files}

    def columns(self, table: str) -> dict[str, str]:
        """The public columns of a table with their DuckDB types."""
        return {column: kind for column, kind, *_ in self.query(f"DESCRIBE {name(table)}")}

    def query(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query over this release's tables; safe from several threads."""
        return self.connection.cursor().execute(sql, values or []).fetchall()

    def page(self, table: str, filters: Mapping[str, str], limit: int, offset: int = 0) -> Page:
        """Rows of a table in their published order, outlines left out; `filters` compare columns as text.

        The text of an instant is ISO 8601 in UTC, as in the CSV; that of a decimal number is as short as can be.
        Raises ValueError for a filter that is no column.
        """
        columns = {column: kind for column, kind in self.columns(table).items() if kind != "BLOB"}
        if not set(filters) <= set(columns):
            raise ValueError("a filter names no column of this table")
        where = " AND ".join(f"{_text(column, columns[column])} = ?" for column in filters) or "true"
        values = list(filters.values())
        chosen, source = ", ".join(map(name, columns)), f"FROM {name(table)} WHERE"
        # Rows are found by number first: sorting whole rows up to a far offset takes ten times as long.
        found = f"SELECT rowid {source} {where} ORDER BY rowid LIMIT ? OFFSET ?"
        rows = self.query(
            f"SELECT {chosen} {source} rowid IN ({found}) ORDER BY rowid",
            [*values, limit, offset],
        )
        total = self.query(f"SELECT count(*) {source} {where}", values)[0][0]
        return Page(list(columns), rows, total)


def _text(column: str, kind: str) -> str:
    """The SQL of a column's value as text."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(timezone('UTC', {name(column)}), '%Y-%m-%dT%H:%M:%SZ')"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({name(column)}, '%Y-%m-%dT%H:%M:%S')"
    if kind.startswith("DECIMAL"):
        return f"CAST(CAST({name(column)} AS DOUBLE) AS VARCHAR)"
    return f"CAST({name(column)} AS VARCHAR)"


class Shelf:
    """The folder of releases; hands out the one that is out, or was, opened once and shared.

    The folder also holds releases that nobody approved, and some that were taken back. So only those are handed out
    that CURRENT names or APPROVED lists: a reader stays on the release it began with, and nobody reads one before
    its time, or after it was rolled back.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._open: OrderedDict[str, Release] = OrderedDict()
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def current_id(self) -> str:
        """The id of the release that is out. Raises ReleaseUnreadable where none is."""
        return self._current()[0]

    def published_at(self) -> datetime:
        """When the current release came out (UTC)."""
        return self._current()[1]

    def out_since(self, release: str) -> datetime | None:
        """When that release came out (UTC); None where another one is out by now."""
        current, since = self._current()
        return since if current == release else None

    def _current(self) -> tuple[str, datetime]:
        """What CURRENT says and since when, of one and the same file: it may be replaced meanwhile."""
        try:
            with (self.folder / CURRENT).open(encoding="utf-8") as stream:
                text, since = stream.read().strip(), os.fstat(stream.fileno()).st_mtime
        except OSError:
            raise ReleaseUnreadable(f"{self.folder}: no release is out yet; approve one") from None
        except ValueError:
            text = ""
        if not _ID.fullmatch(text):
            raise ReleaseUnreadable(f"{self.folder / CURRENT}: names no release; run pravah release list")
        return text, datetime.fromtimestamp(since, UTC)

    @contextmanager
    def reading(self, release: str | None = None) -> Iterator[Release]:
        """The release of that id, else the current one, for as long as the block runs.

        Raises ReleaseMissing where that one is not out, ReleaseUnreadable where it is not whole.
        """
        wanted = self.current_id() if release is None else release
        if release is not None and not self._is_out(release):
            raise ReleaseMissing(f"{self.folder}: no release of that id is out; leave the id out for the current one")
        opened = self._take(wanted)
        try:
            yield opened
        finally:
            self._give_back(opened.folder.name)

    def _is_out(self, release: str) -> bool:
        try:
            listed = (self.folder / APPROVED).read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            listed = []
        return release in listed or release == self.current_id()

    def _take(self, release: str) -> Release:
        with self._lock:
            opened = self._open.get(release)
            if opened is None:
                opened = self._open[release] = open_release(self.folder, release)
            self._open.move_to_end(release)
            self._used[release] = self._used.get(release, 0) + 1
            self._close_idle()
            return opened

    def _give_back(self, release: str) -> None:
        with self._lock:
            self._used[release] -= 1
            self._close_idle()

    def _close_idle(self) -> None:
        """Close those that were not read for longest, never one in use, until KEPT are open."""
        idle = [other for other in self._open if not self._used[other]]
        for other in idle[: max(0, len(self._open) - KEPT)]:
            self._open.pop(other).connection.close()
            self._used.pop(other)


def open_release(folder: Path, release: str) -> Release:
    """Open one release read-only. Raises ReleaseUnreadable where it is missing or not whole."""
    place = folder / release
    if not _ID.fullmatch(release) or not place.is_dir():
        raise ReleaseMissing(f"{folder}: there is no release of that id; run pravah release list")
    try:
        manifest = read_manifest(place)
        catalog = json.loads((place / CATALOG).read_text(encoding="utf-8"))
        if manifest["release"] != release:
            raise ValueError("the manifest is not this folder's")
        for entry in manifest["files"]:
            if (place / entry["path"]).stat().st_size != entry["bytes"]:
                raise ValueError("a file is cut short")
        tables = {entry["table"] for entry in catalog["datasets"]}
        return Release(place, manifest, catalog, _open_database(place / DATABASE, tables))
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error):
        raise ReleaseUnreadable(f"{place}: this release is not whole; run pravah release verify") from None


def _open_database(file: Path, tables: set[str]) -> duckdb.DuckDBPyConnection:
    """The published tables and nothing else: no other file can be reached from this connection."""
    if not file.is_file():
        raise OSError(f"{file.name} is missing")
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "512MB",
        "threads": "2",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
    }
    connection = duckdb.connect(str(file), read_only=True, config=config)
    try:
        with _SETTING:
            if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
                connection.execute("SET GLOBAL TimeZone = 'Asia/Kolkata'")
                connection.execute("SET lock_configuration = true")
        _check_whole(connection, file, tables)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_whole(connection: duckdb.DuckDBPyConnection, file: Path, tables: set[str]) -> None:
    """DuckDB opens a file that is cut short, and misses its end only when a query comes to it."""
    ((blocks, size),) = connection.execute("SELECT total_blocks, block_size FROM pragma_database_size()").fetchall()
    if file.stat().st_size < _HEADERS + blocks * size:
        raise ValueError("the database is cut short")
    found = {table for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if found != tables:
        raise ValueError("the database holds other tables than the catalogue")
