"""One statement that reads, casts and judges every row of a delivery."""

from collections.abc import Sequence

from data_contracts.dataset import Dataset, Source
from transforms.checking.rules import Check, row_checks, unread
from transforms.engine import literal, name
from transforms.reading.cast import casts, stored_type

BROKEN = "_broken"
WARNED = "_warned"


def all_checks(dataset: Dataset, source: Source) -> list[Check]:
    """Every row check in order: type of each column that can fail, then the contract's rules."""
    fallible = [cast.column for cast in casts(dataset, source) if cast.can_fail]
    fallible += [column for column in dataset.columns if not column.from_file and column.logical_type != "string"]
    types = [Check(f"{column.name}.type", f"NOT {name(unread(column.name))}") for column in fallible]
    return types + row_checks(dataset)


def statement(dataset: Dataset, source: Source, records: str) -> str:
    """SQL over `records` (text columns): the typed columns, `_broken` and `_warned` (lists of rules or null)."""
    checks = all_checks(dataset, source)
    columns = ", ".join(name(column.name) for column in dataset.columns)
    broken = _names_of([check for check in checks if check.severity == "error"])
    warned = _names_of([check for check in checks if check.severity == "warning"])
    return f"SELECT {columns}, {broken} AS {BROKEN}, {warned} AS {WARNED} FROM ({typed(dataset, source, records)})"


def typed(dataset: Dataset, source: Source, records: str) -> str:
    """SQL over `records`: the typed columns, and for each that can fail whether its text was unreadable."""
    outer, inner = [], []
    for cast in casts(dataset, source):
        field = name(cast.column.name)
        inner.append(f"{cast.sql} AS {field}")
        outer.append(field)
        if cast.can_fail:
            given = name(f"{cast.column.name}!")
            inner.append(f"{cast.text} IS NOT NULL AS {given}")
            outer.append(f"({given} AND {field} IS NULL) AS {name(unread(cast.column.name))}")
    derived = []
    for column in dataset.columns:
        if not column.from_file:
            value = f"TRY_CAST(({column.expression}) AS {stored_type(column)})"
            unreadable = f"({column.expression}) IS NOT NULL AND {value} IS NULL"
            derived += [f"{value} AS {name(column.name)}", f"{unreadable} AS {name(unread(column.name))}"]
    source_rows = f"SELECT {', '.join(inner)} FROM ({records}) AS text"
    return f"SELECT *{''.join(', ' + item for item in derived)} FROM (SELECT {', '.join(outer)} FROM ({source_rows}))"


def _names_of(checks: Sequence[Check]) -> str:
    """The names of the checks that fail, null where none does; the list is only built for rows that fail."""
    if not checks:
        return "CAST(NULL AS VARCHAR[])"
    # As in a SQL CHECK, a rule that is null for want of a value does not fail.
    good = " AND ".join(f"({check.sql})" for check in checks)
    each = ", ".join(f"CASE WHEN ({check.sql}) IS FALSE THEN {literal(check.name)} END" for check in checks)
    failing = f"list_filter([{each}], lambda item: item IS NOT NULL)"
    return f"CASE WHEN ({good}) IS NOT FALSE THEN NULL ELSE {failing} END"
