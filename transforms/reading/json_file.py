"""JSON and GeoJSON: the records at a declared pointer, read as a stream."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import ijson
import numpy as np

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.keyed import Keyed, Record, steps, text
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
    refuse_extremes(path)
    return stream(connection, dataset, _rows(path, dataset, source))


def refuse_extremes(path: Path) -> None:
    """Raise Held for what would break the parser: nesting without end, numbers without end."""
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


def _rows(path: Path, dataset: Dataset, source: Source) -> Iterator[list[str | None]]:
    geo = source.format == "geojson"
    prefix = "features" if geo else ".".join(steps(source.properties.records))
    keyed = Keyed(dataset, source, _around(path, dataset))
    with path.open("rb") as file:
        items = _entries(file, prefix) if source.properties.entries else _items(file, f"{prefix}.item".lstrip("."))
        yield from keyed.rows(_whole(path, items), feature if geo else None)


def _whole(path: Path, items: Iterator[Any]) -> Iterator[Any]:
    """The items of a well-formed document; of one that is not, whether it is rather one of lines."""
    try:
        yield from items
    except Held:
        if _is_lines(path):
            remedy = "set `format` to ndjson (of features: ndgeojson) in the contract"
            raise Held("json.lines", "line 2", "begins a second document, as in a file of lines", remedy) from None
        raise


def _is_lines(path: Path) -> bool:
    """Whether the first line is an object of its own and another one begins on the second."""
    with path.open("rb") as file:
        first, second = file.readline(PIECE), file.readline(PIECE)
    try:
        return isinstance(json.loads(first), dict) and second.lstrip().startswith(b"{")
    except (ValueError, RecursionError):
        return False


def _entries(file: BinaryIO, prefix: str) -> Iterator[Record]:
    """The entries of an object as records of `key` and `value`."""
    for key, value in _parsed(ijson.kvitems(file, prefix, buf_size=PIECE)):
        yield {"key": key, "value": value}


def _items(file: BinaryIO, prefix: str) -> Iterator[Any]:
    return _parsed(ijson.items(file, prefix, buf_size=PIECE))


def _parsed(items: Iterator[Any]) -> Iterator[Any]:
    number = 0
    try:
        for item in items:
            yield item
            number += 1
    except (ijson.JSONError, ArithmeticError, RecursionError, ValueError):
        raise Held(
            "json.syntax",
            f"after record {number}",
            "is not well-formed JSON in UTF-8",
            "ask for the file again",
        ) from None


def feature(record: Record, number: int) -> Record:
    """A GeoJSON feature as one flat record with its geometry. Raises Held where it is none."""
    properties = record.get("properties") or {}
    if record.get("type") != "Feature" or not isinstance(properties, dict):
        raise Held("geojson.feature", f"feature {number}", "is no GeoJSON feature", "ask for the file again")
    return {**properties, GEOMETRY: record.get(GEOMETRY)}


def _around(path: Path, dataset: Dataset) -> dict[str, str | None]:
    """The cells that stand once in the document, beside the records, and hold for all of them."""
    found: dict[str, str | None] = {}
    for column in dataset.file_columns:
        pointer = column.properties.source_document
        if pointer:
            with path.open("rb") as file:
                values = list(islice(_items(file, ".".join(steps(pointer))), 1))
            if not values:
                remedy = "correct sourceDocument, or ask the department"
                raise Held("header.missing", "the document", f"no value for {column.name} beside the records", remedy)
            found[column.name] = text(values[0])
    return found
