"""Small releases on disk, written as the project writes them, and served as the portal serves them."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from data_contracts.city import City
from data_contracts.dataset import Dataset
from data_contracts.department import Department
from orchestration.store.files import settle, write_pointer
from portal.public.api import api
from portal.public.downloads import downloads
from tests.contracts_kit import CITY, column
from tests.transforms.kit import dataset
from transforms.engine import connect, literal
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, Release, write_bundle
from transforms.release.description import Counts, data_until, describe, describe_city
from transforms.release.reader import APPROVED, CURRENT, Shelf

TOWN = City(id=CITY, name="Navsagar", nameHi="नवसागर", state="Sample State", fictional=True, bounds=(72, 19, 73, 20))
WORKS = Department(title="Public works", titleHi="लोक निर्माण")
THINGS = dataset(
    column("code", treatment="keep", key=True),
    column("place", treatment="keep"),
    column("n", "integer", "keep"),
    column("cost", "number", "keep", physical="DECIMAL(10,2)"),
    column("ratio", "number", "keep"),
    column("seen_at", "timestamp", "keep", options={"format": "dd/MM/yyyy"}),
    column("built_on", "date", "keep", options={"format": "dd/MM/yyyy"}),
    column("is_open", "boolean", "keep"),
    column("phone"),
    column("geometry", "geometry", "keep"),
)
SLUG, TABLE = THINGS.slug, THINGS.table
ROWS = 137


@cache
def things(rows: int = ROWS, number: int = 0) -> str:
    """SQL of accepted rows of THINGS: codes that look like numbers, nulls, Hindi; `number` stands in every row."""
    return f"""
        SELECT {literal(CITY)} AS city, printf('%04dA', i) AS code,
            ['उत्तर', 'a&b=c', 'it''s', NULL, ''][1 + i % 5] AS place,
            CAST({number} + i % 3 * {0 if number else 1} AS BIGINT) AS n,
            CAST(i * 0.25 AS DECIMAL(10, 2)) AS cost,
            CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN NULL ELSE i / 3.0 END AS ratio,
            TIMESTAMPTZ '2025-12-31 18:30:00+00' + INTERVAL (i % 40) HOUR AS seen_at,
            CASE WHEN i % 9 THEN DATE '2026-01-01' + CAST(i % 20 AS INTEGER) END AS built_on,
            i % 2 = 0 AS is_open, '9876501234' AS phone,
            from_hex('010100000000000000000052400000000000003440') AS geometry
        FROM range({rows}) AS r(i)
    """


def build(releases: Path, release: str, accepted: str | None = None, chosen: Dataset = THINGS) -> Path:
    """A release with one table, written aside and renamed; nobody has let it out."""
    releases.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=releases.parent) as work:
        scratch, folder = Path(work) / "table", Path(work) / release
        scratch.mkdir()
        folder.mkdir()
        part = _part(chosen, things() if accepted is None else accepted, scratch)
        write_bundle([part], Release(release, "code", NOTICE, [describe_city(TOWN)]), folder, Path(work))
        settle(folder, releases / release)
    return releases / release


def _part(chosen: Dataset, accepted: str, folder: Path) -> Part:
    with connect(folder) as connection:
        rows = write_table(connection, chosen, accepted, [CITY], folder)
        published = f"SELECT * FROM read_parquet({literal(folder / f'{chosen.table}.parquet')})"
        until = data_until(connection, chosen, published)
    counts = {CITY: Counts(rows, rows, 0, 0, {}, {})}
    entry = describe(chosen, {}, WORKS, None, counts, {CITY: rows}, until)
    return Part(
        chosen.table, chosen.title, "rows", rows, chosen.contract_hash, {CITY: ["sha"]}, folder, entry
    )  # fmt: skip


def let_out(releases: Path, release: str) -> None:
    """Make CURRENT name a release, and APPROVED keep those that were out."""
    listed = releases / APPROVED
    earlier = listed.read_text(encoding="utf-8").split() if listed.exists() else []
    write_pointer(listed, "\n".join([*earlier, release]))
    write_pointer(releases / CURRENT, release)


def portal(shelf: Shelf) -> Starlette:
    """The machine's half of the portal, mounted as the portal mounts it."""
    return Starlette(routes=[Mount("/api", api(shelf)), downloads(shelf)])


@contextmanager
def serving(app: Any) -> Iterator[tuple[str, int]]:
    """A real server on a free port of this machine: its host and port."""

    class Started(uvicorn.Server):
        ready = threading.Event()

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            self.ready.set()

    # One that the server ends for idling, just as its client uses it again, would give no answer.
    kept = {"timeout_keep_alive": 3600}
    server = Started(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", **kept))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.ready.wait(30), "the server did not start"
    try:
        yield server.servers[0].sockets[0].getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join(30)


def asking(shelf: Shelf) -> AbstractContextManager[httpx.Client]:
    """A client of the portal over a shelf; it sees what goes wrong as any caller does."""
    return calling(portal(shelf))


@contextmanager
def calling(app: Any) -> Iterator[httpx.Client]:
    """A client of a real server over an application."""
    # There is no certificate, and to read those of the system takes longer than most of what is asked.
    with serving(app) as (host, port), httpx.Client(base_url=f"http://{host}:{port}", verify=False) as client:
        yield client
