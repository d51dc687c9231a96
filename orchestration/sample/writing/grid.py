"""Tables as sheets have them: lines above, headers of several rows, blocks, totals; a contract's steps backwards."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from data_contracts.steps import Split, Unpivot, Unstack, column_number
from orchestration.sample.patterns import example
from orchestration.sample.writing.page import LABEL, Field, Page
from orchestration.sample.writing.tokens import joined, texts

Line = list[str]
_ABOVE = ("As on 01-10-2026", "Prepared in the section office from the daily registers")
_WILD = re.compile(r"[*?]")


@dataclass(frozen=True)
class Part:
    """A table on a sheet: the lines above it (its names are the last of them), its rows, the lines below."""

    head: list[Line]
    page: Page
    foot: list[Line]


def sheets(page: Page) -> Iterator[tuple[str, list[Part]]]:
    """The sheets of a page by name, each with its tables one below the other."""
    for name, sheet in _by_sheet(page):
        yield name, _parts(_laid_out(sheet))


def names(page: Page) -> list[Line]:
    """The header's rows: a name of several parts has one in each."""
    form = page.source.properties
    if form.header == "none":
        return []
    parts = [field.header.rsplit(form.header_join, form.header_rows - 1) for field in page.fields]
    rows = [[*part, *[""] * (form.header_rows - len(part))] for part in parts]
    return [list(row) for row in zip(*rows, strict=True)]


def _by_sheet(page: Page) -> Iterator[tuple[str, Page]]:
    form = page.source.properties
    if form.sheet_column:
        field = _field(page, form.sheet_column)
        rest = _without(page, field)
        for name, start, stop in _runs(page.rows[field.cell]):
            yield str(name), rest.slice(start, stop)
    elif form.sheets:
        cuts = np.linspace(0, len(page.rows), len(form.sheets) + 1).astype(int).tolist()
        for number, wanted in enumerate(form.sheets):
            yield _WILD.sub(str(number + 1), wanted), page.slice(cuts[number], cuts[number + 1])
    else:
        yield form.sheet or "Sheet1", page


def _runs(values: pd.Series) -> Iterator[tuple[Any, int, int]]:
    """Stretches of the same value: the value, where it begins, where it ends."""
    edges = [0, *(np.flatnonzero(values.to_numpy()[1:] != values.to_numpy()[:-1]) + 1).tolist(), len(values)]
    for start, stop in pairwise(edges):
        yield values.iat[start], start, stop


def _laid_out(page: Page) -> Page:
    """The page as it was before the declared steps, which are undone from the last to the first."""
    steps = page.source.properties.steps
    block = steps[0].unstack if steps else None
    for step in reversed(steps):
        if step.unpivot:
            page = _wide(page, step.unpivot)
        elif step.split:
            page = _packed(page, step.split)
        elif step.forward_fill:
            page = _blanked(page, step.forward_fill, block)
    return page


def _parts(page: Page) -> list[Part]:
    form = page.source.properties
    above = [[text] for text in (page.title, LABEL, *_ABOVE * form.header_row)][: form.header_row - 1]
    for name, address in form.cells_above.items():
        field = _field(page, name)
        letters = address.rstrip("0123456789")
        _set(above[int(address[len(letters) :]) - 1], column_number(letters), _constant(page, field))
        page = _without(page, field)
    block = form.steps[0].unstack if form.steps else None
    if block is None:
        return [Part([*above, *names(page)], page, _foot(page))]
    return list(_blocks(page, block, above))


def _blocks(page: Page, block: Unstack, above: list[Line]) -> Iterator[Part]:
    field = _field(page, block.into)
    rest = _without(page, field)
    for label, start, stop in _runs(page.rows[field.cell]):
        own: list[Line] = [[LABEL] for _ in range(block.above)]
        own[0] = []
        _set(own[0], column_number(block.label), str(label))
        part = rest.slice(start, stop)
        head = [*above[: len(above) - block.above], *own] if start == 0 else own
        yield Part([*head, *names(part)], part, _foot(part) if stop == len(page.rows) else [])


def _set(line: Line, place: int, text: str) -> None:
    line += [""] * (place + 1 - len(line))
    line[place] = text


def _foot(page: Page) -> list[Line]:
    """Totals where the contract sets them aside, a note where it ends the table."""
    lines = []
    for step in page.source.properties.steps:
        if step.set_aside:
            said = [_said(field, step.set_aside) for field in page.fields]
            if any(said):
                lines.append([text or _total(page, field) for text, field in zip(said, page.fields, strict=True)])
    for step in page.source.properties.steps:
        if step.end_at:
            lines += [[_said(field, step.end_at) for field in page.fields], [LABEL]]
    return lines


def _said(field: Field, where: dict[str, str]) -> str:
    return next((example(pattern) for name, pattern in where.items() if _is(field, name)), "")


def _total(page: Page, field: Field) -> str:
    cells = page.rows[field.cell]
    return f"{cells.sum():.0f}" if pd.api.types.is_integer_dtype(cells.dtype) else ""


def _is(field: Field, name: str) -> bool:
    return name == field.header or (field.column is not None and name in field.column.source_names)


def _field(page: Page, name: str) -> Field:
    return next(field for field in page.fields if _is(field, name))


def _without(page: Page, *fields: Field) -> Page:
    return replace(page, fields=[field for field in page.fields if field not in fields])


def _constant(page: Page, field: Field) -> str:
    values = set(texts(page, field).to_pylist())
    if len(values) != 1 or None in values:
        raise ValueError(f"{field.cell} stands once above the header, so a file needs one value in it")
    return str(values.pop())


def _wide(page: Page, step: Unpivot) -> Page:
    """Rows as columns side by side: each run of rows that differ only in these two columns is one row.

    A column of which a run has no row stays empty there.
    """
    into, value = _field(page, step.into), _field(page, step.value)
    rest = [field for field in page.fields if field not in (into, value)]
    column = pd.Index(step.columns).get_indexer(texts(page, into).to_pandas())
    begins = np.append(True, column[1:] <= column[:-1])
    for field in rest:
        cells = texts(page, field).to_pandas().fillna("")
        begins |= (cells != cells.shift()).to_numpy()
    run = np.cumsum(begins) - 1
    spoilt = dict(page.spoilt)
    changed = spoilt.pop(value.cell, {})
    if spoilt or (column < 0).any():
        raise ValueError(f"only {value.cell} can be spoilt where it is unpivoted, and {into.cell} must name a column")
    frame = page.rows[begins].reset_index(drop=True)
    fields = []
    for number, name in enumerate(step.columns):
        mine, cell = column == number, f"{value.cell}/{name}"
        frame[cell] = page.rows[value.cell].set_axis(run)[mine].astype(object).reindex(range(len(frame)))
        spoilt[cell] = {int(run[row]): what for row, what in changed.items() if mine[row]}
        fields.append(Field(name, cell, value.column, value.pattern))
    return replace(page, fields=[*rest, *fields], rows=frame, spoilt=spoilt)


def _packed(page: Page, step: Split) -> Page:
    """Several columns as one."""
    parts = [_field(page, name) for name in step.into]
    between = [step.separator] * (len(parts) - 1) if step.separator else _literals(step.pattern or "", len(parts))
    pieces: list[Any] = []
    for field, text in zip(parts, [*between, ""], strict=True):
        pieces += [pc.fill_null(texts(page, field), ""), text or ""]
    cell = "/".join(step.into)
    frame = page.rows.assign(**{cell: joined(pieces, len(page.rows)).to_pandas()})
    rest = [field for field in page.fields if field not in parts and not _is(field, step.column)]
    own = next((field for field in page.fields if _is(field, step.column)), Field(step.column, cell))
    return replace(page, fields=[*rest, replace(own, cell=cell)], rows=frame)


def _literals(pattern: str, groups: int) -> list[str]:
    """What stands between the groups of a pattern."""
    first, *between, last = re.split(r"\([^()]*\)", pattern.removeprefix("^").removesuffix("$"))
    if first or last or len(between) != groups - 1 or re.search(r"[\\\[\].*+?{}|]", "".join(between)):
        raise ValueError(f"no way back from the pattern {pattern}; declare a separator")
    return between


def _blanked(page: Page, columns: Sequence[str], block: Unstack | None) -> Page:
    """Cells that say the same as the one above left empty, as in a table with merged cells."""
    same = np.arange(len(page.rows)) > 0
    fields = [_field(page, name) for name in columns]
    around = [_field(page, block.into)] if block else []
    frame, spoilt = page.rows.copy(), dict(page.spoilt)
    for field in [*around, *fields]:
        cells = texts(page, field).to_pandas()
        if cells.isna().any():
            raise ValueError(f"{field.cell} is filled from above, so none of its cells may be empty")
        same = same & (cells == cells.shift()).to_numpy()
        if field in fields:
            frame[field.cell] = cells.mask(same, None)
            spoilt.pop(field.cell, None)
    return replace(page, rows=frame, spoilt=spoilt)
