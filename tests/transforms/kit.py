"""Reads bytes by a contract, as a delivery is read, and hands back what came of it."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq
import xlsxwriter

from data_contracts.dataset import Dataset
from tests.contracts_kit import CITY, contract, one
from transforms.checking.delivery import Checked, check_delivery
from transforms.checking.verdict import BROKEN, WARNED
from transforms.engine import connect
from transforms.privacy import pseudonym
from transforms.reading.held import Held
from transforms.reading.places import Places
from transforms.reading.repairs import WORLD, Bounds

KEY = bytes(range(32))


@dataclass(frozen=True)
class Outcome:
    """A checked delivery: its counts, and its rows with their verdicts, in order."""

    checked: Checked
    rows: list[dict[str, Any]]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    @property
    def broken(self) -> list[list[str]]:
        return [row[BROKEN] or [] for row in self.rows]

    @property
    def warned(self) -> list[list[str]]:
        return [row.get(WARNED) or [] for row in self.rows]


def take(
    dataset: Dataset,
    content: bytes | Path,
    city: str = CITY,
    around: Places | None = None,
    bounds: Bounds = WORLD,
    received_at: datetime | None = None,
) -> Outcome:
    """Check one delivery; raises Held as the reader does."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "checked.parquet"
        checked = deliver(dataset, content, target, city, around, bounds, received_at)
        return Outcome(checked, pq.read_table(target).to_pylist())


def deliver(
    dataset: Dataset,
    content: bytes | Path,
    target: Path,
    city: str = CITY,
    around: Places | None = None,
    bounds: Bounds = WORLD,
    received_at: datetime | None = None,
) -> Checked:
    """Check one delivery into `target`."""
    with TemporaryDirectory() as folder:
        file = content
        if isinstance(content, bytes):
            file = Path(folder) / "object"
            file.write_bytes(content)
        return check_delivery(Path(file), dataset, city, around, target, Path(folder), bounds, received_at)


def held(dataset: Dataset, content: bytes | Path, **words: Any) -> Held:
    """The reason for which a delivery is held; it must be."""
    try:
        outcome = take(dataset, content, **words)
    except Held as reason:
        return reason
    raise AssertionError(f"taken with {outcome.checked}")


def rows(query: str, key: bytes = KEY) -> list[dict[str, Any]]:
    """A query's rows, in a connection as a release has it."""
    with opened(key) as connection:
        return records(connection, query)


def records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return connection.sql(query).to_arrow_table().to_pylist()


@contextmanager
def opened(key: bytes = KEY) -> Iterator[duckdb.DuckDBPyConnection]:
    with TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        pseudonym.register(connection, key)
        yield connection


def csv_bytes(header: Iterable[str], *lines: Iterable[str]) -> bytes:
    """A plain CSV without any quoting."""
    return "".join(",".join(line) + "\n" for line in (header, *lines)).encode()


def dataset(*columns: dict[str, Any], **words: Any) -> Dataset:
    """A dataset of these columns, loaded and compiled once for all tests that ask for the same."""
    return _built(json.dumps(contract("things", columns, **words)))


@cache
def _built(given: str) -> Dataset:
    with TemporaryDirectory() as folder:
        return one(Path(folder), json.loads(given))


def xlsx_bytes(*rows: Iterable[Any], sheet: str = "Register", **options: Any) -> bytes:
    """A workbook of one sheet; a cell may be a (formula, cached value) pair, None is no cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        page = book.add_worksheet(sheet)
        moments = {date: "dd/mm/yyyy", datetime: "dd/mm/yyyy hh:mm:ss.000", time: "hh:mm"}
        forms = {kind: book.add_format({"num_format": form}) for kind, form in moments.items()}
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(number, place, cell[0], None, cell[1])
                elif isinstance(cell, date | time):
                    page.write_datetime(number, place, cell, forms[type(cell)])
                elif cell is not None:
                    page.write(number, place, cell)
    return out.getvalue()


def patched(workbook: bytes, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with a piece of one part replaced, as another program would have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            content = source.read(member)
            if member == part:
                assert content.count(old) == 1
                content = content.replace(old, new)
            target.writestr(member, content)
    return out.getvalue()
