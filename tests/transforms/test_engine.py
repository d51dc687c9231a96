"""Connections to DuckDB: each user finds an engine as if it were new."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from transforms.engine import connect, define

MADE = [
    "CREATE TABLE made AS SELECT 1 AS a",
    "CREATE TEMP TABLE made AS SELECT 1 AS a",
    "CREATE VIEW made AS SELECT 1 AS a",
    "CREATE SCHEMA other; CREATE TABLE other.made AS SELECT 1 AS a; USE other",
    "BEGIN; CREATE TABLE made AS SELECT 1 AS a",
    "ATTACH ':memory:' AS second; CREATE TABLE second.made AS SELECT 1 AS a; USE second",
]


@pytest.mark.parametrize("statement", MADE)
def test_what_one_user_makes_no_other_finds(tmp_path: Path, statement: str) -> None:
    for _ in range(2):
        with connect(tmp_path) as connection:
            assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
            assert connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]
            connection.execute(statement)
            assert connection.execute("SELECT a FROM made").fetchall() == [(1,)]


def test_functions_variables_and_frames_go_with_their_user(tmp_path: Path) -> None:
    integer = duckdb.sqltypes.BIGINT
    for factor in (2, 3):
        with connect(tmp_path) as connection:
            for asked in ("times(1)", "(SELECT a FROM frame)"):
                with pytest.raises(duckdb.CatalogException):
                    connection.execute(f"SELECT {asked}")
            assert connection.execute("SELECT getvariable('latest')").fetchall() == [(None,)]
            define(connection, "times", _times(factor), [integer], integer)
            connection.register("frame", pa.table({"a": [1]}))
            connection.execute("SET VARIABLE latest = 5; SET TimeZone = 'Asia/Kolkata'")
            assert connection.execute("SELECT times(a) FROM frame").fetchall() == [(factor,)]


def _times(factor: int) -> Callable[[Any], Any]:
    return lambda column: pc.multiply(column, factor)


def test_each_has_the_bounds_it_asked_for(tmp_path: Path) -> None:
    asked = "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('TimeZone')"
    with connect(tmp_path, "1GiB", 1) as outer, connect(tmp_path, "2GiB") as inner:
        assert outer.execute(asked).fetchall() == [(1, "1.0 GiB", "UTC")]
        assert inner.execute(asked).fetchall() == [(2, "2.0 GiB", "UTC")]


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = false",
        # Spills, so that its folder cannot be another one afterwards.
        "SET memory_limit = '40MB'; CREATE TABLE large AS SELECT random() AS r FROM range(5_000_000)",
    ],
)
def test_an_engine_that_cannot_be_made_good_again_is_not_used_again(tmp_path: Path, statement: str) -> None:
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        with connect(folder) as connection:
            connection.execute("SELECT * FROM read_text(?)", [__file__])
            connection.execute(statement)
        assert not list(folder.iterdir())


def test_a_user_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ConversionException), connect(tmp_path) as connection:
        connection.execute("CREATE TABLE made AS SELECT 1 AS a")
        connection.execute("SELECT 'x'::INTEGER FROM made")
    with connect(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


@pytest.mark.parametrize("wrong", [False, True])
def test_a_user_may_leave_in_the_middle(tmp_path: Path, wrong: bool) -> None:
    integer = duckdb.sqltypes.BIGINT
    for _ in range(2):
        with connect(tmp_path) as connection:
            define(connection, "times", _times(2), [integer], integer)
            connection.execute("BEGIN; CREATE TABLE made AS SELECT 1 AS a")
            assert connection.execute("SELECT times(i) FROM range(100_000) t(i)").fetchone() == (0,)
            if wrong:
                with pytest.raises(duckdb.ConversionException):
                    connection.cursor().execute("USE work; SELECT 'x'::INTEGER")
                connection.abort()
                with pytest.raises(duckdb.ConversionException):
                    connection.execute("SELECT 'x'::INTEGER FROM made")


def test_a_fork_has_engines_of_its_own(tmp_path: Path) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(connect(tmp_path))
    child = os.fork()
    if child == 0:
        with connect(tmp_path) as connection:
            found = connection.execute("SELECT sum(i) FROM range(10_000_000) t(i)").fetchall()
        os._exit(0 if found == [(49_999_995_000_000,)] else 1)
    assert os.waitpid(child, 0)[1] == 0
