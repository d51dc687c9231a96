"""Which of some made-up rows break a rule of their contract, and by which columns."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from data_contracts.dataset import Column, Dataset
from data_contracts.expression import columns, parse
from transforms.checking.rules import FUTURE, Check, column_checks, row_checks, unread
from transforms.engine import connect, name
from transforms.reading import places

STORED = {"timestamp": "timezone('Asia/Kolkata', CAST({0} AS TIMESTAMP))", "date": "CAST({0} AS DATE)"}


class Broken(NamedTuple):
    """A rule, which rows break it, and the file's columns that it reads."""

    name: str
    rows: np.ndarray
    columns: set[str]


@contextmanager
def judge(dataset: Dataset) -> Iterator[Callable[[pd.DataFrame], list[Broken]]]:
    """What tells of rows which of them break a rule over several columns, or on a derived one; only rules broken.

    In which ward a point lies is not known here.
    """
    checks = {check.name: check for check in _checks(dataset)}
    told = ", ".join(f"({check.sql}) IS NOT FALSE AS {name(check.name)}" for check in checks.values())
    with tempfile.TemporaryDirectory() as scratch, connect(Path(scratch), threads=1) as connection:
        places.register(connection, None)

        def broken(rows: pd.DataFrame) -> list[Broken]:
            if not checks:
                return []
            connection.register("file", rows[[column.name for column in dataset.file_columns if _plain(column)]])
            found = ~connection.execute(f"WITH typed AS ({_typed(dataset)}) SELECT {told} FROM typed").df()
            rules = [rule for rule in found if found[rule].any()]
            return [Broken(rule, found[rule].to_numpy(), _read(checks[rule].sql, dataset)) for rule in rules]

        yield broken


def _typed(dataset: Dataset) -> str:
    """SQL for the rows as they are stored, with what is derived from them."""
    stored = [
        f"{STORED.get(column.logical_type, '{0}').format(name(column.name))} AS {name(column.name)}"
        for column in dataset.file_columns
        if _plain(column)
    ]
    derived = [
        f"{'NULL' if _placed(column) else column.expression} AS {name(column.name)}"
        for column in dataset.columns
        if column.expression
    ]
    # A value that is derived is never one that could not be read.
    derived += [f"false AS {name(unread(column.name))}" for column in dataset.columns if column.expression]
    return f"SELECT {', '.join(['*', *derived])} FROM (SELECT {', '.join(stored)} FROM file)"


def _checks(dataset: Dataset) -> Iterator[Check]:
    own = {
        check.name
        for column in dataset.columns
        if column.from_file or _placed(column)
        for check in column_checks(column)
    }
    placed = {column.name for column in dataset.columns if _placed(column) or not _plain(column)}
    for check in row_checks(dataset):
        # What is of the future depends on the day of the delivery; no row is made there.
        if check.name not in own and not check.name.endswith(f".{FUTURE}") and not columns(parse(check.sql)) & placed:
            yield check


def _read(sql: str, dataset: Dataset) -> set[str]:
    """The file's columns behind an expression."""
    named = [dataset.by_name[column] for column in columns(parse(sql)) if column in dataset.by_name]
    return {source for column in named for source in (column.derived_from or (column.name,))}


def _placed(column: Column) -> bool:
    return "place(" in (column.expression or "")


def _plain(column: Column) -> bool:
    return column.logical_type != "geometry"
