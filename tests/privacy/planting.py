"""A city's files in the forms that its contracts declare, with canaries wherever a department could put a value."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from data_contracts.dataset import Column, Dataset, Source
from orchestration.sample import habits, layout
from orchestration.sample.chance import stream
from orchestration.sample.maker import World
from orchestration.sample.planting import Planted
from orchestration.sample.writing import formats
from orchestration.sample.writing.page import Field, Page, fits
from tests.privacy.canaries import Flock

# The rows of each file in which canaries stand; the row that is added below all of them is bad in every cell.
ROWS = (0, 1, 2)
# A smaller file would be held for its share of bad rows.
ENOUGH = 45
STRANGER = "_stranger"
FORMS = {"csv", "xlsx", "json", "geojson", "ndjson", "kml", "xml", "parquet", "shapefile", "gpkg", "gtfs"}


def write(world: World, tables: list[str], inbox: Path, flock: Flock) -> Iterator[Path]:
    """Write some datasets of a city; each comes with a file that cannot be read behind those that can."""
    for table in tables:
        dataset = world.contracts.datasets[table]
        source = dataset.source(world.profile.city)
        folder = inbox / world.profile.city / dataset.department / dataset.name
        folder.mkdir(parents=True, exist_ok=True)
        place = f"{table} of {world.profile.city} ({source.format})"
        for stem, rows in world.batch(table).files.items():
            if rows.empty:
                continue
            content = _encoded(dataset, world, stem, _planted(dataset, source, rows, flock, place), flock, place)
            yield _put(folder, stem, content, source, flock, place)
        # Behind all others by its name: cut short in the middle of a value.
        yield _put(folder, "zz", content[: len(content) * 3 // 5], source, flock, f"{place}, held")


def _put(folder: Path, stem: str, content: bytes, source: Source, flock: Flock, place: str) -> Path:
    name = flock.new(f"{place}, file name", lambda text: "/" not in text and text.isascii())
    file = folder / f"{stem} {name}{formats.suffix(source)}"
    file.write_bytes(content)
    return file


def _encoded(dataset: Dataset, world: World, stem: str, planted: Planted, flock: Flock, place: str) -> bytes:
    city, source, style = world.profile.city, dataset.source(world.profile.city), world.profile.style
    rng = stream(world.seed, city, dataset.table, stem)
    file = layout.arranged(planted, dataset, source)
    page = layout.page(file, dataset, source, style, dataset.title, rng)
    page = habits.written(page, style, tuple(column.name for column in secret(dataset)), rng)
    return hidden(source, formats.encode(_with_stranger(page, flock, place), stem), flock, place)


def _planted(dataset: Dataset, source: Source, rows: pd.DataFrame, flock: Flock, place: str) -> Planted:
    """The rows with canaries in cells that the contract takes, and a last one that it takes in none."""
    rows = rows.reset_index(drop=True).copy()
    for column in secret(dataset):
        if column.name in rows.columns and column.name not in _coded(dataset) | _shown(dataset):
            _plant(rows, column, dataset, source, flock, f"{place}, {column.name}")
    if len(rows) < ENOUGH or any(step.unpivot or step.forward_fill for step in source.properties.steps):
        return Planted(rows)
    rows = pd.concat([rows, rows.iloc[[0]]], ignore_index=True)
    spoilt = {column.name: {len(rows) - 1: bad} for column, bad in _bad(dataset, source, flock, place) if bad}
    return Planted(rows, {name: cells for name, cells in spoilt.items() if name in rows.columns})


def secret(dataset: Dataset) -> list[Column]:
    """The columns of the file that do not go out as they are."""
    return [column for column in dataset.file_columns if column.treatment.kind != "keep"]


def _shown(dataset: Dataset) -> set[str]:
    """The columns whose texts a public column may hold, as the name of a company that has won a tender."""
    public = [column for column in dataset.columns if column.expression and column.treatment.kind == "keep"]
    texts = [column for column in public if column.logical_type == "string" and "place(" not in str(column.expression)]
    return {name for column in texts for name in column.derived_from}


def _bound(dataset: Dataset) -> str:
    """What the rules say that look at several columns: these keep the values that they have."""
    return " ".join(str(rule.body) for rule in dataset.rules if rule.kind == "row" and not rule.column)


def _plant(rows: pd.DataFrame, column: Column, dataset: Dataset, source: Source, flock: Flock, place: str) -> None:
    """Canaries in a column, as its contract asks; what its rules do not leave free is a canary as it is."""
    if column.logical_type == "number" and any(column.name in one.derived_from for one in dataset.columns):
        rows[column.name] = _doors(rows[column.name], flock, place)
    if column.logical_type != "string":
        return
    cells, pattern, bound = rows[column.name].astype(object), column.options.get("pattern"), _bound(dataset)
    for row in ROWS[: len(rows)]:
        text = None if column.name in bound else flock.new(place, lambda text: _taken(text, pattern, source))
        own = cells.iat[row]
        if text is not None:
            cells.iat[row] = text
        elif isinstance(own, str):
            flock.add(own, own, "OWN_NUMBER", "as it is", place)
    rows[column.name] = cells


def _doors(degrees: pd.Series, flock: Flock, place: str) -> pd.Series:
    """The first coordinates moved by less than a metre, to the centimetre, as a telephone tells them."""
    moved = degrees.astype(float)
    for row in np.flatnonzero(moved.notna())[: len(ROWS)]:
        moved.iat[row] = round(moved.iat[row] + flock.chance.uniform(1e-6, 9e-6), 7)
        flock.add(f"{moved.iat[row]}", f"{moved.iat[row]}", "HOME_LOCATION", "as it is", place)
    return moved


def _taken(text: str, pattern: str | None, source: Source) -> bool:
    return fits(text, source.properties.encoding) and (not pattern or re.search(pattern, text) is not None)


def _coded(dataset: Dataset) -> set[str]:
    """The columns that hold a code of a list, or nothing at all."""
    rules = [(rule.column, str(rule.body)) for rule in dataset.rules if rule.kind == "row" and rule.column]
    return {str(column) for column, body in rules if "validValues" in body or "is null" in body}


def _bad(dataset: Dataset, source: Source, flock: Flock, place: str) -> Iterator[tuple[Column, str | None]]:
    """For each column a text that is not what its contract asks for, as far as that can be."""
    encoding = source.properties.encoding
    for column in dataset.file_columns:
        # What stands once in a file is the same in all rows.
        once = column.name in source.properties.cells_above or column.properties.source_document
        if column.logical_type != "geometry" and not once:
            yield column, flock.new(f"{place}, {column.name}, bad row", lambda text: fits(text, encoding))


def _with_stranger(page: Page, flock: Flock, place: str) -> Page:
    """The page with a column that no contract names, under a name that is a person's."""
    form = page.source.properties
    name = flock.new(
        f"{place}, name of a column", lambda text: re.fullmatch(r"[A-Za-z][A-Za-z0-9]{7,9}", text) is not None
    )
    header = f"/more/{name}/said" if page.source.format in layout.KEYED else str(name)
    if form.header == "none" or form.steps or form.header_rows > 1:
        return page
    cells = np.full(len(page.rows), None, dtype=object)
    for row in range(min(3, len(page.rows))):
        cells[row] = flock.new(f"{place}, unknown column", lambda text: fits(text, form.encoding))
    rows = page.rows.assign(**{STRANGER: cells})
    return replace(page, fields=[*page.fields, Field(header, STRANGER)], rows=rows)


def hidden(source: Source, content: bytes, flock: Flock, place: str) -> bytes:
    """The file with canaries where its format has room that no table shows."""
    match source.format:
        case "xlsx" if source.properties.packing == "none":
            return _workbook(content, source, flock, place)
        case "kml":
            return re.sub(rb"mobile 90000\d{5}", lambda _: _told(flock, f"{place}, description"), content)
        case "xml":
            return content.replace(b"<!-- ", b"<!-- " + _told(flock, f"{place}, comment").replace(b"--", b"") + b" ")
        case "gtfs":
            return _member(content, flock, place)
    return content


def _told(flock: Flock, place: str) -> bytes:
    return str(flock.new(place, lambda text: not set("<&>-") & set(text))).encode()


def _member(content: bytes, flock: Flock, place: str) -> bytes:
    """The feed with a member that no contract reads."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("feedback.txt", f"who\r\n{flock.new(f'{place}, other member', str.isascii)}\r\n")
    return stream.getvalue()


def _workbook(content: bytes, source: Source, flock: Flock, place: str) -> bytes:
    """The workbook with a comment, a hidden sheet, a defined name, an author."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    first = book.worksheets[0]
    first.cell(1, 1).comment = Comment(flock.new(f"{place}, comment"), flock.new(f"{place}, author of a comment"))
    book.properties.creator = flock.new(f"{place}, author", str.isascii)
    if source.properties.sheet:
        sheet = book.create_sheet("Kept")
        sheet["A1"] = flock.new(f"{place}, hidden sheet")
        sheet.sheet_state = "hidden"
    value = flock.new(f"{place}, defined name", str.isascii)
    book.defined_names["who"] = DefinedName("who", attr_text=f'"{value}"')
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
