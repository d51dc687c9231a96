"""Releases with frozen rounds and use cases, and what a page of one shows."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from data_contracts.catalogue import load
from data_contracts.city import City
from data_contracts.dataset import Dataset
from orchestration.store.files import settle
from portal.pages.texts import texts
from portal.public.maturity.look import Look
from portal.public.maturity.rounds import rounds
from portal.public.visit import Visit
from tests.conftest import ROOT
from tests.portal.kit import WORKS, let_out
from tests.transforms.maturity import kit
from transforms.engine import connect, literal
from transforms.maturity import round as freezing
from transforms.maturity.evidence import Evidence
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, write_bundle
from transforms.release.bundle import Release as Bundle
from transforms.release.description import Counts, data_until, describe, describe_city
from transforms.release.reader import Release

NEW, OLD = "2026-H1", "2025-H2"
# A city that sends nothing for one dimension, and says nothing of it either.
SILENT, DIMENSION = "city-002", "engagement"
FULL = "city-001"

# Use cases by city: id, state, procedure, better, the measure before and now, and their days.
CASES = [
    (FULL, "UC-01", "live", "SOP-01", "lower", 80.0, "2024-01-01", 60.0, "2026-01-01"),
    (SILENT, "UC-01", "live", "SOP-01", "lower", 80.0, "2024-01-01", 40.0, "2024-06-01"),
    ("city-003", "UC-01", "live", None, "lower", 50.0, "2024-01-01", 55.0, "2026-01-01"),
    ("city-004", "UC-01", "planned", None, "lower", None, None, None, None),
    (FULL, "UC-02", "pilot", "SOP-02", "higher", 10.0, "2024-01-01", 30.0, "2026-01-01"),
    (SILENT, "UC-02", "live", "SOP-02", "higher", 10.0, "2024-01-01", None, None),
]
PROCEDURES = [(FULL, "SOP-01", "2.1", "2025-06-20", "2026-01-10"), (SILENT, "SOP-01", "1.0", "2023-01-01", None)]


def evidence(cities: int, number: int) -> Evidence:
    """Made-up evidence in which one city is silent in one dimension."""
    drawn = kit.drawn(cities, number, 11)
    quiet = {one.id for one in kit.rubric().indicators if one.dimension == DIMENSION}

    def heard(frame: Any) -> Any:
        return frame[~((frame["city"] == SILENT) & frame["indicator_id"].isin(quiet))]

    parts = {name: heard(getattr(drawn, name)) for name in ("aggregates", "declared", "decisions")}
    return replace(drawn, **parts)


def build(folder: Path, cities: int, number: int) -> Path:
    """A release with so many rounds of so many cities, and their use cases; it is out."""
    known_sets, everything = load(ROOT / "data_contracts").datasets, evidence(cities, max(number, 1))
    named = ("id", "name", "name_hi", "state", "fictional", "bounds")
    towns = [
        City(**dict(zip(named, (row.city, row.name_, row.name_hi, row.state, True, row[-4:]), strict=True)))
        for row in everything.cities.rename(columns={"name": "name_"}).itertuples(index=False)
    ]
    with TemporaryDirectory(dir=folder) as work:
        parts = [part(known_sets[table], sql, Path(work) / table) for table, sql in tables().items()]
        packs = {}
        for name in kit.names(number):
            place = Path(work) / "rounds" / name
            place.mkdir(parents=True)
            freezing.write(place, name, everything, kit.rubric(), "released", datetime(2026, 10, 1, 6, tzinfo=UTC))
            packs[name] = (place, freezing.pack(place))
        target = Path(work) / "one"
        target.mkdir()
        going = Bundle("one", "code", NOTICE, [describe_city(town) for town in towns], packs=packs)
        write_bundle(parts, going, target, Path(work))
        (folder / "releases").mkdir()
        settle(target, folder / "releases" / "one")
    let_out(folder / "releases", "one")
    return folder / "releases"


def tables() -> dict[str, str]:
    """SQL of the accepted rows of both tables."""

    def rows(given: list[tuple[Any, ...]]) -> str:
        return ", ".join(f"({', '.join('NULL' if one is None else literal(str(one)) for one in row)})" for row in given)

    return {
        "iccc__use_cases": "SELECT city, use_case_id, 'water' AS use_case_group, 'Pumps ' || use_case_id AS title, "
        "'पंप' AS title_hi, 'water' AS departments, 'water__water_supply' AS feeds, status, "
        "CAST(CASE status WHEN 'live' THEN '2023-01-01' END AS DATE) AS live_since, sop_id, 'Energy' AS kpi, "
        "'kWh' AS kpi_unit, better, CAST(baseline AS DOUBLE) AS baseline, CAST(baseline_on AS DATE) AS baseline_on, "
        "CAST(now AS DOUBLE) AS current, CAST(now_on AS DATE) AS current_on, 'A' AS nodal_officer, '9' AS phone "
        f"FROM (VALUES {rows(CASES)}) "
        "AS t(city, use_case_id, status, sop_id, better, baseline, baseline_on, now, now_on)",
        "iccc__sops": "SELECT city, sop_id, 'UC-01' AS use_case_id, version, DATE '2023-01-01' AS approved_on, "
        "CAST(reviewed AS DATE) AS last_reviewed_on, CAST(drill AS DATE) AS last_drill_on, "
        "CAST(30 AS BIGINT) AS target_minutes, 'A' AS prepared_by, 'B' AS approved_by "
        f"FROM (VALUES {rows(PROCEDURES)}) AS t(city, sop_id, version, reviewed, drill)",
    }


def part(dataset: Dataset, sql: str, folder: Path) -> Part:
    folder.mkdir()
    with connect(folder) as connection:
        rows = write_table(connection, dataset, sql, [FULL], folder)
        published = f"SELECT * FROM read_parquet({literal(folder / f'{dataset.table}.parquet')})"
        until = data_until(connection, dataset, published)
        by_city = dict(connection.execute(f"SELECT city, count(*) FROM ({published}) GROUP BY 1").fetchall())
    counts = {city: Counts(count, count, 0, 0, {}, {}) for city, count in by_city.items()}
    entry = describe(dataset, {}, WORKS, None, counts, by_city, until)
    return Part(dataset.table, dataset.title, "rows", rows, dataset.contract_hash, {FULL: ["sha"]}, folder, entry)


def look(release: Release, language: str = "en", name: str = NEW) -> Look:
    every = rounds(release)
    return Look(Visit(texts(language), release, None), next(one for one in every if one.name == name), every)


def rows_of(html: str) -> list[str]:
    """The rows of all tables that name a city or an indicator in front."""
    return re.findall(r"<tr>(?=<th scope=\"row\">)(.*?)</tr>", html, re.DOTALL)


def links(html: str, path: str) -> list[dict[str, str]]:
    """What the links to a page ask for."""
    hrefs = [urlsplit(unescape(href)) for href in re.findall(r'href="([^"]+)"', html)]
    return [{name: found[0] for name, found in parse_qs(one.query).items()} for one in hrefs if one.path == path]
