"""What holds for the query of every indicator: its form, and that it makes nothing out of nothing."""

import pytest

from data_contracts import query
from data_contracts.indicator import Indicator
from tests.data_contracts.facts import MEASURED, RUBRIC, facts

every = pytest.mark.parametrize("indicator", MEASURED, ids=lambda indicator: indicator.id)


def test_all_but_the_reviewed_ones_have_a_query():
    assert RUBRIC is not None
    assert len(MEASURED) == 35
    assert {one.id for one in RUBRIC.indicators} - {one.id for one in MEASURED} == {"T8", "G1", "G2", "C10"}


@every
def test_it_reads_what_it_names_and_has_a_form_in_sparks_dialect(indicator: Indicator):
    assert indicator.query is not None
    query.check(indicator.query, indicator.reads)
    # That it can be parsed again as Spark's is what the transpiler's own silence does not say.
    assert query.tables(query.parsed(query.spark(indicator.query), "spark")) == set(indicator.reads)


@every
def test_without_evidence_there_is_no_row(indicator: Indicator):
    assert facts(indicator.id) == {}


@every
def test_it_says_first_what_it_measures(indicator: Indicator):
    assert indicator.query is not None
    assert indicator.query.startswith("-- ")
