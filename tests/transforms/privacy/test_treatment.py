"""What becomes of each column before it is public."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts_kit import column
from tests.transforms.kit import dataset, rows
from transforms.engine import literal
from transforms.privacy.publish import published_sql

DAY = {"format": "dd/MM/yyyy"}
TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "timestamp": "TIMESTAMPTZ"}


def public(kind: str, treatment: Any, *values: Any, name: str = "x") -> list[dict[str, Any]]:
    """The public rows of a table of one column, in the order of their values."""
    options = DAY if kind in ("date", "timestamp") else None
    chosen = dataset(column(name, kind, treatment, options=options), column("n", "integer", "keep"))
    cells = [f"({'NULL' if value is None else literal(str(value))}, {n})" for n, value in enumerate(values)]
    accepted = (
        f"SELECT 'navsagar' AS city, CAST(x AS {TYPES[kind]}) AS {name}, CAST(n AS BIGINT) AS n "
        f"FROM (VALUES {', '.join(cells)}) AS t(x, n)"
    )
    return sorted(rows(published_sql(chosen, accepted)), key=lambda row: row["n"])


def values(kind: str, treatment: Any, *given: Any) -> list[Any]:
    return [
        next(value for key, value in row.items() if key not in ("city", "n")) for row in public(kind, treatment, *given)
    ]


def mask(keep: int) -> dict[str, Any]:
    return {"kind": "mask", "keepLast": keep} if keep else {"kind": "mask"}


@pytest.mark.parametrize(
    ("keep", "value", "expected"),
    [
        (4, "9876501234", "XXXXXX1234"),
        (0, "9876501234", "XXXXXXXXXX"),
        (4, "12345", "X2345"),
        # What is no longer than what would be kept is hidden whole.
        (4, "1234", "XXXX"),
        (4, "12", "XX"),
        (4, "", ""),
        (4, None, None),
        (2, "नवसागर", "XXXXगर"),
        (1, "a", "X"),
    ],
)
def test_mask(keep: int, value: str | None, expected: str | None):
    assert values("string", mask(keep), value) == [expected]


def test_mask_of_a_number():
    assert values("integer", mask(2), 12345) == ["XXX45"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("abc12", max_size=8), min_size=1, max_size=20), st.integers(0, 5))
def test_a_mask_never_shows_more_than_it_says_nor_a_whole_value(texts: list[str], keep: int):
    for text, shown in zip(texts, values("string", mask(keep), *texts), strict=True):
        letters = shown.lstrip("X")
        assert len(shown) == len(text)
        assert len(letters) <= keep
        assert text.endswith(letters)
        assert not text or letters != text


def to(grain: str) -> dict[str, str]:
    return {"kind": "generalise", "to": grain}


@pytest.mark.parametrize(
    ("grain", "instant", "expected"),
    [
        # Midnight in India is 18:30 in UTC.
        ("day", "2025-12-30 18:29:59.999+00", date(2025, 12, 30)),
        ("day", "2025-12-30 18:30:00+00", date(2025, 12, 31)),
        ("day", "2025-12-31 18:29:59+00", date(2025, 12, 31)),
        ("month", "2025-11-30 18:29:59+00", date(2025, 11, 1)),
        ("month", "2025-11-30 18:30:00+00", date(2025, 12, 1)),
        ("year", "2025-12-31 18:29:59+00", date(2025, 1, 1)),
        ("year", "2025-12-31 18:30:00+00", date(2026, 1, 1)),
        ("hour", "2025-12-31 18:29:59+00", datetime(2025, 12, 31, 23)),
        ("hour", "2025-12-31 18:30:00+00", datetime(2026, 1, 1, 0)),
        ("hour", "2025-12-31 12:29:59+00", datetime(2025, 12, 31, 17)),
        ("day", None, None),
    ],
)
def test_an_instant_is_cut_in_indian_time(grain: str, instant: str | None, expected: Any):
    assert values("timestamp", to(grain), instant) == [expected]


@pytest.mark.parametrize(
    ("grain", "day", "expected"),
    [
        ("day", "2025-12-31", date(2025, 12, 31)),
        ("month", "2025-12-31", date(2025, 12, 1)),
        ("year", "2025-12-31", date(2025, 1, 1)),
        ("month", None, None),
    ],
)
def test_a_day_is_cut(grain: str, day: str | None, expected: date | None):
    assert values("date", to(grain), day) == [expected]


@pytest.mark.parametrize(
    ("kind", "band", "value", "expected"),
    [
        ("integer", 5, 0, 0.0),
        ("integer", 5, 4, 0.0),
        ("integer", 5, 5, 5.0),
        ("integer", 5, 37, 35.0),
        ("integer", 5, -1, -5.0),
        ("integer", 5, -5, -5.0),
        ("integer", 5, -6, -10.0),
        ("integer", 5, None, None),
        ("number", 0.5, 1.74, 1.5),
        ("number", 0.5, -0.1, -0.5),
        ("number", 2.5, 7.4, 5.0),
    ],
)
def test_bands(kind: str, band: float, value: Any, expected: float | None):
    assert values(kind, {"kind": "generalise", "band": band}, value) == [expected]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=30), st.sampled_from([1, 2, 5, 10, 0.5, 0.25]))
def test_a_value_lies_in_its_band(numbers: list[int], band: float):
    for number, low in zip(numbers, values("integer", {"kind": "generalise", "band": band}, *numbers), strict=True):
        assert low <= number < low + band
        assert low % band == 0


@pytest.mark.parametrize(
    ("kind", "treatment", "name", "expected"),
    [
        ("timestamp", to("day"), "opened_at", "opened_day"),
        ("timestamp", to("month"), "opened_at", "opened_month"),
        ("date", to("month"), "opened_on", "opened_month"),
        ("date", to("year"), "born", "born_year"),
        ("timestamp", "keep", "opened_at", "opened_at"),
        ("integer", {"kind": "generalise", "band": 5}, "age", "age"),
        ("string", mask(2), "phone", "phone"),
        ("string", "pseudonym", "case_id", "case_id"),
    ],
)
def test_a_coarsened_column_says_so_in_its_name(kind: str, treatment: Any, name: str, expected: str):
    assert list(public(kind, treatment, None, name=name)[0]) == ["city", expected, "n"]


def test_keep_keeps_and_drop_drops():
    assert public("string", "keep", "as it is", None) == [
        {"city": "navsagar", "x": "as it is", "n": 0},
        {"city": "navsagar", "x": None, "n": 1},
    ]
    assert public("string", "drop", "secret") == [{"city": "navsagar", "n": 0}]


def test_a_kept_instant_stays_an_instant():
    (row,) = public("timestamp", "keep", "2025-12-31 18:30:00+00")
    assert row["x"] == datetime(2025, 12, 31, 18, 30, tzinfo=UTC)
