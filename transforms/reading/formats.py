"""Which of a server's properties its format reads, and which it cannot do without."""

from collections.abc import Iterator

from pydantic.alias_generators import to_camel

from data_contracts.dataset import Dataset, Source

# These are zips by themselves.
ZIPPED = {"gtfs", "kmz", "shapefile"}
READ_BY = {
    "records": {"json", "xml"},
    "entries": {"json"},
    "explode": {"geojson", "json", "ndgeojson", "ndjson", "xml"},
    "namespaces": {"xml"},
    "layer": {"gpkg"},
    "sheet": {"xls", "xlsx"},
    "sheets": {"xls", "xlsx"},
    "sheet_column": {"xls", "xlsx"},
    "cells_above": {"csv", "xls", "xlsx"},
    "steps": {"csv", "xls", "xlsx"},
}
NEEDED = {"gpkg": "layer", "gtfs": "member", "xml": "records"}


def faults(dataset: Dataset, source: Source) -> Iterator[tuple[str, str]]:
    """What does not fit between a server's format and its properties: message and remedy."""
    given = source.properties
    for field, formats in READ_BY.items():
        if getattr(given, field) and source.format not in formats:
            yield f"{to_camel(field)} is not read in {source.format}", "take it out"
    needed = NEEDED.get(source.format)
    if needed and not getattr(given, needed):
        yield f"{source.format} needs `{needed}`", "add it; see docs/reference/contracts.md"
    if given.packing != "none" and source.format in ZIPPED:
        yield f"{source.format} is a zip by itself", "take `packing` out"
    if given.member and given.packing != "zip" and source.format not in ZIPPED:
        yield "member names a file in a zip, and there is none", "add `packing: zip`"
    if given.members == "many" and (given.packing != "zip" or not given.member):
        yield "many members need `packing: zip` and a `member`", "add both"
    strangers = set(given.optional_columns) - {column.name for column in dataset.file_columns}
    if strangers:
        yield (
            f"optionalColumns names {', '.join(sorted(strangers))}, which stands in no file",
            "name columns of the file",
        )
    yield from _unused(dataset, source)


def _unused(dataset: Dataset, source: Source) -> Iterator[tuple[str, str]]:
    """Columns that the server's properties make, and that nothing takes: each delivery would be held for them."""
    given = source.properties
    sheet = [given.sheet_column] if given.sheet_column else []
    made = {*sheet, *given.cells_above, *(name for step in given.steps for name in step.makes)}
    taken = {name for step in given.steps if step.unpivot for name in step.takes}
    named = {name for column in dataset.file_columns for name in column.source_names}
    if unused := sorted(made - taken - named - set(given.ignored_columns)):
        yield f"makes {', '.join(unused)}, which is no column here", "add a column of that name, or take it out"
