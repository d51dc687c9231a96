"""A release with what maps and charts need: areas, calls counted by area and month, stops that are points."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely

from data_contracts.dataset import Dataset
from orchestration.store.files import settle
from tests.contracts_kit import CITY, column, contract, load
from tests.portal.kit import TOWN, WORKS
from transforms.engine import connect, literal
from transforms.privacy import pseudonym
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, Release, write_bundle
from transforms.release.description import Counts, data_until, describe, describe_city
from transforms.release.reader import Release as Opened
from transforms.release.reader import open_release

# Real only in that no row of it carries the notice.
OTHER = TOWN.model_copy(update={"id": "meghavan", "name": "Meghavan", "name_hi": "मेघवन", "fictional": False})
PLACED = {"logic": "place(lat, lon).ward_id", "of": ["lat", "lon"], "treatment": "keep"}
POINT = [column("lat", "number"), column("lon", "number")]
SLA = [{"property": "frequency", "value": 1, "unit": "mo"}, {"property": "latency", "value": 10, "unit": "d"}]
K = 5
# The first measure is no count, and the first by its letters is not the contract's first count.
MEASURES = {
    "mean_hours": "avg(hours)",
    "received": "count(*)",
    "answered": "count(*) filter (where hours < 1)",
}
CONTRACTS = [
    contract(
        "areas",
        [
            column("ward_id", treatment="keep", key=True, titleHi="वार्ड"),
            column("ward_name", treatment="keep"),
            column("ward_name_hi", treatment="keep"),
            column("geometry", "geometry", "keep"),
        ],
        titleHi="क्षेत्र",
    ),
    contract(
        "calls",
        [
            column("call_id", key=True),
            column("caller", treatment={"kind": "mask", "keepLast": 2}, titleHi="फ़ोन करने वाला"),
            *POINT,
            column("ward_id", **PLACED),
            column("called_at", "timestamp", "keep", options={"format": "dd/MM/yyyy"}),
            column("hours", "number", "keep"),
        ],
        publication={
            "form": "aggregate",
            "dimensions": ["ward_id", {"column": "called_at", "to": "month"}],
            "measures": MEASURES,
            "k": K,
        },
        boundary="works__areas",
        temporalColumn="called_at",
        sla=SLA,
        titleHi="फ़ोन",
    ),
    contract(
        "stops",
        [
            column("stop_id", treatment="pseudonym", key=True),
            *POINT,
            column("ward_id", **PLACED),
            column("opened_on", "date", {"kind": "generalise", "to": "day"}, options={"format": "dd/MM/yyyy"}),
            column("seats", "integer", {"kind": "generalise", "band": 10}),
            column("geometry", "geometry", "keep"),
        ],
        boundary="works__areas",
        temporalColumn="opened_on",
    ),
]
# Calls by city, ward and month. Ward 3 is hidden as a whole, and so is March; ward 4 has no call.
CALLS = [
    (CITY, "1", "2026-01", 7),
    (CITY, "1", "2026-02", 20),
    (CITY, "2", "2026-01", 5),
    (CITY, "2", "2026-02", K - 1),
    (CITY, "3", "2026-01", 1),
    (CITY, "3", "2026-03", 2),
    (CITY, None, "2026-02", 6),
    ("meghavan", "1", "2026-01", 50),
]
STOPS = [("1", "2025-12-31"), ("1", "2026-01-01"), ("1", "2026-02-03"), ("2", "2026-02-28"), (None, None)]


@cache
def datasets() -> dict[str, Dataset]:
    """The three datasets by name."""
    with TemporaryDirectory() as folder:
        return {dataset.name: dataset for dataset in load(Path(folder), *CONTRACTS).datasets.values()}


def square(x: float, y: float, size: float = 0.01) -> Any:
    """A square whose south-western corner is given."""
    return shapely.box(x, y, x + size, y + size)


def areas() -> dict[str, Any]:
    """The outlines by ward: three squares in a row, and one of two parts."""
    two = shapely.MultiPolygon([square(72.03, 19.0), square(72.05, 19.0)])
    return {"1": square(72.0, 19.0), "2": square(72.01, 19.0), "3": square(72.02, 19.0), "4": two}


def accepted() -> dict[str, str]:
    """SQL of the accepted rows of each dataset."""

    def values(rows: list[tuple[Any, ...]]) -> str:
        cells = ("(" + ", ".join("NULL" if v is None else literal(str(v)) for v in row) + ")" for row in rows)
        return ", ".join(cells)

    outlines = [
        (city, ward, f"Ward {ward}" if ward != "4" else None, f"वार्ड {ward}" if ward == "1" else None, shape.wkb.hex())
        for city in (CITY, "meghavan")
        for ward, shape in areas().items()
    ]
    points = [(ward, day, shapely.Point(72.005, 19.005).wkb.hex()) for ward, day in STOPS]
    return {
        "areas": "SELECT city, ward_id, ward_name, ward_name_hi, from_hex(shape) AS geometry "
        f"FROM (VALUES {values(outlines)}) AS t(city, ward_id, ward_name, ward_name_hi, shape)",
        "calls": "SELECT city, i || month AS call_id, '9876501234' AS caller, 19.0 AS lat, 72.0 AS lon, ward_id, "
        "timezone('Asia/Kolkata', CAST(month || '-01' AS TIMESTAMP)) AS called_at, CAST(2 AS DOUBLE) AS hours "
        f"FROM (VALUES {values(CALLS)}) AS t(city, ward_id, month, n), range(CAST(n AS BIGINT)) AS r(i)",
        "stops": f"SELECT {literal(CITY)} AS city, 's' || day AS stop_id, 19.0 AS lat, 72.0 AS lon, ward_id, "
        "CAST(day AS DATE) AS opened_on, CAST(23 AS BIGINT) AS seats, from_hex(shape) AS geometry "
        f"FROM (VALUES {values(points)}) AS t(ward_id, day, shape)",
    }


def build_town(releases: Path, release: str = "town") -> Path:
    """The release, written as the project writes it; nobody has let it out."""
    releases.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=releases.parent) as work:
        parts = [_part(datasets()[name], sql, Path(work) / name) for name, sql in accepted().items()]
        folder = Path(work) / release
        folder.mkdir()
        cities = [describe_city(TOWN), describe_city(OTHER)]
        write_bundle(parts, Release(release, "code", NOTICE, cities), folder, Path(work))
        settle(folder, releases / release)
    return releases / release


def _part(dataset: Dataset, sql: str, folder: Path) -> Part:
    folder.mkdir()
    with connect(folder) as connection:
        pseudonym.register(connection, bytes(32))
        rows = write_table(connection, dataset, sql, [CITY], folder)
        published = f"SELECT * FROM read_parquet({literal(folder / f'{dataset.table}.parquet')})"
        until = data_until(connection, dataset, published)
        by_city = dict(connection.execute(f"SELECT city, count(*) FROM ({published}) GROUP BY 1").fetchall())
    boundary = datasets()["areas"] if dataset.properties.boundary else None
    counts = {city: Counts(count, count, 0, 0, {}, {}) for city, count in by_city.items()}
    entry = describe(dataset, {}, WORKS, boundary, counts, by_city, until)
    return Part(
        dataset.table,
        dataset.title,
        dataset.publication.form,
        rows,
        dataset.contract_hash,
        {city: ["sha"] for city in by_city},
        folder,
        entry,
    )


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    """The release, built and opened as the portal opens it."""
    build_town(folder / "releases")
    release = open_release(folder / "releases", "town")
    try:
        yield release
    finally:
        release.connection.close()
