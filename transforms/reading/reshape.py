"""The steps that a contract declares on a table: applied in order, row by row, before its columns are matched."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa

from data_contracts.dataset import Dataset, Source
from data_contracts.steps import Split, Unpivot, Unstack, column_number, pattern
from transforms.reading import columns, header
from transforms.reading.grid import Cell, Grid, text_of
from transforms.reading.held import Held
from transforms.reading.records import BYTES_AT_ONCE, ROWS_AT_ONCE, Records, kept, stream

Test = Callable[[list[Cell]], bool]


def records(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    grids: Iterable[Grid],
    dataset: Dataset,
    source: Source,
    whole: bool = False,
) -> Records:
    """The records of one table of `path` after the other, each laid out anew by the declared steps.

    What the steps do is counted: cells filled and split, rows set aside and made, blocks. The first table's
    header is matched at once, the others' when their turn comes. `whole`: all rows are read before the first is
    handed on, and columns of numbers or moments alone are typed.
    """
    counts: Counter[str] = Counter()
    kinds = columns.types(dataset, source) if whole else {}
    tables = (_blocks(reshaped(grid, dataset, source, counts), dataset, source, kinds) for grid in grids)
    blocks = chain.from_iterable(chain([next(tables)], tables))
    if whole:
        found = kept(connection, dataset, source, columns.table(list(blocks), dataset))
    else:
        names = [column.name for column in dataset.file_columns]
        found = stream(connection, path, dataset, source, (pa.record_batch(block, names) for block in blocks))
    return replace(found, repaired=lambda: dict(counts))


def _blocks(grid: Grid, dataset: Dataset, source: Source, kinds: Mapping[str, pa.DataType]) -> Iterator[list[pa.Array]]:
    """The cells in the contract's order, as text or as what `kinds` lets them stay.

    Raises Held where the header does not match.
    """
    found, width = header.match(grid.names, dataset, source, grid.place), len(grid.names)

    def blocks() -> Iterator[list[pa.Array]]:
        # As one list: thousands of rows at a time would have Python look for garbage among them again and again.
        while cells := list(chain.from_iterable(islice(grid.rows, ROWS_AT_ONCE))):
            yield from block(cells)

    def block(cells: list[Cell]) -> Iterator[list[pa.Array]]:
        """In two halves, or more, where long texts would come to too much in one."""
        absent, block_columns, size = pa.nulls(len(cells) // width, pa.string()), [], 0
        for column in dataset.file_columns:
            place = found.get(column.name)
            kind = kinds.get(column.name)
            values = absent if place is None else columns.values(cells[place::width], column, kind, grid.empty)
            block_columns.append(values)
            size += values.nbytes
            if size > BYTES_AT_ONCE and len(cells) > width:
                half = len(cells) // width // 2 * width
                yield from block(cells[:half])
                yield from block(cells[half:])
                return
        yield block_columns

    return blocks()


def reshaped(grid: Grid, dataset: Dataset, source: Source, counts: Counter[str]) -> Grid:
    """The table after the declared steps; what they do is counted while its rows are read."""
    blank = frozenset({"", *source.properties.null_values})
    steps = source.properties.steps
    block = steps[0].unstack if steps else None
    if block:
        grid = _unstacked(grid, block, blank, counts)
    grid = grid.whole()
    for step in steps:
        if step.end_at:
            grid = replace(grid, rows=_until(grid, _test(grid, step.end_at, dataset)))
        elif step.set_aside:
            grid = replace(grid, rows=_without(grid, _test(grid, step.set_aside, dataset), counts))
        elif step.forward_fill:
            label = grid.names.index(block.into) if block else None
            grid = replace(grid, rows=_filled(grid, step.forward_fill, label, dataset, blank, counts))
        elif step.split:
            rows = _split(grid, grid.position(step.split.column, dataset), step.split, blank, counts)
            grid = replace(grid, names=[*grid.names, *step.split.into], rows=rows)
        elif step.unpivot:
            grid = _unpivoted(grid, step.unpivot, dataset, counts)
    return grid


def _test(grid: Grid, where: dict[str, str], dataset: Dataset) -> Test:
    """Whether in a row each of the named columns holds its pattern; an empty cell holds `^$`."""
    tests = [(grid.position(name, dataset), pattern(text)) for name, text in where.items()]
    return lambda row: all(wanted.search(text_of(row[place], None) or "") for place, wanted in tests)


def _until(grid: Grid, ends: Test) -> Iterator[list[Cell]]:
    for row in grid.rows:
        if ends(row):
            return
        yield row
    remedy = "correct `endAt` in the contract, or ask for the whole file"
    raise Held("table.end", grid.place, "the row that ends the table does not come", remedy)


def _without(grid: Grid, aside: Test, counts: Counter[str]) -> Iterator[list[Cell]]:
    for row in grid.rows:
        if aside(row):
            counts["setAside"] += 1
        else:
            yield row


def _filled(
    grid: Grid,
    names: tuple[str, ...],
    label: int | None,
    dataset: Dataset,
    blank: frozenset[str],
    counts: Counter[str],
) -> Iterator[list[Cell]]:
    """Each empty cell of the columns takes what stands above it.

    A column begins anew where one that is named before it does, and all do in a new block: what stands above
    belongs to another group there.
    """
    places = [grid.position(name, dataset) for name in names]

    def rows() -> Iterator[list[Cell]]:
        last: list[Cell] = [""] * len(names)
        block: Cell = None
        for row in grid.rows:
            if label is not None and row[label] != block:
                block, last = row[label], [""] * len(names)
            cells = list(row)
            for which, (name, place) in enumerate(zip(names, places, strict=True)):
                if cells[place] not in blank:
                    last[which:] = [cells[place], *[""] * (len(names) - which - 1)]
                elif last[which] != "":
                    cells[place] = last[which]
                    counts[f"{name}.forwardFill"] += 1
            yield cells

    return rows()


def _split(grid: Grid, place: int, step: Split, blank: frozenset[str], counts: Counter[str]) -> Iterator[list[Cell]]:
    """The parts behind each row; all of them empty where the cell does not come apart into as many."""
    parts = _by_separator(step) if step.separator else _by_pattern(step)
    nothing: list[Cell] = [""] * len(step.into)
    for row in grid.rows:
        if row[place] in blank:
            yield [*row, *nothing]
            continue
        found = parts(text_of(row[place], None) or "")
        counts[f"{step.column}.split" if found else f"{step.column}.unsplit"] += 1
        yield [*row, *(found or nothing)]


def _by_separator(step: Split) -> Callable[[str], list[str] | None]:
    def parts(text: str) -> list[str] | None:
        found = text.split(step.separator)
        return found if len(found) == len(step.into) else None

    return parts


def _by_pattern(step: Split) -> Callable[[str], list[str] | None]:
    wanted = pattern(cast(str, step.pattern))

    def parts(text: str) -> list[str] | None:
        found = wanted.fullmatch(text)
        return [part or "" for part in found.groups()] if found else None

    return parts


def _unpivoted(grid: Grid, step: Unpivot, dataset: Dataset, counts: Counter[str]) -> Grid:
    places = [grid.position(name, dataset) for name in step.columns]
    kept = [place for place in range(len(grid.names)) if place not in places]

    def rows() -> Iterator[list[Cell]]:
        for row in grid.rows:
            others = [row[place] for place in kept]
            for name, place in zip(step.columns, places, strict=True):
                yield [*others, name, row[place]]
            counts["unpivot"] += len(places)

    return replace(grid, names=[*(grid.names[place] for place in kept), step.into, step.value], rows=rows())


def _unstacked(grid: Grid, step: Unstack, blank: frozenset[str], counts: Counter[str]) -> Grid:
    """The blocks as one table, each row with its block's label behind.

    A block's head are the rows from its label to its header; they are no records.
    """
    if step.header not in grid.names:
        raise Held("header.missing", grid.place, f"no column for {step.header}", "correct `unstack` in the contract")

    def rows() -> Iterator[list[Cell]]:
        counts["unstack"] += 1
        behind = deque([row for row in grid.above if any(cell not in blank for cell in row)], step.above)
        order, label = list(range(len(grid.names))), _label(grid, behind, step, blank, counts["unstack"])
        behind.clear()
        for row in grid.rows:
            if step.header in row:
                counts["unstack"] += 1
                order = _order(grid, row, counts["unstack"])
                label = _label(grid, behind, step, blank, counts["unstack"])
                behind.clear()
                continue
            if len(behind) == step.above:
                yield [*map(behind.popleft().__getitem__, order), label]
            behind.append(row)
        for row in behind:
            yield [*map(row.__getitem__, order), label]

    return replace(grid, names=[*grid.names, step.into], rows=rows())


def _label(grid: Grid, head: deque[list[Cell]], step: Unstack, blank: frozenset[str], block: int) -> Cell:
    """The label of a block from the rows above its header.

    It must stand alone in its row: else a header that is repeated inside a block would make a label of a record.
    """
    place, row = column_number(step.label), head[0] if len(head) == step.above else []
    given = [number for number, cell in enumerate(row) if cell not in blank]
    if given != [place]:
        raise _odd_block(grid, block, f"has no label alone in column {step.label} above its header")
    return row[place]


def _order(grid: Grid, row: list[Cell], block: int) -> list[int]:
    """Where a block has the columns of the first one."""
    names = [text_of(cell, None) or "" for cell in row]
    if sorted(names) != sorted(grid.names):
        raise _odd_block(grid, block, "has other columns than the first one")
    return [names.index(name) for name in grid.names]


def _odd_block(grid: Grid, block: int, message: str) -> Held:
    remedy = "correct `unstack` in the contract, or ask for the file again"
    return Held("table.block", f"{grid.place}, block {block}", message, remedy)
