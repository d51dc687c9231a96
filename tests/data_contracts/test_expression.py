"""Which SQL a contract may hold."""

import pytest

from data_contracts.expression import ExpressionFault, check_aggregate, check_row, columns, parse

KNOWN = {"a", "b", "opened_at"}


@pytest.mark.parametrize(
    "sql",
    [
        "a",
        '"a" = b',
        "a is null or b >= a",
        "a between 1 and 9 and not b in (1, 2)",
        "case when a > 1 then b end",
        "nullif(trim(replace(a, '_', ' ')), '')",
        "try_cast(a as integer) % 2 = 0",
        "place(a, b).ward_id",
        "regexp_extract(a, '([0-9]+)', 1)",
        "list_filter([1, 2], x -> x > a)[1]",
        "opened_at at time zone 'Asia/Kolkata'",
        "a /* a comment */",
        "true",
    ],
)
def test_a_row_expression_may_name_columns_and_call_functions(sql: str):
    check_row(sql, KNOWN)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("c > 1", "names c, which the contract does not have"),
        ("A", "names A, which"),
        ("other.a", "names other, which"),
        ("c + d + a", "names c, d, which"),
        ("(select 1)", "is not a SQL expression"),
        ("a + (select 1)", "subquery"),
        ("a in (select 1)", "may not"),
        ("exists (from t)", "may not"),
        ("select a", "is not a SQL expression"),
        ("from t", "is not a SQL expression"),
        ("a; b", "is not a SQL expression"),
        ("a as b", "is not a SQL expression"),
        ("values (1)", "is not a SQL expression"),
        ("attach 'x'", "is not a SQL expression"),
        ("install x", "is not a SQL expression"),
        ("copy a to 'x'", "is not a SQL expression"),
        ("a, b", "is not a SQL expression"),
        ("a and", "is not a SQL expression"),
        ("a) or (b", "is not a SQL expression"),
        ("", "is not a SQL expression"),
        ("*", "is not a SQL expression"),
        ("coalesce(*)", "star"),
        ("?", "placeholder"),
        ("$1", "placeholder"),
        ("row_number() over ()", "window"),
        ("count(*)", "aggregate"),
        ("max(a)", "aggregate"),
        ("list(a)", "aggregate"),
        ("read_csv('/etc/passwd')", "reads files"),
        ("READ_CSV('/etc/passwd')", "reads files"),
        ("read_parquet('x')", "reads files"),
        ("read_text('x') is null", "reads files"),
        ("a > length(read_blob('x'))", "reads files"),
        ("parquet_scan('x')", "reads files"),
        ("sqlite_scan('x', 'y')", "reads files"),
        ("sniff_csv('x')", "reads files"),
        ("glob('*')", "reads files"),
        ("query('select 1')", "reads files"),
        ("query_table('x')", "reads files"),
        ("getenv('HOME')", "reads files"),
        ("current_setting('x')", "reads files"),
        ("opened_at < now()", "another value"),
        ("opened_at < current_timestamp", "another value"),
        ("opened_at < today()", "another value"),
        ("current_date", "another value"),
        ("random() < 0.5", "another value"),
        ("uuid()", "another value"),
    ],
)
def test_a_row_expression_may_hold_nothing_else(sql: str, words: str):
    with pytest.raises(ExpressionFault, match=words):
        check_row(sql, KNOWN)


@pytest.mark.parametrize(
    "sql",
    [
        "count(*)",
        "count(a)",
        "count(distinct a)",
        "count(*) filter (where a = 'x' and b > 1)",
        "count(case when a = 1 then b end)",
        "sum(a) / count(*)",
        "avg(a - b) filter (where b > 0)",
        "median(date_diff('hour', opened_at, b))",
        "round(100.0 * count(*) filter (where a = 1) / count(*), 1)",
    ],
)
def test_a_measure_is_made_of_counts_sums_and_means(sql: str):
    check_aggregate(sql, KNOWN)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("1", "holds no aggregate"),
        ("a", "holds no aggregate"),
        ("min(a)", "another aggregate"),
        ("max(a)", "another aggregate"),
        ("first(a)", "another aggregate"),
        ("1 + any_value(a)", "another aggregate"),
        ("list(a)", "another aggregate"),
        ("string_agg(a, ',')", "another aggregate"),
        ("mode(a)", "another aggregate"),
        ("arg_max(a, b)", "another aggregate"),
        ("quantile_cont(a, 0)", "another aggregate"),
        ("count(*) + max(a)", "another aggregate"),
        ("count(*) filter (where max(a) > 1)", "another aggregate"),
        ("count(*) + a", "outside an aggregate"),
        ("if(a = 1, count(*), 0)", "outside an aggregate"),
        ("count(*) filter (where c = 1)", "names c"),
        ("sum(a) over ()", "window"),
        ("count(*) filter (where a = (select 1))", "subquery"),
        # A count in disguise would go out below k.
        ("sum(case when a = 1 then 1 else 0 end)", "sums a condition"),
        ("sum(if(a = 1, 1, 0))", "sums a condition"),
        ("sum(cast(a = 1 as integer))", "sums a condition"),
        ("avg(case when a = 1 then 1 else 0 end)", "sums a condition"),
    ],
)
def test_a_measure_hands_out_no_single_value_and_no_count_in_disguise(sql: str, words: str):
    with pytest.raises(ExpressionFault, match=words):
        check_aggregate(sql, KNOWN)


def test_columns_are_those_read_not_the_names_of_functions_or_fields():
    assert columns(parse("place(a, b).ward_id = lower(opened_at) || 'c'")) == KNOWN
