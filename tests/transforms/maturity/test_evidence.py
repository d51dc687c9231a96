"""Evidence that cannot be so is refused in a line that names its place and tells no value."""

from typing import Any

import pytest

from tests.transforms.maturity.planted import CITY, ROUND, evidence, framework, indicator, only, points, scored
from transforms.maturity.evidence import FactFault
from transforms.maturity.scoring import score

NAN, INFINITE, SECRET = float("nan"), float("inf"), 424_242
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("aggregates", {"value": NAN}, "the value is no finite number"),
    ("aggregates", {"value": None}, "the value is no finite number"),
    ("aggregates", {"value": INFINITE}, "the value is no finite number"),
    ("aggregates", {"value": -INFINITE}, "the value is no finite number"),
    ("aggregates", {"value": 1, "n": -SECRET}, "a count is negative"),
    ("aggregates", {"value": 1, "hits": -SECRET, "n": 1}, "a count is negative"),
    ("aggregates", {"value": 1, "hits": SECRET, "n": 9}, "more cases count for it than there are"),
    ("aggregates", {"value": 1, "n": 4242.42}, "a count is no whole number"),
    ("aggregates", {"value": 1, "city": "b"}, "is of a city that is not among the cities"),
    ("declared", {"number": INFINITE}, "the number is not finite"),
    ("declared", {"points": 5}, "the points are not 1, 2, 3 or 4"),
    ("declared", {"points": 0}, "the points are not 1, 2, 3 or 4"),
    ("decisions", {"decision": "waved through"}, "the decision is none that there is"),
    ("decisions", {"decision": "not_applicable", "reason": " "}, "is called not applicable without a reason"),
    ("decisions", {"decision": "not_applicable", "reason": None}, "is called not applicable without a reason"),
]


@pytest.mark.parametrize(("table", "row", "problem"), FAULTS)
def test_what_cannot_be_so_is_refused(table: str, row: dict[str, Any], problem: str):
    given = evidence(**{table: [{"id": "F7", **row}]})
    with pytest.raises(FactFault, match=problem) as refused:
        given.checked()
    line = str(refused.value)
    assert line.startswith(f"indicator F7 of {row.get('city', CITY)} in {ROUND}: ")
    assert "\n" not in line and "4242" not in line


@pytest.mark.parametrize("table", ["aggregates", "declared"])
def test_a_place_stands_once(table: str):
    row = {"id": "F1", "value": 1, "points": 1}
    with pytest.raises(FactFault, match="stands twice"):
        evidence(**{table: [row, row]}).checked()


def test_a_city_stands_once():
    with pytest.raises(FactFault, match=f"city {CITY}: stands twice among the cities"):
        evidence(cities=[{"city": CITY}, {"city": CITY}]).checked()


@pytest.mark.parametrize(
    ("kind", "id", "value", "problem"),
    [
        ("computed", "F2", 1, "no query of the rubric measures it"),
        ("reviewed", "F1", 1, "no query of the rubric measures it"),
        ("computed", "F1", 2.5, "the points are not 1, 2, 3 or 4"),
        ("computed", "F1", 5, "the points are not 1, 2, 3 or 4"),
    ],
)
def test_what_fits_no_indicator_is_refused(kind: str, id: str, value: float, problem: str):
    with pytest.raises(FactFault, match=f"indicator {id} of {CITY} in {ROUND}: {problem}"):
        score(evidence(aggregates=[{"id": id, "value": value}]), framework(indicator("F1", evidence=kind)))


def test_a_declaration_of_an_indicator_that_is_no_more_is_left_aside():
    found = scored(indicator("F1"), aggregates=points(F1=3), declared=[{"id": "F99", "points": 4}])
    assert only(found.scores)["reported"] == 75


def test_a_round_takes_its_own_and_the_last_decision():
    given = evidence(
        aggregates=[{"id": "F1", "value": 1}, {"id": "F1", "value": 2, "assessment_round": "2025-H2"}],
        decisions=[{"id": "F1", "decision": one} for one in ("returned", "accepted")],
    )
    chosen = given.of(ROUND)
    assert chosen.aggregates["value"].tolist() == [1]
    assert chosen.decisions["decision"].tolist() == ["accepted"]
    assert given.of("2024-H1").aggregates.empty
