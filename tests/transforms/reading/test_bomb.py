"""One long text that stands in every row: what repeats it is held before it is written out, whatever the format."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from data_contracts.dataset import Dataset
from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, held, take
from transforms.reading import bomb, keyed, records, reshape, sheets, workbook, xls_file

# One text of so many letters in so many rows comes to over two hundred times its file in each format.
ROWS, LETTERS = 500, 20_000
NAMES = ("id", "name")


def csv(text: str) -> bytes:
    return "\n".join(["id,name", f"0,{text}", *(f"{number}," for number in range(1, ROWS))]).encode() + b"\n"


def ndjson(text: str) -> bytes:
    return json.dumps({"name": text, "rows": [{"id": str(number)} for number in range(ROWS)]}).encode() + b"\n"


def xlsx(text: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, NAMES)
        for number in range(ROWS):
            page.write_row(number + 1, 0, [number, text])
    return out.getvalue()


def xls(text: str, rows: int = ROWS, names: Sequence[str] = NAMES) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("1")
    for place, cells in enumerate([names, *([number, text] for number in range(rows))]):
        for at, cell in enumerate(cells):
            page.write(place, at, cell)
    book.save(out)
    return out.getvalue()


def parquet(text: str, rows: int = ROWS, names: Sequence[str] = NAMES) -> bytes:
    out = io.BytesIO()
    cells = pa.DictionaryArray.from_arrays(np.zeros(rows, "i4"), [text])
    table = pa.table({name: cells if name == "name" else pa.array(range(rows)) for name in names})
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


FORMATS: dict[str, tuple[Callable[..., bytes], dict[str, Any]]] = {
    "csv": (csv, {"steps": [{"forwardFill": ["name"]}]}),
    "ndjson": (ndjson, {"explode": "/rows"}),
    "xlsx": (xlsx, {}),
    "xls": (xls, {}),
    "parquet": (parquet, {}),
}


def table(format: str) -> Dataset:
    inside = {"sourcePointer": "/rows/id"} if format == "ndjson" else {}
    columns = column("id", key=True, **inside), column("name")
    return dataset(*columns, servers=[server(format=format, **FORMATS[format][1])])


@pytest.fixture(autouse=True)
def a_small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bomb, "UNPACKED_BYTES", 1 << 20)
    monkeypatch.setattr(xls_file, "TEXT_BYTES", 1 << 20)


@pytest.mark.parametrize("format", FORMATS)
def test_a_text_in_every_row_is_taken_where_it_is_short(format: str):
    assert take(table(format), FORMATS[format][0]("x" * 100)).column("name") == ["x" * 100] * ROWS


@pytest.mark.parametrize("format", FORMATS)
def test_a_text_in_every_row_holds_where_it_is_long(format: str):
    content = FORMATS[format][0]("x" * LETTERS)
    assert held(table(format), content).rule == "zip.bomb"


@pytest.mark.parametrize("format", FORMATS)
def test_few_rows_at_once_are_the_same_rows(format: str, monkeypatch: pytest.MonkeyPatch):
    content = FORMATS[format][0]("x" * 100)
    expected = take(table(format), content).rows
    for module in (keyed, reshape):
        monkeypatch.setattr(module, "BYTES_AT_ONCE", 5_000)
    assert take(table(format), content).rows == expected


@pytest.mark.parametrize("format", ["csv", "ndjson", "xlsx"])
def test_what_is_in_memory_at_once_is_little(format: str, monkeypatch: pytest.MonkeyPatch):
    sizes = []

    def watched(path: Path, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            sizes.append(batch.nbytes)
            yield batch

    monkeypatch.setattr(records, "bounded", watched)
    for module in (keyed, reshape):
        monkeypatch.setattr(module, "BYTES_AT_ONCE", 5 * LETTERS)
    take(table(format), FORMATS[format][0]("x" * LETTERS))
    assert max(sizes) < 7 * LETTERS
    assert sum(sizes) > ROWS * LETTERS


def test_a_text_that_no_cell_takes_holds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bomb, "UNPACKED_BYTES", 1 << 30)
    monkeypatch.setattr(workbook, "TEXT_BYTES", 0)
    content = xlsx("x" * 30_000)
    monkeypatch.setattr(sheets, "LETTERS", 30_000)
    assert take(table("xlsx"), content).checked.rows_read == ROWS
    monkeypatch.setattr(sheets, "LETTERS", 29_999)
    assert held(table("xlsx"), content).rule == "xlsx.size"


def test_a_workbook_is_read_row_by_row_where_its_texts_would_come_to_much(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bomb, "UNPACKED_BYTES", 1 << 30)
    content = xlsx("x" * LETTERS)
    expected = take(table("xlsx"), content).rows
    monkeypatch.setattr(workbook, "TEXT_BYTES", ROWS * LETTERS)
    monkeypatch.setattr(sheets, "laid_out", None)
    assert take(table("xlsx"), content).rows == expected


def test_rows_without_end_that_say_nothing_hold():
    same = pa.DictionaryArray.from_arrays(np.zeros(300_000, "i4"), ["1"])
    out = io.BytesIO()
    pq.write_table(pa.table({"id": same, "name": same}), out)
    assert held(table("parquet"), out.getvalue()).rule == "zip.bomb"
