"""NDJSON: one JSON document on each line; as ndgeojson each is a GeoJSON feature."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.json_document import scan
from transforms.reading.json_file import feature, refuse_extremes
from transforms.reading.keyed import Keyed
from transforms.reading.records import Records, stream

LINE_BYTES = 1 << 26


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """A record for each line that is not blank; raises Held at the first line that is no JSON."""
    refuse_extremes(path)
    shape = feature if source.format == "ndgeojson" else None
    return stream(connection, path, dataset, source, Keyed(dataset, source).batches(_documents(path), shape))


def _documents(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES):
            number += 1
            if len(line) == LINE_BYTES:
                raise Held("json.line", f"line {number}", "is longer than 64 MiB", "ask for one record on each line")
            if not line.isspace():
                yield _document(line, number)


def _document(line: bytes, number: int) -> Any:
    try:
        text = line.decode("utf-8").strip(" \t\r\n")
        document, end = scan(text, 0)
        if end == len(text):
            return document
    except (StopIteration, ValueError, RecursionError):
        pass
    remedy = "ask for the file again; each line must hold a whole record"
    raise Held("json.syntax", f"line {number}", "is not well-formed JSON in UTF-8", remedy)
