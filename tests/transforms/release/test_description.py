"""The catalogue entry: made of contract and counts, so that a portal needs nothing else, and never of a value."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from data_contracts.dataset import Dataset
from data_contracts.properties import Grain
from data_contracts.vocabulary import Term
from tests.contracts_kit import CITY, PERSON, PHONE, column
from tests.portal.kit import TOWN, WORKS
from tests.portal.town import MEASURES, datasets
from tests.transforms.kit import dataset, opened
from transforms.engine import literal
from transforms.privacy.publish import published_sql
from transforms.release.description import Counts, data_until, describe, describe_city, temporal

COUNTS = {CITY: Counts(10, 7, 2, 1, {"n_known": 2}, {})}
DAY = {"format": "dd/MM/yyyy"}
# How a column is treated, what that makes of its name and type.
COLUMNS = [
    (column("code", treatment="keep", key=True), "code", "string"),
    (column("phone", treatment={"kind": "mask", "keepLast": 2}), "phone", "string"),
    (column("person_no", "integer", "pseudonym"), "person_no", "string"),
    (column("aadhaar"), None, None),
    (column("age", "integer", {"kind": "generalise", "band": 10}), "age", "number"),
    (column("n", "integer", "keep"), "n", "integer"),
    (column("is_open", "boolean", "keep"), "is_open", "boolean"),
    (column("seen_at", "timestamp", "keep", options=DAY), "seen_at", "timestamp"),
    (column("came_at", "timestamp", {"kind": "generalise", "to": "hour"}, options=DAY), "came_hour", "timestamp"),
    (column("left_at", "timestamp", {"kind": "generalise", "to": "day"}, options=DAY), "left_day", "date"),
    (column("born_on", "date", {"kind": "generalise", "to": "year"}, options=DAY), "born_year", "date"),
    (column("geometry", "geometry", "keep"), "geometry", "geometry"),
]
THINGS = dataset(*(given for given, _, _ in COLUMNS), titleHi="चीज़ें", purposeHi="क्यों")
# The type in the public table of what the entry calls a type.
KINDS = {
    "string": {"VARCHAR"},
    "integer": {"BIGINT"},
    "number": {"DOUBLE"},
    "boolean": {"BOOLEAN"},
    "timestamp": {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP"},
    "date": {"DATE"},
    "geometry": {"BLOB"},
}
ACCEPTED = f"""
    SELECT {literal(CITY)} AS city, 'c' AS code, {literal(PHONE)} AS phone, CAST(5 AS BIGINT) AS person_no,
        {literal(PERSON)} AS aadhaar, CAST(41 AS BIGINT) AS age, CAST(3 AS BIGINT) AS n, true AS is_open,
        TIMESTAMPTZ '2026-01-31 18:30:00+00' AS seen_at, TIMESTAMPTZ '2026-01-31 18:30:00+00' AS came_at,
        TIMESTAMPTZ '2026-01-31 18:30:00+00' AS left_at, DATE '1985-06-07' AS born_on,
        from_hex('010100000000000000000052400000000000003440') AS geometry
"""


def described(
    given: Dataset, boundary: Dataset | None = None, vocabulary: dict[str, Term] | None = None, **counted: Any
) -> dict[str, Any]:
    rows, until = counted.get("rows", {CITY: 7}), counted.get("until", {CITY: "2026-01"})
    return describe(given, vocabulary or {}, WORKS, boundary, COUNTS, rows, until)


def aggregate(**words: Any) -> Dataset:
    """A dataset that goes out as counts, with words of its own."""
    columns = [
        column("id", key=True),
        column("zone", treatment="keep"),
        column("name"),
        column("phone", treatment="pseudonym"),
        column("seen_at", "timestamp", "keep", options=DAY),
        column("born_on", "date", {"kind": "generalise", "to": "month"}, options=DAY),
    ]
    form = {"form": "aggregate", "measures": {"n": "count(*)"}, "dimensions": ["zone"], "k": 7}
    return dataset(*columns, publication=form | words.pop("form", {}), **words)


def with_logic(given: Dataset, logic: str | None) -> Dataset:
    """The same dataset, its ward told by another expression."""
    columns = [replace(one, expression=logic) if one.name == "ward_id" else one for one in given.columns]
    return replace(given, columns=tuple(columns))


def treated(entry: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    return {one["column"]: (one["kind"], one["to"] or one["band"]) for one in entry["treatments"]}


@pytest.mark.parametrize(
    ("measure", "counted"),
    [
        ("count(*)", "n"),
        ("count(*) filter (where phone is not null)", "n"),
        ("count(phone)", "n"),
        ("count(distinct phone)", None),
        ("count(*) * 1.0 / 2", None),
        ("avg(length(phone))", None),
    ],
)
def test_only_counts_may_be_added_up(measure: str, counted: str | None):
    assert described(aggregate(form={"measures": {"n": measure}}))["counted"] == counted


# Rows


def test_the_columns_of_rows_are_those_that_go_out_in_public_order():
    entry = described(THINGS)
    assert [(one["name"], one["type"]) for one in entry["columns"]] == [
        (name, kind) for _, name, kind in COLUMNS if name
    ]
    assert (entry["form"], entry["k"], entry["measures"]) == ("rows", None, {})
    assert (entry["geometry"], entry["key"]) == ("geometry", ["code"])


def test_names_and_types_are_those_of_the_public_table():
    with opened() as connection:
        table = connection.execute(f"DESCRIBE {published_sql(THINGS, ACCEPTED)}").fetchall()
    entry = described(THINGS)
    assert [name for name, *_ in table] == ["city", *(one["name"] for one in entry["columns"])]
    public = {name: kind for name, kind, *_ in table}
    for one in entry["columns"]:
        assert public[one["name"]] in KINDS[one["type"]], one["name"]


def test_every_column_of_the_contract_has_one_treatment():
    assert treated(described(THINGS)) == {
        "code": ("keep", None),
        "phone": ("mask", None),
        "person_no": ("pseudonym", None),
        "aadhaar": ("drop", None),
        "age": ("generalise", 10),
        "n": ("keep", None),
        "is_open": ("keep", None),
        "seen_at": ("keep", None),
        "came_at": ("generalise", "hour"),
        "left_at": ("generalise", "day"),
        "born_on": ("generalise", "year"),
        "geometry": ("keep", None),
    }


OFFICE = "City Data Officer"


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        (column("code", treatment="keep"), {"place": None, "keep_last": 0, "released_by": None, "discloses": []}),
        (column("phone", treatment={"kind": "mask", "keepLast": 2}), {"keep_last": 2}),
        (column("text", treatment={"kind": "redact", "releasedBy": OFFICE}), {"released_by": OFFICE}),
        (column("firm", treatment="keep", discloses=["IN_PAN"]), {"discloses": ["IN_PAN"]}),
    ],
)
def test_a_treatment_says_what_the_privacy_statement_needs(given: dict[str, Any], facts: dict[str, Any]):
    own = dataset(column("id", key=True), given)
    treatment = next(one for one in described(own)["treatments"] if one["column"] == given["name"])
    assert {key: treatment[key] for key in facts} == facts


@pytest.mark.parametrize(
    ("logic", "place"),
    [
        ("place(lat, lon).ward_id", "outline"),
        ("upper( place (lat, lon).zone)", "outline"),
        ("h3_cell(lat, lon, 8)", "cell"),
        ("replace(lat, '1', '2')", None),
        (None, None),
    ],
)
def test_a_treatment_says_what_stands_for_a_point(logic: str | None, place: str | None):
    given = with_logic(datasets()["stops"], logic)
    told = {one["column"]: one["place"] for one in described(given)["treatments"]}
    assert told == dict.fromkeys(told) | {"ward_id": place}


def test_what_does_not_go_out_stands_for_no_point():
    calls = datasets()["calls"]
    form = calls.publication.model_copy(update={"dimensions": ()})
    counted = replace(calls, properties=calls.properties.model_copy(update={"publication": form}))
    assert {one["column"]: one["place"] for one in described(calls)["treatments"]}["ward_id"] == "outline"
    assert {one["place"] for one in described(counted)["treatments"]} == {None}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (THINGS, None),
        (aggregate(), "measure"),
        (aggregate(form={"differencing": "hold"}), "hold"),
        # No count, so none that could change by few.
        (aggregate(form={"measures": {"n": "avg(length(phone))"}}), None),
    ],
)
def test_what_becomes_of_a_count_that_changed_by_few(given: Dataset, word: str | None):
    assert described(given)["privacy"]["differencing"] == word


def test_an_outline_that_does_not_go_out_is_not_announced():
    hidden = dataset(column("code", treatment="keep", key=True), column("geometry", "geometry"))
    assert described(hidden)["geometry"] is None
    assert [one["name"] for one in described(hidden)["columns"]] == ["code"]


# Aggregates


def test_the_columns_of_an_aggregate_are_its_dimensions_and_measures():
    given = datasets()["calls"]
    entry = described(given, datasets()["areas"])
    assert [one["name"] for one in entry["columns"]] == ["ward_id", "called_month", *MEASURES]
    assert (entry["form"], entry["k"], entry["measures"]) == ("aggregate", 5, MEASURES)
    assert [one["grain"] for one in entry["columns"]] == [None, "month", None, None, None]
    # What is kept in rows is only counted where no dimension shows it; what is dropped stays dropped.
    assert treated(entry) == {
        **dict.fromkeys(["call_id", "lat", "lon"], ("drop", None)),
        **dict.fromkeys(["caller", "hours"], ("counted", None)),
        "ward_id": ("keep", None),
        "called_at": ("generalise", "month"),
    }


@pytest.mark.parametrize(
    ("dimension", "column_name", "treatment"),
    [
        ({"column": "seen_at", "to": "day"}, "seen_day", ("generalise", "day")),
        ({"column": "seen_at", "to": "year"}, "seen_year", ("generalise", "year")),
        # A dimension may cut further than the column's own treatment, which holds where it names none.
        ({"column": "born_on", "to": "year"}, "born_year", ("generalise", "year")),
        ("born_on", "born_month", ("generalise", "month")),
    ],
)
def test_a_dimension_says_to_what_it_is_cut(dimension: Any, column_name: str, treatment: tuple[str, str]):
    entry = described(aggregate(form={"dimensions": [dimension]}))
    assert entry["columns"][0]["name"] == column_name
    source = dimension if isinstance(dimension, str) else dimension["column"]
    assert treated(entry)[source] == treatment
    assert treated(entry) | {"name": ("drop", None), "zone": ("counted", None)} == treated(entry)


def test_a_measure_has_the_vocabularys_words_or_its_own_spelled_out():
    words = {"title": "Cases", "title_hi": "मामले", "description": "How many", "description_hi": "कितने"}
    term = Term(**words, logical_type="integer", unit="1")
    measure = described(aggregate(), vocabulary={"n": term})["columns"][-1]
    assert (measure["title"], measure["unit"]) == ({"en": "Cases", "hi": "मामले"}, "1")
    spelled = described(aggregate(form={"measures": {"open_cases": "count(*)"}}))["columns"][-1]
    assert spelled["title"] == {"en": "Open cases", "hi": "Open cases"}


# When, where


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (dataset(*(one for one, _, _ in COLUMNS)), None),
        (dataset(*(one for one, _, _ in COLUMNS), temporalColumn="seen_at"), ("seen_at", "day")),
        (dataset(*(one for one, _, _ in COLUMNS), temporalColumn="came_at"), ("came_hour", "hour")),
        (dataset(*(one for one, _, _ in COLUMNS), temporalColumn="born_on"), ("born_year", "year")),
        (datasets()["calls"], ("called_month", "month")),
        (datasets()["stops"], ("opened_day", "day")),
        # an aggregate that does not show it has no time
        (aggregate(temporalColumn="seen_at"), None),
        (aggregate(temporalColumn="born_on", form={"dimensions": ["born_on"]}), ("born_month", "month")),
    ],
)
def test_when_a_row_was_observed(given: Dataset, found: tuple[str, str] | None):
    assert temporal(given) == (None if found is None else {"column": found[0], "grain": found[1]})


@pytest.mark.parametrize("grain", get_args(Grain))
def test_until_when_there_are_data(tmp_path: Path, grain: str):
    treatment = {"kind": "generalise", "to": grain}
    given = dataset(
        column("code", treatment="keep", key=True),
        column("seen_at", "timestamp", treatment, options=DAY),
        temporalColumn="seen_at",
    )
    # The last instant of a year in UTC is next year's in India.
    rows = ("('a', TIMESTAMPTZ '2025-12-31 18:30:00+00'), ('a', '2025-06-01 00:00:00+00'), "
            "('b', '2025-12-31 18:29:59+00'), ('none', NULL)")  # fmt: skip
    accepted = f"SELECT city, city AS code, seen_at FROM (VALUES {rows}) AS t(city, seen_at)"
    with opened() as connection:
        until = data_until(connection, given, published_sql(given, accepted))
    length = {"year": 4, "month": 7}.get(grain, 10)
    assert until == {"a": "2026-01-01"[:length], "b": "2025-12-31"[:length]}


def test_data_without_a_time_have_no_end():
    with opened() as connection:
        assert data_until(connection, THINGS, "SELECT * FROM nothing") == {}


def test_the_outlines_that_rows_are_placed_in():
    areas = datasets()["areas"]
    placed = {"table": "works__areas", "key": "ward_id", "column": "ward_id"}
    for name in ("calls", "stops"):
        assert described(datasets()[name], areas)["boundary"] == placed
        assert described(datasets()[name])["boundary"] is None
    # Neither a column of that name that nothing places, nor one that does not go out.
    assert described(areas, areas)["boundary"] is None
    lost = aggregate(form={"dimensions": ["zone"]})
    assert described(lost, areas)["boundary"] is None


@pytest.mark.parametrize(
    ("logic", "found"),
    [
        ("place(lat, lon).ward_id", True),
        ("  place ( lat , lon ) . ward_id ", True),
        ("place(lat, lon).zone", False),
        ("upper(place(lat, lon).ward_id)", False),
    ],
)
def test_a_column_is_placed_by_its_expression(logic: str, found: bool):
    changed = with_logic(datasets()["stops"], logic)
    assert (described(changed, datasets()["areas"])["boundary"] is not None) is found


# The whole


def test_the_entry_holds_what_the_contract_and_the_counts_say():
    entry = described(THINGS, rows={CITY: 7, "meghavan": 0}, until={CITY: "2026-01-02"})
    assert (entry["slug"], entry["table"]) == ("works-things", "works__things")
    assert entry["department"] == {"id": "works", "en": "Public works", "hi": "लोक निर्माण"}
    assert entry["title"] == {"en": "things", "hi": "चीज़ें"}
    # A text without its Hindi stands in English, so that no page has a hole.
    assert entry["limitations"]["hi"] == entry["limitations"]["en"]
    assert entry["contract"] == {"version": "1.0.0", "hash": THINGS.contract_hash}
    assert (entry["rows"], entry["until"]) == ({CITY: 7, "meghavan": 0}, {CITY: "2026-01-02"})
    assert entry["counts"][CITY] == {
        "rows_read": 10,
        "accepted": 7,
        "quarantined": 2,
        "duplicate": 1,
        "broken": {"n_known": 2},
        "warned": {},
    }


def test_the_service_levels_are_in_days():
    entry = described(datasets()["calls"])
    assert (entry["frequency_days"], entry["latency_days"]) == (pytest.approx(30.44), 10)
    assert described(THINGS)["frequency_days"] is described(THINGS)["latency_days"] is None


def test_rules_on_rows_and_on_the_table_are_listed_by_name():
    known = {
        "name": "n_known", "type": "library", "metric": "invalidValues",
        "arguments": {"validValues": ["1"]}, "mustBe": 0, "severity": "warning",
    }  # fmt: skip
    some = {"name": "some_rows", "type": "library", "metric": "rowCount", "mustBeGreaterThan": 0}
    given = dataset(column("n", treatment="keep", key=True, quality=[known]), quality=[some])
    rules = {one["rule"]: one["severity"] for one in described(given)["rules"]}
    assert {"n_known": "warning", "some_rows": "error"}.items() <= rules.items()


def test_the_same_inputs_give_the_same_text():
    texts = [json.dumps(described(given), ensure_ascii=False) for given in (THINGS, THINGS)]
    assert texts[0] == texts[1]
    assert json.loads(texts[0]) == described(THINGS)


def test_no_value_from_the_data_is_in_it():
    with opened() as connection:
        until = data_until(connection, THINGS, published_sql(THINGS, ACCEPTED))
    text = json.dumps(described(THINGS, until=until))
    assert PHONE not in text and PERSON not in text and "1985" not in text


def test_a_city():
    assert describe_city(TOWN) == {
        "id": CITY,
        "name": {"en": "Navsagar", "hi": "नवसागर"},
        "state": "Sample State",
        "fictional": True,
        "bounds": [72, 19, 73, 20],
    }
