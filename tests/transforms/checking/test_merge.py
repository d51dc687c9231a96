"""Which rows stand where deliveries overlap."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import column
from tests.transforms.kit import csv_bytes, dataset, deliver, opened, records
from transforms.checking.merge import supersede

VERSIONED = {"versionColumn": "changed"}
COLUMNS = [column("id", key=True), column("changed", "integer"), column("value")]
INCREMENT = dataset(*COLUMNS, **VERSIONED)
UNVERSIONED = dataset(*COLUMNS)
SNAPSHOT = dataset(*COLUMNS, delivery="snapshot", **VERSIONED)
KEYLESS = dataset(column("id"), *COLUMNS[1:])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("changed", pa.int64()),
        ("value", pa.string()),
        ("_broken", pa.list_(pa.string())),
        ("_warned", pa.list_(pa.string())),
    ]
)


class Row(NamedTuple):
    id: str
    changed: int | None
    value: str
    broken: bool = False


def standing(chosen: Dataset, *deliveries: list[Row]) -> tuple[list[tuple], int]:
    """The rows that stand, in the table's order, and how many were found to be superseded."""
    with TemporaryDirectory() as name, opened() as connection:
        folder = Path(name)
        files = []
        for number, delivery in enumerate(deliveries):
            columns = [[row.id for row in delivery], [row.changed for row in delivery], [row.value for row in delivery]]
            verdicts = [[["a rule"] if row.broken else None for row in delivery], [None] * len(delivery)]
            # Names as the store gives them: hashes, in no order.
            files.append(folder / f"{(number * 7 + 3) % 10}{number}.parquet")
            pq.write_table(pa.Table.from_arrays([*map(pa.array, columns), *verdicts], schema=SCHEMA), files[-1])
        table = supersede(connection, chosen, tuple(files), folder / "superseded.parquet")
        rows = [tuple(row.values()) for row in records(connection, table.sql())]
        gone = pq.read_table(table.superseded).num_rows if table.superseded else 0
        assert (folder / "superseded.parquet").exists() == bool(gone)
        return rows, gone


def good(*deliveries: list[Row]) -> list[Row]:
    return [row for delivery in deliveries for row in delivery if not row.broken]


IDS = st.sampled_from("abcde")


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[Row]]:
    """Deliveries in which no two rows have the same version."""
    count = draw(st.integers(1, 20))
    versions = draw(st.permutations(range(count)))
    rows = [Row(draw(IDS), version, f"v{version}", draw(st.integers(0, 5)) == 0) for version in versions]
    cuts = sorted(draw(st.lists(st.integers(0, count), max_size=3)))
    parts = [rows[low:high] for low, high in zip([0, *cuts], [*cuts, count], strict=True)]
    return [part for part in parts if part]


@settings(max_examples=60, deadline=None)
@given(deliveries(), st.randoms(use_true_random=False))
def test_the_table_is_the_same_in_whatever_order_versioned_deliveries_come(parts: list[list[Row]], random):
    rows, gone = standing(INCREMENT, *parts)
    newest: dict[str, Row] = {}
    for row in good(*parts):
        if row.id not in newest or row.changed > newest[row.id].changed:
            newest[row.id] = row
    assert sorted(rows) == sorted(row[:3] for row in newest.values())
    assert len(rows) + gone == len(good(*parts)), "every good row stands or is superseded"
    random.shuffle(parts)
    assert sorted(standing(INCREMENT, *parts)[0]) == sorted(rows)


UPDATED = dataset(
    column("id", key=True),
    column("updated_at", "timestamp", options={"format": "dd-MM-yyyy HH:mm:ss", "defaultTimezone": "Asia/Kolkata"}),
    column("value", "integer"),
    versionColumn="updated_at",
)
MOMENTS = st.datetimes(datetime(2025, 12, 28), datetime(2026, 1, 5)).map(lambda moment: moment.replace(microsecond=0))


@settings(max_examples=25, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=12, unique=True), st.data())
def test_files_merged_by_updated_at_give_one_table_however_rows_are_dealt(moments: list[datetime], data: st.DataObject):
    rows = [(data.draw(IDS), moment, number) for number, moment in enumerate(moments)]
    newest: dict[str, tuple] = {}
    for row in sorted(rows, key=lambda row: row[1]):
        newest[row[0]] = row
    expected = sorted((key, value) for key, _, value in newest.values())
    for _ in range(2):
        dealt = data.draw(st.permutations(rows))
        cut = data.draw(st.integers(0, len(dealt)))
        with TemporaryDirectory() as folder, opened() as connection:
            files = []
            for number, part in enumerate(filter(None, (dealt[:cut], dealt[cut:]))):
                lines = ([key, f"{moment:%d-%m-%Y %H:%M:%S}", str(value)] for key, moment, value in part)
                files.append(Path(folder) / f"{number}.parquet")
                deliver(UPDATED, csv_bytes(["id", "updated_at", "value"], *lines), files[-1])
            table = supersede(connection, UPDATED, tuple(files), Path(folder) / "superseded.parquet")
            found = records(connection, table.sql())
        assert sorted((row["id"], row["value"]) for row in found) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.builds(Row, IDS, st.none() | st.integers(0, 3), st.text("xyz", max_size=2)), min_size=1,
                         max_size=6), min_size=1, max_size=4))  # fmt: skip
@example([[Row("a", 1, "first"), Row("a", 1, "second")], [Row("a", 1, "third")]])
@example([[Row("a", 5, "dated")], [Row("a", None, "undated")]])
def test_of_equal_versions_the_later_delivery_stands_and_in_it_the_later_row(parts: list[list[Row]]):
    rows, gone = standing(INCREMENT, *parts)
    last: dict[str, Row] = {}
    for row in good(*parts):
        newer = row.id not in last or (row.changed is not None, row.changed or 0) >= (
            last[row.id].changed is not None,
            last[row.id].changed or 0,
        )
        if newer:
            last[row.id] = row
    assert sorted(rows, key=str) == sorted((row[:3] for row in last.values()), key=str)
    assert len(rows) + gone == len(good(*parts))


@settings(max_examples=25, deadline=None)
@given(deliveries())
def test_the_same_delivery_again_changes_nothing_but_the_count(parts: list[list[Row]]):
    once, gone = standing(INCREMENT, *parts)
    twice, gone_twice = standing(INCREMENT, *parts, *parts)
    assert sorted(twice) == sorted(once)
    assert gone_twice == gone + len(good(*parts))


@settings(max_examples=25, deadline=None)
@given(deliveries())
def test_of_a_snapshot_only_the_last_delivery_counts(parts: list[list[Row]]):
    assert standing(SNAPSHOT, *parts) == standing(SNAPSHOT, parts[-1])


@pytest.mark.parametrize(
    ("chosen", "parts", "expected"),
    [
        (UNVERSIONED, [[Row("a", 2, "x")], [Row("a", 1, "y")]], [("a", 1, "y")]),
        (INCREMENT, [[Row("a", 2, "x")], [Row("a", 1, "y")]], [("a", 2, "x")]),
        # A row in quarantine neither stands nor supersedes.
        (INCREMENT, [[Row("a", 1, "x")], [Row("a", 2, "y", broken=True)]], [("a", 1, "x")]),
        (INCREMENT, [[Row("a", 1, "x", broken=True)]], []),
        (INCREMENT, [[Row("a", 1, "x"), Row("b", 1, "x")]], [("a", 1, "x"), ("b", 1, "x")]),
        # The table keeps the order of deliveries and rows.
        (INCREMENT, [[Row("c", 1, "x"), Row("a", 1, "x")], [Row("b", 1, "x")]],
         [("c", 1, "x"), ("a", 1, "x"), ("b", 1, "x")]),
        # Without a key nothing is a duplicate.
        (KEYLESS, [[Row("a", 1, "x")], [Row("a", 1, "x")]], [("a", 1, "x"), ("a", 1, "x")]),
        (SNAPSHOT, [[Row("a", 9, "x"), Row("b", 1, "x")], [Row("a", 1, "y")]], [("a", 1, "y")]),
        (SNAPSHOT, [[Row("a", 1, "y"), Row("a", 2, "z")]], [("a", 2, "z")]),
    ],
)  # fmt: skip
def test_what_stands(chosen: Dataset, parts: list[list[Row]], expected: list[tuple]):
    assert standing(chosen, *parts)[0] == expected


@pytest.mark.parametrize("name", ["file", "row", "rank", "h", "rows", "gone", "order"])
def test_a_key_may_be_called_what_the_statement_calls_its_own(name: str):
    chosen = dataset(column(name, key=True), column("value"))
    with TemporaryDirectory() as folder, opened() as connection:
        files = []
        for number, value in enumerate("xy"):
            files.append(Path(folder) / f"{number}.parquet")
            verdicts = {"_broken": pa.array([None], pa.list_(pa.string())), "_warned": [None]}
            pq.write_table(pa.table({name: ["k"], "value": [value], **verdicts}), files[-1])
        table = supersede(connection, chosen, tuple(files), Path(folder) / "superseded.parquet")
        assert records(connection, table.sql()) == [{name: "k", "value": "y"}]


def test_a_key_of_two_columns():
    chosen = dataset(column("id", key=True), column("value", key=True), column("changed", "integer"), **VERSIONED)
    rows, gone = standing(chosen, [Row("a", 1, "x"), Row("a", 1, "y")], [Row("a", 2, "x")])
    assert sorted(rows) == [("a", "x", 2), ("a", "y", 1)]
    assert gone == 1
