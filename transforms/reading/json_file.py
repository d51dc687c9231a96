"""JSON and GeoJSON: the records at a declared pointer, read as a stream."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.json_document import Document
from transforms.reading.keyed import Keyed, Record, steps, text
from transforms.reading.records import Records, stream

GEOMETRY = "geometry"
BLOCK = 1 << 20
LINE = 1 << 20
# Far beyond what any department sends.
LEVELS = 100
DIGITS = 1000
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % DIGITS)
_APART = 40
_SEVERAL = re.compile(rb"[0-9]{%d}" % (DIGITS // _APART))
_NO_MARKS = bytes(set(range(256)) - set(b'"[]{}'))
_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The records at the declared pointer; raises Held where the file is not such a JSON."""
    if path.stat().st_size == 0:
        raise Held("file.empty", "byte 0", "the file is empty", "ask the department to send it again")
    refuse_extremes(path)
    return stream(connection, path, dataset, source, _batches(path, dataset, source))


def refuse_extremes(path: Path) -> None:
    """Raise Held for nesting without end, and for numbers without end."""
    place, level, quoted, tail = 0, 0, False, b""
    with path.open("rb") as raw:
        while block := raw.read(BLOCK):
            while block.endswith(b"\\") and (more := raw.read(1)):
                block += more
            # Where so many digits stand in a row, so does each fortieth of them.
            joined = tail + block
            if _SEVERAL.search(joined[::_APART]) and _LONG_NUMBER.search(joined):
                remedy = "ask for the file again; it was damaged"
                raise Held("json.number", f"near byte {place}", f"holds {DIGITS} digits in a row", remedy)
            deepest, level, quoted = _levels(block, level, quoted)
            if deepest > LEVELS:
                remedy = "ask for a flatter file"
                raise Held("json.depth", f"near byte {place}", f"is nested over {LEVELS} levels deep", remedy)
            place, tail = place + len(block), block[-DIGITS:]


def _levels(block: bytes, level: int, quoted: bool) -> tuple[int, int, bool]:
    """The deepest level in a block and those at its end, from those at its beginning; brackets in texts are none."""
    if b"\\" in block:
        block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Most texts hold no bracket: their two quotes stand side by side now.
    marks = (b'"' * quoted + block.translate(None, _NO_MARKS)).replace(b'""', b"")
    found = np.frombuffer(marks, np.uint8)
    inside = np.cumsum(found == ord('"')) % 2
    levels = level + np.cumsum(_STEPS[found] * (1 - inside))
    return (int(levels.max()), int(levels[-1]), bool(inside[-1])) if len(found) else (level, level, False)


def _batches(path: Path, dataset: Dataset, source: Source) -> Iterator[pa.RecordBatch]:
    geo = source.format == "geojson"
    keyed = Keyed(dataset, source, _around(path, dataset))
    place = ["features"] if geo else steps(source.properties.records)
    found = _entries if source.properties.entries else _items
    return keyed.batches(_whole(path, found, place), feature if geo else None)


def _entries(document: Document) -> Iterator[Record]:
    """The entries of an object as records of `key` and `value`."""
    return ({"key": key, "value": document.value()} for key in document.members())


def _items(document: Document) -> Iterator[Any]:
    return chain.from_iterable(document.items())


def _whole(path: Path, read: Callable[[Document], Iterator[Any]], place: Sequence[str]) -> Iterator[Any]:
    """What is read at a place of a document. Raises Held where that is not well-formed, or rather one of lines."""
    count = 0
    try:
        with path.open(encoding="utf-8", newline="") as file:
            document = Document(file)
            for _ in document.values_at(place):
                for item in read(document):
                    yield item
                    count += 1
            if not document.at_end():
                raise ValueError
    except (ValueError, RecursionError):
        if _is_lines(path):
            remedy = "set `format` to ndjson (of features: ndgeojson) in the contract"
            raise Held("json.lines", "line 2", "begins a second document, as in a file of lines", remedy) from None
        message, remedy = "is not well-formed JSON in UTF-8", "ask for the file again"
        raise Held("json.syntax", f"after record {count}", message, remedy) from None


def _is_lines(path: Path) -> bool:
    """Whether the first line is an object of its own and another one begins on the second."""
    with path.open("rb") as file:
        first, second = file.readline(LINE), file.readline(LINE)
    try:
        return isinstance(json.loads(first), dict) and second.lstrip().startswith(b"{")
    except (ValueError, RecursionError):
        return False


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
            values = list(_whole(path, lambda document: iter([document.value()]), steps(pointer)))
            if not values:
                remedy = "correct sourceDocument, or ask the department"
                raise Held("header.missing", "the document", f"no value for {column.name} beside the records", remedy)
            found[column.name] = text(values[0])
    return found
