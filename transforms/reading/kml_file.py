"""KML and KMZ: each placemark is a record of its name, its extended data and its geometry."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from lxml import etree

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.json_file import GEOMETRY
from transforms.reading.keyed import Keyed, Record
from transforms.reading.records import Records, spooled
from transforms.reading.xml_file import elements

NAME, FOLDER, EXTENDED = "name", "folder", "ExtendedData"
# What the geometry cast knows for none: the row is quarantined.
UNREADABLE: Record = {"type": "unreadable"}
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack"}


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The file's placemarks; raises Held where the file is not such a KML."""
    named = {name for column in dataset.file_columns for name in column.source_names}
    return spooled(connection, dataset, Keyed(dataset, source).rows(_placemarks(path, named)), scratch)


def _placemarks(path: Path, named: set[str]) -> Iterator[Record]:
    folders: dict[Any, str] = {}
    for number, element in enumerate(elements(path, lambda element: _local(element) == "Placemark")):
        # A folder's name is let go with its first placemark, so it is kept for as long as the folder is open.
        above = [ancestor for ancestor in element.iterancestors() if _local(ancestor) == "Folder"]
        folders = {folder: folders.get(folder) or _name(folder) for folder in above}
        record = _record(element, number, named)
        if FOLDER in named:
            record.setdefault(FOLDER, "/".join(reversed(folders.values())))
        yield record


def _record(placemark: Any, number: int, named: set[str]) -> Record:
    """A placemark's own elements and its data by name. A name of both is `ExtendedData/…` for the data.

    Of its own elements only the name and the geometry are there unasked: descriptions hold people's contacts.
    """
    record: Record = {GEOMETRY: None}
    data: list[tuple[str, str | None]] = []
    for child in placemark.iterchildren(tag=etree.Element):
        kind = _local(child)
        if kind in _SHAPES:
            record[GEOMETRY] = _geometry(child)
        elif kind == EXTENDED:
            data = list(_data(child))
        elif kind == NAME or (kind in named and len(child) == 0):
            record[kind] = child.text
    own = set(record)
    for given, value in data:
        key = f"{EXTENDED}/{given}" if given in own else given
        if key in record:
            message = "has two data of the same name"
            raise Held("header.repeated", f"record {number}", message, "ask for a file with one of them")
        record[key] = value
    return record


def _data(extended: Any) -> Iterator[tuple[str, str | None]]:
    for element in extended.iter(tag=etree.Element):
        kind = _local(element)
        if kind == "Data":
            yield element.get("name") or "", next((child.text for child in element if _local(child) == "value"), None)
        elif kind == "SimpleData":
            yield element.get("name") or "", element.text


def _geometry(element: Any) -> Record:
    """A GeoJSON geometry; of one that is not understood, what the cast plan takes for none."""
    match _local(element):
        case "Point":
            return {"type": "Point", "coordinates": next(iter(_coordinates(element)), [])}
        case "LineString" | "LinearRing":
            return {"type": "LineString", "coordinates": _coordinates(element)}
        case "Polygon":
            return {"type": "Polygon", "coordinates": _rings(element)}
        case "MultiGeometry":
            parts = [_geometry(part) for part in element.iterchildren(tag=etree.Element) if _local(part) in _SHAPES]
            kinds = {part["type"] for part in parts}
            if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
                return {"type": f"Multi{kinds.pop()}", "coordinates": [part["coordinates"] for part in parts]}
            return {"type": "GeometryCollection", "geometries": parts}
    return UNREADABLE


def _rings(polygon: Any) -> list[list[list[float]]]:
    """The outer ring, then the inner ones."""
    sides = {
        side: [child for child in polygon if _local(child) == side] for side in ("outerBoundaryIs", "innerBoundaryIs")
    }
    return [_coordinates(boundary) for boundaries in sides.values() for boundary in boundaries]


def _coordinates(element: Any) -> list[list[float]]:
    """The longitudes and latitudes below an element; none where one of them is no number."""
    words = [word for part in element.iter("{*}coordinates") for word in (part.text or "").split()]
    try:
        return [[float(number) for number in word.split(",")[:2]] for word in words]
    except ValueError:
        return []


def _name(folder: Any) -> str:
    return next((child.text or "" for child in folder if _local(child) == NAME), "")


def _local(element: Any) -> str:
    """An element's name without its namespace, of which KML had several; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
