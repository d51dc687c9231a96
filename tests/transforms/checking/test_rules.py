"""Row rules: each kind kept, broken, and met with a null."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.contracts_kit import column
from tests.transforms.kit import Outcome, csv_bytes, dataset, take

DAY = {"format": "dd/MM/yyyy"}
NULL = ""


def judge(*columns: dict, rules: list[dict] | None = None, rows: list[list[str]]) -> Outcome:
    header = [given["name"] for given in columns if "transformLogic" not in given]
    # A last column that is never empty, so that a row of nulls is still a row.
    content = csv_bytes([*header, "end"], *([*row, "."] for row in rows))
    return take(dataset(*columns, column("end"), quality=rules or []), content)


def broken(*columns: dict, cells: list[str], rules: list[dict] | None = None) -> list[list[str]]:
    return judge(*columns, rules=rules, rows=[[cell] for cell in cells]).broken


def rule(**body: Any) -> list[dict[str, Any]]:
    return [{"name": "r", **body}]


@pytest.mark.parametrize(
    ("given", "kept", "breaking"),
    [
        (column("x", "integer", options={"minimum": 3}), ["3", "4", NULL], ["2", "-9"]),
        (column("x", "integer", options={"maximum": 3}), ["3", "-9", NULL], ["4"]),
        (column("x", "number", options={"exclusiveMinimum": 3}), ["3.01", NULL], ["3", "2.99"]),
        (column("x", "number", options={"exclusiveMaximum": 3.5}), ["3.49", NULL], ["3.5", "4"]),
        (column("x", "number", options={"minimum": -1e-9}), ["0", "-0.000000001"], ["-0.00000001"]),
        (column("x", "integer", options={"multipleOf": 5}), ["0", "-5", "10", NULL], ["1", "12"]),
        (column("x", "date", options={**DAY, "minimum": "2020-01-01"}), ["01/01/2020", NULL], ["31/12/2019"]),
        (
            column("x", "timestamp", options={**DAY, "exclusiveMaximum": "2020-01-01T00:00:00+05:30"}),
            ["31/12/2019", NULL],
            ["01/01/2020"],
        ),
        (column("x", options={"pattern": "^[A-Z]{2}[0-9]$"}), ["AB1", NULL], ["ab1", "AB12", "XAB1", "AB1 "]),
        # A pattern is looked for anywhere, as JSON Schema has it.
        (column("x", options={"pattern": "b"}), ["abc", "b"], ["ac"]),
        (column("x", options={"pattern": "it's"}), ["it's"], ["its"]),
        (column("x", options={"minLength": 2}), ["ab", "अब", NULL], ["a", "अ"]),
        (column("x", options={"maxLength": 2}), ["ab", "अब", NULL], ["abc", "अबक"]),
    ],
    ids=lambda value: str(value.get("logicalTypeOptions")) if isinstance(value, dict) else "",
)
def test_options_of_a_type(given: dict, kept: list[str], breaking: list[str]):
    if given["logicalType"] == "timestamp":
        given["logicalTypeOptions"]["defaultTimezone"] = "Asia/Kolkata"
    option = next(key for key in given["logicalTypeOptions"] if key not in ("format", "defaultTimezone"))
    assert broken(given, cells=kept) == [[]] * len(kept)
    assert broken(given, cells=breaking) == [[f"x.{option}"]] * len(breaking)


@pytest.mark.parametrize(
    ("body", "kept", "breaking"),
    [
        ({"metric": "nullValues", "mustBe": 0}, ["a", " "], [NULL]),
        ({"metric": "missingValues", "mustBe": 0}, ["a", "N/A"], [NULL]),
        (
            {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": [None, "N/A", "it's"]}},
            ["a", "n/a"],
            [NULL, "N/A", "it's"],
        ),
        (
            {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a", "it's", 5]}},
            ["a", "it's", "5", NULL],
            ["b", "A"],
        ),
        (
            {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "^a+$"}},
            ["a", "aaa", NULL],
            ["b", "ab"],
        ),
        (
            {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "^a", "validValues": ["ab", "b"]}},
            ["ab", NULL],
            ["b", "a"],
        ),
    ],
)
def test_library_rules_of_a_column(body: dict, kept: list[str], breaking: list[str]):
    given = column("x", quality=rule(**body))
    assert broken(given, cells=kept) == [[]] * len(kept)
    assert broken(given, cells=breaking) == [["r"]] * len(breaking)


@pytest.mark.parametrize(
    ("sql", "kept", "breaking"),
    [
        ("y >= x", [["1", "2"], ["1", "1"], [NULL, "1"], ["1", NULL], [NULL, NULL]], [["2", "1"]]),
        ("y is null or x is not null", [["1", "2"], [NULL, NULL], ["1", NULL]], [[NULL, "1"]]),
        ("x between 1 and 3", [["1", NULL], [NULL, "9"]], [["0", "1"], ["4", NULL]]),
        ("coalesce(x, 0) + coalesce(y, 0) = 5", [["5", NULL], ["2", "3"]], [[NULL, NULL], ["1", "1"]]),
        ("not (x = 1 and y = 1) /* the only pair */", [["1", "2"]], [["1", "1"]]),
    ],
)
def test_rules_of_our_own_engine_see_the_whole_row(sql: str, kept: list[list[str]], breaking: list[list[str]]):
    columns = [column("x", "integer"), column("y", "integer")]
    rules = rule(type="custom", engine="pravah", implementation=sql)
    assert judge(*columns, rules=rules, rows=kept).broken == [[]] * len(kept)
    assert judge(*columns, rules=rules, rows=breaking).broken == [["r"]] * len(breaking)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("string", NULL, ["x.required"]),
        ("string", "a", []),
        ("integer", NULL, ["x.required"]),
        # A value that cannot be read breaks its type; it is not missing as well.
        ("integer", "ab", ["x.type"]),
        ("integer", "5", []),
    ],
)
@pytest.mark.parametrize("words", [{"required": True}, {"key": True}])
def test_required(kind: str, cell: str, expected: list[str], words: dict[str, bool]):
    assert broken(column("x", kind, **words), cells=[cell]) == [expected]


def test_a_warning_is_told_and_the_row_stands():
    rules = rule(type="custom", engine="pravah", implementation="x < 5", severity="warning")
    outcome = judge(column("x", "integer"), rules=rules, rows=[["9"], ["1"], [NULL]])
    assert outcome.warned == [["r"], [], []]
    assert outcome.broken == [[], [], []]
    assert (outcome.checked.quarantined, outcome.checked.warned) == (0, {"r": 1})


def test_a_row_tells_every_rule_that_it_breaks_in_order():
    columns = [
        column("x", "integer", options={"minimum": 5, "multipleOf": 2}),
        column("y", required=True),
        column("z", "integer"),
    ]
    rules = [
        *rule(type="custom", engine="pravah", implementation="x > 9"),
        {"name": "w", "type": "custom", "engine": "pravah", "implementation": "x > 99", "severity": "warning"},
    ]
    outcome = judge(*columns, rules=rules, rows=[["3", NULL, "bad"], ["10", "a", "1"], ["8", "a", "x"]])
    assert outcome.broken == [
        ["z.type", "x.minimum", "x.multipleOf", "y.required", "r"],
        [],
        ["z.type", "r"],
    ]
    assert outcome.warned == [["w"], ["w"], ["w"]]
    assert outcome.checked.broken == {"r": 2, "x.minimum": 1, "x.multipleOf": 1, "y.required": 1, "z.type": 2}
    assert (outcome.checked.rows_read, outcome.checked.quarantined) == (3, 2)


def test_a_dataset_without_any_rule_takes_every_row():
    assert judge(column("x"), rows=[["1"], [NULL]]).broken == [[], []]


def test_a_rule_with_a_quote_in_its_name():
    rules = [{"name": "it's", "type": "custom", "engine": "pravah", "implementation": "x = 'a'"}]
    assert broken(column("x"), cells=["b"], rules=rules) == [["it's"]]


@pytest.mark.parametrize(
    ("kind", "logic", "cell", "value", "expected"),
    [
        ("string", "upper(x)", "a", "A", []),
        ("integer", "length(x)", "abc", 3, []),
        ("integer", "regexp_extract(x, '^[0-9a-z]+')", "12", 12, []),
        # What does not fit the type breaks the row, not the delivery.
        ("integer", "regexp_extract(x, '^[0-9a-z]+')", "1x", None, ["y.type"]),
        ("date", "try_strptime(x, '%d.%m.%Y')", "31.12.2025", "2025-12-31", []),
        ("date", "try_strptime(x, '%d.%m.%Y')", "31.02.2025", None, []),
        ("boolean", "x", "perhaps", None, ["y.type"]),
    ],
)
def test_derived_columns(kind: str, logic: str, cell: str, value: Any, expected: list[str]):
    (row,) = judge(column("x"), column("y", kind, logic=logic, of=["x"]), rows=[[cell]]).rows
    assert (str(row["y"]) if kind == "date" and value else row["y"]) == value
    assert (row["_broken"] or []) == expected


def test_a_derived_column_may_be_required_and_ruled():
    columns = [
        column("x"),
        column("y", "integer", logic="try_cast(x as integer)", of=["x"], required=True, options={"maximum": 5}),
    ]
    outcome = judge(*columns, rows=[["5"], ["6"], ["x"]])
    assert outcome.broken == [[], ["y.maximum"], ["y.required"]]


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "skew", "kept", "breaking"),
    [
        ("timestamp", 2, ["2026-03-01 14:00", "2020-01-01 00:00", NULL, "?"], ["2026-03-01 14:01", "2062-03-01 00:00"]),
        ("timestamp", 0.5, ["2026-03-01 12:30"], ["2026-03-01 12:31"]),
        ("timestamp", 0, ["2026-03-01 12:00"], ["2026-03-01 12:01"]),
        ("timestamp", None, ["2062-03-01 00:00"], []),
        # In India the first of March ends at 18:30 UTC.
        ("date", 6, ["2026-03-01 00:00"], ["2026-03-02 00:00"]),
        ("date", 7, ["2026-03-02 00:00"], ["2026-03-03 00:00"]),
    ],
)
def test_a_moment_that_had_not_come_yet_is_quarantined(kind: str, skew: float | None, kept: list, breaking: list):
    given = dataset(
        column("at", kind, options={"format": "yyyy-MM-dd HH:mm"}), column("end"), temporalColumn="at", futureSkew=skew
    )
    content = csv_bytes(["at", "end"], *([cell, "."] for cell in [*kept, *breaking]))
    found = take(given, content, received_at=NOON).broken
    expected = [["at.type"] if cell == "?" else [] for cell in kept] + [["at.future"]] * len(breaking)
    assert found == expected
    assert not {rule for rules in take(given, content).broken for rule in rules} - {"at.type"}, "nobody says when"


@settings(max_examples=30, deadline=None)
@drawn(st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), min_size=1, max_size=6),
       st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)), min_size=2,
                max_size=4), st.integers(0, 48))  # fmt: skip
def test_the_later_a_file_comes_the_fewer_rows_are_of_the_future(moments: list, came: list, skew: int):
    # So the number of such rows says which ones they are: the key of a table's version rests on that.
    given = dataset(column("at", "timestamp", options={"format": "yyyy-MM-dd HH:mm:ss"}), column("end"),
                    temporalColumn="at", futureSkew=skew)  # fmt: skip
    content = csv_bytes(["at", "end"], *([f"{moment:%Y-%m-%d %H:%M:%S}", "."] for moment in moments))
    before = {*range(len(moments))}
    for at in sorted(came):
        broken = take(given, content, received_at=at).broken
        future = {number for number, rules in enumerate(broken) if rules}
        latest = at + timedelta(hours=skew)
        assert future == {
            number for number, moment in enumerate(moments) if moment.replace(tzinfo=UTC, microsecond=0) > latest
        }
        assert future <= before
        before = future
