"""What the sample writes is read back as it was, in every form; a spoilt cell breaks its rule and no other."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from orchestration.sample import habits, layout
from orchestration.sample.delivery import NoSuchDay, Quantity
from orchestration.sample.planting import Planted
from orchestration.sample.writing import formats, moments
from orchestration.sample.writing.page import Field, Page
from tests.contracts_kit import CITY, column, server
from tests.transforms.kit import dataset, take
from transforms.reading.dates import to_strptime

ZONE = {"defaultTimezone": "Asia/Kolkata"}
MOMENT = {"format": "dd-MM-yyyy HH:mm", **ZONE}
IST = timedelta(hours=5, minutes=30)


def page(of: Dataset, rows: pd.DataFrame, style: int = 0, **spoilt: dict[int, Any]) -> Page:
    source, rng = of.source(CITY), np.random.default_rng(5)
    file = layout.arranged(Planted(rows, dict(spoilt)), of, source)
    return habits.written(layout.page(file, of, source, style, "Things", rng), style, (), rng)


def told(of: Dataset, rows: pd.DataFrame, style: int = 0, **spoilt: dict[int, Any]) -> Any:
    return take(of, formats.encode(page(of, rows, style, **spoilt), "things"))


FORMS = {
    "csv": {},
    "a csv of Excel": {"encoding": "utf-16", "delimiter": ";", "decimal": ",", "nullValues": ["", "-"]},
    "a csv below a title": {"headerRow": 4, "steps": [{"setAside": {"name": "^Total"}}, {"endAt": {"name": "^End$"}}]},
    "a csv without names": {"header": "none"},
    "xlsx": {"headerRow": 3, "headerRows": 2, "headerJoin": "/"},
    "sheets": {"sheets": ["Part *", "Rest"]},
    "json": {"records": "/data/rows", "packing": "gz"},
    "ndjson": {"packing": "zip", "member": "*.ndjson", "members": "many"},
    "xml": {"records": "/all/one"},
    "parquet": {},
}
KINDS = {"a csv of Excel": "csv", "a csv below a title": "csv", "a csv without names": "csv", "sheets": "xlsx"}
# Letters that a form of its own has to be written by, and none that it cannot hold.
TEXTS = (
    st.text(st.sampled_from("aZ 9,;\"'<>&\\|\téनि"), min_size=1)
    .map(str.strip)
    .filter(lambda text: text not in ("", "-") and not text.startswith(("Total", "End")))
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def everything(form: str) -> Dataset:
    kind = KINDS.get(form, form)
    names = ["Name/of it", "Name/count"] if kind != "xml" else ["Named", "Counted"]
    pointer = "/place/@title" if kind == "xml" else "/place/name" if kind in ("json", "ndjson") else None
    return dataset(
        column("name", key=True, sourceNames=names[:1], sourcePointer=pointer),
        column("count", "integer", sourceNames=names[1:]),
        column("size", "number"),
        column("at", "timestamp", options=MOMENT, sourceFormats=["yyyy-MM-dd'T'HH:mm"]),
        column("on", "date", options={"format": "d/M/yy"}, sourceFormats=["dd MMM yyyy"]),
        column("fine", "boolean", trueValues=["true", "Y"], falseValues=["false", "N"]),
        servers=[server(format=kind, **FORMS[form])],
    )


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(list(FORMS)),
    st.integers(0, 1),
    st.lists(
        st.tuples(
            TEXTS,
            st.none() | st.integers(-(10**12), 10**12),
            st.none() | st.decimals(-(10**6), 10**6, places=3).map(float),
            st.none() | MOMENTS,
            st.none() | st.dates(datetime(1970, 1, 1).date(), datetime(2068, 1, 1).date()),
            st.none() | st.booleans(),
        ),
        min_size=4,
        max_size=9,
    ),
)
def test_rows_are_read_back_as_they_were_in_every_form(form: str, style: int, rows: list[tuple[Any, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "count", "size", "at", "on", "fine"])
    kinds = {"count": "Int64", "size": "float64", "at": "datetime64[s]", "on": "datetime64[s]", "fine": "boolean"}
    # Each column has one value at least: a file without any might not have the column.
    frame.loc[0, list(kinds)] = [7, 0.5, datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 1), True]
    outcome = told(everything(form), frame.astype(kinds), style)
    assert outcome.broken == [None] * len(rows) or outcome.broken == [[]] * len(rows)
    assert outcome.column("name") == list(frame["name"])
    assert outcome.column("count") == [None if pd.isna(value) else value for value in frame["count"]]
    assert outcome.column("size") == [None if pd.isna(value) else value for value in frame["size"]]
    assert [at and at.replace(tzinfo=None) + IST for at in outcome.column("at")] == [
        None if pd.isna(at) else at for at in pd.to_datetime(frame["at"])
    ]
    assert outcome.column("on") == [None if pd.isna(day) else day.date() for day in pd.to_datetime(frame["on"])]
    assert outcome.column("fine") == [None if pd.isna(value) else value for value in frame["fine"]]


LAID_OUT: dict[str, tuple[Dataset, dict[str, list[Any]]]] = {
    "blocks": (
        dataset(column("board"), column("a", "integer"), column("b"), column("c"), servers=[
            server(headerRow=4, steps=[{"unstack": {"header": "a", "label": "C", "above": 2, "into": "board"}}])]),
        {"board": ["North", "North", "South"], "a": [1, 2, 3], "b": ["x", "y", "z"], "c": ["x", None, "z"]},
    ),
    "merged cells": (
        dataset(column("zone"), column("ward"), column("n", "integer"), servers=[
            server(format="xlsx", sheet="S", steps=[{"forwardFill": ["zone", "ward"]}])]),
        {"zone": ["A", "A", "A", "B"], "ward": ["1", "1", "2", "2"], "n": [1, 2, 3, 4]},
    ),
    "packed by a separator": (
        dataset(column("zone"), column("ward"), column("n", "integer"), servers=[
            server(steps=[{"split": {"column": "place", "into": ["zone", "ward"], "separator": " / "}}],
                   ignoredColumns=["place"])]),
        {"zone": ["A", "B"], "ward": ["1", "2"], "n": [1, 2]},
    ),
    "packed by a pattern": (
        dataset(column("zone"), column("ward"), column("n", "integer"), servers=[
            server(steps=[{"split": {"column": "place", "into": ["zone", "ward"], "pattern": "(.*) at ([0-9]+)"}}],
                   ignoredColumns=["place"])]),
        {"zone": ["A", "B"], "ward": ["1", "2"], "n": [1, 2]},
    ),
    "months side by side": (
        dataset(column("ward"), column("month"), column("n", "integer"), servers=[
            server(format="xlsx", steps=[{"unpivot": {"columns": ["jan", "feb"], "into": "month", "value": "n"}},
                                         {"setAside": {"n": "^$"}}])]),
        {"ward": ["1", "1", "2", "3", "3"], "month": ["jan", "feb", "feb", "jan", "feb"], "n": [1, 2, 3, 4, 5]},
    ),
    "a sheet for each zone": (
        dataset(column("zone"), column("n", "integer"), servers=[
            server(format="xlsx", sheets=["*"], sheetColumn="zone", steps=[{"setAside": {"n": "^Total"}}])]),
        {"zone": ["East", "East", "West"], "n": [1, 2, 3]},
    ),
    "once above the table": (
        dataset(column("station"), column("n", "integer"), servers=[server(headerRow=5, cellsAbove={"station": "B3"})]),
        {"station": ["Gate", "Gate"], "n": [1, 2]},
    ),
    "once in the document": (
        dataset(column("station", sourceDocument="/meta/station"), column("n", "integer"), servers=[
            server(format="json", records="/rows")]),
        {"station": ["Gate", "Gate"], "n": [1, 2]},
    ),
    "entries": (
        dataset(column("key"), column("value", "integer"), servers=[
            server(format="json", records="/all", entries=True)]),
        {"key": ["a", "b"], "value": [1, 2]},
    ),
    "serial numbers first": (
        dataset(column("n", "integer"), servers=[server(ignoredColumns=["Sl. No."])]), {"n": [5, 6]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAID_OUT)
def test_a_table_that_is_laid_out_anew_is_read_back(name: str) -> None:
    of, columns = LAID_OUT[name]
    outcome = told(of, pd.DataFrame(columns))
    assert {column: outcome.column(column) for column in columns} == columns


def habit(kind: str, values: list[Any], **words: Any) -> tuple[Dataset, list[Any]]:
    return dataset(
        column("x", kind, **words), column("k", "integer", key=True), servers=[server(delimiter=";")]
    ), values


HABITS = {
    "Devanagari digits": habit("integer", [12, 2034567], digits="devanagari"),
    "lakhs": habit("number", [1263343.5, -12345678.0, 999.0], grouping="indian"),
    "thousands": habit("integer", [1263343, 12], grouping="western"),
    "a currency's sign": habit("integer", [5, 70], sourceMarks=["₹", "/-"]),
    "Hindi months": habit("date", [datetime(2026, 8, 15), datetime(2025, 1, 26)], options={"format": "d MMMM yyyy"},
                          monthNames="hi", digits="devanagari"),
    "other codes": habit("string", ["1", "2"], mapCodes={"W-1": "1", "Ward 1": "1"}),
    "hours and minutes": habit("integer", [0, 90_061], duration="h:mm:ss", unit="s"),
    "spaces": habit("string", ["a b c", "d"], repairs=["foldSpaces"]),
    "spaces behind": habit("string", ["a b c", "d"], repairs=["trim"]),
}  # fmt: skip


@pytest.mark.parametrize("name", HABITS)
def test_habits_of_a_hand_are_read_back(name: str) -> None:
    of, values = HABITS[name]
    rows = pd.DataFrame({"x": values * 200}).assign(k=np.arange(200 * len(values)))
    rows = rows.astype({"x": "datetime64[s]"}) if isinstance(values[0], datetime) else rows
    written = page(of, rows)
    plain = Page(written.fields, rows, {}, written.source, "Things")
    assert formats.encode(written, "x") != formats.encode(plain, "x"), "the habit shows"
    found = take(of, formats.encode(written, "x")).column("x")
    assert found == [value.date() if isinstance(value, datetime) else value for value in values] * 200


def test_swapped_coordinates_are_put_back() -> None:
    of = dataset(
        column("lat", "number", swapCoordinates={"column": "lon", "when": "always"}),
        column("lon", "number"),
        servers=[server()],
    )
    outcome = told(of, pd.DataFrame({"lat": [19.1, 19.2], "lon": [72.9, 72.8]}))
    assert (outcome.column("lat"), outcome.column("lon")) == ([19.1, 19.2], [72.9, 72.8])


@pytest.mark.parametrize("form", FORMS)
def test_a_spoilt_cell_breaks_its_rule_and_no_other(form: str) -> None:
    rows = pd.DataFrame(
        {
            "name": list("abcdefgh"), "count": range(8), "size": np.arange(8) / 2,
            "at": pd.date_range("2026-03-01", periods=8, freq="h", unit="s"),
            "on": pd.date_range("2026-03-01", periods=8, unit="s"), "fine": [True, False] * 4,
        }
    )  # fmt: skip
    spoilt = {
        "count": {1: "many"},
        "size": {2: "1N"},
        "at": {3: NoSuchDay()},
        "on": {4: NoSuchDay()},
        "name": {5: None},
    }
    outcome = told(everything(form), rows, **spoilt)
    assert [sorted(broken or []) for broken in outcome.broken] == [
        [], ["count.type"], ["size.type"], ["at.type"], ["on.type"], ["name.required"], [], []
    ]  # fmt: skip


def test_a_quantity_has_its_unit_and_the_files_decimal_mark() -> None:
    of = dataset(
        column("x", "number", unit="m", sourceSuffixes=["m", "ft"]), servers=[server(delimiter=";", decimal=",")]
    )
    outcome = told(of, pd.DataFrame({"x": [Quantity(1.5, " m"), Quantity(10, " ft"), Quantity(2.5, "")]}))
    assert outcome.column("x") == [1.5, 3.048, 2.5]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    st.sampled_from(
        [
            "yyyy-MM-dd HH:mm:ss",
            "d/M/yy h:mm a",
            "EEEE, dd MMMM yyyy",
            "EEE d MMM uuuu 'at' HH:mm",
            "HH:mm:ss.SSSSSS dd.MM.yyyy",
        ]
    ),
)
def test_a_moment_is_written_by_its_pattern(moment: datetime, pattern: str) -> None:
    field = Field("x", "x", None, pattern)
    text = moments.text(moment, field)
    assert text == moments.texts(pd.Series([moment]).astype("datetime64[us]"), field)[0].as_py()
    assert text == moment.strftime(to_strptime(pattern))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("epochSeconds", "1772607600"),
        ("epochMilliseconds", "1772607600000"),
        ("excel1900", "46085.5"),
        ("yyyy-MM-dd'T'HH:mmXXX", "2026-03-04T12:30+05:30"),
    ],
)
def test_a_moment_is_written_as_a_number_or_with_its_offset(pattern: str, text: str) -> None:
    at = datetime(2026, 3, 4, 12, 0) if pattern == "excel1900" else datetime(2026, 3, 4, 12, 30)
    assert moments.text(at, Field("x", "x", None, pattern)) == text


@pytest.mark.parametrize(
    ("of", "columns", "words"),
    [
        (dataset(column("x"), column("y"), servers=[server()]), {"x": ["a"]}, "lacks y"),
        (dataset(column("x"), servers=[server(format="json", explode="/x")]), {"x": ["a"]}, "no sample is written"),
        (dataset(column("x"), servers=[server(headerRow=3, cellsAbove={"x": "A1"})]), {"x": ["a", "b"]}, "one value"),
        (
            dataset(column("x"), column("y"), servers=[server(steps=[{"forwardFill": ["x"]}])]),
            {"x": ["a", None], "y": ["1", "2"]},
            "filled from above",
        ),
    ],
)
def test_what_cannot_be_written_is_said(of: Dataset, columns: dict[str, list[Any]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        told(of, pd.DataFrame(columns))
