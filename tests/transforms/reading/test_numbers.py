"""Numbers and moments as offices write them: groups, marks, lakhs, other digits, serial days, times of service."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from tests.contracts_kit import column, contract, write
from tests.transforms.reading.test_cast import BAD, IST, day, read, when
from transforms.compiling import compile_contract


def money(**properties: Any) -> dict[str, Any]:
    return column("x", "number", physical="DECIMAL(14,2)", **properties)


RUPEES = ["₹", "Rs.", "Rs", "INR", "/-"]
GROUPED = [
    ("indian", "12,63,343", 1263343),
    ("indian", "1,23,45,67,890", 1234567890),
    ("indian", "1,234", 1234),
    ("indian", "12,345", 12345),
    ("indian", "-12,63,343", -1263343),
    ("indian", "1263343", 1263343),
    ("indian", "1,271,418", BAD),
    ("indian", "123,456", BAD),
    ("indian", "12,63,34", BAD),
    ("indian", "12,,343", BAD),
    ("indian", ",343", BAD),
    ("indian", "1,2,345", BAD),
    ("indian", "12,63,343,", BAD),
    ("western", "1,271,418", 1271418),
    ("western", "999", 999),
    ("western", "12,63,343", BAD),
    ("western", "1271,418", BAD),
    ("western", "1,27", BAD),
    ("western", "१,२७१", BAD),
]


@pytest.mark.parametrize(("grouping", "text", "value"), GROUPED)
def test_digits_stand_in_the_declared_groups(grouping: str, text: str, value: Any):
    assert read(column("x", "integer", grouping=grouping), text) == [value]
    assert read(column("x", "number", grouping=grouping), text, f"{text}.50") == [
        value,
        value if value == BAD else float(f"{value}.5"),
    ]


def indian(number: int) -> str:
    """A number as it is written in India."""
    digits, groups = str(number), []
    head, tail = digits[:-3], digits[-3:]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**17), min_size=1, max_size=40))
def test_every_number_is_read_from_both_groupings(numbers: list[int]):
    assert read(column("x", "integer", grouping="indian"), *map(indian, numbers)) == numbers
    assert read(column("x", "integer", grouping="western"), *(f"{n:,}" for n in numbers)) == numbers


@pytest.mark.parametrize(
    ("text", "value"), [("1.234.567,5", 1234567.5), ("1234,5", 1234.5), ("12.34,5", BAD), ("1,234.5", BAD)]
)
def test_with_a_decimal_comma_the_point_makes_the_groups(text: str, value: Any):
    assert read(column("x", "number", grouping="western"), text, decimal=",") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("₹ 12,63,343/-", Decimal(1263343)),
        ("Rs. 500", Decimal(500)),
        ("Rs.500.50", Decimal("500.50")),
        ("INR -5", Decimal(-5)),
        ("500 INR", Decimal(500)),
        ("500", Decimal(500)),
        ("₹₹5", BAD),
        ("₹", BAD),
        ("$5", BAD),
        ("Rs 5 Rs 6", BAD),
        ("5₹5", BAD),
    ],
)
def test_marks_beside_a_number_are_those_declared(text: str, value: Any):
    assert read(money(sourceMarks=RUPEES, grouping="indian"), text) == [value]


@pytest.mark.parametrize("kind", ["number", "integer"])
def test_an_undeclared_point_of_a_mark_makes_no_fraction(kind: str):
    assert read(column("x", kind, sourceMarks=["Rs"]), "Rs.500", ".5") == [BAD, BAD]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5 lakh", Decimal(1250000)),
        ("₹ 1,234.56 Cr", Decimal("12345600000")),
        ("3 crore", Decimal(30000000)),
        ("45", Decimal(45)),
        ("3 Crores", BAD),
    ],
)
def test_lakh_and_crore_are_suffixes(text: str, value: Any):
    suffixes = ["lakh", "crore", "Cr"]
    assert read(money(sourceMarks=RUPEES, grouping="indian", unit="INR", sourceSuffixes=suffixes), text) == [value]


@pytest.mark.parametrize(
    ("given", "text", "value"),
    [
        (column("x", "integer", digits="devanagari"), "१२", 12),
        (column("x", "integer", digits="devanagari"), "1२", 12),
        (column("x", "integer", digits="devanagari"), "٣", BAD),
        (column("x", "number", digits="devanagari", grouping="indian"), "१२,६३,३४३.५", 1263343.5),
        (column("x", "date", digits="devanagari", options={"format": "dd/MM/yyyy"}), "३१/१२/२०२५", date(2025, 12, 31)),
        (column("x", "date", digits="devanagari", options={"format": "dd/MM/yyyy"}), "३१/०२/२०२५", BAD),
    ],
)
def test_devanagari_digits_where_they_are_declared(given: dict[str, Any], text: str, value: Any):
    assert read(given, text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10-Mar-2022", date(2022, 3, 10)),
        ("10-MAR-2022", date(2022, 3, 10)),
        ("10-मार्च-2022", date(2022, 3, 10)),
        ("10-फ़रवरी-2022", date(2022, 2, 10)),
        ("10-फरवरी-2022", date(2022, 2, 10)),
        ("10-फ़रवरी-2022", date(2022, 2, 10)),
        ("10-सित॰-2022", date(2022, 9, 10)),
        ("10-अक्तूबर-2022", date(2022, 10, 10)),
        ("31-फरवरी-2022", BAD),
        ("10-चैत्र-2022", BAD),
    ],
)
def test_months_have_hindi_names_where_that_is_declared(text: str, value: Any):
    for pattern in ("dd-MMM-yyyy", "dd-MMMM-yyyy"):
        given = column("x", "date", options={"format": pattern}, monthNames="hi")
        assert read(given, text) == [value]
    if "Mar" not in text and "MAR" not in text:
        assert read(day("dd-MMM-yyyy"), text) == [BAD]


@pytest.mark.parametrize(
    ("format", "text", "value"),
    [
        ("excel1900", "45658", date(2025, 1, 1)),
        ("excel1900", "61", date(1900, 3, 1)),
        ("excel1900", "60", BAD),
        ("excel1900", "2958465", date(9999, 12, 31)),
        ("excel1900", "2958466", BAD),
        ("excel1900", "45658.5", BAD),
        ("excel1900", "-1", BAD),
        ("excel1900", "01/01/2025", BAD),
        ("excel1904", "44196", date(2025, 1, 1)),
        ("excel1904", "0", date(1904, 1, 1)),
    ],
)
def test_serial_days_of_a_workbook(format: str, text: str, value: Any):
    assert read(day(format), text) == [value]


@pytest.mark.parametrize(
    ("format", "text", "value"),
    [
        ("excel1900", "45658.5", datetime(2025, 1, 1, 12, tzinfo=IST)),
        ("excel1900", "45658.520833333336", datetime(2025, 1, 1, 12, 30, tzinfo=IST)),
        ("excel1900", "45658", datetime(2025, 1, 1, tzinfo=IST)),
        ("excel1904", "44196.25", datetime(2025, 1, 1, 6, tzinfo=IST)),
        ("epochSeconds", "0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("epochSeconds", "1735713000", datetime(2025, 1, 1, 12, tzinfo=IST)),
        ("epochSeconds", "1735713000.25", datetime(2025, 1, 1, 12, 0, 0, 250000, tzinfo=IST)),
        ("epochSeconds", "-1", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("epochSeconds", "1735713000000", BAD),
        ("epochSeconds", "1e9", BAD),
        ("epochMilliseconds", "1735713000250", datetime(2025, 1, 1, 12, 0, 0, 250000, tzinfo=IST)),
        ("epochMilliseconds", "1735713000250.5", BAD),
        ("epochMilliseconds", "99999999999999", datetime(5138, 11, 16, 9, 46, 39, 999000, tzinfo=UTC)),
    ],
)
def test_instants_written_as_numbers(format: str, text: str, value: Any):
    assert read(when(format=format), text) == [value]


def test_serials_and_patterns_may_stand_in_one_column():
    assert read(day("dd/MM/yyyy", ["excel1900"]), "01/02/2025", "45658", "x") == [
        date(2025, 2, 1),
        date(2025, 1, 1),
        BAD,
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("24:10:00", 87000),
        ("05:56:24", 21384),
        ("5:56:24", 21384),
        ("00:00:00", 0),
        ("107:00:01", 385201),
        ("24:60:00", BAD),
        ("24:10", BAD),
        ("-1:00:00", BAD),
        ("", None),
    ],
)
def test_a_time_of_service_goes_on_after_midnight(text: str, seconds: Any):
    assert read(column("x", "integer", duration="h:mm:ss", unit="s"), text) == [seconds]


def test_a_duration_is_counted_in_the_columns_unit():
    assert read(column("x", "number", duration="h:mm", unit="hour"), "24:30", "1:75") == [24.5, BAD]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (column("x", grouping="indian"), "grouping belongs to integer, number"),
        (column("x", sourceMarks=["₹"]), "sourceMarks belongs to"),
        (column("x", digits="devanagari"), "digits belongs to"),
        (column("x", "integer", monthNames="hi"), "monthNames belongs to"),
        (column("x", "integer", duration="h:mm:ss"), "needs a `unit`"),
        (column("x", "integer", duration="h:mm:ss", unit="hour"), "an integer cannot hold"),
        (column("x", "date", options={"format": "epochSeconds"}), "make it a timestamp"),
    ],
)
def test_a_declaration_without_sense_is_a_fault(given: dict[str, Any], words: str, tmp_path: Path):
    write(tmp_path, contract("things", [given]))
    loaded = catalogue.load(tmp_path)
    _, faults = compile_contract(loaded.datasets["works__things"], loaded.datasets)
    assert words in " ".join(map(str, faults))
