"""The structure of JSON and GeoJSON: where the records stand and what each of them holds."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import ijson

from transforms.drafting.guess import DraftFault, Found, Guess, Structure, number

EVENTS = 2_000_000
RECORDS = 20_000
DEPTH = 4
COLUMNS = 300
GEOMETRY = "geometry"
# Where a GeoJSON point has its latitude and longitude.
POINT = {"1": "lat", "0": "lon"}
_FAULTS = (ijson.JSONError, ArithmeticError, RecursionError, ValueError)


def structure(path: Path) -> Structure:
    """How a JSON document is built. Raises DraftFault where no array of records is in it."""
    try:
        prefix, count = _records(path)
        with path.open("rb") as file:
            records = list(islice(ijson.items(file, f"{prefix}.item" if prefix else "item"), RECORDS))
    except _FAULTS:
        raise DraftFault("the file: is not well-formed JSON in UTF-8; ask for the file again") from None
    records = [record for record in records if isinstance(record, dict)]
    if prefix == "features" and all(record.get("type") == "Feature" for record in records):
        found = Structure("geojson")
        found.columns = columns([_properties(record) for record in records], found)
        found.columns += _geometry([record.get(GEOMETRY) for record in records], found)
        return found
    found = Structure("json")
    if prefix:
        words = f"the array with most objects near the top: {number(count)}"
        found.properties["records"] = Guess(pointer(tuple(prefix.split("."))), words)
    found.columns = columns(records, found)
    return found


def lines(path: Path, kind: str) -> Structure:
    """How a file of JSON lines (`ndjson`, `ndgeojson`) is built."""
    try:
        with path.open("rb") as file:
            records = [json.loads(line) for line in islice(file, RECORDS) if not line.isspace()]
    except (ValueError, RecursionError):
        raise DraftFault("the file: a line of it is no JSON in UTF-8; ask for the file again") from None
    records = [record for record in records if isinstance(record, dict)]
    found = Structure(kind)
    if kind == "ndgeojson":
        found.columns = columns([_properties(record) for record in records], found)
        found.columns += _geometry([record.get(GEOMETRY) for record in records], found)
    else:
        found.columns = columns(records, found)
    return found


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _records(path: Path) -> tuple[str, int]:
    """The array that holds the most objects for its depth, as ijson's prefix, and how many were counted."""
    objects: Counter[str] = Counter()
    with path.open("rb") as file:
        try:
            for prefix, event, _ in islice(ijson.parse(file), EVENTS):
                if event == "start_map" and (prefix == "item" or prefix.endswith(".item")):
                    objects[prefix.removesuffix("item").removesuffix(".")] += 1
        except _FAULTS:
            if not objects:
                raise
    outer = {prefix: count for prefix, count in objects.items() if ".item" not in f".{prefix}"}
    if not outer:
        raise DraftFault("the file: holds no array of objects; say what one row is, and ask for an array of them")
    return max(outer.items(), key=lambda item: (item[1], -len(item[0])))


def columns(records: list[dict[str, Any]], found: Structure) -> list[Found]:
    """The keys of the records in their first order; what is nested is found by a pointer."""
    columns: dict[tuple[str, ...], None] = {}
    for record in records:
        for path in _leaves(record, ()):
            columns[path] = None
    # A key that holds an object here and a value there stays one column.
    plain = {path for path in columns if not any(other != path and other[: len(path)] == path for other in columns)}
    kept = [path for path in columns if path in plain][:COLUMNS]
    if len(plain) > COLUMNS:
        found.notes.append(f"{number(len(plain))} keys were found; only the first {COLUMNS} are drafted")
    return [_found(path) for path in kept]


def _found(path: tuple[str, ...]) -> Found:
    if len(path) == 1:
        return Found(path[0])
    title = POINT.get(path[-1]) if path[-2] == "coordinates" else None
    return Found(title or ".".join(path), pointer(path))


def _leaves(value: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, inner in value.items():
        here = (*path, key)
        if _is_point(value, key, inner):
            yield from ((*here, place) for place in POINT)
            continue
        if isinstance(inner, dict) and inner and len(here) < DEPTH:
            yield from _leaves(inner, here)
        elif not path or inner is not None:
            yield here


def _is_point(value: dict[str, Any], key: str, inner: Any) -> bool:
    """Whether a key holds the longitude and latitude of a GeoJSON point."""
    numbers = (
        isinstance(inner, list)
        and len(inner) in (2, 3)
        and all(isinstance(one, int | float | Decimal) for one in inner)
    )
    return numbers and key == "coordinates" and value.get("type") == "Point"


def pointer(path: tuple[str, ...]) -> str:
    """The JSON pointer to a path of keys."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def _geometry(shapes: list[Any], found: Structure) -> list[Found]:
    """One column with the outline; for points two with their coordinates."""
    kinds = Counter(shape.get("type") for shape in shapes if isinstance(shape, dict))
    if set(kinds) == {"Point"}:
        found.notes.append(f"all {number(kinds['Point'])} geometries looked at are points")
        return [Found("lat", "/geometry/coordinates/1"), Found("lon", "/geometry/coordinates/0")]
    return [Found(GEOMETRY, kind="geometry")]
