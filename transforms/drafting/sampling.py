"""A sample of a file's cells as text, read by the project's own readers once the structure is guessed.

So a draft sees what a delivery will see, and a hostile file meets the same limits.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from data_contracts.dataset import Dataset
from data_contracts.odcs import API_VERSION, OdcsReader
from transforms.checking.delivery import READERS
from transforms.drafting.guess import DraftFault, Found, Structure
from transforms.engine import connect
from transforms.reading import packed
from transforms.reading.held import Held

# The rows that are read at most, and how many of them, drawn from all over, are looked at.
READ = 1_000_000
LOOKED_AT = 20_000
SHOWN = 10
_PROBE = "pravah_draft_probe"


@dataclass(frozen=True)
class Sample:
    """Cells as text: `cells` holds for each column its n values in the file's order, None for none.

    `rows`: the rows that were read; `whole`: whether that is all of them.
    """

    cells: list[list[str | None]]
    first: list[list[str | None]]
    rows: int
    whole: bool


def probe(path: Path, format: str, properties: dict[str, Any]) -> str | None:
    """Let a reader look for what would break it; the rule of the fault, None where there is none.

    What depends on where the table stands is no fault, as that is not known yet; any other raises DraftFault.
    """
    structure = Structure(format)
    with tempfile.TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        try:
            _open(connection, path, structure, [Found(_PROBE)], properties, Path(folder))
        except Held as held:
            if held.rule in ("xlsx.formula", "xlsx.merged", "file.empty") or held.rule.startswith("header."):
                return held.rule
            raise DraftFault(str(held)) from None
    return None


def sample(path: Path, structure: Structure) -> Sample:
    """The file's cells. Raises DraftFault where the reader would hold the file."""
    with tempfile.TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        try:
            sql, held = _open(connection, path, structure, structure.columns, structure.plain(), Path(folder))
            try:
                return _drawn(connection, sql)
            except duckdb.Error as error:
                raise held(error) from None
        except Held as reason:
            raise DraftFault(str(reason)) from None


def column(path: Path, structure: Structure, title: str) -> pa.ChunkedArray:
    """All cells of one column as text, in the file's order, null for none.

    Raises KeyError where there is no such column, DraftFault where the reader would hold the file.
    """
    found = [{found.title: found for found in structure.columns}[title]]
    with tempfile.TemporaryDirectory() as folder, connect(Path(folder)) as connection:
        try:
            sql, held = _open(connection, path, structure, found, structure.plain(), Path(folder))
            try:
                return connection.sql(sql).to_arrow_table().column(0)
            except duckdb.Error as error:
                raise held(error) from None
        except Held as reason:
            raise DraftFault(str(reason)) from None


def _drawn(connection: duckdb.DuckDBPyConnection, sql: str) -> Sample:
    connection.execute(f"CREATE TEMP TABLE read AS SELECT * FROM ({sql}) LIMIT {READ + 1}")
    rows = connection.execute("SELECT count(*) FROM read").fetchall()[0][0]
    if not rows:
        raise DraftFault("the file: holds a header and no record; ask for a file with some")
    first = connection.execute(f"SELECT * FROM read LIMIT {SHOWN}").fetchall()
    step = max(rows // LOOKED_AT, 1)
    drawn = connection.execute(f"SELECT * FROM read WHERE rowid % {step} = 0 ORDER BY rowid").fetchall()
    cells = [list(column) for column in zip(*drawn, strict=True)]
    return Sample(cells, [list(row) for row in first], min(rows, READ), rows <= READ)


def _open(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    structure: Structure,
    columns: list[Found],
    properties: dict[str, Any],
    scratch: Path,
) -> tuple[str, Callable[[duckdb.Error], Held]]:
    """SQL for the cells of some columns as text, and what turns an error met on the way into a reason."""
    dataset = _texts(structure.format, columns, properties, scratch)
    reader = packed.reading(READERS[structure.format])
    records = reader(connection, path, dataset, dataset.sources[0], scratch)
    return records.sql, records.held


def _texts(format: str, columns: list[Found], properties: dict[str, Any], scratch: Path) -> Dataset:
    """A dataset of the columns as they stand in the file, all of them texts."""
    file = scratch / "drafts" / "sample.odcs.yaml"
    file.parent.mkdir()
    contract = {
        "apiVersion": API_VERSION, "kind": "DataContract", "id": "sample", "version": "0.0.0", "status": "draft",
        "domain": "drafts",
        "servers": [
            {"server": "inbox", "type": "local", "path": ".", "format": format, "customProperties": own(properties)}
        ],
        "schema": [
            {
                "name": "sample",
                "customProperties": own({"publication": {"form": "none", "reason": "-"}, "delivery": "increment"}),
                "properties": [
                    {
                        # A name that no file has: a column's own name would be looked for in it as well.
                        "name": f"pravah_draft_{place}", "logicalType": "string",
                        "customProperties": own({"treatment": "drop", **column.where}),
                    }
                    for place, column in enumerate(columns)
                ],
            }
        ],
    }  # fmt: skip
    file.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")
    reader = OdcsReader(file, {})
    if reader.dataset is None:
        raise DraftFault("the file: its names cannot be told apart; ask for a file with names of their own")
    return reader.dataset


def own(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """Custom properties as ODCS lists them."""
    return [{"property": name, "value": value} for name, value in properties.items()]
