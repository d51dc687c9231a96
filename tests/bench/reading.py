"""Reading speed per format, against the fastest call of the library by which the format is read.

Ours is what a delivery goes through from its bytes to typed rows: the checks for damage and bombs, the header,
the cells as text, the casts of the contract. The peer is the call of that library that has all the same rows in
memory soonest, with neither checks nor declared types; its docstring says why that one. Both run in one process,
in turns; a figure is the least processor time of several.
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import delivery, files

ROUNDS = 3
WANTED = 0.5
CITY = "navsagar"
MOMENT = "yyyy-MM-dd HH:mm:ss"
TYPES = {
    "id": "string", "kind": "string", "issued_at": "timestamp", "junction": "string", "remark": "string",
    "amount": "integer", "share": "number", "lat": "number", "lon": "number",
}  # fmt: skip
STOPS = {
    "trip_id": "string", "arrival_time": "string", "departure_time": "string", "stop_id": "string",
    "stop_sequence": "integer",
}  # fmt: skip
SOURCES: dict[str, dict[str, Any]] = {
    "gpkg": {"layer": "challans"}, "gtfs": {"member": "stop_times.txt"}, "xml": {"records": "/register/challan"},
}  # fmt: skip
PLACED = ("geojson", "gpkg", "kml", "shapefile")


def figures(folder: Path) -> list[dict[str, Any]]:
    """For each format MB/s of both ways and our share of the peer's; `folder` holds the generated files."""
    found = []
    for kind in PEERS:
        command = [sys.executable, "-m", "tests.bench.reading", kind, str(files.write(kind, folder))]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        speeds = json.loads(done.stdout)
        share = speeds["ours"] / speeds["peer"]
        found += [delivery.figure(f"{kind}: MB/s, {way}", value) for way, value in speeds.items()]
        name = f"{kind}: share of the library's speed"
        found.append(delivery.figure(name, share, f"≥ {WANTED}", share >= WANTED))
    return found


def dataset(kind: str, folder: Path) -> Any:
    """The contract by which a format's file is read."""
    from tests.contracts_kit import column, contract, one, server

    def typed(name: str, logical_type: str) -> dict[str, Any]:
        options = {"format": MOMENT} if logical_type == "timestamp" else None
        return column(name, logical_type, options=options)

    columns = [typed(*each) for each in (STOPS if kind == "gtfs" else TYPES).items()]
    columns += [column("geometry", "geometry")] if kind in PLACED else []
    ignored = {"ignoredColumns": ["name"]} if kind == "kml" else {}
    return one(folder, contract("records", columns, servers=[server(format=kind, **SOURCES.get(kind, {}), **ignored)]))


def ours(file: Path, given: Any) -> int:
    """The file's rows, typed by the contract, as an Arrow table."""
    from transforms.checking.delivery import READERS
    from transforms.checking.verdict import typed
    from transforms.engine import connect
    from transforms.reading import places

    source = given.source(CITY)
    with tempfile.TemporaryDirectory() as name, connect(Path(name)) as connection:
        places.register(connection, None)
        records = READERS[source.format](connection, file, given, source, Path(name))
        return int(connection.sql(typed(given, source, records.sql, already=records.typed)).to_arrow_table().num_rows)


def csv(file: Path) -> int:
    """DuckDB's CSV reader told the types, so that it need not look twice."""
    return _duckdb_csv(file, TYPES)


def gtfs(file: Path) -> int:
    """The same for a member of the zip, unpacked by zipfile into a file beside."""
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(file) as archive:
        return _duckdb_csv(Path(archive.extract("stop_times.txt", name)), STOPS)


def _duckdb_csv(file: Path, types: dict[str, str]) -> int:
    from transforms.engine import connect
    from transforms.reading.cast import STORED

    columns = {column: STORED[kind] for column, kind in types.items()}
    with tempfile.TemporaryDirectory() as name, connect(Path(name)) as connection:
        reader = f"read_csv('{file}', auto_detect=false, header=true, columns={columns})"
        return int(connection.sql(f"FROM {reader}").to_arrow_table().num_rows)


def parquet(file: Path) -> int:
    """DuckDB's Parquet reader."""
    from transforms.engine import connect

    with tempfile.TemporaryDirectory() as name, connect(Path(name)) as connection:
        return int(connection.sql(f"FROM read_parquet('{file}')").to_arrow_table().num_rows)


def json_document(file: Path) -> int:
    """The whole document by json.loads: the same scanner, called once, numbers as floats."""
    return len(json.loads(file.read_bytes()))


def ndjson(file: Path) -> int:
    """The lines joined to one document for json.loads, which is sooner done than a call for each."""
    return len(json.loads(b"[" + b",".join(file.read_bytes().splitlines()) + b"]"))


def geojson(file: Path) -> int:
    """json.loads for the properties and shapely's reader of GeoJSON for the outlines.

    GDAL, by which GeoJSON is not read here, is sooner done: it does without Python's objects.
    """
    import shapely

    text = file.read_text(encoding="utf-8")
    shapely.get_parts(shapely.from_geojson(text))
    return len(json.loads(text)["features"])


def xml(file: Path) -> int:
    """lxml's whole tree at once, then the texts of each record's children."""
    from lxml import etree

    records = etree.parse(file).getroot()
    return len([{cell.tag: cell.text for cell in record} for record in records])


def kml(file: Path) -> int:
    """The same for placemarks: names and data as texts, outlines by shapely from the numbers of all rings at once."""
    import numpy as np
    import shapely
    from lxml import etree

    space = "{http://www.opengis.net/kml/2.2}"
    rows, rings = [], []
    for placemark in etree.parse(file).getroot().iter(f"{space}Placemark"):
        rows.append({data.get("name"): data[0].text for data in placemark.iter(f"{space}Data")})
        rings.append(next(placemark.iter(f"{space}coordinates")).text)
    numbers = np.array(" ".join(rings).replace(",", " ").split(), float).reshape(-1, 3)
    corners = np.repeat(np.arange(len(rings)), [ring.count(" ") + 1 for ring in rings])
    shapely.polygons(shapely.linearrings(numbers[:, :2], indices=corners))
    return len(rows)


def sheet(file: Path) -> int:
    """calamine's list of rows."""
    import python_calamine

    with python_calamine.load_workbook(str(file)) as book:
        return len(book.get_sheet_by_index(0).to_python()) - 1


def layer(file: Path) -> int:
    """pyogrio's Arrow table, its outlines made of their WKB by shapely; in a zip by GDAL's own way into it."""
    import pyogrio
    import shapely

    meta, table = pyogrio.read_arrow(f"/vsizip/{{{file}}}" if file.suffix == ".shapefile" else file)
    return len(shapely.from_wkb(table[meta["geometry_name"] or "wkb_geometry"].to_numpy()))


PEERS: dict[str, Callable[[Path], int]] = {
    "csv": csv, "geojson": geojson, "gpkg": layer, "gtfs": gtfs, "json": json_document, "kml": kml, "ndjson": ndjson,
    "parquet": parquet, "shapefile": layer, "xls": sheet, "xlsx": sheet, "xml": xml,
}  # fmt: skip


def measure(kind: str, file: Path) -> dict[str, float]:
    """MB/s of processor time, ours and the peer's. Both must find the same number of rows."""
    with tempfile.TemporaryDirectory() as name:
        given = dataset(kind, Path(name))
    ways: dict[str, Callable[[], int]] = {"ours": lambda: ours(file, given), "peer": lambda: PEERS[kind](file)}
    if len({run() for run in ways.values()}) > 1:
        raise SystemExit(f"the two ways of reading {kind} find different numbers of rows")
    least = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for way, run in ways.items():
            start = time.process_time()
            run()
            least[way] = min(least[way], time.process_time() - start)
    return {way: file.stat().st_size / 1e6 / seconds for way, seconds in least.items()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
