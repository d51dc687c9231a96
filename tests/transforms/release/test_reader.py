"""The public's reader: one whole release or a line that says why not; nothing but its tables can be reached."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.portal.kit import ROWS, TABLE, build, let_out
from transforms.release.bundle import CATALOG, DATABASE, MANIFEST
from transforms.release.reader import (
    APPROVED,
    CURRENT,
    KEPT,
    Release,
    ReleaseMissing,
    ReleaseUnreadable,
    Shelf,
    open_release,
)

RELEASES = [f"r{n}" for n in range(KEPT + 3)]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A folder with one release, which is out."""
    build(tmp_path / "releases", "first")
    let_out(tmp_path / "releases", "first")
    return tmp_path / "releases"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More releases than a shelf keeps open."""
    folder = tmp_path_factory.mktemp("many") / "releases"
    for release in RELEASES:
        build(folder, release)
    let_out(folder, RELEASES[-1])
    (folder / APPROVED).write_text("\n".join(RELEASES))
    return folder


def refused(releases: Path, release: str | None = None) -> ReleaseUnreadable:
    """Why nothing can be read; it must be one line."""
    with pytest.raises(ReleaseUnreadable) as caught, Shelf(releases).reading(release):
        raise AssertionError("it was read")
    assert "\n" not in str(caught.value)
    return caught.value


# Which release


def test_the_release_that_is_out_is_read(releases: Path):
    with Shelf(releases).reading() as release:
        assert (release.id, release.page(TABLE, {}, 1).total) == ("first", ROWS)


def test_before_the_first_release(tmp_path: Path):
    assert "no release is out yet" in str(refused(tmp_path / "nothing here"))


@pytest.mark.parametrize("text", ["", "\n", "../first", "/etc", "first/../first", ".", "a b", "²", "x" * 300, "é"])
def test_a_pointer_that_names_no_release(releases: Path, text: str):
    (releases / CURRENT).write_text(text, encoding="utf-8")
    assert "names no release" in str(refused(releases))


def test_a_pointer_that_is_no_text(releases: Path):
    (releases / CURRENT).write_bytes(b"\xff\xfe")
    assert "names no release" in str(refused(releases))


def test_a_pointer_to_nowhere(releases: Path):
    let_out(releases, "gone")
    assert "there is no release of that id" in str(refused(releases))


@pytest.mark.parametrize("release", ["", ".", "..", "../releases/first", "/etc", "first/", "x" * 300, "a\0b", CURRENT])
def test_an_id_with_a_path_in_it_is_no_release(releases: Path, release: str):
    assert isinstance(refused(releases, release), ReleaseMissing)
    with pytest.raises(ReleaseMissing):
        open_release(releases, release)


def test_a_release_that_nobody_let_out_is_not_read(releases: Path):
    build(releases, "proposed")
    assert isinstance(refused(releases, "proposed"), ReleaseMissing)


def test_a_release_that_was_out_is_read_on(releases: Path):
    shelf = Shelf(releases)
    with shelf.reading():
        build(releases, "second")
        let_out(releases, "second")
        for asked, given in [(None, "second"), ("second", "second"), ("first", "first")]:
            with shelf.reading(asked) as release:
                assert release.id == given
    # The store takes one off the list that was rolled back from: it may have held what should not be out.
    (releases / APPROVED).write_text("second\n")
    assert isinstance(refused(releases, "first"), ReleaseMissing)


def test_a_reader_goes_on_without_a_pointer(releases: Path):
    shelf = Shelf(releases)
    shelf.current_id()
    (releases / CURRENT).unlink()
    with shelf.reading("first") as release:
        assert release.id == "first"


def test_since_when_a_release_is_out(releases: Path):
    build(releases, "second")
    shelf, before = Shelf(releases), datetime.now(UTC)
    let_out(releases, "second")
    assert abs(shelf.published_at() - before).total_seconds() < 60
    assert (shelf.out_since("second"), shelf.out_since("first")) == (shelf.published_at(), None)


# Whole or not


def cut(file: Path, bytes_left: float) -> None:
    """Cut a file to a share of its length."""
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(content[: int(len(content) * bytes_left)])


def rewrite(file: Path, change: Callable[[Any], Any]) -> None:
    file.chmod(0o600)
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(change(content)), encoding="utf-8")


FILES = [MANIFEST, CATALOG, DATABASE, *(f"data/{TABLE}.{form}" for form in ("csv", "parquet", "geojson"))]


@pytest.mark.parametrize("file", FILES)
def test_each_file_is_missed(releases: Path, file: str):
    (releases / "first" / file).unlink()
    assert "is not whole" in str(refused(releases))


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.95, 0.995])
@pytest.mark.parametrize("file", FILES)
def test_each_file_that_is_cut_short_is_seen(releases: Path, file: str, share: float):
    cut(releases / "first" / file, share)
    assert "is not whole" in str(refused(releases))


@pytest.mark.parametrize(
    ("file", "change"),
    [
        (MANIFEST, lambda manifest: [manifest]),
        (MANIFEST, lambda manifest: manifest | {"release": "second"}),
        (MANIFEST, lambda manifest: {"release": "first"}),
        (MANIFEST, lambda manifest: manifest | {"files": ["a"]}),
        (CATALOG, lambda catalog: [catalog]),
        (CATALOG, lambda catalog: None),
        (CATALOG, lambda catalog: {"cities": []}),
        (CATALOG, lambda catalog: catalog | {"datasets": []}),
    ],
)
def test_what_is_no_manifest_or_catalogue_is_seen(releases: Path, file: str, change: Any):
    rewrite(releases / "first" / file, change)
    assert "is not whole" in str(refused(releases))


def test_a_database_of_another_release_is_seen(releases: Path):
    file = releases / "first" / DATABASE
    file.unlink()
    with duckdb.connect(str(file)) as database:
        database.execute("CREATE TABLE other AS SELECT 1")
    assert "is not whole" in str(refused(releases))


def test_a_release_that_was_mended_is_read(releases: Path):
    shelf, file = Shelf(releases), releases / "first" / MANIFEST
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(ReleaseUnreadable), shelf.reading():
        pass
    file.write_bytes(content)
    with shelf.reading() as release:
        assert release.id == "first"


# Nothing else can be reached

STATEMENTS = [
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_parquet('{release}/data/*.parquet')",
    "SELECT * FROM glob('/*')",
    "ATTACH '{target}'",
    "COPY (SELECT 1) TO '{target}'",
    "EXPORT DATABASE '{target}'",
    "CREATE TABLE more AS SELECT 1",
    "INSERT INTO works__things SELECT * FROM works__things",
    "UPDATE works__things SET n = 0",
    "DELETE FROM works__things",
    "DROP TABLE works__things",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "SET TimeZone = 'UTC'",
    "PRAGMA enable_profiling",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_query_reaches_a_file_or_changes_anything(releases: Path, statement: str):
    secret, target = releases.parent / "secret.csv", releases.parent / "target"
    secret.write_text("a\n1\n")
    # A second shelf shares the instance of the file, and must not loosen it.
    with Shelf(releases).reading() as release, Shelf(releases).reading() as other:
        sql = statement.format(secret=secret, target=target, release=release.folder)
        for one in (release, other):
            with pytest.raises(duckdb.Error):
                one.query(sql)
            assert one.page(TABLE, {}, 1).total == ROWS
    assert not target.exists()


# Rows


@pytest.fixture(scope="module")
def release(many: Path) -> Iterator[Release]:
    with Shelf(many).reading() as opened:
        yield opened


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ({"code": "0001A"}, ["0001A"]),
        ({"code": "1A"}, []),
        ({"cost": "0.25"}, ["0001A"]),
        ({"cost": "0.250"}, []),
        ({"seen_at": "2025-12-31T18:30:00Z"}, ["0000A", "0040A", "0080A", "0120A"]),
        ({"seen_at": "2026-01-01 00:00:00+05:30"}, []),
        ({"built_on": "2026-01-02", "n": "1"}, ["0001A", "0061A", "0121A"]),
        ({"built_on": "2026-01-02", "n": "one"}, []),
        ({"n": "1 OR 1=1"}, []),
        ({"place": "it's", "is_open": "true", "n": "2"}, ["0002A", "0032A", "0062A", "0092A", "0122A"]),
        ({"place": "'; DROP TABLE works__things; --"}, []),
    ],
)
def test_filters_compare_as_text(release: Release, filters: dict[str, str], codes: list[str]):
    page = release.page(TABLE, filters, 1000)
    place = page.columns.index("code")
    assert [row[place] for row in page.rows] == codes
    assert page.total == len(codes)


@pytest.mark.parametrize("column", ["geometry", "nothing", 'n" = n OR "n', ""])
def test_a_filter_that_is_no_column_is_refused_and_not_repeated(release: Release, column: str):
    with pytest.raises(ValueError, match="names no column of this table"):
        release.page(TABLE, {column: "1"}, 1)


def test_an_outline_is_no_column_of_a_page(release: Release):
    assert "geometry" in release.columns(TABLE)
    assert "geometry" not in release.page(TABLE, {}, 1).columns


@settings(max_examples=40, deadline=None)
@given(limit=st.integers(1, ROWS + 5), filters=st.sampled_from([{}, {"is_open": "true"}, {"n": "2"}, {"n": "x"}]))
def test_pages_together_are_the_table_in_order(release: Release, limit: int, filters: dict[str, str]):
    whole = release.page(TABLE, filters, 10 * ROWS)
    rows = [
        row for offset in range(0, whole.total + 1, limit) for row in release.page(TABLE, filters, limit, offset).rows
    ]
    # As text: NaN is not equal to itself.
    assert (repr(rows), len(rows)) == (repr(whole.rows), whole.total)
    codes = [row[whole.columns.index("code")] for row in whole.rows]
    assert codes == sorted(codes)


# What stays open


def open_now(shelf: Shelf) -> list[Release]:
    return list(shelf._open.values())


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from(RELEASES)), max_size=40))
def test_idle_databases_are_closed_and_never_one_in_use(many: Path, steps: list[tuple[bool, str]]):
    shelf, reading = Shelf(many), []
    for begin, name in steps:
        if begin:
            block = shelf.reading(name)
            reading.append((block, block.__enter__()))
        elif reading:
            reading.pop(0)[0].__exit__(None, None, None)
        in_use = {release.id for _, release in reading}
        for _, release in reading:
            assert release.query("SELECT 1") == [(1,)]
        assert in_use <= {release.id for release in open_now(shelf)}
        assert len(open_now(shelf)) <= max(KEPT, len(in_use))
    for block, _ in reading:
        block.__exit__(None, None, None)
    assert len(open_now(shelf)) <= KEPT
    for release in open_now(shelf):
        release.connection.close()


def test_many_threads_share_a_shelf(many: Path):
    shelf, together = Shelf(many), threading.Barrier(8)
    most: list[int] = []

    def read(thread: int) -> None:
        together.wait(30)
        for turn in range(25):
            with shelf.reading(RELEASES[(thread * 3 + turn) % len(RELEASES)]) as release:
                assert release.page(TABLE, {"is_open": "true"}, 5).total == (ROWS + 1) // 2
                most.append(len(open_now(shelf)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, range(8)))
    assert max(most) <= KEPT + 8
    assert len(open_now(shelf)) <= KEPT
    for release in open_now(shelf):
        assert release.page(TABLE, {}, 1).total == ROWS


def test_a_database_that_was_closed_is_no_longer_open(many: Path):
    shelf, opened = Shelf(many), []
    for name in RELEASES:
        with shelf.reading(name) as release:
            opened.append(release)
    for release in opened[: len(RELEASES) - KEPT]:
        with pytest.raises(duckdb.ConnectionException):
            release.query("SELECT 1")
    assert [release.id for release in open_now(shelf)] == RELEASES[-KEPT:]


def test_a_shelf_does_not_close_what_another_one_reads(releases: Path):
    with Shelf(releases).reading() as here, Shelf(releases).reading() as there:
        there.connection.close()
        assert here.page(TABLE, {}, 1).total == ROWS
