"""The sample's files against the contracts and its own truth, read and judged here by other code than ours."""

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import python_calamine
import shapely

from data_contracts import catalogue
from orchestration.sample import write_sample

ROOT = Path(__file__).parents[2]
KML = "{http://www.opengis.net/kml/2.2}"
CONTRACTS = catalogue.load()
CITIES = ("meghavan", "navsagar")
WARDS, CAMERAS = "iccc__wards", "police__cameras"
REQUESTS, GRIEVANCES = "police__footage_requests", "municipal_services__grievances"
TABLES = (WARDS, CAMERAS, REQUESTS, GRIEVANCES)
EACH = list(product(CITIES, TABLES))
PLACED = [(city, table) for city, table in EACH if table != WARDS]
DATES = {
    ("navsagar", CAMERAS): "%d-%m-%Y",
    ("meghavan", CAMERAS): "%d-%m-%Y",
    ("navsagar", REQUESTS): "%d-%m-%Y %H:%M",
    ("meghavan", REQUESTS): "%Y-%m-%d %H:%M:%S",
    ("navsagar", GRIEVANCES): "%d/%m/%Y %H:%M",
    ("meghavan", GRIEVANCES): "%Y-%m-%dT%H:%M:%S",
}
ROW_RULES = {
    "incident_ends_after_it_begins": lambda r: _not_before(r["incident_to"], r["incident_from"]),
    "requested_after_incident": lambda r: _not_before(r["requested_at"], r["incident_from"]),
    "delivered_after_request": lambda r: _not_before(r["delivered_at"], r["requested_at"]),
    "delivered_has_a_time": lambda r: r["outcome"] != "delivered" or r["delivered_at"] is not None,
    "rejected_has_a_reason": lambda r: r["outcome"] != "rejected" or r["reason"] is not None,
    "resolved_after_opened": lambda r: _not_before(r["resolved_at"], r["opened_at"]),
    "resolved_has_a_time": lambda r: r["status"] != "resolved" or r["resolved_at"] is not None,
}
BOUNDS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}


def _not_before(later, earlier):
    return later is None or earlier is None or later >= earlier


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    root = tmp_path_factory.mktemp("sample")
    write_sample(root / "inbox", truth=root / "truth")
    return root


@pytest.fixture(scope="module")
def judged(sample):
    """(city, table) → file name → rows, each a pair of typed cells and broken rules."""
    return {
        (city, table): {
            path.name: [_judge(row, city, table) for row in _read(path, city, table)[1]]
            for path in _files(sample, city, table)
        }
        for city, table in EACH
    }


def _files(root, city, table):
    return sorted((root / "inbox" / city / Path(*table.split("__"))).iterdir())


def _truth(root, city, table):
    return json.loads((root / "truth" / city / f"{table}.json").read_text(encoding="utf-8"))


def _read(path, city, table):
    """The file's headers and its rows (contract's column → cell), None where the cell says nothing."""
    dataset = CONTRACTS.datasets[table]
    source = dataset.source(city)
    readers = {"csv": _csv, "xlsx": _xlsx, "json": _json, "geojson": _geojson, "kml": _kml}
    headers, rows = readers[source.format](path, source.properties)
    names = {name: column.name for column in dataset.file_columns for name in column.source_names}
    names |= {column.properties.source_pointer: column.name for column in dataset.file_columns}
    nothing = (*source.properties.null_values, None)
    return headers, [
        {names[h]: None if cell in nothing else cell for h, cell in zip(headers, row, strict=True) if h in names}
        for row in rows
    ]


def _csv(path, form):
    text = path.read_bytes().decode(form.encoding)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True)
    return header, rows


def _xlsx(path, form):
    sheet = python_calamine.load_workbook(str(path)).get_sheet_by_name(form.sheet)
    header, *rows = sheet.to_python()[form.header_row - 1 :]
    return header, rows


def _json(path, form):
    records = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    for step in form.records.split("/")[1:]:
        records = records[step]
    flat = [_flat(record) for record in records]
    headers = list(dict.fromkeys(key for record in flat for key in record))
    return headers, [[record.get(header) for header in headers] for record in flat]


def _flat(record):
    found = {key: value for key, value in record.items() if key != "location"}
    return found | {f"/location/{key}": value for key, value in (record["location"] or {}).items()}


def _geojson(path, form):
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    headers = [*features[0]["properties"], "geometry"]
    return headers, [[*feature["properties"].values(), feature["geometry"]] for feature in features]


def _kml(path, form):
    marks = ElementTree.parse(path).iter(f"{KML}Placemark")
    rows = [
        {
            "name": mark.findtext(f"{KML}name"),
            **{data.get("name"): data.findtext(f"{KML}value") for data in mark.iter(f"{KML}Data")},
            "geometry": _outline(mark),
        }
        for mark in marks
    ]
    return list(rows[0]), [list(row.values()) for row in rows]


def _outline(mark):
    polygons = [
        [
            [[float(number) for number in point.split(",")] for point in ring.text.split()]
            for ring in polygon.iter(f"{KML}coordinates")
        ]
        for polygon in mark.iter(f"{KML}Polygon")
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _judge(row, city, table):
    """The row's typed cells (None where unreadable) and the ids of the error rules it breaks."""
    dataset = CONTRACTS.datasets[table]
    decimal = dataset.source(city).properties.decimal
    typed, broken = {}, []
    for column in dataset.file_columns:
        cell = row[column.name]
        typed[column.name] = value = _typed(cell, column.logical_type, decimal, DATES.get((city, table)))
        if cell is not None and value is None:
            broken.append(f"{column.name}.type")
        if column.required and cell is None:
            broken.append(f"{column.name}.required")
        for option, bound in column.options.items():
            good = BOUNDS.get(option, lambda *_: True) if option != "pattern" else lambda v, p: re.search(p, v)
            if value is not None and not good(value, bound):
                broken.append(f"{column.name}.{option}")
    for rule in dataset.rules:
        allowed = (rule.body.get("arguments") or {}).get("validValues")
        if rule.kind == "row" and allowed:
            good = typed[rule.column] in (None, *allowed)
        elif rule.kind == "row":
            good = ROW_RULES[rule.name](typed)
        else:
            good = True
        if not good:
            broken.append(rule.name)
    return typed, broken


def _typed(cell, kind, decimal, pattern):
    if cell is None or kind in ("string", "geometry"):
        return cell
    if kind in ("date", "timestamp"):
        if isinstance(cell, date):
            # Calamine hands a date cell at midnight on as a date.
            return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        try:
            return datetime.strptime(cell, pattern)
        except ValueError:
            return None
    if not isinstance(cell, str):
        return cell
    digits = rf"(-?\d+(?:{re.escape(decimal)}\d+)?)( m| ft)?" if kind == "number" else r"(\d+)( m)?"
    match = re.fullmatch(digits, cell)
    return float(match[1].replace(decimal, ".")) if match else None


def test_the_same_seed_gives_the_same_bytes(sample, tmp_path):
    # In a process of its own: the order of a set differs from one to the next.
    code = "import sys, pathlib, orchestration.sample as s; s.write_sample(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "inbox")], cwd=ROOT, env=environment, check=True)
    assert _bytes(tmp_path / "inbox") == _bytes(sample / "inbox")


def test_another_seed_gives_other_bytes(sample, tmp_path):
    write_sample(tmp_path / "inbox", seed=8)
    mine, other = _bytes(sample / "inbox"), _bytes(tmp_path / "inbox")
    assert mine.keys() == other.keys()
    assert [name for name in mine if mine[name] == other[name]] == []


def _bytes(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_inbox_holds_the_deliveries_and_nothing_else(sample, tmp_path):
    inbox = tmp_path / "inbox"
    written = write_sample(inbox)
    assert sorted(written) == sorted(path for path in inbox.rglob("*") if path.is_file())
    assert len(written) == 2 * (1 + 1 + 2 + 2)
    assert sum(path.stat().st_size for path in written) < 15_000_000
    # Names sort as the deliveries arrive.
    for city, table in EACH:
        mine = [path for path in written if path.parent == inbox / city / Path(*table.split("__"))]
        assert mine == sorted(mine)


@pytest.mark.parametrize(("city", "table"), EACH)
def test_each_file_has_the_columns_of_its_contract(sample, city, table):
    dataset = CONTRACTS.datasets[table]
    source = dataset.source(city)
    for path in _files(sample, city, table):
        assert path.suffixes == [f".{source.format}", *([".gz"] if source.properties.packing == "gz" else [])]
        headers = [h for h in _read(path, city, table)[0] if h not in source.properties.ignored_columns]
        found = Counter(
            column.name
            for header in headers
            for column in dataset.file_columns
            if header in column.source_names or header == column.properties.source_pointer
        )
        assert found == Counter(column.name for column in dataset.file_columns)
        assert len(headers) == found.total()


@pytest.mark.parametrize("table", TABLES)
def test_the_cities_spell_their_headers_differently(sample, table):
    mine, other = (set(_read(_files(sample, city, table)[0], city, table)[0]) for city in CITIES)
    assert mine & other <= {"geometry"}


@pytest.mark.parametrize(("city", "table"), EACH)
def test_the_truth_counts_what_the_files_hold(sample, judged, city, table):
    truth, files = _truth(sample, city, table), judged[city, table]
    assert truth["files"] == {name: len(rows) for name, rows in files.items()}
    broken = [
        [name, number, rule] for name, rows in files.items() for number, (_, rules) in enumerate(rows) for rule in rules
    ]
    assert sorted(truth["rows"]) == sorted(broken)
    assert truth["quarantined"] == Counter(rule for _, _, rule in broken)
    assert len({(name, number) for name, number, _ in broken}) < 0.02 * sum(truth["files"].values())


@pytest.mark.parametrize(("city", "table"), EACH)
def test_the_truth_counts_rows_that_come_twice(sample, judged, city, table):
    key = CONTRACTS.datasets[table].key[0]
    rows = [row for rows in judged[city, table].values() for row in rows]
    good = Counter(cells[key] for cells, broken in rows if not broken)
    bad = [cells[key] for cells, broken in rows if broken]
    assert _truth(sample, city, table)["duplicate"] == good.total() - len(good)
    assert len(set(bad)) == len(bad)
    assert not set(bad) & good.keys()


@pytest.mark.parametrize(("city", "table"), PLACED)
def test_the_truth_counts_points_outside_all_wards(sample, judged, city, table):
    city_ground = shapely.union_all(_outlines(judged, city))
    rows = [cells for rows in judged[city, table].values() for cells, broken in rows if not broken]
    points = np.array([(row["lon"], row["lat"]) for row in rows if row["lat"] is not None])
    outside = ~shapely.intersects_xy(city_ground, points)
    assert _truth(sample, city, table)["outside"] == outside.sum() > 0


@pytest.mark.parametrize(("city", "table"), PLACED)
def test_repeated_rows_are_both_exact_and_corrected(judged, city, table):
    by_key: dict[str, list] = {}
    for rows in judged[city, table].values():
        for cells, _ in rows:
            by_key.setdefault(cells[next(iter(CONTRACTS.datasets[table].key))], []).append(cells)
    pairs = [cells for cells in by_key.values() if len(cells) > 1]
    assert {len(cells) for cells in pairs} == {2}
    assert {first == second for first, second in pairs} == {True, False}
    if table != CAMERAS:
        assert all(a["updated_at"] != b["updated_at"] for a, b in pairs if a != b)


@pytest.mark.parametrize(("city", "table"), PLACED)
def test_the_planted_personal_values_are_in_the_files(sample, city, table):
    cells = [
        str(cell)
        for path in _files(sample, city, table)
        for row in _read(path, city, table)[1]
        for cell in row.values()
    ]
    text, personal = "\n".join(cells), _truth(sample, city, table)["personal"]
    assert 100 <= len(personal) == len(set(personal)) <= 200
    assert [value for value in personal if value not in text] == []


def _outlines(judged, city):
    [rows] = judged[city, WARDS].values()
    return np.array([shapely.geometry.shape(cells["geometry"]) for cells, broken in rows if not broken])


@pytest.mark.parametrize(("city", "wards", "zones"), [("navsagar", 60, 6), ("meghavan", 30, 4)])
def test_wards_cover_the_city_and_zones_hold_together(judged, city, wards, zones):
    outlines = _outlines(judged, city)
    [rows] = judged[city, WARDS].values()
    zone = np.array([cells["zone"] for cells, broken in rows if not broken])
    assert len(outlines) == wards
    assert len(set(zone)) == zones
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    assert {shapely.union_all(outlines[zone == name]).geom_type for name in zone} == {"Polygon"}
    assert shapely.box(*CONTRACTS.cities[city].bounds).contains(shapely.union_all(outlines))
    corners = shapely.get_coordinates(outlines)
    assert np.array_equal(corners, np.round(corners, 6))
    assert len({cells["ward_name"] for cells, _ in rows}) == len(rows)


@pytest.mark.parametrize(("city", "share"), [("navsagar", 0.45), ("meghavan", 0.62)])
def test_requests_end_as_the_city_is(judged, city, share):
    history, latest = (
        {cells["request_id"]: cells for cells, broken in rows if not broken} for rows in judged[city, REQUESTS].values()
    )
    final = history | latest
    assert sum(cells["outcome"] == "delivered" for cells in final.values()) / len(final) == pytest.approx(
        share, abs=0.03
    )
    updated = [key for key in history.keys() & latest.keys() if history[key]["outcome"] != latest[key]["outcome"]]
    assert len(updated) == 200
    assert all(latest[key]["updated_at"] > history[key]["updated_at"] for key in updated)


@pytest.mark.parametrize("city", CITIES)
def test_some_complaints_have_no_place_and_some_names_are_hindi(judged, city):
    rows = [cells for rows in judged[city, GRIEVANCES].values() for cells, _ in rows]
    assert sum(row["lat"] is None for row in rows) / len(rows) == pytest.approx(0.05, abs=0.01)
    names = [row["complainant"] for row in rows if row["complainant"]]
    assert sum(not name.isascii() for name in names) / len(names) == pytest.approx(0.3, abs=0.03)
    assert all(re.fullmatch("[6-9][0-9]{9}", row["phone"]) for row in rows if row["phone"])


@pytest.mark.parametrize(
    ("city", "table", "column"), [("navsagar", REQUESTS, "requested_at"), ("meghavan", CAMERAS, "commissioned_on")]
)
def test_workbooks_hold_some_dates_as_dates(sample, city, table, column):
    for path in _files(sample, city, table):
        cells = [row[column] for row in _read(path, city, table)[1]]
        native = [cell for cell in cells if isinstance(cell, date)]
        assert 0 < len(native) < len(cells) / 2
        # Excel counts days as a float: a minute may not become the one before it.
        assert all(getattr(cell, "second", 0) == getattr(cell, "microsecond", 0) == 0 for cell in native)


def test_ranges_come_with_and_without_units(sample):
    for city in CITIES:
        [path] = _files(sample, city, CAMERAS)
        ranges = [str(row["range_m"]) for row in _read(path, city, CAMERAS)[1] if row["range_m"]]
        units = Counter(re.sub("[0-9.,]+", "", text) for text in ranges)
        assert units.keys() == {"", " m", " ft"}
        assert ("," in "".join(ranges)) == (city == "navsagar")
