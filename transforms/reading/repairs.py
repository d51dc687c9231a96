"""Repairs that a column declares: what its text becomes, and which cells that changed."""

from dataclasses import dataclass

from data_contracts.dataset import Column, Dataset
from transforms.engine import literal, name

# West, south, east, north in degrees.
Bounds = tuple[float, float, float, float]
WORLD: Bounds = (-180, -90, 180, 90)


@dataclass(frozen=True)
class Repair:
    """One repair under its name in the report, `column.repair`; `sql` is true where it changed a cell."""

    name: str
    sql: str


def repaired(column: Column) -> tuple[str, tuple[Repair, ...]]:
    """SQL for the column's text after its repairs, and the repairs in their order."""
    text, made = name(column.name), []
    for kind, after in _steps(column, text):
        made.append(Repair(f"{column.name}.{kind}", f"{text} IS DISTINCT FROM {after}"))
        text = after
    return text, tuple(made)


def _steps(column: Column, text: str) -> list[tuple[str, str]]:
    """Each repair with the text after it. Folding takes spaces off both ends as well, so trimming adds nothing."""
    steps = []
    if "foldSpaces" in column.properties.repairs:
        folded = f"regexp_replace({text}, '[\\s\\x{{00A0}}\\x{{200B}}]+', ' ', 'g')"
        steps.append(("foldSpaces", f"nullif(trim({folded}), '')"))
    elif "trim" in column.properties.repairs:
        steps.append(("trim", f"nullif(trim({text}), '')"))
    if column.properties.map_codes:
        before = steps[-1][1] if steps else text
        cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in column.properties.map_codes.items())
        # A code that the table lacks stays; the valid values judge it.
        steps.append(("mapCodes", f"CASE {before} {cases} ELSE {before} END"))
    return steps


@dataclass(frozen=True)
class Swap:
    """Two typed columns that change places in the rows for which `sql` is true."""

    pair: dict[str, str]
    sql: str
    repair: Repair


def swaps(dataset: Dataset, bounds: Bounds) -> list[Swap]:
    """The pairs of coordinates that change places: in every row, or where only that brings them into `bounds`."""
    found = []
    west, south, east, north = bounds
    for column in dataset.file_columns:
        asked = column.properties.swap_coordinates
        if asked is None:
            continue
        lat, lon = name(column.name), name(asked.column)
        if asked.when == "always":
            condition = f"{lat} IS DISTINCT FROM {lon}"
        else:
            here, there = (
                f"({y} BETWEEN {south} AND {north} AND {x} BETWEEN {west} AND {east})"
                for y, x in ((lat, lon), (lon, lat))
            )
            condition = f"coalesce(NOT {here} AND {there}, false)"
        pair = {column.name: asked.column, asked.column: column.name}
        found.append(Swap(pair, condition, Repair(f"{column.name}.swapCoordinates", condition)))
    return found
