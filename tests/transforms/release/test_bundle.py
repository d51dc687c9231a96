"""A release is compared by the content of its tables."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.engine import literal
from transforms.release.bundle import DATABASE, MANIFEST, Part, Release, content_hash, verify_bundle, write_bundle

Rows = list[tuple[str | None, int | None]]


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def hashed(rows: Rows, a: str = "a", b: str = "b", kind: pa.DataType | None = None) -> str:
    """The hash of a table of two columns, the second of whole numbers unless `kind` says otherwise."""
    schema = pa.schema([(a, pa.string()), (b, kind or pa.int64())])
    made = [dict(zip(schema.names, row, strict=True)) for row in rows]
    connection().register("registered", pa.Table.from_pylist(made, schema))
    connection().execute("CREATE OR REPLACE TABLE t AS FROM registered")
    return content_hash(connection(), "t")


CELL = st.none() | st.sampled_from(["", "NULL", "null", "'", "a, b", "{", "\\", "1", "'a': 'b'", "नव", "x\ny"])
ROWS = st.lists(st.tuples(CELL, st.none() | st.integers(-3, 3)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_count(rows: Rows, random: Any):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert hashed(shuffled) == hashed(rows)


@settings(max_examples=100, deadline=None)
@given(ROWS, ROWS)
@example([(None, 1)], [("NULL", 1)])
@example([("", 1)], [(None, 1)])
@example([("a', 'b': 1", None)], [("a", 1)])
@example([("a", 1), ("a", 1)], [("a", 1)])
@example([("a", 1), ("b", 2)], [("a", 2), ("b", 1)])
def test_the_content_does(one: Rows, other: Rows):
    assert (hashed(one) == hashed(other)) == (sorted(map(repr, one)) == sorted(map(repr, other)))


@pytest.mark.parametrize("other", [{"b": "c"}, {"a": "c"}, {"kind": pa.int32()}, {"kind": pa.float64()}])
def test_names_and_types_do(other: dict[str, Any]):
    assert hashed([("x", 1)], **other) != hashed([("x", 1)])


@pytest.mark.parametrize("name", ["t", "h", "row", "public", "table"])
def test_a_column_may_be_called_as_anything(name: str):
    assert hashed([("x", 1)], a=name) != hashed([("x", 2)], a=name)


def test_an_empty_table_has_a_hash_of_its_own():
    assert hashed([]) != hashed([(None, None)])
    assert hashed([]) == hashed([])


# A whole release


def part(folder: Path, table: str, values: str) -> Part:
    folder = folder / table
    folder.mkdir(parents=True)
    for form in ("parquet", "csv"):
        query = f"SELECT * FROM (VALUES {values}) AS t(a, b)"
        connection().execute(f"COPY ({query}) TO {literal(folder / f'{table}.{form}')} (FORMAT {form})")
    return Part(table, f"Title of {table}", "rows", 2, "contract", {"navsagar": ["sha"]}, folder, {"table": table})


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return make(tmp_path, "release")


def make(tmp_path: Path, name: str, notice: str | None = "fictional") -> Path:
    parts = [part(tmp_path / f"parts of {name}", table, "('x', 1), ('y', 2)") for table in ("works__a", "works__b")]
    folder = tmp_path / name
    folder.mkdir()
    write_bundle(parts, Release("id", "code", notice, []), folder, tmp_path)
    return folder


def test_a_release_is_as_its_manifest_says(release: Path, tmp_path: Path):
    assert verify_bundle(release, tmp_path) == []


def test_the_same_parts_give_the_same_release(release: Path, tmp_path: Path):
    again = make(tmp_path, "again")
    files = sorted(file.relative_to(release) for file in release.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(again) for file in again.rglob("*") if file.is_file())
    for file in files:
        if file.name != DATABASE:
            assert (release / file).read_bytes() == (again / file).read_bytes(), file


def change_table(release: Path, statement: str) -> None:
    file = release / DATABASE
    file.chmod(0o600)
    with duckdb.connect(str(file)) as database:
        database.execute(statement)


def writable(file: Path) -> Path:
    file.parent.chmod(0o700)
    if file.exists():
        file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda r: writable(r / "data" / "works__a.csv").write_text("a,b\n"), "works__a.csv differs from its SHA-256"),
        (lambda r: writable(r / "data" / "works__a.csv").unlink(), "works__a.csv is missing"),
        (lambda r: writable(r / "data" / "more.csv").write_text(""), "more.csv is not in the manifest"),
        (lambda r: writable(r / MANIFEST).unlink(), "manifest.json is missing"),
        (lambda r: writable(r / MANIFEST).write_text("[]"), "manifest.json is missing or not readable"),
        (lambda r: writable(r / MANIFEST).write_text("{"), "manifest.json is missing or not readable"),
        (lambda r: writable(r / DATABASE).unlink(), "public.duckdb is missing"),
        (lambda r: writable(r / DATABASE).write_bytes(b"x" * 5000), "public.duckdb is missing or not readable"),
        (lambda r: change_table(r, "UPDATE works__a SET b = 3 WHERE a = 'x'"), "table works__a differs"),
        (lambda r: change_table(r, "DELETE FROM works__a"), "table works__a differs"),
        (lambda r: change_table(r, "DROP TABLE works__a"), "table works__a differs"),
        (lambda r: change_table(r, "CREATE TABLE more AS SELECT 1"), "table more differs"),
    ],
)
def test_every_damage_is_told(release: Path, tmp_path: Path, damage: Any, words: str):
    damage(release)
    (fault,) = verify_bundle(release, tmp_path)
    assert words in fault


def test_a_manifest_tells_where_each_table_comes_from(release: Path):
    manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["notice"] == "fictional"
    assert [(p["table"], p["deliveries"], p["contract"]) for p in manifest["datasets"]] == [
        ("works__a", {"navsagar": ["sha"]}, "contract"),
        ("works__b", {"navsagar": ["sha"]}, "contract"),
    ]
    assert "folder" not in manifest["datasets"][0]


def test_the_database_says_that_its_city_is_fictional(release: Path):
    with duckdb.connect(str(release / DATABASE), read_only=True) as database:
        comments = database.execute("SELECT comment FROM duckdb_tables() ORDER BY table_name").fetchall()
    assert comments == [("Title of works__a (fictional)",), ("Title of works__b (fictional)",)]
