"""JSON and GeoJSON: the records at a declared pointer, read as a stream."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import ijson
import numpy as np

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading.held import Held
from transforms.reading.records import Records, stream

GEOMETRY = "geometry"
BLOCK = 1 << 22
# The parser reads a text anew for every piece that it comes in; in small ones 50 MB would take ten seconds.
PIECE = 1 << 20
# Far beyond what any department sends, far below what the parser can take: it keeps a path for every level,
# and its C part ends the process at an integer that Python refuses to make.
LEVELS = 100
DIGITS = 1000
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % DIGITS)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records at the declared pointer; raises Held where the file is not such a JSON."""
    if path.stat().st_size == 0:
        raise Held("file.empty", "byte 0", "the file is empty", "ask the department to send it again")
    _scan(path)
    return stream(connection, dataset, _rows(path, _Shape(dataset, source, _around(path, dataset))))


def _scan(path: Path) -> None:
    """Refuse what would break the parser: nesting without end, numbers without end."""
    place, level, quoted, tail = 0, 0, False, b""
    with path.open("rb") as raw:
        while block := raw.read(BLOCK):
            while block.endswith(b"\\") and (more := raw.read(1)):
                block += more
            if _LONG_NUMBER.search(tail + block):
                remedy = "ask for the file again; it was damaged"
                raise Held("json.number", f"near byte {place}", f"holds {DIGITS} digits in a row", remedy)
            deepest, level, quoted = _levels(block, level, quoted)
            if deepest > LEVELS:
                remedy = "ask for a flatter file"
                raise Held("json.depth", f"near byte {place}", f"is nested over {LEVELS} levels deep", remedy)
            place, tail = place + len(block), block[-DIGITS:]


def _levels(block: bytes, level: int, quoted: bool) -> tuple[int, int, bool]:
    """The deepest level in a block and those at its end, from those at its beginning; brackets in texts are none."""
    marks = np.frombuffer(block.replace(b"\\\\", b"__").replace(b'\\"', b"__"), dtype=np.uint8)
    inside = (np.cumsum(marks == ord('"')) + quoted) % 2
    opens = (marks == ord("[")) | (marks == ord("{"))
    closes = (marks == ord("]")) | (marks == ord("}"))
    levels = level + np.cumsum((opens.astype(np.int8) - closes) * (1 - inside))
    return int(levels.max()), int(levels[-1]), bool(inside[-1])


class _Shape:
    """What is asked of each record: the keys it may have and how a cell is found."""

    def __init__(self, dataset: Dataset, source: Source, around: dict[str, str | None]):
        self.dataset, self.source, self.around = dataset, source, around
        self.geo = source.format == "geojson"
        self.prefix = "features.item" if self.geo else _prefix(source.properties.records)
        columns = [column for column in dataset.file_columns if column.name not in around]
        pointers = [c.properties.source_pointer for c in columns if c.properties.source_pointer]
        self.known = frozenset(name for column in columns for name in column.source_names)
        self.known |= frozenset(source.properties.ignored_columns)
        self.known |= frozenset(_steps(pointer)[0] for pointer in pointers)
        self.unseen = {column.name for column in columns}


def _prefix(pointer: str) -> str:
    """A JSON pointer to an array as ijson's prefix for its items."""
    return ".".join([*_steps(pointer), "item"])


def _steps(pointer: str | None) -> list[str]:
    """The keys of a JSON pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in (pointer or "").split("/")[1:]]


def _rows(path: Path, shape: _Shape) -> Iterator[list[str | None]]:
    number = -1
    with path.open("rb") as file:
        for number, record in enumerate(_items(file, shape.prefix)):
            if not isinstance(record, dict):
                raise Held("json.record", f"record {number}", "is no object", "check `records` in the contract")
            yield _cells(_feature(record, number) if shape.geo else record, number, shape)
    if number < 0:
        remedy = "check `records` in the contract"
        raise Held("file.empty", "the file", "holds no record where the contract looks", remedy)
    if shape.unseen:
        missing = ", ".join(sorted(shape.unseen))
        remedy = "if a key was renamed, add it to sourceNames; else ask the department"
        raise Held("header.missing", "every record", f"no key for {missing}", remedy)


def _items(file: BinaryIO, prefix: str) -> Iterator[Any]:
    number = 0
    try:
        for record in ijson.items(file, prefix, buf_size=PIECE):
            yield record
            number += 1
    except (ijson.JSONError, ArithmeticError, RecursionError, ValueError):
        raise Held(
            "json.syntax",
            f"after record {number}",
            "is not well-formed JSON in UTF-8",
            "ask for the file again",
        ) from None


def _feature(record: dict[str, Any], number: int) -> dict[str, Any]:
    """A GeoJSON feature as one flat record with its geometry."""
    properties = record.get("properties") or {}
    if record.get("type") != "Feature" or not isinstance(properties, dict):
        raise Held("geojson.feature", f"feature {number}", "is no GeoJSON feature", "ask for the file again")
    return {**properties, GEOMETRY: record.get(GEOMETRY)}


def _cells(record: dict[str, Any], number: int, shape: _Shape) -> list[str | None]:
    """A record's cells as text, in the contract's order.

    A key that is absent is a null here, as JSON has it; a key that no column names holds the delivery.
    """
    if not record.keys() <= shape.known:
        strangers = [str(place + 1) for place, key in enumerate(record) if key not in shape.known]
        raise Held(
            "header.unknown",
            f"record {number}, key {', '.join(strangers[:8])}",
            "the contract names no such key",
            "add it to the contract with a treatment, or to ignoredColumns",
        )
    cells = []
    for column in shape.dataset.file_columns:
        here = column.name not in shape.around
        text = _text(_find(record, column, number, shape)) if here else shape.around[column.name]
        cells.append(None if text in shape.source.properties.null_values else text)
    return cells


def _find(record: dict[str, Any], column: Column, number: int, shape: _Shape) -> Any:
    ignored = shape.source.properties.ignored_columns
    keys = [key for key in column.source_names if key in record and key not in ignored]
    if len(keys) > 1:
        raise Held(
            "header.repeated",
            f"record {number}",
            f"two keys stand for {column.name}",
            "put one of them under ignoredColumns",
        )
    value = record[keys[0]] if keys else _follow(record, column.properties.source_pointer)
    if keys or value is not None:
        shape.unseen.discard(column.name)
    return value


def _follow(value: Any, pointer: str | None) -> Any:
    """The value at a JSON pointer, None where it leads nowhere."""
    for key in _steps(pointer):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value if pointer else None


def _around(path: Path, dataset: Dataset) -> dict[str, str | None]:
    """The cells that stand once in the document, beside the records, and hold for all of them."""
    found: dict[str, str | None] = {}
    for column in dataset.file_columns:
        pointer = column.properties.source_document
        if pointer:
            with path.open("rb") as file:
                values = list(islice(_items(file, ".".join(_steps(pointer))), 1))
            if not values:
                remedy = "correct sourceDocument, or ask the department"
                raise Held("header.missing", "the document", f"no value for {column.name} beside the records", remedy)
            found[column.name] = _text(values[0])
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=float)
