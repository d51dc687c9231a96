"""The rules of the standing tables, and which of them hold."""

from collections.abc import Collection, Iterator
from datetime import datetime

from data_contracts.dataset import Dataset
from orchestration.platform.row import Row
from orchestration.project import Project
from orchestration.standing import standing
from orchestration.tables import State
from transforms.checking.rules import row_checks
from transforms.checking.suite import Expectation, Metric, compile_suite

# A rule is kept where no more than this share of the rows that came breaks it: no office's file is without a slip.
TOLERATED = 0.001


def checks(project: Project, cities: Collection[str], _now: datetime) -> Iterator[Row]:
    """A row per rule of each standing table; it passed where hardly a row that came (TOLERATED) and no delivery that
    waits breaks it."""
    rules: dict[str, dict[str, str]] = {}
    for state in standing(project):
        if state.version and state.city in cities:
            dataset, broken = project.catalogue.datasets[state.table], _broken(project, state)
            if state.table not in rules:
                rules[state.table] = _rules(dataset)
            for rule, severity in rules[state.table].items():
                yield state.city, dataset.department, dataset.name, rule, severity, rule not in broken


def _rules(dataset: Dataset) -> dict[str, str]:
    """The severity of each rule on rows and on the table as a whole."""
    suite = compile_suite(dataset)
    rows = {check.name: check.severity for check in row_checks(dataset)}
    rules: list[Expectation | Metric] = [*suite.expectations, *suite.metrics]
    return rows | {rule.rule: rule.severity for rule in rules}


def _broken(project: Project, state: State) -> set[str]:
    version = project.ledger.version(str(state.version))
    assert version is not None
    waiting = {rule for holding in state.held for rule in holding.rules}
    rows = {**state.broken, **state.warned}
    return {*version.warned, *waiting, *(rule for rule, count in rows.items() if count > TOLERATED * state.rows_read)}
