"""What the SQL of a mart may be."""

import pytest

from data_contracts import catalogue, query
from data_contracts.expression import ExpressionFault

GOOD = "SELECT city, count(*) AS n FROM works__poles GROUP BY city"
BAD = [
    ("SELEC city FROM works__poles", "is not SQL"),
    ("SELECT 1; SELECT city FROM works__poles", "is not one SELECT"),
    ("DELETE FROM works__poles", "is not one SELECT"),
    ("CREATE TABLE works__poles AS SELECT 1", "is not one SELECT"),
    ("SELECT city FROM works__poles JOIN works__wells USING (city)", "reads works__wells, which"),
    ("SELECT city FROM (SELECT * FROM police__cases) AS works__poles", "reads police__cases, which"),
    ("SELECT 'x' AS city", "does not read works__poles"),
    ("SELECT city FROM works__poles, read_csv('/etc/passwd')", "files or the environment"),
    ("SELECT city FROM works__poles, '/etc/passwd'", "reads "),
    ("SELECT city FROM other.works__poles", "no table of this project"),
    ("SELECT city, getenv('HOME') FROM works__poles", "files or the environment"),
    ("SELECT city FROM works__poles WHERE at > now()", "another value on another day"),
    ("SELECT city FROM works__poles WHERE day > current_date", "another value on another day"),
]


@pytest.mark.parametrize(("sql", "message"), BAD)
def test_a_query_that_is_more_than_a_query_is_refused(sql: str, message: str) -> None:
    with pytest.raises(ExpressionFault, match=message):
        query.check(sql, ["works__poles"])


def test_a_query_may_name_parts_of_its_own() -> None:
    query.check(GOOD, ["works__poles"])
    query.check(f"WITH own AS ({GOOD}) SELECT city, n FROM own", ["works__poles"])


@pytest.mark.parametrize("mart", catalogue.load().marts.values(), ids=lambda mart: mart.table)
def test_every_mart_has_a_form_in_sparks_dialect(mart) -> None:
    # That it can be parsed again as Spark's is what the transpiler's own silence does not say.
    text = query.spark(mart.query)
    assert query.tables(query.parsed(text, "spark")) == set(mart.properties.mart.reads)
