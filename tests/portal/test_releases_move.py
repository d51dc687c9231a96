"""A hundred releases come out while twenty clients read: no answer fails, and none is of two releases.

The server is a process of its own, as in a city: what it reads is written by another process. Clients begin at
different releases and stay on their first one beside reading the newest, so that more are read than are kept open.
"""

import csv
import hashlib
import io
import json
import multiprocessing
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.portal.kit import SLUG, TABLE, build, let_out, portal, serving, things
from transforms.release.reader import Shelf

RELEASES, CLIENTS = 100, 20
DATASET = f"/api/datasets/{SLUG}"


def named(number: int) -> str:
    return f"release{number:03d}"


def numbered(release: str) -> int:
    return int(release.removeprefix("release"))


def rows_of(number: int) -> int:
    """How many rows a release has: neighbours differ."""
    return 3 + number % 7


class Progress:
    """What is out, and which releases were seen by anybody; waits without sleeping."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.out = 0
        self.seen: set[int] = set()
        self.failed = False

    def note(self, *, out: int = 0, seen: int = 0, failed: bool = False) -> None:
        with self.changed:
            self.out = max(self.out, out)
            self.seen.add(seen)
            self.failed |= failed
            self.changed.notify_all()

    def wait_out(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.out >= number or self.failed, 60)

    def wait_seen(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: number in self.seen or self.failed, 60)


class Client:
    """One reader over one connection; every answer is held against the release that it names."""

    def __init__(self, address: tuple[str, int]):
        self.connection = HTTPConnection(*address, timeout=30)
        self.answers = 0
        self.newest = 0

    def get(self, path: str) -> tuple[str, bytes]:
        """The release that the header names, and the body."""
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        body = response.read()
        self.answers += 1
        assert response.status == 200, (path, response.status, body)
        return response.headers["Pravah-Release"], body

    def ask(self, path: str, pinned: str | None = None) -> tuple[int, dict[str, Any]]:
        """The number of the release, which all of the answer names, and the body."""
        given = f"{'&' if '?' in path else '?'}release={pinned}" if pinned else ""
        header, content = self.get(path + given)
        body = json.loads(content)
        assert body["release"] == header
        assert pinned in (None, header)
        number = numbered(header)
        if pinned is None:
            assert number >= self.newest, "a release moved backward"
            self.newest = number
        return number, body

    def read_rows(self, pinned: str | None = None) -> int:
        """All pages of the table, one after the other."""
        number, body = self.ask(f"{DATASET}/rows?limit=4", pinned)
        records = body["records"]
        while body["next"]:
            header, content = self.get(body["next"])
            body = json.loads(content)
            assert (header, body["release"]) == (named(number), named(number))
            records += body["records"]
        assert body["total"] == rows_of(number)
        assert [record["code"] for record in records] == [f"{i:04d}A" for i in range(rows_of(number))]
        assert {record["n"] for record in records} == {number}
        return number

    def read_catalogue(self, pinned: str | None = None) -> int:
        """The dataset's entry, and its CSV as the entry has it."""
        number, body = self.ask(DATASET, pinned)
        assert body["rows"] == {"navsagar": rows_of(number)}
        (file,) = (file for file in body["files"] if file["name"] == f"{TABLE}.csv")
        header, content = self.get(file["url"])
        assert header == named(number)
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert [row["n"] for row in csv.DictReader(io.StringIO(content.decode()))] == [str(number)] * rows_of(number)
        return number

    def read_list(self, pinned: str | None = None) -> int:
        """The release, and its list of datasets."""
        self.ask("/api/release", pinned)
        number, body = self.ask("/api/datasets", pinned)
        assert [entry["rows"] for entry in body["datasets"]] == [{"navsagar": rows_of(number)}]
        return number


def read_to_the_end(address: tuple[str, int], progress: Progress, begin: int) -> int:
    """Read the newest in three ways and the first in one, until the last release is seen; the number of answers."""
    try:
        progress.wait_out(begin)
        client = Client(address)
        reads = deque((client.read_rows, client.read_catalogue, client.read_list))
        first = client.read_rows()
        while client.newest < RELEASES and not progress.failed:
            for read in reads:
                progress.note(seen=read())
            reads.rotate()
            assert reads[0](named(first)) == first
        return client.answers
    except BaseException:
        progress.note(failed=True)
        raise


def serve(folder: Path, pipe: Connection) -> None:
    with serving(portal(Shelf(folder))) as address:
        pipe.send(address)
        pipe.recv()


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """The portal's machine half in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, theirs), daemon=True)
    process.start()
    try:
        assert ours.poll(60), "the server did not start"
        yield ours.recv()
    finally:
        ours.send("end")
        process.join(30)


def test_clients_read_while_releases_come_out(tmp_path: Path, record_property: Any):
    releases = tmp_path / "releases"
    progress = Progress()

    def publish(number: int) -> None:
        build(releases, named(number), things(rows_of(number), number))
        let_out(releases, named(number))
        progress.note(out=number)

    publish(1)
    with server(releases) as address, ThreadPoolExecutor(CLIENTS) as threads:
        begins = [1 + 4 * (client % 5) for client in range(CLIENTS)]
        readers = [threads.submit(read_to_the_end, address, progress, begin) for begin in begins]
        try:
            for number in range(2, RELEASES + 1):
                publish(number)
                progress.wait_seen(number)
        except BaseException:
            progress.note(failed=True)
            raise
        answers = [reader.result() for reader in readers]
    assert progress.seen >= set(range(2, RELEASES + 1))
    record_property("answers", sum(answers))
    print(f"{sum(answers)} answers")
