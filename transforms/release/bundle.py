"""Puts public tables together to one release folder, and proves a folder against its manifest."""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from transforms.engine import connect, literal, name

DATABASE = "public.duckdb"
MANIFEST = "manifest.json"
CATALOG = "catalog.json"
MATURITY = "maturity"
# Readers from DuckDB 1.0 on open the file.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class Part:
    """One public table of a release: its folder of artefacts, where it comes from, its catalogue entry."""

    table: str
    title: str
    form: str
    rows: int
    contract: str
    deliveries: dict[str, list[str]]
    folder: Path
    entry: dict[str, Any]


@dataclass(frozen=True)
class Release:
    """What a release says of itself: its id, the code that made it, its notice, its cities' entries, and the frozen
    rounds of maturity that go out with it: what each says of itself, and by its name its folder and that as a zip."""

    id: str
    code: str
    notice: str | None
    cities: list[dict[str, Any]]
    rounds: list[dict[str, Any]] = field(default_factory=list)
    packs: dict[str, tuple[Path, bytes]] = field(default_factory=dict)


def write_bundle(parts: list[Part], release: Release, folder: Path, scratch: Path) -> None:
    """Write files, database, catalogue and manifest of a release into `folder`, which exists and is empty.

    The same parts give the same bytes, but for the database file, whose header DuckDB makes at random: of it
    the manifest keeps a hash of each table's content.
    """
    data = folder / "data"
    data.mkdir()
    for part in parts:
        for file in sorted(part.folder.iterdir()):
            shutil.copyfile(file, data / file.name)
    tables = _write_database(parts, data, release.notice, folder / DATABASE, scratch)
    for frozen, (source, pack) in release.packs.items():
        shutil.copytree(source, folder / MATURITY / frozen)
        (folder / MATURITY / f"{frozen}.zip").write_bytes(pack)
    catalog = {"cities": release.cities, "datasets": [part.entry for part in parts], "rounds": release.rounds}
    _write_json(catalog, folder / CATALOG)
    manifest = {
        "release": release.id,
        "notice": release.notice,
        "code": release.code,
        "datasets": [{k: v for k, v in asdict(part).items() if k not in ("folder", "entry")} for part in parts],
        "tables": tables,
        "files": [_entry(file, folder) for file in _files(folder)],
    }
    _write_json(manifest, folder / MANIFEST)
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(0o444)


def _files(folder: Path) -> list[Path]:
    """The files that the manifest lists: all but the database, which goes by its tables."""
    every = [file for file in folder.rglob("*") if file.is_file() and file.name != DATABASE]
    return [folder / CATALOG, *sorted(file for file in every if file != folder / CATALOG)]


def _write_json(data: object, file: Path) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _write_database(parts: list[Part], data: Path, notice: str | None, target: Path, scratch: Path) -> dict[str, str]:
    """A fresh database file with one table a part; the content hash of each."""
    with connect(scratch) as connection:
        connection.execute(f"ATTACH {literal(target)} AS public (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        for part in parts:
            table = f"public.main.{name(part.table)}"
            source = literal(data / f"{part.table}.parquet")
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet({source})")
            comment = f"{part.title} ({notice})" if notice else part.title
            connection.execute(f"COMMENT ON TABLE {table} IS {literal(comment)}")
        hashes = {part.table: content_hash(connection, f"public.main.{name(part.table)}") for part in parts}
        connection.execute("DETACH public")
    return hashes


def content_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 over the sorted hashes of a table's rows and its schema: order and file layout do not count."""
    query = (
        "SELECT sha256(coalesce(string_agg(h, '' ORDER BY h), '')) "
        f"FROM (SELECT sha256(CAST(_row AS VARCHAR)) AS h FROM {table} AS _row)"
    )
    rows = connection.execute(query).fetchall()[0][0]
    schema = [(column, kind) for column, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    return hashlib.sha256(json.dumps([schema, rows]).encode()).hexdigest()


def _entry(file: Path, folder: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"path": str(file.relative_to(folder)), "bytes": file.stat().st_size, "sha256": digest}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release folder; raises FileNotFoundError or ValueError where there is none."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError("the manifest is no object")
    return manifest


def verify_bundle(folder: Path, scratch: Path) -> list[str]:
    """Everything in a release folder that differs from its manifest; empty where all is as written."""
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError):
        return [f"{MANIFEST} is missing or not readable"]
    faults = []
    listed = {entry["path"]: entry for entry in manifest["files"]}
    present = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    for path in sorted(listed.keys() - present):
        faults.append(f"{path} is missing")
    for path in sorted(present - listed.keys() - {MANIFEST, DATABASE}):
        faults.append(f"{path} is not in the manifest")
    for path in sorted(listed.keys() & present):
        if _entry(folder / path, folder) != listed[path]:
            faults.append(f"{path} differs from its SHA-256")
    return faults + _verify_database(folder / DATABASE, manifest["tables"], scratch)


def _verify_database(file: Path, tables: dict[str, str], scratch: Path) -> list[str]:
    try:
        with connect(scratch) as connection:
            connection.execute(f"ATTACH {literal(file)} AS public (READ_ONLY)")
            found = {
                table: content_hash(connection, f"public.main.{name(table)}")
                for (table,) in connection.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'public'"
                ).fetchall()
            }
    except duckdb.Error:
        return [f"{DATABASE} is missing or not readable"]
    return [
        f"{DATABASE}: table {table} differs from its content hash"
        for table in sorted(tables.keys() | found.keys())
        if tables.get(table) != found.get(table)
    ]
