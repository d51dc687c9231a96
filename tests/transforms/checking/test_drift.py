"""When a file no longer fits its contract: what is left out, what is held, and which change is proposed."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts_kit import PERSON, PHONE, PLANTED, column, server
from tests.transforms.kit import csv_bytes, dataset, deliver, held, take, xlsx_bytes
from transforms.checking import misfit
from transforms.engine import connect

KEYED = [column("a"), column("b")]


def strange(kind: str, *names: str) -> bytes:
    """Two records with more columns than the contract has."""
    header, row = ["a", "b", *names], ["1", "2", *(PHONE for _ in names)]
    if kind == "csv":
        return csv_bytes(header, row, row)
    if kind == "xlsx":
        return xlsx_bytes(header, row, row)
    return json.dumps([dict(zip(header, row, strict=True))] * 2).encode()


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        ("csv", ["line 1, column 3", "line 1, column 4"]),
        ("xlsx", ["sheet 1, row 1, column 3", "sheet 1, row 1, column 4"]),
        ("json", ["record 0, key 3", "record 0, key 4"]),
    ],
)
def test_a_column_that_the_contract_does_not_name_is_left_out_and_told(kind: str, places: list[str]):
    outcome = take(dataset(*KEYED, servers=[server(format=kind)]), strange(kind, PERSON, "More"))
    assert {"a", "b"} == {name for name in outcome.rows[0] if not name.startswith("_")}
    assert (outcome.checked.rows_read, outcome.checked.quarantined) == (2, 0)
    assert [(one.rule, one.place) for one in outcome.checked.drift] == [("header.unknown", at) for at in places]
    assert [one.words for one in outcome.checked.drift] == [PERSON, "More"], "for staff"
    assert not any(planted in repr(outcome.checked) for planted in PLANTED)


def test_names_without_end_are_kept_within_bounds():
    records = [{"a": "1", "b": "2", f"k{n} {'x' * 500}": "z"} for n in range(1000)]
    drift = take(dataset(*KEYED, servers=[server(format="json")]), json.dumps(records).encode()).checked.drift
    assert len(drift) == 200
    assert max(len(one.words) for one in drift) == 200


def proposed(given: str | None) -> list[dict[str, Any]]:
    """A proposal as the YAML that it is."""
    assert given is not None
    return yaml.safe_load(given)


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("written", ["Ward No", "WARD-NO.", "ward  no"])
def test_a_renamed_column_holds_with_the_new_name_proposed(kind: str, written: str):
    columns = [column("ward_no", sourceNames=["WARD_NO"]), column("phone"), column("x")]
    header = [written, PERSON, "x"]
    row = ["1", PHONE, "y"]
    content = {
        "csv": csv_bytes(header, row),
        "xlsx": xlsx_bytes(header, row),
        "json": json.dumps([dict(zip(header, row, strict=True))]).encode(),
    }[kind]
    reason = held(dataset(*columns, servers=[server(format=kind)]), content)
    assert reason.rule == "header.missing"
    assert not any(planted in str(reason) for planted in (*PLANTED, written))
    changes = {one["name"]: one.get("customProperties") for one in proposed(reason.proposal)}
    assert changes == {"ward_no": [{"property": "sourceNames", "value": ["WARD_NO", written]}], "phone": None}


DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(300)]


def day(pattern: str) -> dict[str, Any]:
    return column("x", "date", options={"format": pattern})


@pytest.mark.parametrize(
    ("given", "texts", "change"),
    [
        (day("dd/MM/yyyy"), [f"{d:%Y-%m-%d}" for d in DAYS], {"sourceFormats": ["yyyy-MM-dd"]}),
        (day("dd/MM/yyyy"), [f"{d:%d-%b-%Y}" for d in DAYS], {"sourceFormats": ["dd-MMM-yyyy"]}),
        (day("dd/MM/yyyy"), [str(45658 + n) for n in range(300)], {"sourceFormats": ["excel1900"]}),
        (column("x", "number"), [f"{n},5" for n in range(300)], {}),
        (column("x", "integer"), [f"{n:,}" for n in range(100_000, 100_300)], {"grouping": "western"}),
        (column("x", "integer"), [f"{n},63,343" for n in range(10, 99)] * 4, {"grouping": "indian"}),
        (column("x", "number"), [f"₹ {n}" for n in range(300)], {"sourceMarks": ["₹", "Rs.", "Rs", "INR", "/-"]}),
        (column("x", "number"), ["१२"] * 300, {"digits": "devanagari"}),
        (column("x", "integer"), [f"{n}.5" for n in range(300)], None),
        (column("x", "integer"), [PERSON] * 300, None),
    ],
)  # fmt: skip
def test_a_retyped_column_holds_with_another_way_to_read_it(
    given: dict[str, Any], texts: list[str], change: dict[str, Any] | None
):
    content = csv_bytes(["x;key"], *([f"{text};{PHONE}"] for text in texts))
    reason = held(dataset(given, column("key"), servers=[server(delimiter=";")]), content)
    assert (reason.rule, reason.place) == ("drift.type", "column x")
    assert f"{len(texts)} of {len(texts)} values" in reason.message
    assert not any(planted in str(reason) + str(reason.proposal) for planted in PLANTED)
    (first, *more) = proposed(reason.proposal)
    assert first["name"] == "x"
    if change is None:
        assert first["logicalType"] == ("string" if texts[0] == PERSON else "number")
    elif change:
        assert {one["property"]: one["value"] for one in first["customProperties"]} == change
    else:
        assert more == [{"property": "decimal", "value": ","}], "the mark is the server's"


def test_a_proposed_change_takes_the_file():
    content = csv_bytes(["x"], *([f"{d:%Y-%m-%d}"] for d in DAYS))
    (change,) = proposed(held(dataset(day("dd/MM/yyyy")), content).proposal)
    mended = day("dd/MM/yyyy")
    mended["customProperties"] += change["customProperties"]
    assert take(dataset(mended), content).column("x") == DAYS


@pytest.mark.parametrize(
    ("bad", "good", "share", "is_held"),
    [
        (99, 0, None, False),
        (100, 0, None, True),
        (100, 100, None, False),
        (101, 100, None, True),
        (101, 300, 0.2, True),
    ],
)
def test_few_bad_values_or_a_small_share_are_bad_rows(bad: int, good: int, share: float | None, is_held: bool):
    given = dataset(column("x", "integer"), driftShare=share)
    content = csv_bytes(["x"], *(["?"] * bad), *(["1"] * good))
    if is_held:
        assert held(given, content).rule == "drift.type"
    else:
        assert take(given, content).checked.quarantined == bad


@pytest.mark.parametrize(
    ("unit", "options", "values", "expected"),
    [
        ("m", {"minimum": 700, "maximum": 740}, [2350 + n / 10 for n in range(300)], "ft"),
        ("pct", {"minimum": 5, "maximum": 100}, [0.1 + n / 1000 for n in range(300)], "dimensionless"),
        ("m", {"minimum": 700, "maximum": 740}, [-n for n in range(300)], None),
        (None, {"maximum": 1}, [5 + n for n in range(300)], None),
    ],
)  # fmt: skip
def test_a_changed_unit_holds_with_the_unit_that_fits(
    unit: str | None, options: Any, values: list, expected: str | None
):
    reason = held(
        dataset(column("x", "number", unit=unit, options=options)), csv_bytes(["x"], *([str(v)] for v in values))
    )
    assert (reason.rule, reason.place) == ("drift.unit", "column x")
    (change,) = proposed(reason.proposal)
    assert change.get("customProperties") == ([{"property": "sourceUnit", "value": expected}] if expected else None)


@pytest.mark.parametrize("content", [csv_bytes([PERSON, PHONE], [PERSON, PHONE]), b"\n1,2\n"])
def test_a_first_line_of_which_no_name_is_known_may_hold_values_and_proposes_nothing(content: bytes):
    assert held(dataset(*KEYED), content).proposal is None


@pytest.mark.parametrize(
    ("count", "scale", "expected"),
    [(100, 1 / 0.3048, "ft"), (100, 1000, "mm"), (100, 1.2, None), (100, 3, None), (99, 1 / 0.3048, None)],
)
def test_a_median_that_moves_as_between_two_units_is_told(
    count: int, scale: float, expected: str | None, tmp_path: Path
):
    given = dataset(column("x", "number", unit="m"))
    found = []
    for times in (1, scale):
        target = tmp_path / f"{times}.parquet"
        deliver(given, csv_bytes(["x"], *([str((700 + n / 10) * times)] for n in range(count))), target)
        with connect(tmp_path) as connection:
            found.append(misfit.medians(connection, given, target))
    changes = [proposed(change)[0]["customProperties"][0]["value"] for change in misfit.shifted(given, *found)]
    assert changes == ([expected] if expected else [])
