"""The platform's tables of its own work as SQL, so that queries read them like any other.

Moments are cut to the day, so that a second run over the same files on that day gives the same tables.
"""

from collections.abc import Iterable

from data_contracts.platform import PLATFORM
from orchestration.project import Project
from transforms.engine import literal, name

Row = tuple[str | int | bool | None, ...]


def tables(project: Project, cities: list[str]) -> dict[str, str]:
    """SQL of each table of `data_contracts.platform`, over some cities."""
    return {
        "platform__datasets": _values("platform__datasets", _datasets(project, cities)),
        "platform__deliveries": _values("platform__deliveries", _deliveries(project, cities)),
    }


def _datasets(project: Project, cities: list[str]) -> Iterable[Row]:
    for city in cities:
        for dataset in project.catalogue.datasets.values():
            yield city, dataset.department, dataset.name, project.catalogue.departments[dataset.department].step


def _deliveries(project: Project, cities: list[str]) -> Iterable[Row]:
    for one in project.ledger.arrivals():
        dataset = project.catalogue.datasets.get(one.table)
        if dataset and one.city in cities:
            days = (moment.strftime("%Y-%m-%dT00:00:00Z") for moment in (one.received_at, one.last_received_at))
            came = (one.read, one.held, one.rows_read, one.quarantined)
            yield one.city, dataset.department, dataset.name, *days, *came


def _values(table: str, rows: Iterable[Row]) -> str:
    """SQL of a table of literals, in its declared types."""
    types = PLATFORM[table]
    nothing = ", ".join("NULL" for _ in types)
    lines = [f"({', '.join(map(_written, row))})" for row in rows]
    columns = ", ".join(f"CAST({name(column)} AS {kind}) AS {name(column)}" for column, kind in types.items())
    given = f"(VALUES {', '.join(lines or [f'({nothing})'])}) AS _rows({', '.join(map(name, types))})"
    return f"SELECT {columns} FROM {given}{'' if lines else ' LIMIT 0'}"


def _written(value: str | int | bool | None) -> str:
    if value is None:
        return "NULL"
    return literal(value) if isinstance(value, str) else str(value)
