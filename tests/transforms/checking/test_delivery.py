"""One delivery: its counts meet, and a quarantined row is found again in the file."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import CITY, PERSON, PHONE, column, server
from tests.transforms.kit import csv_bytes, dataset, deliver, take, xlsx_bytes
from transforms.checking.delivery import READERS, quarantined
from transforms.reading.held import Held

COLUMNS = [column("id", key=True), column("n", "integer", options={"minimum": 0})]
SOURCES = {kind: dataset(*COLUMNS, servers=[server(format=kind)]) for kind in ("csv", "xlsx", "json")}


def content(kind: str, rows: list[tuple[str, str]]) -> bytes:
    """The same rows as each kind of file has them."""
    if kind == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerows([("id", "n"), *rows])
        return out.getvalue().encode()
    if kind == "xlsx":
        return xlsx_bytes(("id", "n"), *([cell or None for cell in row] for row in rows))
    return json.dumps([{"id": key, "n": value or None} for key, value in rows]).encode()


# Rows of which each is known to be good or to break one rule; texts with line ends, so that rows are not lines.
ROW = st.sampled_from(
    [
        ("a", "1", None),
        ("a\nb", "2", None),
        ("c", "", None),
        ("d", "-1", "n.minimum"),
        ("e\n\nf", "x", "n.type"),
        ("", "7", "id.required"),
    ]
)


@pytest.mark.parametrize("kind", SOURCES)
@settings(max_examples=20, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=30))
def test_a_quarantined_row_points_to_its_record_in_the_file(
    kind: str, rows: list[tuple[str, str, str | None]], tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("checked")
    target = folder / "checked.parquet"
    checked = deliver(SOURCES[kind], content(kind, [row[:2] for row in rows]), target)
    expected = [(number, rule) for number, (_, _, rule) in enumerate(rows) if rule]
    assert quarantined(target, folder) == expected
    assert checked.rows_read == len(rows)
    assert checked.quarantined == len(expected)
    assert checked.broken == {rule: sum(1 for row in rows if row[2] == rule) for rule in {r for _, r in expected}}


def test_a_row_of_a_large_file_keeps_its_number_where_codes_are_listed(tmp_path: Path):
    codes = ["road", "water", "light", "drain", "waste", "tree"]
    known = {"name": "known", "metric": "invalidValues", "arguments": {"validValues": codes}, "mustBe": 0}
    kinds = dataset(column("id", key=True), column("kind", quality=[known]), column("more"))
    # More than a thread takes at once, so that several are at work.
    rows = [[f"{number}", codes[number % len(codes)], "x" * 40] for number in range(200_000)]
    for number in range(0, len(rows), 9_973):
        rows[number][1] = "none"
    target = tmp_path / "checked.parquet"
    deliver(kinds, csv_bytes(("id", "kind", "more"), *rows), target)
    assert quarantined(target, tmp_path) == [(number, "known") for number in range(0, len(rows), 9_973)]


def test_a_quarantined_row_points_to_its_record_in_a_large_file(tmp_path: Path):
    """Beyond a row group of Parquet and a chunk of the CSV reader."""
    bad = {0, 122_879, 122_880, 199_999, 249_999}
    lines = [f"some longer identifier {n},{'x' if n in bad else n}" for n in range(250_000)]
    target = tmp_path / "checked.parquet"
    checked = deliver(SOURCES["csv"], ("id,n\n" + "\n".join(lines) + "\n").encode(), target)
    assert quarantined(target, tmp_path) == [(n, "n.type") for n in sorted(bad)]
    assert (checked.rows_read, checked.quarantined) == (250_000, 5)


def test_a_row_that_breaks_several_rules_is_one_row(tmp_path: Path):
    target = tmp_path / "checked.parquet"
    checked = deliver(SOURCES["csv"], b"id,n\n,-1\na,1\n", target)
    assert checked.quarantined == 1
    assert quarantined(target, tmp_path) == [(0, "id.required"), (0, "n.minimum")]


@pytest.mark.parametrize("kind", SOURCES)
def test_a_held_delivery_leaves_nothing(kind: str, tmp_path: Path):
    with pytest.raises(Held):
        deliver(SOURCES[kind], b"", tmp_path / "checked.parquet")
    assert not (tmp_path / "checked.parquet").exists()


def test_every_kind_of_file_of_the_contracts_has_a_reader():
    assert " ".join(sorted(READERS)) == (
        "csv geojson gpkg gtfs json kml kmz ndgeojson ndjson parquet shapefile xls xlsx xml"
    )


def test_the_same_delivery_gives_the_same_bytes(tmp_path: Path):
    given = content("csv", [(f"id {n}", str(n - 5)) for n in range(5000)])
    files = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    for file in files:
        deliver(SOURCES["csv"], given, file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_each_city_is_read_as_its_own_server_says():
    source: Dataset = dataset(*COLUMNS, servers=[server(), server(CITY, delimiter=";")])
    assert take(source, b"id;n\na;1\n", city=CITY).column("n") == [1]
    assert take(source, b"id,n\na,1\n", city="meghavan").column("n") == [1]


def test_a_reason_says_place_rule_message_and_remedy_and_no_value():
    with pytest.raises(Held) as error:
        take(SOURCES["csv"], f"id,n\n{PERSON},{PHONE},3\n".encode())
    reason = error.value
    assert str(reason) == f"{reason.place}: {reason.rule}: {reason.message}; {reason.remedy}"
    assert (reason.place, reason.rule) == ("line 2", "csv.columns")
