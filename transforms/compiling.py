"""Compiles a whole contract without data: everything that would fail at night is found by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import duckdb
import numpy as np

from data_contracts.dataset import Dataset, Source
from data_contracts.faults import Fault
from transforms.checking.delivery import READERS
from transforms.checking.rules import Check, RuleFault
from transforms.checking.suite import Suite, compile_suite
from transforms.checking.verdict import all_checks, typed
from transforms.engine import connect, name
from transforms.privacy import pseudonym
from transforms.privacy.publish import published_sql
from transforms.reading import places
from transforms.reading.cast import CastFault, stored_type
from transforms.reading.places import Places


@dataclass(frozen=True)
class Compiled:
    """What a contract came to: rules per row, rules on the table, and those Great Expectations cannot word."""

    table: str
    row_rules: tuple[str, ...]
    expectations: tuple[str, ...]
    by_sql: tuple[str, ...]


def compile_contract(dataset: Dataset, datasets: dict[str, Dataset]) -> tuple[Compiled | None, list[Fault]]:
    """Compile cast plan, row rules, table rules and publication of a contract, or say what cannot be."""
    faults: list[Fault] = []
    rows: dict[str, None] = {}
    suite: Suite | None = None
    with connect(Path(gettempdir())) as connection:
        _register(connection, dataset, datasets)
        for source in dataset.sources:
            found = list(_source_faults(connection, dataset, source, rows))
            faults += found
        try:
            suite = compile_suite(dataset)
        except RuleFault as fault:
            faults.append(dataset.fault(fault.path, fault.message, fault.remedy))
        if not faults:
            faults += _publication_faults(connection, dataset)
    if faults or suite is None:
        return None, sorted(set(faults))
    expectations = tuple(expectation.rule for expectation in suite.expectations)
    return Compiled(dataset.table, tuple(rows), expectations, tuple(m.rule for m in suite.metrics)), []


def _register(connection: duckdb.DuckDBPyConnection, dataset: Dataset, datasets: dict[str, Dataset]) -> None:
    boundary = datasets.get(dataset.properties.boundary or "")
    empty = Places(np.array([], dtype=object), {label: [] for label in labels(boundary)}) if boundary else None
    places.register(connection, empty)
    pseudonym.register(connection, b"no data, no key")


def labels(boundary: Dataset) -> list[str]:
    """The columns of a boundary dataset that place() hands on: its texts."""
    return [column.name for column in boundary.columns if column.logical_type == "string"]


def _source_faults(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, source: Source, rows: dict[str, None]
) -> Iterator[Fault]:
    if source.format not in READERS:
        remedy = f"use one of {', '.join(sorted(READERS))}"
        yield dataset.fault((*source.path, "format"), "no reader reads this format", remedy)
        return
    try:
        "".encode(source.properties.encoding)
    except LookupError:
        yield dataset.fault(source.path, "names an encoding that Python does not know", "see its list of codecs")
    try:
        checks = all_checks(dataset, source)
        records = ", ".join(f"CAST(NULL AS VARCHAR) AS {name(c.name)}" for c in dataset.file_columns)
        base = typed(dataset, source, f"SELECT {records} LIMIT 0")
    except CastFault as fault:
        yield dataset.fault(fault.column.path, str(fault), "see docs/reference/contracts.md")
        return
    except RuleFault as fault:
        yield dataset.fault(fault.path, fault.message, fault.remedy)
        return
    problem = _problem(connection, base)
    if problem:
        yield dataset.fault(("schema", 0), f"a derived column does not compile ({problem})", "mend transformLogic")
        return
    for check in checks:
        rows[check.name] = None
        problem = _problem(connection, f"SELECT coalesce({check.sql}, true) FROM ({base})")
        if problem:
            yield dataset.fault(_path(dataset, check), f"rule {check.name} does not compile ({problem})", "mend it")


def _problem(connection: duckdb.DuckDBPyConnection, query: str) -> str | None:
    """DuckDB's first line on a query that holds nothing but the contract's own words."""
    try:
        connection.execute(f"SELECT * FROM ({query}) LIMIT 0")
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return None


def _path(dataset: Dataset, check: Check) -> tuple[str | int, ...]:
    for rule in dataset.rules:
        if rule.name == check.name:
            return rule.path
    column = dataset.by_name.get(check.name.rpartition(".")[0])
    return column.path if column else ("schema", 0)


def _publication_faults(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Fault]:
    if dataset.publication.form == "none":
        return []
    types = ", ".join(f"CAST(NULL AS {kind}) AS {name(column)}" for column, kind in _stored(dataset))
    problem = _problem(connection, published_sql(dataset, f"SELECT {types} LIMIT 0"))
    if not problem:
        return []
    return [dataset.fault(("schema", 0), f"its public form does not compile ({problem})", "mend publication")]


def _stored(dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield "city", "VARCHAR"
    for column in dataset.columns:
        yield column.name, stored_type(column)
