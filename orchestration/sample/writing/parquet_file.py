"""Parquet: columns of their own types; one in which a cell was spoilt is text."""

import io

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from orchestration.sample.writing.page import Field, Page
from orchestration.sample.writing.tokens import texts


def encode(page: Page) -> bytes:
    """The file's bytes."""
    stream = io.BytesIO()
    parquet.write_table(table(page), stream, compression="zstd")
    return stream.getvalue()


def table(page: Page) -> pa.Table:
    """The page's rows as typed columns."""
    return pa.table({field.header: _column(page, field) for field in page.fields})


def _column(page: Page, field: Field) -> pa.Array:
    cells, odd = page.rows[field.cell], page.spoilt.get(field.cell, {})
    moment = pd.api.types.is_datetime64_dtype(cells.dtype)
    plain = moment or pd.api.types.is_bool_dtype(cells.dtype) or pd.api.types.is_numeric_dtype(cells.dtype)
    if not plain or any(not _fits(value, moment) for value in odd.values()):
        return texts(page, field)
    if odd:
        cells = cells.copy()
        cells.iloc[list(odd)] = pd.array(list(odd.values()), dtype=cells.dtype)
    found = pa.array(cells, from_pandas=True)
    return found.cast(pa.date32()) if moment and field.column and field.column.logical_type == "date" else found


def _fits(value: object, moment: bool) -> bool:
    return value is None or isinstance(value, pd.Timestamp.__base__ if moment else int | float)
