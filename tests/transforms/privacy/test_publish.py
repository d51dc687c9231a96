"""The public form of a dataset: only what the contract lets out, and no small counts."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from tests.contracts_kit import PERSON, PHONE, PLANTED, column, contract, write
from tests.transforms.kit import dataset, opened, records, rows
from transforms.engine import connect, literal
from transforms.privacy.publish import publish, published_sql
from transforms.privacy.risk import Measured

K = 5
MONTH = {"kind": "generalise", "to": "month"}
OPENED = column("opened_at", "timestamp", MONTH, options={"format": "dd/MM/yyyy"})
COLUMNS = [column("zone", treatment="keep"), column("status"), column("hours", "number"), OPENED]


def aggregate(measures: dict[str, str], dimensions: Any = ("zone",), k: int = K) -> Any:
    form = {"form": "aggregate", "dimensions": list(dimensions), "measures": measures, "k": k}
    return dataset(*COLUMNS, publication=form)


def accepted(*given: tuple[Any, Any, Any, Any]) -> str:
    """SQL of accepted rows (zone, status, hours, opened_at), all of one city."""
    cells = ", ".join("(" + ", ".join("NULL" if v is None else literal(str(v)) for v in row) + ")" for row in given)
    return (
        "SELECT 'navsagar' AS city, zone, status, CAST(hours AS DOUBLE) AS hours, "
        f"CAST(opened_at AS TIMESTAMPTZ) AS opened_at FROM (VALUES {cells}) AS t(zone, status, hours, opened_at)"
    )


def times(count: int, zone: Any = "east", status: Any = "open", hours: Any = 1, at: Any = "2025-06-01 00:00+05:30"):
    return [(zone, status, hours, at)] * count


WORKING = "count(*) filter (where status = 'working')"


@pytest.mark.parametrize(
    ("measure", "given", "shown"),
    [
        # the cell itself
        ("count(*)", times(K - 1), None),
        ("count(*)", times(K), K),
        ("avg(hours)", times(K - 1, hours=3), None),
        ("avg(hours)", times(K, hours=3), 3.0),
        # a count inside the cell
        (WORKING, [*times(20), *times(K - 1, status="working")], None),
        (WORKING, [*times(20), *times(1, status="working")], None),
        (WORKING, [*times(20), *times(K, status="working")], K),
        (WORKING, times(20), 0),
        (WORKING, times(K - 1, status="working"), None),
        ("count(hours)", [*times(20, hours=None), *times(2)], None),
        ("count(distinct status)", [*times(20), *times(20, status="working")], None),
        # a count that is hidden in a formula
        (f"{WORKING} * 1.0 / count(*)", [*times(20), *times(2, status="working")], None),
        (f"{WORKING} + 0", [*times(20), *times(2, status="working")], None),
        (f"round(100.0 * {WORKING} / count(*))", [*times(15), *times(5, status="working")], 25.0),
        # a mean or a sum that rests on few values
        ("avg(hours)", [*times(20, hours=None), *times(1, hours=77)], None),
        ("avg(hours)", [*times(20, hours=None), *times(K, hours=77)], 77.0),
        ("sum(hours)", [*times(20, hours=None), *times(1, hours=77)], None),
        ("avg(hours) filter (where status = 'working')", [*times(20), *times(2, status="working", hours=77)], None),
        ("avg(hours) filter (where status = 'working')", [*times(20), *times(K, status="working", hours=77)], 77.0),
        ("median(hours) filter (where hours > 50)", [*times(20), *times(1, hours=77)], None),
        ("sum(hours) - avg(hours) filter (where hours > 50)", [*times(20), *times(1, hours=77)], None),
        ("count(*) - count(hours)", [*times(20, hours=None), *times(1)], None),
        ("count(*) - count(hours)", [*times(2, hours=None), *times(20)], None),
        ("count(hours) - count(*)", [*times(2, hours=None), *times(20)], None),
        ("count(*) - count(hours)", [*times(K, hours=None), *times(20)], K),
    ],
)
def test_what_rests_on_fewer_than_k_rows_is_hidden(measure: str, given: list, shown: Any):
    (row,) = rows(published_sql(aggregate({"m": measure}), accepted(*given)))
    assert row == {"city": "navsagar", "zone": "east", "m": shown, "suppressed": shown is None}


def test_one_measure_may_be_hidden_and_another_shown():
    given = [*times(20), *times(2, status="working")]
    (row,) = rows(published_sql(aggregate({"n": "count(*)", "working": WORKING}), accepted(*given)))
    assert row == {"city": "navsagar", "zone": "east", "n": 22, "working": None, "suppressed": True}


@pytest.mark.parametrize("name", ["n", "m", "hours", "status", "rests_on", "h"])
def test_a_measure_may_be_called_what_the_statement_calls_its_own(name: str):
    (row,) = rows(published_sql(aggregate({name: "count(*)"}), accepted(*times(K))))
    assert row[name] == K


def test_cells_that_lack_a_dimension_are_cells():
    given = [*times(K, zone=None), *times(K - 1, zone="east"), *times(7, zone="west")]
    made = rows(published_sql(aggregate({"n": "count(*)"}), accepted(*given)))
    assert [(row["zone"], row["n"]) for row in made] == [("east", None), ("west", 7), (None, K)]


def test_a_dimension_in_time_is_cut_as_its_treatment_says_or_coarser():
    given = [
        *times(K, at="2025-06-30 18:29:59+00"),
        *times(K + 1, at="2025-06-30 18:30:00+00"),
        *times(K + 2, at="2025-12-31 18:30:00+00"),
    ]
    by_month = rows(published_sql(aggregate({"n": "count(*)"}, ["opened_at"]), accepted(*given)))
    assert [(str(row["opened_month"]), row["n"]) for row in by_month] == [
        ("2025-06-01", K),
        ("2025-07-01", K + 1),
        ("2026-01-01", K + 2),
    ]
    dimension = {"column": "opened_at", "to": "year"}
    by_year = rows(published_sql(aggregate({"n": "count(*)"}, [dimension]), accepted(*given)))
    assert [(str(row["opened_year"]), row["n"]) for row in by_year] == [
        ("2025-01-01", 2 * K + 1),
        ("2026-01-01", K + 2),
    ]


ROW = st.tuples(
    st.sampled_from(["east", "west", None]),
    st.sampled_from(["open", "working", None]),
    st.sampled_from([None, 1.0, 50.0]),
    st.sampled_from(["2025-06-15 12:00+00", "2025-07-15 12:00+00"]),
)
COUNTS = {
    "n": "count(*)",
    "working": WORKING,
    "timed": "count(hours)",
    "kinds": "count(distinct hours)",
    "long_open": "count(*) filter (where hours > 10 and status = 'open')",
}


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=60), st.integers(2, 8))
def test_no_count_between_1_and_k_is_ever_published(given: list[tuple], k: int):
    made = rows(published_sql(aggregate(COUNTS, ["zone", "opened_at"], k), accepted(*given)))
    cells = Counter((row[0], row[3][:7]) for row in given)
    assert len(made) == len(cells)
    for row in made:
        size = cells[(row["zone"], str(row["opened_month"])[:7])]
        assert all(row[name] is None or row[name] == 0 or row[name] >= k for name in COUNTS)
        assert (row["n"] is None) == (size < k)
        assert row["suppressed"] == any(row[name] is None for name in COUNTS)
        if size < k:
            assert all(row[name] is None for name in COUNTS)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=60), st.integers(2, 8))
def test_what_is_shown_is_right(given: list[tuple], k: int):
    for row in rows(published_sql(aggregate({"working": WORKING, "mean": "avg(hours)"}, k=k), accepted(*given))):
        cell = [other for other in given if other[0] == row["zone"]]
        hours = [other[2] for other in cell if other[2] is not None]
        if row["working"] is not None:
            assert row["working"] == sum(other[1] == "working" for other in cell)
        if row["mean"] is not None:
            assert len(hours) >= k
            assert row["mean"] == pytest.approx(sum(hours) / len(hours))


def test_cities_are_never_mixed():
    two = f"{accepted(*times(3))} UNION ALL SELECT 'meghavan', * EXCLUDE (city) FROM ({accepted(*times(3))})"
    made = rows(published_sql(aggregate({"n": "count(*)"}), two))
    assert [(row["city"], row["n"]) for row in made] == [("meghavan", None), ("navsagar", None)]


def test_the_order_of_the_public_rows_does_not_tell_the_order_of_the_file():
    chosen = dataset(column("name", treatment="keep"), column("secret"))
    one = "SELECT 'navsagar' AS city, name, secret FROM (VALUES ('b', '1'), ('a', '2'), (NULL, '0')) AS t(name, secret)"
    other = (
        "SELECT 'navsagar' AS city, name, secret FROM (VALUES (NULL, '0'), ('a', '2'), ('b', '1')) AS t(name, secret)"
    )
    assert rows(published_sql(chosen, one)) == rows(published_sql(chosen, other))
    assert [row["name"] for row in rows(published_sql(chosen, one))] == ["a", "b", None]


# Nothing hidden can be computed back


def public(chosen: Any, given: str) -> tuple[list[dict[str, Any]], Measured]:
    """The rows that go out, and what was measured of them."""
    with opened() as connection:
        sql, measured = publish(connection, chosen, given)
        return records(connection, sql), measured


def test_a_lone_small_cell_takes_its_neighbour_with_it():
    given = [*times(3, zone="east"), *times(6, zone="north"), *times(20, zone="west")]
    made, measured = public(aggregate({"n": "count(*)", "mean": "avg(hours)"}), accepted(*given))
    assert [(row["zone"], row["n"], row["mean"], row["suppressed"]) for row in made] == [
        ("east", None, None, True),
        ("north", None, None, True),
        ("west", 20, 1.0, False),
    ]
    assert measured == Measured(k=20, hidden=1, beside=1)


def test_a_share_goes_with_the_count_that_it_tells():
    given = [*times(20), *times(3, status="working"), *times(20, "west"), *times(6, "west", "working")]
    measures = {"n": "count(*)", "working": WORKING, "share": f"{WORKING} / count(*)"}
    made, _ = public(aggregate(measures), accepted(*given))
    assert [(row["n"], row["working"], row["share"]) for row in made] == [(23, None, None), (26, None, None)]


def test_a_measure_that_is_not_counted_is_hidden_by_the_rule_alone():
    made, measured = public(aggregate({"mean": "avg(hours)"}), accepted(*times(3), *times(6, "west")))
    assert [row["mean"] for row in made] == [None, 1.0]
    assert measured == Measured()


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=60), st.integers(2, 8), st.randoms(use_true_random=False))
def test_hiding_more_changes_nothing_that_is_shown_and_no_order_of_rows_matters(
    given: list[tuple], k: int, chance: Any
):
    chosen = aggregate(COUNTS, ["zone", "opened_at"], k)
    by_rule = rows(published_sql(chosen, accepted(*given)))
    made, measured = public(chosen, accepted(*given))
    mixed = given[:]
    chance.shuffle(mixed)
    assert public(chosen, accepted(*mixed)) == (made, measured)
    for before, after in zip(by_rule, made, strict=True):
        for name, value in after.items():
            assert value == before[name] or (name in COUNTS and value is None) or name == "suppressed"
    shown = [row[name] for row in made for name in ("n", "working", "timed", "long_open") if row[name]]
    assert measured.k == min(shown, default=None)
    assert all(value >= k for value in shown)


# Deny by default


def test_a_column_without_a_treatment_never_loads(tmp_path: Path):
    write(tmp_path, contract("a", [column("id"), column("note", treatment=None)]))
    loaded, faults = catalogue.read(tmp_path)
    assert loaded.datasets == {}
    assert [fault.message for fault in faults] == ["column note has no treatment"]


@pytest.mark.parametrize("form", ["rows", "aggregate"])
def test_a_dropped_column_is_not_in_the_public_table_by_name_or_value(form: str):
    columns = [column("zone", treatment="keep"), column("phone"), column("name")]
    words = {"form": form} | (
        {"dimensions": ["zone"], "measures": {"n": "count(*)", "phones": "count(phone)"}} if form == "aggregate" else {}
    )
    chosen = dataset(*columns, publication=words)
    given = f"SELECT 'navsagar' AS city, 'east' AS zone, '{PHONE}' AS phone, '{PERSON}' AS name FROM range(20)"
    made = rows(published_sql(chosen, given))
    assert not {"phone", "name"} & set(made[0])
    assert not [planted for planted in PLANTED if planted in str(made)]


def test_a_column_that_the_accepted_table_has_besides_is_not_published():
    chosen = dataset(column("zone", treatment="keep"))
    (row,) = rows(published_sql(chosen, f"SELECT 'navsagar' AS city, 'east' AS zone, '{PHONE}' AS extra"))
    assert row == {"city": "navsagar", "zone": "east"}


def test_a_dataset_that_stays_in_has_no_public_form():
    chosen = dataset(column("zone", treatment="keep"), publication={"form": "none", "reason": "raw"})
    with pytest.raises(ValueError, match="is not published"):
        published_sql(chosen, "SELECT 1")


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        # A month's delay: June goes out when July has ended; the last row of July may come in its last day.
        ("2025-07-30 23:59+05:30", ["2025-05-01"]),
        ("2025-07-31 00:00+05:30", ["2025-05-01", "2025-06-01"]),
        ("2025-08-31 00:00+05:30", ["2025-05-01", "2025-06-01", "2025-07-01"]),
    ],
)
@pytest.mark.parametrize("form", ["aggregate", "rows"])
def test_a_month_goes_out_as_late_as_the_contract_asks(tmp_path: Path, form: str, known: str, shown: list[str]):
    """By the newest that the city sent, whether it is itself counted or not."""
    counted = {"dimensions": ["opened_at"], "measures": {"n": "count(*)"}} if form == "aggregate" else {}
    late = dataset(
        *COLUMNS,
        temporalColumn="opened_at",
        publication={"form": form, "k": K, "delayMonths": 1, "where": "status = 'open'", **counted},
    )
    given = [row for day in ("05-01", "06-30", "07-01") for row in times(K, at=f"2025-{day} 00:00+05:30")]
    told = accepted(*given, *times(1, status="shut", at=known))
    with connect(tmp_path) as connection:
        query = f"SELECT DISTINCT strftime(opened_month, '%Y-%m-%d') FROM ({published_sql(late, told)}) ORDER BY 1"
        assert [month for (month,) in connection.execute(query).fetchall()] == shown


def test_each_city_is_told_by_its_own_newest_row(tmp_path: Path):
    late = dataset(*COLUMNS, temporalColumn="opened_at", publication={"form": "rows", "delayMonths": 1})
    told = accepted(*times(1, at="2025-05-01 00:00+05:30"), *times(1, at="2025-07-01 00:00+05:30"))
    other = f"SELECT * REPLACE ('meghavan' AS city) FROM ({accepted(*times(2, at='2025-05-01 00:00+05:30'))})"
    with connect(tmp_path) as connection:
        rows = connection.execute(published_sql(late, f"{told} UNION ALL {other}")).fetchall()
    assert [row[0] for row in rows] == ["navsagar"]


@pytest.mark.parametrize(("kind", "shown"), [("timestamp", 0), ("integer", 1)])
def test_a_time_of_change_tells_how_late_it_is_a_number_does_not(tmp_path: Path, kind: str, shown: int):
    options = {"format": "dd/MM/yyyy"} if kind == "timestamp" else {}
    changed = column("changed", kind, options=options)
    form = {"form": "rows", "delayMonths": 1}
    late = dataset(*COLUMNS, changed, temporalColumn="opened_at", versionColumn="changed", publication=form)
    given = accepted(*times(1, at="2025-05-01 00:00+05:30"), *times(1, at="2025-07-01 00:00+05:30"))
    value = "TIMESTAMPTZ '2025-06-15 00:00+05:30'" if kind == "timestamp" else "1"
    with connect(tmp_path) as connection:
        rows = connection.execute(published_sql(late, f"SELECT *, {value} AS changed FROM ({given})")).fetchall()
    assert len(rows) == shown
