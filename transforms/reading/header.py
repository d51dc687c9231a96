"""Matches the names in a file with the columns of the contract."""

from collections.abc import Iterable

from data_contracts.dataset import Dataset, Source
from transforms.reading import drift
from transforms.reading.held import Held


def match(names: list[str], dataset: Dataset, source: Source, place: str) -> dict[str, int]:
    """The position in the file of each of the contract's file columns.

    A name that the contract does not know is noted and left out. Raises Held for one that stands twice or is
    missing. A name from the file is never echoed: headers hold personal data more often than one would think.
    """
    owner = {name: column.name for column in dataset.file_columns for name in column.source_names}
    found: dict[str, int] = {}
    strangers: list[int] = []
    for position, name in enumerate(names):
        if name in source.properties.ignored_columns:
            continue
        column = owner.get(name)
        if column is None:
            strangers.append(position)
        elif column in found:
            raise Held(
                "header.repeated",
                f"{place}, columns {found[column] + 1} and {position + 1}",
                f"both stand for {column}",
                "ask for a file with one of them, or put one under ignoredColumns",
            )
        else:
            found[column] = position
    optional = source.properties.optional_columns
    missing = [c.name for c in dataset.file_columns if c.name not in found and c.name not in optional]
    if missing:
        known = {column.name: column.source_names for column in dataset.file_columns}
        # Where no name is known the line may be no header at all, but a row of values.
        proposal = drift.renamed(missing, known, [names[position] for position in strangers]) if found else None
        raise Held("header.missing", place, f"no column for {_some(missing)}", _rename(strangers), proposal)
    for position in strangers:
        drift.note(source, names[position], f"{place}, column {position + 1}")
    return found


def _rename(strangers: list[int]) -> str:
    if not strangers:
        return "ask the department for the whole file"
    return f"if column {_some(p + 1 for p in strangers)} is one of them renamed, add the name to sourceNames"


def _some(items: Iterable[object], most: int = 8) -> str:
    shown = list(map(str, items))
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")
