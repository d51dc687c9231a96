"""A dataset's rows as a city's file shows them: under which names, in which order of columns and rows."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data_contracts.dataset import Column, Dataset, Source
from orchestration.sample.planting import Planted
from orchestration.sample.writing.page import Field, Page, fits

KEYED = {"json", "ndjson", "geojson", "ndgeojson", "xml"}
MAPPED = {"geojson", "ndgeojson", "kml", "kmz", "shapefile", "gpkg"}
TABLES = {"csv", "xlsx"}
# The table of a shapefile has no longer names.
DBF_NAME = 10
# Formats that have a place for what stands once in a file.
WITH_DOCUMENT = {"json", "geojson"}


def page(file: Planted, dataset: Dataset, source: Source, style: int, title: str, rng: np.random.Generator) -> Page:
    """A file's rows, as `arranged` has them, under the names of a style, in an order of columns that is drawn."""
    rows = _numbered(file.rows, dataset, source)
    found = _fields(dataset, source, style, rows, rng)
    once = [field for field in found if source.format in WITH_DOCUMENT and _document(field)]
    constants = {str(_document(field)): rows[field.cell].iat[0] for field in once}
    kept = [field for field in found if field not in once]
    return Page(kept, rows, file.spoilt, source, title, constants)


def _document(field: Field) -> str | None:
    """Where in the document the column stands once, if it does."""
    return field.column.properties.source_document if field.column else None


def _fields(dataset: Dataset, source: Source, style: int, rows: pd.DataFrame, rng: np.random.Generator) -> list[Field]:
    """The file's columns. Raises ValueError where the frame or the names are not what the contract asks for."""
    given = {column.name for column in dataset.file_columns}
    ignored = [name for name in rows.columns if name not in given]
    absent = given - set(rows.columns) - set(source.properties.optional_columns)
    if absent:
        raise ValueError(f"{dataset.table} lacks {', '.join(sorted(absent))}")
    found = [
        Field(_header(column, source, style), column.name, column, _pattern(column, style))
        for column in dataset.file_columns
        if column.name in rows.columns
    ]
    found += [Field(name, name) for name in ignored if name in source.properties.ignored_columns]
    if len({field.header for field in found}) < len(found):
        raise ValueError(f"{dataset.table} has two columns of one name in style {style}")
    if source.properties.header == "none":
        return found
    found = [found[place] for place in rng.permutation(len(found))]
    return _side_by_side(found, source) if source.properties.header_rows > 1 else found


def _header(column: Column, source: Source, style: int) -> str:
    """What the column is called in a file of this style."""
    names, geometry = column.source_names, column.logical_type == "geometry"
    if source.format in KEYED and column.properties.source_pointer:
        return column.properties.source_pointer
    if source.format in MAPPED and geometry:
        return "geometry"
    if source.format in ("kml", "kmz") and "name" in names:
        return "name"
    if source.format == "shapefile":
        names = tuple(name for name in names if len(name) <= DBF_NAME)
    name = names[style % len(names)]
    return name if fits(name, source.properties.encoding) else column.name


def arranged(file: Planted, dataset: Dataset, source: Source) -> Planted:
    """The rows in the order in which sheets and blocks of a file hold them."""
    form = source.properties
    block = form.steps[0].unstack if form.steps else None
    wanted = [name for name in (form.sheet_column, block.into if block else None) if name]
    order = np.arange(len(file.rows))
    for column in dataset.file_columns:
        if set(wanted) & set(column.source_names):
            numbers, _ = pd.factorize(file.rows[column.name].iloc[order])
            order = order[np.argsort(numbers, kind="stable")]
    return file.reordered(order) if wanted else file


def _numbered(rows: pd.DataFrame, dataset: Dataset, source: Source) -> pd.DataFrame:
    """The rows with a serial number in each column that the contract ignores, as officers put one first."""
    if source.format not in TABLES:
        return rows
    packed = {step.split.column for step in source.properties.steps if step.split}
    missing = [name for name in source.properties.ignored_columns if name not in rows.columns and name not in packed]
    return rows.assign(**{name: np.arange(1, len(rows) + 1) for name in missing})


def _pattern(column: Column, style: int) -> str | None:
    patterns = [pattern for pattern in (column.options.get("format"), *column.properties.source_formats) if pattern]
    return patterns[style % len(patterns)] if patterns else None


def _side_by_side(found: list[Field], source: Source) -> list[Field]:
    """Columns whose names begin with the same part, next to each other."""
    first = [field.header.split(source.properties.header_join)[0] for field in found]
    return [found[place] for place in sorted(range(len(found)), key=lambda place: first.index(first[place]))]


def renamed(found: list[Field], dataset: Dataset) -> list[Field]:
    """The same columns, of which one that the contract needs has a name that nobody announced."""
    first = next(field for field in found if field.cell == (dataset.key or (found[0].cell,))[0])
    strange = f"{first.header.rpartition('/')[0]}/new" if first.header.startswith("/") else f"New {first.header}"[:10]
    return [replace(field, header=strange) if field is first else field for field in found]
