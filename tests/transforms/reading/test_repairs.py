"""Declared repairs: what a cell becomes, and that each change is counted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from data_contracts.faults import ContractFaults
from tests.contracts_kit import column, contract, write
from tests.transforms.kit import Outcome, csv_bytes, dataset, take

# West, south, east, north of a made-up city whose two ranges do not touch.
CITY: tuple[float, float, float, float] = (77.0, 12.0, 78.0, 13.5)
WARDS = {"W-1": "1", "Ward 1": "1", "W-2": "2"}
VALID = [{"name": "known", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["1", "2"]}}]


def pair(when: str | None = None, **lon: Any) -> list[dict[str, Any]]:
    swap = {"column": "lon"} | ({"when": when} if when else {})
    return [column("lat", "number", swapCoordinates=swap), column("lon", "number", **lon)]


def swapped(columns: list[dict[str, Any]], *points: tuple[str, str]) -> Outcome:
    return take(dataset(*columns), csv_bytes(["lat", "lon"], *points), bounds=CITY)


def test_only_cells_that_changed_are_counted():
    given = dataset(column("a", repairs=["trim"]), column("b", repairs=["foldSpaces"]), column("c"))
    outcome = take(
        given, csv_bytes("abc", [" x", "p  q", " z "], ["x ", "p q", "z"], ["x", "\u00a0", "z"], ["", "", ""])
    )
    assert outcome.checked.repaired == {"a.trim": 2, "b.foldSpaces": 2}
    assert outcome.column("b") == ["p q", "p q", None, None]
    assert outcome.column("c")[0] == " z "


def test_a_repair_that_changed_nothing_is_not_told():
    assert take(dataset(column("a", repairs=["trim"])), b"a\nx\n").checked.repaired == {}
    assert "_repaired" not in take(dataset(column("a")), b"a\nx\n").rows[0], "no work where nothing is declared"


def test_a_cell_that_two_repairs_change_counts_for_each():
    given = dataset(column("a", repairs=["trim"], mapCodes=WARDS, quality=VALID))
    outcome = take(given, csv_bytes("a", ["W-1"], [" W-1"], ["Ward 1"], ["1"], ["W-3"], ["w-1"], [""]))
    assert outcome.column("a") == ["1", "1", "1", "1", "W-3", "w-1", None]
    assert outcome.checked.repaired == {"a.mapCodes": 3, "a.trim": 1}
    assert outcome.checked.broken == {"known": 2}, "a code that the table lacks stays, and the valid values judge it"


def test_codes_are_mapped_before_they_are_cast():
    given = dataset(column("n", "integer", mapCodes={"nil": "0", "it's": "1"}))
    assert take(given, csv_bytes("n", ["nil"], ["7"], ["it's"], ["none"])).column("n") == [0, 7, 1, None]


@pytest.mark.parametrize(
    ("lat", "lon", "expected", "count"),
    [
        ("12.9", "77.5", (12.9, 77.5), 0),
        ("77.5", "12.9", (12.9, 77.5), 1),
        ("77.5", "20.0", (77.5, 20.0), 0),
        ("0", "0", (0.0, 0.0), 0),
        ("77.5", "", (77.5, None), 0),
        ("x", "12.9", (None, 12.9), 0),
    ],
)
def test_coordinates_change_places_where_only_that_brings_them_into_the_city(
    lat: str, lon: str, expected: tuple[float | None, float | None], count: int
):
    outcome = swapped(pair(), (lat, lon))
    assert (outcome.rows[0]["lat"], outcome.rows[0]["lon"]) == expected
    assert outcome.checked.repaired.get("lat.swapCoordinates", 0) == count
    assert outcome.broken[0] == (["lat.type"] if lat == "x" else [])


def test_coordinates_that_are_always_swapped_take_their_faults_along():
    columns = pair("always", options={"maximum": 78})
    outcome = swapped(columns, ("77.5", "12.9"), ("x", "12.9"), ("99", "12"), ("5", "5"))
    assert [(row["lat"], row["lon"]) for row in outcome.rows] == [(12.9, 77.5), (12.9, None), (12, 99), (5, 5)]
    assert outcome.broken == [[], ["lon.type"], ["lon.maximum"], []]
    assert outcome.checked.repaired == {"lat.swapCoordinates": 3}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(12, 13.5), st.floats(77, 78), st.booleans()), min_size=1, max_size=30))
def test_a_swap_is_undone_wherever_it_was_made(points: list[tuple[float, float, bool]]):
    lines = [(str(lon), str(lat)) if wrong else (str(lat), str(lon)) for lat, lon, wrong in points]
    outcome = take(dataset(*pair()), csv_bytes(["lat", "lon"], *lines), bounds=CITY)
    assert [(row["lat"], row["lon"]) for row in outcome.rows] == [(lat, lon) for lat, lon, _ in points]
    assert outcome.checked.repaired.get("lat.swapCoordinates", 0) == sum(wrong for _, _, wrong in points)


def test_derived_columns_see_the_repaired_values():
    derived = column("north", "boolean", logic="lat < 50", of=["lat"])
    assert swapped([*pair(), derived], ("77.5", "12.9")).column("north") == [True]


@pytest.mark.parametrize(
    "other", [column("lon"), column("lon", "number", logic="lat", of=["lat"]), column("x", "number")]
)
def test_a_swap_needs_two_numbers_of_the_file(other: dict[str, Any], tmp_path: Any):
    write(tmp_path, contract("things", [pair()[0], other]))
    with pytest.raises(ContractFaults, match="swapCoordinates needs two numbers"):
        catalogue.load(tmp_path)
