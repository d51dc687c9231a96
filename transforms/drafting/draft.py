"""A draft contract from one sample file."""

import re
from dataclasses import dataclass
from pathlib import Path

from data_contracts.catalogue import Catalogue
from data_contracts.vocabulary import Vocabulary
from transforms.drafting import contract, naming
from transforms.drafting.columns import Drafted, Finding, Names, drafted, null_texts
from transforms.drafting.guess import DraftFault, Guess, Structure, number
from transforms.drafting.sampling import Sample, sample
from transforms.drafting.sniff import structure
from transforms.drafting.types import decimal_mark

_MIDNIGHT = "T00:00:00"
_DEGREES = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,20})?")
_CELL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?")


@dataclass(frozen=True)
class Preview:
    """The first rows as they stand in the file. They are of the restricted zone: only for who sent the file."""

    columns: list[str]
    rows: list[list[str | None]]


@dataclass(frozen=True)
class Draft:
    """A draft: the contract's text, the first rows, what looks like personal data (counts, never a value)."""

    name: str
    yaml: str
    table_preview: Preview
    findings: list[Finding]
    todos: int


def draft(path: Path, department: str | None, name: str | None, catalogue: Catalogue | None = None) -> Draft:
    """A draft contract from a sample file.

    `department`, `name`: as the contract shall say; without them the department is left to decide and the file's
    name is taken. `catalogue`: whose vocabulary is used, and whose wards are joined. Raises DraftFault, one line
    without a value from the file, where none can be made.
    """
    _check(department, name)
    built = structure(path)
    seen = sample(path, built)
    cells = [_as_written(column, built.format) for column in seen.cells]
    _null_values(built, cells)
    vocabulary = catalogue.vocabulary if catalogue else {}
    columns = _columns(built, seen, cells, vocabulary)
    _swap(columns, cells)
    boundary = _boundary(columns, catalogue)
    chosen = name or named(path.name)
    text = contract.text(built, seen, columns, department, chosen, boundary)
    preview = Preview([column.title for column in built.columns], seen.first)
    findings = [finding for column in columns for finding in column.findings]
    return Draft(chosen, text, preview, findings, len(re.findall(r"# TODO |TODO: ", text.partition("apiVersion")[2])))


def named(file: str) -> str:
    """The name of a dataset from that of its file."""
    return naming.snake(file.partition(".")[0]) or "dataset"


def _check(department: str | None, name: str | None) -> None:
    for word, given in (("department", department), ("name", name)):
        if given is not None and not re.fullmatch("[a-z][a-z0-9_]*", given):
            raise DraftFault(f"the {word}: is no name; use small letters, digits, underscores")


def _columns(built: Structure, seen: Sample, cells: list[list[str | None]], vocabulary: Vocabulary) -> list[Drafted]:
    nulls = set(built.plain().get("nullValues", []))
    given = [[cell.strip() for cell in column if cell is not None and cell not in nulls] for column in cells]
    decimal = decimal_mark(given)
    if decimal != ".":
        built.properties["decimal"] = Guess(
            decimal, "numbers with a comma before their fraction were met, none with a point"
        )
    # A name that stands in the file belongs to the column under it.
    names = Names({column.title for column in built.columns if column.pointer is None})
    columns = [
        drafted(place, found, column, nulls, decimal, vocabulary, names, seen.whole)
        for place, (found, column) in enumerate(zip(built.columns, cells, strict=True))
    ]
    key = next((column for column in columns if column.identifies), None)
    if key:
        key.key, key.required = True, True
    return columns


def _as_written(cells: list[str | None], format: str) -> list[str | None]:
    """A workbook's date cells by the shortest form that holds them all; they are read by the declared one anyway."""
    if format not in ("xlsx", "xls"):
        return cells
    dates = [cell for cell in cells if cell is not None and _CELL_DATE.fullmatch(cell)]
    if all(cell.endswith(_MIDNIGHT) or "T" not in cell for cell in dates):
        return [cell.removesuffix(_MIDNIGHT) if cell and _CELL_DATE.fullmatch(cell) else cell for cell in cells]
    return [f"{cell}{_MIDNIGHT}" if cell in dates and "T" not in cell else cell for cell in cells]


def _null_values(built: Structure, cells: list[list[str | None]]) -> None:
    """Which texts mean no value. One that holds the delimiter or a quote cannot be declared."""
    delimiter = built.plain().get("delimiter", ",")
    counts = {text: count for text, count in null_texts(cells).items() if delimiter not in text and '"' not in text}
    if counts:
        evidence = f"{number(sum(counts.values()))} cells hold one of these"
        built.properties["nullValues"] = Guess(
            ["", *sorted(counts)], evidence, "do they all mean that there is no value?"
        )


def _swap(columns: list[Drafted], cells: list[list[str | None]]) -> None:
    """Declare that latitude and longitude change places, where they lie in India only that way."""
    places = {column.name: place for place, column in enumerate(columns) if column.type.kind == "number"}
    if not {"lat", "lon"} <= places.keys():
        return
    pairs = [
        (float(lat), float(lon))
        for lat, lon in zip(cells[places["lat"]], cells[places["lon"]], strict=True)
        if lat and lon and _DEGREES.fullmatch(lat.strip()) and _DEGREES.fullmatch(lon.strip())
    ]
    swapped = sum(68 <= lat <= 98 and 6 <= lon <= 38 for lat, lon in pairs)
    if swapped * 10 > len(pairs):
        when = "always" if swapped == len(pairs) else "outside"
        kind = columns[places["lat"]].type
        kind.properties["swapCoordinates"] = {"column": "lon", "when": when}
        kind.evidence.append(f"{number(swapped)} of {number(len(pairs))} points lie in India only the other way round")


def _boundary(columns: list[Drafted], catalogue: Catalogue | None) -> str | None:
    """The catalogue's dataset of wards, where the file has coordinates and no ward."""
    names = {column.name for column in columns}
    if catalogue is None or not {"lat", "lon"} <= names or "ward_id" in names:
        return None
    boundaries = [one for one in catalogue.datasets.values() if one.geometry and "ward_id" in one.key]
    return boundaries[0].table if boundaries else None
