"""The columns of a table that is read whole: numbers and moments stay what they are where a column has nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.dataset import Column, Dataset, Source
from transforms.reading.cast import is_value
from transforms.reading.grid import Cell, filled, moments, numbers, texts, written

_NUMBER, _MOMENT, _TEXT = pa.float64(), pa.timestamp("us"), pa.string()


def types(dataset: Dataset, source: Source) -> dict[str, pa.DataType]:
    """What the cells of a column may stay, of the columns in which nothing asks for them as texts."""
    found = {}
    for column in dataset.file_columns:
        if is_value(column, dataset, source, "TIMESTAMP"):
            found[column.name] = _MOMENT
        elif is_value(column, dataset, source, "BIGINT"):
            found[column.name] = _NUMBER
    return found


def values(cells: Sequence[Cell], column: Column, kind: pa.DataType | None, empty: str | None) -> pa.Array:
    """The cells of a column as what they may stay, where all of these are that; else as text."""
    if kind is None:
        return texts(cells, column, empty)
    cells, kinds = filled(cells)
    if kind == _NUMBER and kinds <= {int, float}:
        with suppress(pa.ArrowInvalid):
            # Minus nought is nought.
            return pc.add(pa.array(cells, _NUMBER), 0.0)
    if kind == _MOMENT and kinds <= {date, datetime}:
        return moments(cells)
    return texts(cells, column, empty)


def table(blocks: Sequence[Sequence[pa.Array]], dataset: Dataset) -> pa.Table:
    """A table of blocks that have values() for each of the dataset's file columns."""
    chunks = {column.name: [block[place] for block in blocks] for place, column in enumerate(dataset.file_columns)}
    return pa.table({column.name: _joined(chunks[column.name], column) for column in dataset.file_columns})


def _joined(chunks: list[pa.Array], column: Column) -> pa.ChunkedArray:
    """The chunks as one column: values, if all of them are, else texts. A whole number is one to the last chunk."""
    kinds = {chunk.type for chunk in chunks if chunk.null_count < len(chunk)}
    if len(kinds) == 1 and kinds != {_TEXT}:
        kind = kinds.pop()
        found = pa.chunked_array([chunk if chunk.type == kind else chunk.cast(kind) for chunk in chunks])
        if column.logical_type != "integer":
            return found
        with suppress(pa.ArrowInvalid):
            return found.cast(pa.int64())
    return pa.chunked_array([_text(chunk, column) for chunk in chunks], _TEXT)


def _text(chunk: pa.Array, column: Column) -> pa.Array:
    if chunk.type == _NUMBER:
        return numbers(chunk)
    return written(chunk, column) if chunk.type == _MOMENT else chunk
