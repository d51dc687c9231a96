"""Records as the bytes of a file, in the form that the contract declares for the city."""

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from data_contracts.dataset import Dataset, Source
from orchestration.sample.delivery import NoSuchDay, Quantity, Record

LABEL = "Fictional sample, not government data"
# XlsxWriter would write the present moment into each workbook.
CREATED = datetime(2026, 10, 1)
NATIVE_FORMATS = {datetime: "dd-mm-yyyy hh:mm", date: "dd-mm-yyyy"}
_JDK = {"yyyy": "{0.year}", "MM": "{0.month:02}", "dd": "{0.day:02}", "HH": "{0.hour:02}", "mm": "{0.minute:02}"}


@dataclass(frozen=True)
class Field:
    """A column of a file: its header, the cell it takes, and the pattern of its dates."""

    header: str
    cell: str
    pattern: str | None


def fields(dataset: Dataset, source: Source, headers: Sequence[str], choice: int) -> list[Field]:
    """The file's columns for its headers; `choice` picks among the patterns that the contract declares.

    Raises ValueError where the headers are not exactly what the contract asks for.
    """
    owner = {name: column for column in dataset.file_columns for name in column.source_names}
    owner |= {column.properties.source_pointer or column.name: column for column in dataset.file_columns}
    found = []
    for header in headers:
        if header in source.properties.ignored_columns:
            found.append(Field(header, header, None))
        elif header in owner:
            column = owner[header]
            patterns = (column.options.get("format"), *column.properties.source_formats)
            found.append(Field(header, column.name, patterns[choice]))
        else:
            raise ValueError(f"{dataset.table} has no column {header}")
    missing = {column.name for column in dataset.file_columns} - {field.cell for field in found}
    if missing:
        raise ValueError(f"{dataset.table} needs a header for {', '.join(sorted(missing))}")
    return found


def encode(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    """The file's bytes, the same for the same records."""
    content = WRITERS[source.format](records, columns, source, title)
    # gzip would write the present moment into the file.
    return gzip.compress(content, mtime=0) if source.properties.packing == "gz" else content


def suffix(source: Source) -> str:
    """How the names of a source's files end."""
    return f".{source.format}.gz" if source.properties.packing == "gz" else f".{source.format}"


@cache
def _template(pattern: str) -> str:
    """A JDK date pattern as a format string over a moment's parts."""
    for letters, part in _JDK.items():
        pattern = pattern.replace(letters, part)
    return pattern.replace("ss", "{0.second:02}").replace("'", "")


def _plain(value: Any, column: Field, decimal: str = ".") -> Any:
    """A cell without dates and quantities: text, number or None."""
    if isinstance(value, date | NoSuchDay):
        return _template(column.pattern or "").format(value)
    if isinstance(value, Quantity):
        return f"{value.value}".replace(".", decimal) + value.suffix if value.suffix else value.value
    return value


def _csv(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    form = source.properties
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n")
    writer.writerow(column.header for column in columns)
    for number, record in enumerate(records):
        writer.writerow(
            # Every way of writing nothing that the contract allows takes its turn.
            _csv_cell(record.cells[column.cell], column, source, form.null_values[number % len(form.null_values)])
            for column in columns
        )
    if codecs.lookup(form.encoding).name == "utf-16":
        # Python's own would take the machine's byte order.
        return codecs.BOM_UTF16_LE + text.getvalue().encode("utf-16-le")
    return text.getvalue().encode(form.encoding)


def _csv_cell(value: Any, column: Field, source: Source, nothing: str) -> str:
    plain = _plain(value, column, source.properties.decimal)
    if isinstance(plain, float):
        return str(plain).replace(".", source.properties.decimal)
    return nothing if plain is None else str(plain)


def _xlsx(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": title, "comments": LABEL, "created": CREATED})
        bold = book.add_format({"bold": True})
        native = {kind: book.add_format({"num_format": text}) for kind, text in NATIVE_FORMATS.items()}
        sheet = book.add_worksheet(source.properties.sheet or "Sheet1")
        header = source.properties.header_row - 1
        for row, line in zip(range(header), (title, LABEL), strict=False):
            sheet.write_string(row, 0, line)
        for place, column in enumerate(columns):
            sheet.write_string(header, place, column.header, bold)
        for row, record in enumerate(records, start=header + 1):
            for place, column in enumerate(columns):
                value = record.cells[column.cell]
                if record.native and type(value) in native:
                    sheet.write_datetime(row, place, value, native[type(value)])
                else:
                    _write(sheet, row, place, _plain(value, column))
        book.add_worksheet("About").write_string(0, 0, LABEL)
    return stream.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif value is not None:
        sheet.write_number(row, place, value)


def _json(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    lines = ",\n".join(_line(_nested(record, columns)) for record in records)
    text = f"[\n{lines}\n]"
    for key in reversed(source.properties.records.split("/")[1:]):
        text = f'{{"title": {_line(title)}, "notice": {_line(LABEL)}, {_line(key)}: {text}}}'
    return f"{text}\n".encode()


def _nested(record: Record, columns: list[Field]) -> dict[str, Any]:
    """The record as an object; headers that are pointers lead into inner ones, null where all in it is."""
    found: dict[str, Any] = {}
    for column in columns:
        value = _plain(record.cells[column.cell], column)
        if not column.header.startswith("/"):
            found[column.header] = value
            continue
        outer, inner = column.header.split("/")[1:]
        if found.setdefault(outer, None) is None and value is not None:
            found[outer] = {}
        if value is not None:
            found[outer][inner] = value
    return found


def _geojson(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    features = []
    for record in records:
        properties = {column.header: _plain(record.cells[column.cell], column) for column in columns}
        geometry = properties.pop("geometry")
        features.append(_line({"type": "Feature", "properties": properties, "geometry": geometry}))
    body = ",\n".join(features)
    head = f'"type": "FeatureCollection", "name": {_line(title)}, "description": {_line(LABEL)}'
    return f'{{{head}, "features": [\n{body}\n]}}\n'.encode()


def _kml(records: list[Record], columns: list[Field], source: Source, title: str) -> bytes:
    """Placemarks as a mapping tool exports them; in the descriptions stand contacts that no contract names."""
    lines = [f"<name>{escape(title)}</name><description>{escape(LABEL)}</description>"]
    for number, record in enumerate(records):
        cells = {column.header: _plain(record.cells[column.cell], column) for column in columns}
        polygon, name = cells.pop("geometry"), cells.pop("name")
        data = "".join(f'<Data name="{key}"><value>{escape(str(value))}</value></Data>' for key, value in cells.items())
        contact = f"Ward officer (made up), mobile 90000{number:05d}"
        lines.append(
            f"<Placemark><name>{escape(str(name))}</name><description>{escape(contact)}</description>"
            f"<ExtendedData>{data}</ExtendedData>{_polygons(polygon)}</Placemark>"
        )
    body = "\n".join(lines)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return f"{head}\n{body}\n</Document></kml>\n".encode()


def _polygons(geometry: dict[str, Any]) -> str:
    """A GeoJSON polygon, or several, as KML."""
    if geometry["type"] == "MultiPolygon":
        parts = ({"type": "Polygon", "coordinates": rings} for rings in geometry["coordinates"])
        return f"<MultiGeometry>{''.join(map(_polygons, parts))}</MultiGeometry>"
    sides = ["outerBoundaryIs", *["innerBoundaryIs"] * (len(geometry["coordinates"]) - 1)]
    rings = (" ".join(f"{x},{y}" for x, y in ring) for ring in geometry["coordinates"])
    bounds = (
        f"<{side}><LinearRing><coordinates>{ring}</coordinates></LinearRing></{side}>"
        for side, ring in zip(sides, rings, strict=True)
    )
    return f"<Polygon>{''.join(bounds)}</Polygon>"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


Writer = Callable[[list[Record], list[Field], Source, str], bytes]
WRITERS: dict[str, Writer] = {"csv": _csv, "xlsx": _xlsx, "json": _json, "geojson": _geojson, "kml": _kml}
