"""KML and KMZ: each placemark is a record of its name, its extended data and its geometry."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from lxml import etree

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.json_file import GEOMETRY
from transforms.reading.keyed import Keyed, Record
from transforms.reading.records import Records, spooled
from transforms.reading.xml_file import elements, words

NAME, FOLDER, EXTENDED = "name", "folder", "ExtendedData"
# A type that the geometry cast does not know: the row is quarantined.
UNREADABLE = "unreadable"
# Of the names of all folders around a placemark.
LETTERS = 1 << 14
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack"}
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_PLACE = re.compile(rf"(?<!\S)({_NUMBER}),({_NUMBER})(?:,\S*)?(?!\S)")


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The file's placemarks; raises Held where the file is not such a KML."""
    named = {name for column in dataset.file_columns for name in column.source_names}
    found = Keyed(dataset, source).batches(_placemarks(path, named))
    return spooled(connection, path, dataset, source, found, scratch)


def _placemarks(path: Path, named: set[str]) -> Iterator[Record]:
    folders: dict[Any, str] = {}
    for number, element in enumerate(elements(path, lambda element: True, "{*}Placemark")):
        # A folder's name is let go with its first placemark, so it is kept for as long as the folder is open.
        above = [ancestor for ancestor in element.iterancestors() if _local(ancestor) == "Folder"]
        folders = {folder: folders.get(folder) or _name(folder) for folder in above}
        record = _record(element, number, named)
        if FOLDER in named:
            inside = "/".join(reversed(folders.values()))
            if len(inside) > LETTERS:
                # It would stand in each of the records.
                message = f"is in folders whose names have over {LETTERS:,} letters"
                raise Held("xml.size", f"record {number}", message, "ask for the file with short names")
            record.setdefault(FOLDER, inside)
        yield record


def _record(placemark: Any, number: int, named: set[str]) -> Record:
    """A placemark's own elements and its data by name. A name of both is `ExtendedData/…` for the data.

    Of its own elements only the name and the geometry are there unasked: descriptions hold people's contacts.
    """
    record: Record = {GEOMETRY: None}
    data: list[tuple[str, str | None]] = []
    met = set[str]()
    for child in placemark.iterchildren(tag=etree.Element):
        kind = _local(child)
        part = GEOMETRY if kind in _SHAPES else kind
        plain = next(child.iterchildren(tag=etree.Element), None) is None
        if part not in (GEOMETRY, EXTENDED, NAME) and not (kind in named and plain):
            continue
        if part in met:
            raise _repeated(number, "has the same element twice")
        met.add(part)
        if part == GEOMETRY:
            record[GEOMETRY] = _geojson(*_geometry(child))
        elif part == EXTENDED:
            data = list(_data(child))
        else:
            record[kind] = words(child)
    own = set(record)
    for given, value in data:
        key = f"{EXTENDED}/{given}" if given in own else given
        if key in record:
            raise _repeated(number, "has two data of the same name")
        record[key] = value
    return record


def _repeated(number: int, message: str) -> Held:
    return Held("header.repeated", f"record {number}", message, "ask for a file with one of them")


def _data(extended: Any) -> Iterator[tuple[str, str | None]]:
    for element in extended.iter("{*}Data", "{*}SimpleData"):
        value = None
        if _local(element) == "SimpleData":
            value = words(element)
        else:
            for child in element:
                if _local(child) == "value":
                    value = words(child)
                    break
        yield element.get("name") or "", value


def _geometry(element: Any) -> tuple[str, str]:
    """The type and the coordinates (or members) of a GeoJSON geometry, as JSON."""
    match kind := _local(element):
        case "Point":
            return kind, next(iter(_coordinates(element)), "[]")
        case "LineString" | "LinearRing":
            return "LineString", _list(_coordinates(element))
        case "Polygon":
            return kind, _list(_list(_coordinates(boundary)) for boundary in _boundaries(element))
        case "MultiGeometry":
            parts = [_geometry(part) for part in element.iterchildren(tag=etree.Element) if _local(part) in _SHAPES]
            kinds = {kind for kind, _ in parts}
            if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
                return f"Multi{kinds.pop()}", _list(coordinates for _, coordinates in parts)
            return "GeometryCollection", _list(_geojson(*part) for part in parts)
    return UNREADABLE, "[]"


def _geojson(kind: str, members: str) -> str:
    named = "geometries" if kind == "GeometryCollection" else "coordinates"
    return f'{{"type": "{kind}", "{named}": {members}}}'


def _list(items: Iterable[str]) -> str:
    return f"[{','.join(items)}]"


def _boundaries(polygon: Any) -> list[Any]:
    """The outer ring, then the inner ones."""
    return [child for side in ("outerBoundaryIs", "innerBoundaryIs") for child in polygon if _local(child) == side]


def _coordinates(element: Any) -> list[str]:
    """The longitudes and latitudes below an element; none where one of them is no number."""
    text = " ".join(map(words, element.iter("{*}coordinates")))
    places = [f"[{lon},{lat}]" for lon, lat in _PLACE.findall(text)]
    if len(places) == len(text.split()):
        return places
    # Numbers that JSON writes otherwise, such as +77.5.
    try:
        return [str([float(number) for number in place.split(",")[:2]]) for place in text.split()]
    except ValueError:
        return []


def _name(folder: Any) -> str:
    return next((words(child) for child in folder if _local(child) == NAME), "")


def _local(element: Any) -> str:
    """An element's name without its namespace, of which KML had several; empty for a comment."""
    return _without_space(element.tag)


@lru_cache(1000)
def _without_space(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
