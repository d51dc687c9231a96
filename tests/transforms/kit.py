"""Reads bytes by a contract, as a delivery is read, and hands back what came of it."""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from data_contracts.dataset import Dataset
from tests.contracts_kit import CITY
from transforms.checking.delivery import Checked, check_delivery
from transforms.checking.verdict import BROKEN, WARNED
from transforms.engine import connect, literal
from transforms.privacy import pseudonym
from transforms.reading.held import Held
from transforms.reading.places import Places

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
        return [row[WARNED] or [] for row in self.rows]


def take(dataset: Dataset, content: bytes | Path, city: str = CITY, around: Places | None = None) -> Outcome:
    """Check one delivery; raises Held as the reader does."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "checked.parquet"
        checked = deliver(dataset, content, target, city, around)
        return Outcome(checked, rows(f"SELECT * FROM read_parquet({literal(target)})"))


def deliver(
    dataset: Dataset, content: bytes | Path, target: Path, city: str = CITY, around: Places | None = None
) -> Checked:
    """Check one delivery into `target`."""
    with TemporaryDirectory() as folder:
        file = content
        if isinstance(content, bytes):
            file = Path(folder) / "object"
            file.write_bytes(content)
        return check_delivery(Path(file), dataset, city, around, target, Path(folder))


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
def opened(key: bytes = KEY):
    with TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        pseudonym.register(connection, key)
        yield connection


def csv_bytes(header: Iterable[str], *lines: Iterable[str]) -> bytes:
    """A plain CSV without any quoting."""
    return "".join(",".join(line) + "\n" for line in (header, *lines)).encode()
