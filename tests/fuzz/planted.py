"""Readers with a planted fault: each must be found, or the harness would find nothing in the others either."""

import ctypes
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from data_contracts.dataset import Dataset, Source
from tests.contracts_kit import PERSON
from tests.fuzz.targets import Target, target
from transforms.checking.delivery import READERS
from transforms.reading import csv_file
from transforms.reading.held import Held
from transforms.reading.records import Reader, Records

Words = tuple[duckdb.DuckDBPyConnection, Path, Dataset, Source, Path]


def _drops(*words: Any) -> Records:
    records = csv_file.records(*words)
    return replace(records, sql=f"SELECT * FROM ({records.sql}) OFFSET 1")


def _invents(*words: Any) -> Records:
    records = csv_file.records(*words)
    return replace(records, sql=f"{records.sql} UNION ALL {records.sql}")


def _alters(*words: Any) -> Records:
    records = csv_file.records(*words)
    return replace(records, sql=f"SELECT * REPLACE (ltrim(id, '0') AS id) FROM ({records.sql})")


def _raises(*words: Any) -> Records:
    raise ValueError("no reason")


def _tells(*words: Any) -> Records:
    raise Held("csv.shape", "line 1", f"{PERSON} is odd", "ask again")


def _prints(*words: Any) -> Records:
    print("so many rows")
    return csv_file.records(*words)


def _hangs(*words: Any) -> Records:
    while True:
        pass


def _crashes(*words: Any) -> Records:
    ctypes.string_at(0)
    raise AssertionError


def _swells(*words: Any) -> Records:
    return Records(f"SELECT {len(bytearray(8 << 30))}", csv_file.records(*words).held)


def _gorges(*words: Any) -> Records:
    assert b"x" * (1700 << 20)
    return csv_file.records(*words)


# What each must be found for.
FAULTS: dict[str, tuple[Callable[..., Records], str]] = {
    "drops": (_drops, "took fewer records than there are"),
    "invents": (_invents, "took more records than there are"),
    "alters": (_alters, "read another id than there is"),
    "raises": (_raises, "raised ValueError at "),
    "tells": (_tells, "told a value"),
    "prints": (_prints, "printed on the output"),
    "hangs": (_hangs, "hung"),
    "crashes": (_crashes, "ended the process by SIGSEGV"),
    "swells": (_swells, "raised MemoryError"),
    "gorges": (_gorges, "took more than 1.5 GiB"),
}


def find(name: str) -> Target:
    """A reader by its name; `planted.drops` is the CSV reader with that fault."""
    kind, _, fault = name.partition(".")
    return replace(target("csv"), around=partial(_faulty, FAULTS[fault][0])) if kind == "planted" else target(name)


def _faulty(reader: Reader) -> AbstractContextManager[Any]:
    return patch.dict(READERS, csv=reader)
