"""Pieces: a long CSV is stored as DuckDB reads it, and whatever is guessed of them no row is lost or moved."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.contracts_kit import column
from tests.transforms.kit import csv_bytes, dataset, deliver
from transforms.reading import pieces

TABLE = dataset(column("id"), column("text"))


def lines(*parts: tuple[int, int]) -> bytes:
    """A CSV of (lines, bytes in each) one after the other; the first column counts the lines."""
    cells = [width - 9 for count, width in parts for _ in range(count)]
    return csv_bytes(("id", "text"), *((f"{number:07}", "x" * width) for number, width in enumerate(cells)))


@pytest.mark.parametrize(
    ("content", "about"),
    [
        (lines((1_000, 100)), None),
        (lines((170_000, 100)), 83_886),
        (lines((90_000, 50), (90_000, 150)), 83_886),
        (lines((30_000, 600)), None),
        (b"a" * (2 * pieces.PIECE), None),
    ],
)
def test_the_rows_of_a_piece_are_told_by_samples(content: bytes, about: int | None, tmp_path: Path):
    file = tmp_path / "object"
    file.write_bytes(content)
    assert pieces.rows(file) == (pytest.approx(about, rel=0.01) if about else None)


def test_a_long_file_is_stored_in_the_pieces_that_it_is_read_in(tmp_path: Path):
    deliver(TABLE, lines((210_000, 100)), tmp_path / "checked")
    stored = pq.read_metadata(tmp_path / "checked")
    groups = [stored.row_group(number).num_rows for number in range(stored.num_row_groups)]
    assert groups[:-1] == [pytest.approx(pieces.PIECE / 100, abs=2)] * 2


@pytest.mark.parametrize("parts", [((210_000, 100),), ((100_000, 60), (100_000, 140)), ((300_000, 30), (20_000, 900))])
def test_every_row_stands_where_it_stood(parts: tuple[tuple[int, int], ...], tmp_path: Path):
    checked = deliver(TABLE, lines(*parts), tmp_path / "checked")
    rows = sum(count for count, _ in parts)
    assert (checked.rows_read, checked.quarantined) == (rows, 0)
    numbers = pq.read_table(tmp_path / "checked", columns=["id"])["id"].to_pylist()
    assert numbers == [f"{number:07}" for number in range(rows)]
