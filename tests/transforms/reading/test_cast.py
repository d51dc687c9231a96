"""From text to a typed value: what a type takes, and what it does not take."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, take

BAD = "breaks the type rule"
INTEGER = column("x", "integer")
NUMBER = column("x", "number")
MONEY = column("x", "number", physical="DECIMAL(10,2)")
HEIGHT = column("x", "number", unit="m", sourceSuffixes=["ft", "m"])
SHARE = column("x", "number", unit="pct", sourceSuffixes=["%"])
IST = timezone(timedelta(hours=5, minutes=30))


def read(given: dict[str, Any], *texts: str, key: str = "k", **source: Any) -> list[Any]:
    """What the texts come to, BAD where the row breaks the type rule."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["x", "key"], *([text, key] for text in texts)])
    words = {"servers": [server(**source)]} if source else {}
    outcome = take(dataset(given, column("key"), **words), out.getvalue().encode())
    assert outcome.checked.quarantined == sum(map(bool, outcome.broken))
    return [BAD if broken else row["x"] for row, broken in zip(outcome.rows, outcome.broken, strict=True)]


def when(name: str = "x", zone: str | None = "Asia/Kolkata", also: list[str] | None = None, **options: Any) -> dict:
    given = {"defaultTimezone": zone, **options} if zone else options
    return column(name, "timestamp", options=given, sourceFormats=also)


def day(pattern: str, also: list[str] | None = None) -> dict[str, Any]:
    return column("x", "date", options={"format": pattern}, sourceFormats=also)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("+5", 5),
        ("-5", -5),
        ("007", 7),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", BAD),
        ("9" * 400, BAD),
        ("1.5", BAD),
        ("1.0", BAD),
        ("1e3", BAD),
        ("1_000", BAD),
        ("1,000", BAD),
        (" 12", BAD),
        ("12 ", BAD),
        ("12\n", BAD),
        ("", None),
        ("-", BAD),
        ("--1", BAD),
        ("0x10", BAD),
        ("nan", BAD),
        ("inf", BAD),
        ("true", BAD),
        ("१२", BAD),
        ("٣", BAD),
        ("½", BAD),
    ],
)
def test_integer(text: str, value: Any):
    assert read(INTEGER, text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("+5", 5.0),
        ("-0.25", -0.25),
        ("1e5", 100000.0),
        ("1E-2", 0.01),
        ("1e308", 1e308),
        ("1e309", BAD),
        ("9e999", BAD),
        ("-1e309", BAD),
        ("9" * 400, BAD),
        ("1e-400", 0.0),
        ("nan", BAD),
        ("NaN", BAD),
        ("inf", BAD),
        ("-Infinity", BAD),
        ("1_000", BAD),
        ("1,000", BAD),
        ("1,5", BAD),
        (" 12", BAD),
        ("12 ", BAD),
        ("", None),
        (".", BAD),
        ("1e", BAD),
        ("0x10", BAD),
        ("१.५", BAD),
        ("1/2", BAD),
        ("12 m", BAD),
    ],
)
def test_number(text: str, value: Any):
    assert read(NUMBER, text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,5", 1.5),
        (",5", 0.5),
        ("5,", 5.0),
        ("1", 1.0),
        ("1.5", BAD),
        ("1.234,5", BAD),
        ("1,5,6", BAD),
        ("1,5e2", 150.0),
    ],
)
def test_number_with_decimal_comma(text: str, value: Any):
    assert read(NUMBER, text, decimal=",") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", Decimal("1.00")),
        ("1.2", Decimal("1.20")),
        ("-1.23", Decimal("-1.23")),
        ("1.234", BAD),
        ("99999999.99", Decimal("99999999.99")),
        ("100000000.00", BAD),
        ("1e2", BAD),
        ("nan", BAD),
        ("", None),
    ],
)
def test_money_is_never_rounded(text: str, value: Any):
    assert read(MONEY, text) == [value]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_every_float_that_python_writes_is_read_back_exactly(values: list[float]):
    assert read(NUMBER, *map(repr, values)) == values


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("0123456789+-.eE,_ naif\u0967"), min_size=1, max_size=8), min_size=1, max_size=50)
)
def test_a_number_is_what_python_and_the_pattern_agree_on(texts: list[str]):
    for text, value in zip(texts, read(NUMBER, *texts), strict=True):
        if value != BAD:
            assert value == float(text)
            assert not set(text) & set("_ naif\u0967"), "Python is more lenient than we are"


@pytest.mark.parametrize("text", ["007", "1e5", "1.50", " x ", "nan", "NULL", "९", "=1+1", "1,000"])
def test_text_and_codes_stay_as_they_are(text: str):
    assert read(column("x"), text) == [text]


@pytest.mark.parametrize(
    ("true", "false", "text", "value"),
    [
        (None, None, "true", True),
        (None, None, "false", False),
        (None, None, "True", BAD),
        (None, None, "1", BAD),
        (None, None, "yes", BAD),
        (None, None, "", None),
        (["Y", "हाँ"], ["N"], "Y", True),
        (["Y", "हाँ"], ["N"], "हाँ", True),
        (["Y", "हाँ"], ["N"], "N", False),
        (["Y", "हाँ"], ["N"], "true", BAD),
        (["it's"], ["N"], "it's", True),
    ],
)
def test_boolean(true: list[str] | None, false: list[str] | None, text: str, value: Any):
    assert read(column("x", "boolean", trueValues=true, falseValues=false), text) == [value]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("dd/MM/yyyy", "31/12/2025", date(2025, 12, 31)),
        ("dd/MM/yyyy", "1/2/2025", date(2025, 2, 1)),
        ("dd/MM/yyyy", "29/02/2024", date(2024, 2, 29)),
        ("dd/MM/yyyy", "29/02/2025", BAD),
        ("dd/MM/yyyy", "31/02/2025", BAD),
        ("dd/MM/yyyy", "00/01/2025", BAD),
        ("dd/MM/yyyy", "12/31/2025", BAD),
        ("dd/MM/yyyy", "01-02-2025", BAD),
        ("dd/MM/yyyy", "2025-02-01", BAD),
        ("dd/MM/yyyy", "01/02/2025 10:00", BAD),
        ("dd/MM/yyyy", "01/02/25", BAD),
        ("dd/MM/yyyy", "01/02/0025", BAD),
        ("dd/MM/yyyy", "01/02/0000", BAD),
        ("dd/MM/yyyy", "01/02/20255", BAD),
        ("dd/MM/yyyy", "०१/०२/२०२५", BAD),
        ("dd/MM/yyyy", "45658", BAD),
        ("dd/MM/yyyy", "", None),
        ("dd-MM-yy", "31-12-25", date(2025, 12, 31)),
        ("dd-MM-yy", "31-12-2025", BAD),
        ("d MMM yyyy", "5 Jan 2025", date(2025, 1, 5)),
        ("d MMM yyyy", "5 January 2025", BAD),
        ("d MMMM yyyy", "5 January 2025", date(2025, 1, 5)),
        ("yyyyMMdd", "20250131", date(2025, 1, 31)),
        ("yyyy'W'MM", "2025W05", date(2025, 5, 1)),
    ],
)
def test_date(pattern: str, text: str, value: Any):
    assert read(day(pattern), text) == [value]


def test_a_date_may_have_several_forms_the_first_that_fits_decides():
    given = day("dd/MM/yyyy", ["yyyy-MM-dd", "MM/dd/yyyy"])
    assert read(given, "03/04/2025", "2025-04-03", "12/31/2025", "2025.04.03") == [
        date(2025, 4, 3),
        date(2025, 4, 3),
        date(2025, 12, 31),
        BAD,
    ]


@pytest.mark.parametrize(
    ("given", "text", "value"),
    [
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025 23:59", datetime(2025, 12, 31, 23, 59, tzinfo=IST)),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025 00:00", datetime(2025, 12, 31, tzinfo=IST)),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025 24:00", BAD),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025 12:60", BAD),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025", BAD),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/2025 12:05:06", BAD),
        (when(format="dd/MM/yyyy HH:mm"), "31/12/25 12:05", BAD),
        (when(format="dd/MM/yyyy hh:mm a"), "31/12/2025 12:05 AM", datetime(2025, 12, 31, 0, 5, tzinfo=IST)),
        (when(format="dd/MM/yyyy hh:mm a"), "31/12/2025 01:05 pm", datetime(2025, 12, 31, 13, 5, tzinfo=IST)),
        (when(format="dd/MM/yyyy hh:mm a"), "31/12/2025 13:05 PM", BAD),
        (when(zone=None, format="dd/MM/yyyy HH:mm"), "31/12/2025 12:00", datetime(2025, 12, 31, 12, tzinfo=UTC)),
        (
            when(zone="Europe/Berlin", format="dd/MM/yyyy HH:mm"),
            "01/07/2025 12:00",
            datetime(2025, 7, 1, 10, tzinfo=UTC),
        ),
        (
            when(zone="Europe/Berlin", format="dd/MM/yyyy HH:mm"),
            "01/01/2025 12:00",
            datetime(2025, 1, 1, 11, tzinfo=UTC),
        ),
        (
            when(format="yyyy-MM-dd HH:mm:ss.SSS"),
            "2025-12-31 12:05:06.123",
            datetime(2025, 12, 31, 12, 5, 6, 123000, tzinfo=IST),
        ),
        # An offset in the text decides, whatever zone the column has.
        (when(format="yyyy-MM-dd'T'HH:mmXXX"), "2025-12-31T12:00+05:30", datetime(2025, 12, 31, 12, tzinfo=IST)),
        (when(format="yyyy-MM-dd'T'HH:mmXXX"), "2025-12-31T12:00+00:00", datetime(2025, 12, 31, 12, tzinfo=UTC)),
        (when(format="yyyy-MM-dd'T'HH:mmXXX"), "2025-12-31T12:00Z", datetime(2025, 12, 31, 12, tzinfo=UTC)),
        (when(format="yyyy-MM-dd'T'HH:mmXXX"), "2025-12-31T12:00", BAD),
        (when(format="yyyy-MM-dd'T'HH:mmXXX"), "0025-12-31T12:00Z", BAD),
        (when(format="yyyy-MM-dd'T'HH:mmZ"), "2025-12-31T12:00+0530", datetime(2025, 12, 31, 12, tzinfo=IST)),
        (when(zone=None, format="yyyy-MM-dd'T'HH:mmXXX"), "2025-12-31T12:00Z", datetime(2025, 12, 31, 12, tzinfo=UTC)),
        (
            when(zone=None, format="yyyy-MM-dd'T'HH:mmXXX", timezone=True),
            "2025-12-31T12:00+05:30",
            datetime(2025, 12, 31, 12, tzinfo=IST),
        ),
    ],
)
def test_timestamp(given: dict[str, Any], text: str, value: Any):
    (found,) = read(given, text)
    assert found == value
    assert found == BAD or found.utcoffset() == timedelta(0), "an instant is stored in UTC"


def test_a_timestamp_may_come_with_and_without_an_offset():
    given = when(format="yyyy-MM-dd'T'HH:mm:ss", also=["yyyy-MM-dd'T'HH:mm:ssXXX", "dd/MM/yyyy HH:mm"])
    noon = datetime(2025, 12, 31, 12, tzinfo=IST)
    texts = ["2025-12-31T12:00:00", "2025-12-31T12:00:00+05:30", "2025-12-31T06:30:00Z", "31/12/2025 12:00", "x"]
    assert read(given, *texts) == [noon, noon, noon, noon, BAD]


@pytest.mark.parametrize(
    ("given", "text", "value"),
    [
        (HEIGHT, "2408.5 ft", 734.1108),
        (HEIGHT, "2408.5ft", 734.1108),
        (HEIGHT, "10 m", 10.0),
        (HEIGHT, "10", 10.0),
        (HEIGHT, "-3 ft", -0.9144),
        (HEIGHT, "1e2 ft", 30.48),
        (HEIGHT, "2408.5 FT", BAD),
        (HEIGHT, "10 mm", BAD),
        (HEIGHT, "5 ft 3", BAD),
        (HEIGHT, "ft", BAD),
        (HEIGHT, " 5 ft", BAD),
        (HEIGHT, "nan ft", BAD),
        (HEIGHT, "1e309", BAD),
        (HEIGHT, "1e400 ft", BAD),
        (HEIGHT, "", None),
        (SHARE, "46.43%", 46.43),
        (SHARE, "46.43 %", 46.43),
        (SHARE, "46.43", 46.43),
        (SHARE, "%", BAD),
        (column("x", "number", unit="m", sourceUnit="km"), "10", 10000.0),
        (column("x", "integer", unit="m", sourceSuffixes=["km"]), "5 km", 5000),
        (column("x", "integer", unit="m", sourceSuffixes=["km"]), "1.5 km", BAD),
        (column("x", "number", unit="m/s", sourceUnit="kmph"), "36", 10.0),
        (column("x", "number", physical="DECIMAL(6,2)", unit="m", sourceSuffixes=["cm"]), "150 cm", Decimal("1.50")),
    ],
)
def test_units(given: dict[str, Any], text: str, value: Any):
    assert read(given, text) == [value]


@pytest.mark.parametrize("suffixes", [None, ["m"]])
@pytest.mark.parametrize(("key", "metres"), [("IDUKKI", 3.048), ("SHOLAYAR", 10.0), ("it's", 1e4), ("other", 10.0)])
def test_a_row_may_have_a_unit_of_its_own(suffixes: list[str] | None, key: str, metres: float):
    units = {"key": {"IDUKKI": "ft", "SHOLAYAR": "m", "it's": "km"}}
    given = column("x", "number", unit="m", sourceUnitByKey=units, sourceSuffixes=suffixes)
    assert read(given, "10", key=key) == [metres]
    if suffixes:
        assert read(given, "10 m", key=key) == [10.0], "the suffix decides"


def test_a_unit_and_a_decimal_comma():
    assert read(HEIGHT, "2408,5 ft", "2408.5 ft", decimal=",") == [734.1108, BAD]


@pytest.mark.parametrize(
    ("repair", "text", "value"),
    [
        ("trim", "  12 ", "12"),
        ("trim", "a  b", "a  b"),
        ("trim", "   ", None),
        ("foldSpaces", "  a \t\n b ", "a b"),
        ("foldSpaces", "\u00a0a\u00a0\u200bb", "a b"),
        ("foldSpaces", " \u00a0 ", None),
    ],
)
def test_repairs_are_made_where_the_contract_asks(repair: str, text: str, value: str | None):
    assert read(column("x", repairs=[repair]), text) == [value]


def test_a_repaired_text_is_then_cast():
    assert read(column("x", "integer", repairs=["trim"]), " 12 ", "1 2") == [12, BAD]
