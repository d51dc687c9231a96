"""Compiles a whole contract without data: everything that would fail at night is found by day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import gettempdir

import duckdb
import numpy as np

from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset, Source
from data_contracts.faults import Fault
from data_contracts.rubric import Rubric
from transforms.checking.delivery import READERS
from transforms.checking.rules import RuleFault, column_checks, row_checks, rule_check
from transforms.checking.suite import compile_suite, table_rule
from transforms.checking.verdict import all_checks, typed
from transforms.engine import connect, name
from transforms.marts.mart import mart_faults
from transforms.maturity.queries import rubric_faults
from transforms.privacy import treatment
from transforms.privacy.publish import labels as published_labels
from transforms.privacy.publish import published_sql
from transforms.reading import formats, places
from transforms.reading.cast import CastFault, cast_of, stored_type
from transforms.reading.places import Places


@dataclass(frozen=True)
class Compiled:
    """What a contract came to: rules per row, rules on the table, and those Great Expectations cannot word."""

    table: str
    row_rules: tuple[str, ...]
    expectations: tuple[str, ...]
    by_sql: tuple[str, ...]


def compile_contract(dataset: Dataset, datasets: dict[str, Dataset]) -> tuple[Compiled | None, list[Fault]]:
    """Compile cast plan, row rules, table rules and publication of a contract, or say all that cannot be."""
    if dataset.properties.mart:
        return _compile_mart(dataset, datasets)
    faults = _join_faults(dataset, datasets)
    for rule in dataset.rules:
        if rule.kind == "table":
            faults += _faults(dataset, partial(table_rule, rule, dataset))
    rows: dict[str, None] = {}
    with connect(Path(gettempdir())) as connection:
        _register(connection, dataset, datasets)
        for source in dataset.sources:
            faults += _source_faults(connection, dataset, source, rows)
        if not faults:
            faults += [*_metric_faults(connection, dataset), *_publication_faults(connection, dataset)]
    if faults:
        return None, sorted(set(faults))
    suite = compile_suite(dataset)
    expectations = tuple(expectation.rule for expectation in suite.expectations)
    return Compiled(dataset.table, tuple(rows), expectations, tuple(m.rule for m in suite.metrics)), []


def _compile_mart(mart: Dataset, datasets: dict[str, Dataset]) -> tuple[Compiled | None, list[Fault]]:
    with connect(Path(gettempdir())) as connection:
        treatment.register(connection, b"no data, no key")
        faults = list(mart_faults(connection, mart, datasets)) or list(_publication_faults(connection, mart))
    if faults:
        return None, faults
    return Compiled(mart.table, tuple(check.name for check in row_checks(mart)), (), ()), []


def compile_rubric(rubric: Rubric, catalogue: Catalogue) -> list[Fault]:
    """What keeps a rubric's queries from giving what an indicator needs."""
    with connect(Path(gettempdir())) as connection:
        return list(rubric_faults(connection, rubric, catalogue))


def _faults(dataset: Dataset, make: Callable[[], object]) -> list[Fault]:
    """What keeps one part of a contract from being made; each is tried alone, so that all are told at once."""
    try:
        make()
    except CastFault as fault:
        return [dataset.fault(fault.column.path, str(fault), "see docs/reference/contracts.md")]
    except RuleFault as fault:
        return [dataset.fault(fault.path, fault.message, fault.remedy)]
    return []


def _join_faults(dataset: Dataset, datasets: dict[str, Dataset]) -> list[Fault]:
    """What other datasets do not have that this one takes from them."""
    faults = []
    boundary = datasets.get(dataset.properties.boundary or "")
    if boundary and not (boundary.geometry and boundary.key):
        message = f"boundary {boundary.table} has no geometry or no primary key"
        faults.append(dataset.fault(("schema", 0), message, "name a dataset of outlines"))
    for column in dataset.columns:
        table, _, referred = (column.references or "").rpartition(".")
        if table in datasets and referred not in datasets[table].by_name:
            message = f"refers to {referred}, which {table} does not have"
            faults.append(dataset.fault((*column.path, "relationships"), message, "name one of its columns"))
    return faults


def _register(connection: duckdb.DuckDBPyConnection, dataset: Dataset, datasets: dict[str, Dataset]) -> None:
    boundary = datasets.get(dataset.properties.boundary or "")
    empty = Places(np.array([], dtype=object), {label: [] for label in labels(boundary)}) if boundary else None
    places.register(connection, empty)
    treatment.register(connection, b"no data, no key")


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
    except (LookupError, UnicodeError):
        yield dataset.fault(source.path, "names an encoding that Python does not know", "see its list of codecs")
    for message, remedy in formats.faults(dataset, source):
        yield dataset.fault(source.path, message, remedy)
    makers: list[Callable[[], object]] = [
        *(partial(cast_of, column, source) for column in dataset.file_columns),
        *(partial(column_checks, column) for column in dataset.columns),
        *(partial(rule_check, rule) for rule in dataset.rules if rule.kind == "row"),
    ]
    faults = [fault for make in makers for fault in _faults(dataset, make)]
    if faults:
        yield from faults
        return
    records = ", ".join(f"CAST(NULL AS VARCHAR) AS {name(c.name)}" for c in dataset.file_columns)
    base = typed(dataset, source, f"SELECT {records} LIMIT 0")
    problem = _problem(connection, base)
    if problem:
        yield dataset.fault(("schema", 0), f"a derived column does not compile ({problem})", "mend transformLogic")
        return
    checks = list(all_checks(dataset, source))
    rows.update(dict.fromkeys(check.name for check in checks))
    # All at once; one by one, which takes long, only to tell which of them is wrong.
    if _problem(connection, f"SELECT {', '.join(f'({check.sql})' for check in checks)} FROM ({base})", "BOOLEAN"):
        for check in checks:
            problem = _problem(connection, f"SELECT ({check.sql}) FROM ({base})", "BOOLEAN")
            if problem:
                yield _rule_fault(dataset, check.name, problem)


def _rule_fault(dataset: Dataset, rule: str, problem: str) -> Fault:
    return dataset.fault(_path(dataset, rule), f"rule {rule} does not compile ({problem})", "mend it")


def _metric_faults(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> Iterator[Fault]:
    columns = ", ".join(f"CAST(NULL AS {stored_type(column)}) AS {name(column.name)}" for column in dataset.columns)
    for metric in compile_suite(dataset).metrics:
        problem = _problem(connection, metric.sql(f"SELECT {columns} LIMIT 0"))
        if problem:
            yield _rule_fault(dataset, metric.rule, problem)


def _problem(connection: duckdb.DuckDBPyConnection, query: str, kind: str | None = None) -> str | None:
    """DuckDB's first line on a query that holds nothing but the contract's own words, or a type other than `kind`."""
    try:
        columns = connection.execute(f"DESCRIBE {query}").fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    other = next((given for _, given, *_ in columns if kind and given != kind), None)
    return f"gives a {other}" if other else None


def _path(dataset: Dataset, name_of_rule: str) -> tuple[str | int, ...]:
    for rule in dataset.rules:
        if rule.name == name_of_rule:
            return rule.path
    column = dataset.by_name.get(name_of_rule.rpartition(".")[0])
    return column.path if column else ("schema", 0)


def _disclosure_faults(dataset: Dataset) -> Iterator[Fault]:
    disclosing = [column for column in dataset.columns if column.properties.discloses]
    if not disclosing:
        return
    # What the gate looks with takes its time to load, and few contracts disclose anything.
    from transforms.privacy.gate import known

    for column in disclosing:
        for entity in sorted(set(column.properties.discloses) - set(known())):
            yield dataset.fault(column.path, f"discloses {entity}, which is no entity", f"use {', '.join(known())}")


def _publication_faults(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> Iterator[Fault]:
    if dataset.publication.form == "none":
        return
    types = ", ".join(f"CAST(NULL AS {stored_type(column)}) AS {name(column.name)}" for column in dataset.columns)
    yield from _disclosure_faults(dataset)
    query = published_sql(dataset, f"SELECT CAST(NULL AS VARCHAR) AS city, {types} LIMIT 0")
    problem = _problem(connection, query)
    if problem:
        yield dataset.fault(("schema", 0), f"its public form does not compile ({problem})", "mend publication")
        return
    public = published_labels(dataset)
    for column in sorted({column for column in public if public.count(column) > 1}):
        message = f"its public form has two columns called {column}"
        yield dataset.fault(("schema", 0), message, "rename a column or a measure")
