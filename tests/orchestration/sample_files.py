"""Reads the sample's files by other code than ours, as far as their rows are records already."""

import csv
import gzip
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pyarrow.parquet
import pyogrio
import python_calamine

KML = "{http://www.opengis.net/kml/2.2}"
# Steps after which a row of the file is another than one of the table.
RESHAPED = ("unstack", "end_at", "forward_fill", "split", "unpivot")


def is_plain(source):
    """Whether each row of the file is one of the table."""
    form = source.properties
    return not any(getattr(step, name) for step in form.steps for name in RESHAPED) and not form.cells_above


def read(path, source):
    """The file's headers and its rows of cells, as they stand there."""
    form = source.properties
    content = path.read_bytes()
    if form.packing == "gz":
        content = gzip.decompress(content)
    if form.packing == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in sorted(archive.namelist())]
        tables = [READERS[source.format](part, form) for part in parts]
        return tables[0][0], [row for _, rows in tables for row in rows]
    return READERS[source.format](content, form)


def _csv(content, form):
    text = content.decode("utf-16" if form.encoding == "utf-16" else form.encoding)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True))
    return _table(lines, form)


def _xlsx(content, form):
    book = python_calamine.load_workbook(io.BytesIO(content))
    names = book.sheet_names if form.sheets else [form.sheet or book.sheet_names[0]]
    headers, rows = [], []
    for name in names:
        sheet = book.get_sheet_by_name(name)
        lines = sheet.to_python(skip_empty_area=False)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            lines[top][left : right + 1] = [lines[top][left]] * (right + 1 - left)
            assert top == bottom, "only names are merged"
        headers, found = _table(lines, form)
        rows += [[*row, name] for row in found] if form.sheet_column else found
    return [*headers, form.sheet_column] if form.sheet_column else headers, rows


def _table(lines, form):
    first = form.header_row - 1
    if form.header == "none":
        return None, lines
    names = [
        form.header_join.join(filter(None, parts))
        for parts in zip(*lines[first : first + form.header_rows], strict=True)
    ]
    rows = lines[first + form.header_rows :]
    aside = [step.set_aside for step in form.steps if step.set_aside]
    # A total says so in one of its cells, whatever the column is called.
    return names, [row for row in rows if not any(_is_total(row, where) for where in aside)]


def _is_total(row, where):
    return any(re.search(pattern, str(cell)) for pattern in where.values() if pattern != "^$" for cell in row)


def _keyed(records):
    flat = [dict(_flat(record)) for record in records]
    keys = list(dict.fromkeys(key for record in flat for key in record))
    # What is null as a whole in one record has keys of its own in another.
    headers = [key for key in keys if not any(other.startswith(f"/{key}/") for other in keys)]
    return headers, [[record.get(header) for header in headers] for record in flat]


def _flat(record, above=""):
    for key, value in record.items():
        if isinstance(value, list):
            value = {str(number): item for number, item in enumerate(value)}
        if isinstance(value, dict) and value.get("type") not in ("Point", "Polygon", "MultiPolygon"):
            yield from _flat(value, f"{above or '/'}{key}/".replace("//", "/"))
        else:
            yield f"{above or '/' * key.startswith(('@', '#'))}{key}", value


def _json(content, form):
    records = json.loads(content)
    for step in form.records.split("/")[1:]:
        records = records[step]
    return _keyed(records)


def _ndjson(content, form):
    return _keyed(map(json.loads, content.splitlines()))


def _geojson(content, form):
    features = json.loads(content)["features"]
    return _keyed({**feature["properties"], "geometry": feature["geometry"]} for feature in features)


def _xml(content, form):
    *_, record = form.records.split("/")
    return _keyed(_element(element) for element in ElementTree.fromstring(content).iter(record))


def _element(element):
    inner = {f"@{name}": value for name, value in element.attrib.items()}
    inner |= {child.tag: _element(child) if len(child) or child.attrib else child.text for child in element}
    return inner | ({"#text": element.text} if element.attrib and element.text else {})


def _kml(content, form):
    return _keyed(
        {
            "name": mark.findtext(f"{KML}name"),
            **{data.get("name"): data.findtext(f"{KML}value") for data in mark.iter(f"{KML}Data")},
            "geometry": mark.find(f"{KML}Polygon") is not None,
        }
        for mark in ElementTree.fromstring(content).iter(f"{KML}Placemark")
    )


def _parquet(content, form):
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    return table.column_names, [list(row.values()) for row in table.to_pylist()]


def _vector(content, form):
    meta, table = pyogrio.read_arrow(io.BytesIO(content), **({"layer": form.layer} if form.layer else {}))
    names = ["geometry" if name == (meta["geometry_name"] or "wkb_geometry") else name for name in table.column_names]
    return names, [list(row.values()) for row in table.to_pylist()]


def _gtfs(content, form):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _csv(archive.read(form.member), form)


READERS = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "ndjson": _ndjson,
    "geojson": _geojson,
    "xml": _xml,
    "kml": _kml,
    "parquet": _parquet,
    "shapefile": _vector,
    "gpkg": _vector,
    "gtfs": _gtfs,
}


def is_moment(cell):
    """Whether a cell is a date or a time of the file's own kind."""
    return hasattr(cell, "year") and not isinstance(cell, str) and not pd.isna(cell)
