"""The cells of a column as text, all at once: the file is put together from them without a loop over its rows."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from orchestration.sample.delivery import NoSuchDay, Quantity, plain
from orchestration.sample.writing import moments
from orchestration.sample.writing.page import TEXT, Field, Page


def scalar(value: Any, field: Field, decimal: str = ".") -> str | int | float | bool | None:
    """One cell without dates, quantities and outlines: text, number, truth value or None."""
    value = plain(value)
    if isinstance(value, date | NoSuchDay):
        return moments.text(value, field)
    if isinstance(value, Quantity):
        return f"{value.value}".replace(".", decimal) + value.suffix if value.suffix else value.value
    if isinstance(value, dict | shapely.Geometry):
        return geojson(value)
    return value


def geojson(shape: Any) -> str:
    """An outline, as a mapping or a shape, as GeoJSON."""
    return json.dumps(shape if isinstance(shape, dict) else shapely.geometry.mapping(shape))


def texts(page: Page, field: Field, decimal: str = ".") -> pa.Array:
    """The column's cells as text, null where there is none."""
    found = _texts(page.rows[field.cell], field, decimal)
    return _spoilt(page, field, found, lambda value: _text(scalar(value, field, decimal), decimal))


def tokens(page: Page, field: Field) -> pa.Array:
    """The column's cells as JSON, `null` where there is none."""
    cells = page.rows[field.cell]
    bare = pd.api.types.is_numeric_dtype(cells.dtype) and (field.column is None or not _is_text(field))
    found = _json(page, field, bare)
    return pc.fill_null(_spoilt(page, field, found, lambda value: line(scalar(value, field))), "null")


def line(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def joined(parts: Sequence[str | pa.Array], rows: int) -> pa.Array:
    """For each row the parts one behind the other; a text stands in every row."""
    whole = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    if not any(isinstance(part, pa.Array) for part in whole):
        return pa.repeat(pa.scalar("".join(map(str, whole)), TEXT), rows)
    return pc.binary_join_element_wise(*whole, pa.scalar("", TEXT))


def body(lines: pa.Array) -> bytes:
    """All lines one behind the other, in UTF-8."""
    lines = pa.concat_arrays([lines])
    _, places, content = lines.buffers()
    if content is None:
        return b""
    ends = np.frombuffer(places, dtype=np.int64)
    return content.slice(
        int(ends[lines.offset]), int(ends[lines.offset + len(lines)] - ends[lines.offset])
    ).to_pybytes()


def _is_text(field: Field) -> bool:
    return field.column is not None and field.column.logical_type not in ("integer", "number", "boolean")


def _json(page: Page, field: Field, bare: bool) -> pa.Array:
    cells = page.rows[field.cell]
    if field.column and field.column.logical_type == "geometry":
        return _texts(cells, field, ".")
    if pd.api.types.is_object_dtype(cells.dtype):
        strings = _strings(cells)
        if strings is not None:
            return quoted(strings)
        values = [scalar(value, field) for value in cells]
        return pa.array([None if value is None else line(value) for value in values], TEXT)
    found = _texts(cells, field, ".")
    return found if bare or moments.in_numbers(field) else quoted(found)


def quoted(found: pa.Array) -> pa.Array:
    """Texts as JSON strings."""
    for letter, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        found = pc.replace_substring(found, letter, written)
    quote = pa.scalar('"', TEXT)
    return pc.binary_join_element_wise(quote, found, quote, pa.scalar("", TEXT))


def _texts(cells: pd.Series, field: Field, decimal: str) -> pa.Array:
    kind = cells.dtype
    if pd.api.types.is_datetime64_dtype(kind):
        return moments.texts(cells, field)
    if pd.api.types.is_object_dtype(kind):
        strings = _strings(cells)
        if strings is not None:
            return strings
        return pa.array([_text(scalar(value, field, decimal), decimal) for value in cells], TEXT)
    if isinstance(kind, pd.CategoricalDtype):
        cells = cells.astype("str")
    found = pa.array(cells, from_pandas=True)
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    whole = pc.cast(found, TEXT)
    return pc.replace_substring(whole, ".", decimal) if decimal != "." and pa.types.is_floating(found.type) else whole


def _strings(cells: pd.Series) -> pa.Array | None:
    """The cells of a column that holds texts alone."""
    try:
        return pa.array(cells, TEXT, from_pandas=True)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return None


def _text(value: str | float | bool | None, decimal: str) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    return None if value is None else str(value)


def _spoilt(page: Page, field: Field, found: pa.Array, written: Callable[[Any], str | None]) -> pa.Array:
    cells = page.spoilt.get(field.cell)
    if not cells:
        return found
    mask = np.zeros(len(found), dtype=bool)
    mask[list(cells)] = True
    return pc.replace_with_mask(found, mask, pa.array([written(cells[row]) for row in sorted(cells)], TEXT))
