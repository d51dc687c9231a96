"""One statement that reads, casts and judges every row of a delivery."""

from collections.abc import Container, Sequence

from data_contracts.dataset import Dataset, Source
from transforms.checking.rules import Check, row_checks, unread
from transforms.engine import literal, name
from transforms.reading.cast import casts, stored_type
from transforms.reading.repairs import WORLD, Bounds, Swap, swaps

BROKEN = "_broken"
WARNED = "_warned"
REPAIRED = "_repaired"


def all_checks(dataset: Dataset, source: Source) -> list[Check]:
    """Every row check in order: type of each column that can fail, then the contract's rules."""
    fallible = [cast.column for cast in casts(dataset, source) if cast.can_fail]
    fallible += [column for column in dataset.columns if not column.from_file and column.logical_type != "string"]
    types = [Check(f"{column.name}.type", f"NOT {name(unread(column.name))}") for column in fallible]
    return types + row_checks(dataset)


def all_repairs(dataset: Dataset, source: Source) -> list[str]:
    """The names of the repairs that the contract declares, `column.repair`; no SQL is made where there are none."""
    made = [repair.name for cast in casts(dataset, source) for repair in cast.repairs]
    return made + [swap.repair.name for swap in swaps(dataset, WORLD)]


def warns(dataset: Dataset, source: Source) -> bool:
    """Whether a rule of the contract only warns; no SQL is made where none does."""
    return any(check.severity == "warning" for check in all_checks(dataset, source))


def statement(
    dataset: Dataset, source: Source, records: str, bounds: Bounds = WORLD, already: Container[str] = ()
) -> str:
    """SQL over `records` (text columns, but for those typed `already`): the typed columns and `_broken`.

    That is a list of rules, or null. Where the contract has rules that only warn also `_warned`, and where it declares
    repairs `_repaired`, those that changed something in the row. `bounds`: the city's.
    """
    checks = all_checks(dataset, source)
    columns = ", ".join(name(column.name) for column in dataset.columns)
    broken = _names_of([check for check in checks if check.severity == "error"])
    warnings = [check for check in checks if check.severity == "warning"]
    warned = f", {_names_of(warnings)} AS {WARNED}" if warnings else ""
    repairs = all_repairs(dataset, source)
    repaired = f", {_those(repairs)} AS {REPAIRED}" if repairs else ""
    rows = typed(dataset, source, records, bounds, already)
    return f"SELECT {columns}, {broken} AS {BROKEN}{warned}{repaired} FROM ({rows})"


def typed(dataset: Dataset, source: Source, records: str, bounds: Bounds = WORLD, already: Container[str] = ()) -> str:
    """SQL over `records`: the typed columns, and for each that can fail whether its text was unreadable.

    Beside them, for each repair whether it changed something.
    """
    outer, inner = [], []
    swapped = {column: swap for swap in swaps(dataset, bounds) for column in swap.pair}
    for cast in casts(dataset, source, already):
        field = name(cast.column.name)
        inner.append(f"{cast.sql} AS {field}")
        swap = swapped.get(cast.column.name)
        outer.append(f"{_in_place(cast.column.name, swap)} AS {field}" if swap else field)
        if cast.can_fail:
            inner.append(f"{cast.text} IS NOT NULL AS {name(f'{cast.column.name}!')}")
            outer.append(f"{_unreadable(cast.column.name, swap)} AS {name(unread(cast.column.name))}")
        for repair in cast.repairs:
            inner.append(f"{repair.sql} AS {name(repair.name)}")
            outer.append(name(repair.name))
    outer += [f"{swap.sql} AS {name(swap.repair.name)}" for swap in swaps(dataset, bounds)]
    derived = []
    for column in dataset.columns:
        if not column.from_file:
            value = f"TRY_CAST(({column.expression}) AS {stored_type(column)})"
            unreadable = f"({column.expression}) IS NOT NULL AND {value} IS NULL"
            derived += [f"{value} AS {name(column.name)}", f"{unreadable} AS {name(unread(column.name))}"]
    source_rows = f"SELECT {', '.join(inner)} FROM ({records}) AS text"
    return f"SELECT *{''.join(', ' + item for item in derived)} FROM (SELECT {', '.join(outer)} FROM ({source_rows}))"


def _unreadable(column: str, swap: Swap | None) -> str:
    """Whether a text was there without a value of the type; that goes with the value where two are swapped."""
    here = f"({name(f'{column}!')} AND {name(column)} IS NULL)"
    if swap is None:
        return here
    return f"CASE WHEN {swap.sql} THEN {_unreadable(swap.pair[column], None)} ELSE {here} END"


def _in_place(column: str, swap: Swap) -> str:
    """A coordinate after its swap."""
    return f"CASE WHEN {swap.sql} THEN {name(swap.pair[column])} ELSE {name(column)} END"


def _those(flags: Sequence[str]) -> str:
    """The names of the flags that are up, null where none is."""
    each = ", ".join(f"CASE WHEN {name(flag)} THEN {literal(flag)} END" for flag in flags)
    up = " OR ".join(map(name, flags))
    return f"CASE WHEN {up} THEN list_filter([{each}], lambda item: item IS NOT NULL) END"


def _names_of(checks: Sequence[Check]) -> str:
    """The names of the checks that fail, null where none does; the list is only built for rows that fail."""
    if not checks:
        return "CAST(NULL AS VARCHAR[])"
    # As in a SQL CHECK, a rule that is null for want of a value does not fail.
    good = " AND ".join(f"({check.sql})" for check in checks)
    each = ", ".join(f"CASE WHEN ({check.sql}) IS FALSE THEN {literal(check.name)} END" for check in checks)
    failing = f"list_filter([{each}], lambda item: item IS NOT NULL)"
    return f"CASE WHEN ({good}) IS NOT FALSE THEN NULL ELSE {failing} END"
