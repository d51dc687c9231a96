"""Reads releases as the public sees them: one at a time, read-only, never waiting for a writer.

A release's files never change and have the release's name in their path; CURRENT names the one that is out. So a
reader goes on with the release it began with, and a new reader finds the new one.
"""

import json
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
# Open databases that are kept; one costs a few megabytes, and readers seldom straddle more than two releases.
KEPT = 4


class ReleaseUnreadable(Exception):
    """There is no release to read, or it is not whole; one line that says which and what to do."""


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
        """The files to download by name: path, bytes, SHA-256."""
        return {Path(entry["path"]).name: entry for entry in self.manifest["files"] if entry["path"] != CATALOG}

    def columns(self, table: str) -> dict[str, str]:
        """The public columns of a table with their DuckDB types."""
        return {column: kind for column, kind, *_ in self.query(f"DESCRIBE {name(table)}")}

    def query(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query over this release's tables; safe from several threads."""
        return self.connection.cursor().execute(sql, values or []).fetchall()

    def page(self, table: str, filters: Mapping[str, str], limit: int, offset: int = 0) -> Page:
        """Rows of a table in their published order, outlines left out; `filters` compare columns as text."""
        columns = [column for column, kind in self.columns(table).items() if kind != "BLOB"]
        unknown = set(filters) - set(columns)
        if unknown:
            raise ValueError(f"no column is called {sorted(unknown)[0]}")
        where = " AND ".join(f"CAST({name(column)} AS VARCHAR) = ?" for column in filters) or "true"
        values = list(filters.values())
        chosen = ", ".join(map(name, columns))
        rows = self.query(
            f"SELECT {chosen} FROM {name(table)} WHERE {where} ORDER BY rowid LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        total = self.query(f"SELECT count(*) FROM {name(table)} WHERE {where}", values)[0][0]
        return Page(columns, rows, total)


class Shelf:
    """The folder of releases; hands out the current one or one by id, opened once and shared."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._open: OrderedDict[str, Release] = OrderedDict()
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def current_id(self) -> str:
        """The id of the release that is out. Raises ReleaseUnreadable where none is."""
        try:
            text = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            raise ReleaseUnreadable(f"{self.folder}: no release is out yet; approve one") from None
        if not text.isalnum():
            raise ReleaseUnreadable(f"{self.folder / CURRENT}: names no release; run pravah release list")
        return text

    def published_at(self) -> datetime:
        """When the current release came out (UTC)."""
        self.current_id()
        return datetime.fromtimestamp((self.folder / CURRENT).stat().st_mtime, UTC)

    @contextmanager
    def reading(self, release: str | None = None) -> Iterator[Release]:
        """The release of that id, else the current one, for as long as the block runs.

        Raises ReleaseUnreadable where it is missing or not whole.
        """
        opened = self._take(release or self.current_id())
        try:
            yield opened
        finally:
            self._give_back(opened.folder.name)

    def _take(self, release: str) -> Release:
        with self._lock:
            opened = self._open.get(release)
            if opened is None:
                opened = self._open[release] = open_release(self.folder, release)
            self._open.move_to_end(release)
            self._used[release] = self._used.get(release, 0) + 1
            return opened

    def _give_back(self, release: str) -> None:
        with self._lock:
            self._used[release] -= 1
            idle = [other for other in self._open if not self._used.get(other)]
            for other in idle[: max(0, len(self._open) - KEPT)]:
                self._open.pop(other).connection.close()
                self._used.pop(other, None)


def open_release(folder: Path, release: str) -> Release:
    """Open one release read-only. Raises ReleaseUnreadable where it is missing or not whole."""
    place = folder / release
    if not release.isalnum() or not place.is_dir():
        raise ReleaseUnreadable(f"{folder}: there is no release of that id; run pravah release list")
    try:
        manifest = read_manifest(place)
        catalog = json.loads((place / CATALOG).read_text(encoding="utf-8"))
        missing = [entry["path"] for entry in manifest["files"] if not (place / entry["path"]).is_file()]
        if missing or manifest["release"] != release:
            raise ValueError("the manifest is not this folder's")
        return Release(place, manifest, catalog, _open_database(place / DATABASE))
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error):
        raise ReleaseUnreadable(f"{place}: this release is not whole; run pravah release verify") from None


def _open_database(file: Path) -> duckdb.DuckDBPyConnection:
    """The published tables and nothing else: no other file can be reached from this connection."""
    if not file.is_file():
        raise OSError(f"{file.name} is missing")
    # One process opens a release once, so the settings of the file's instance are these.
    config = {"memory_limit": "512MB", "threads": "2", "autoload_known_extensions": "false"}
    connection = duckdb.connect(str(file), read_only=True, config=config)
    connection.execute("SET GLOBAL TimeZone = 'Asia/Kolkata'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
