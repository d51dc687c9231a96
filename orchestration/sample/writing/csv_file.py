"""CSV: any delimiter, encoding and decimal mark, lines above the header and below the rows."""

import codecs
import csv
import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import orchestration.sample.writing.grid as grid
from orchestration.sample.writing.page import TEXT, Page
from orchestration.sample.writing.tokens import body, joined, texts

END = "\r\n"


def encode(page: Page) -> bytes:
    """The file's bytes."""
    form = page.source.properties
    content = b"".join(
        _lines(part.head, form.delimiter) + _rows(part.page) + _lines(part.foot, form.delimiter)
        for _, parts in grid.sheets(page)
        for part in parts
    )
    encoding = codecs.lookup(form.encoding).name
    if encoding == "utf-8":
        return content
    if encoding == "utf-16":
        # Python's own would take the machine's byte order.
        return codecs.BOM_UTF16_LE + content.decode().encode("utf-16-le")
    return content.decode().encode(encoding)


def _lines(lines: Sequence[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=END).writerows(lines)
    return text.getvalue().encode()


def _rows(page: Page) -> bytes:
    form, count = page.source.properties, len(page.rows)
    # Every way of writing nothing that the contract allows takes its turn.
    nothing = pa.array(form.null_values, TEXT).take(pa.array(np.arange(count) % len(form.null_values)))
    parts: list[str | pa.Array] = []
    for field in page.fields:
        cells = _quoted(texts(page, field, form.decimal), form.delimiter)
        parts += [pc.coalesce(cells, nothing), form.delimiter]
    return body(joined([*parts[:-1], END], count))


def _quoted(cells: pa.Array, delimiter: str) -> pa.Array:
    special = pc.match_substring_regex(cells, f'[{delimiter}"\r\n]')
    if not pc.any(special).as_py():
        return cells
    quote = pa.scalar('"', TEXT)
    inner = pc.replace_substring(cells, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise(quote, inner, quote, pa.scalar("", TEXT)), cells)
