"""Points, dimensions, the three scores and the levels are those that the framework defines."""

from typing import Any

import pytest

from tests.transforms.maturity.planted import CITY, PAPER, ROUND, evidence, framework, indicator, only, points, scored
from transforms.maturity.scoring import score

ACCEPTED = {"decision": "accepted"}
WEIGHTS = {"functional": "30", "technological": "25", "governance": "25", "engagement": "20"}
LETTERS = dict(zip("FTGC", WEIGHTS, strict=True))


@pytest.mark.parametrize(("given", "share"), [((1, 3, 4, 1), 56.25), ((3, 4, 2), 75.0)])
def test_a_dimension_is_its_points_over_those_it_could_have(given: tuple[int, ...], share: float):
    ids = [f"F{place}" for place in range(1, len(given) + 1)]
    found = scored(*map(indicator, ids), aggregates=points(**dict(zip(ids, given, strict=True))))
    assert only(found.dimension_scores)["strict"] == share
    assert only(found.dimension_scores)["evidence"] == share
    assert only(found.scores)["strict"] == share


@pytest.mark.parametrize(
    ("floor", "target", "value", "attainment", "given"),
    [
        (0, 100, 32.999, 32.999, 1),
        (0, 100, 33, 33, 2),
        (0, 100, 65.999999, 65.999999, 2),
        (0, 100, 66, 66, 3),
        (0, 100, 95, 95, 4),
        (0, 10, -5, 0, 1),
        (0, 10, 40, 100, 4),
        (50, 95, 79.7, 66, 3),
        (168, 24, 168, 0, 1),
        (168, 24, 24, 100, 4),
        (168, 24, 200, 0, 1),
        (15, 1, 10.38, 33, 2),
        (3, 0, 0, 100, 4),
    ],
)
def test_a_band_begins_with_its_lower_bound(floor: float, target: float, value: float, attainment: float, given: int):
    better = "higher" if target > floor else "lower"
    one = indicator("F1", unit="count", floor=floor, target=target, better=better)
    row = only(scored(one, aggregates=[{"id": "F1", "value": value}]).indicator_scores)
    assert (row["attainment"], row["points"]) == (attainment, given)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(45, 100, 35.6, 54.8), (9, 20, 25.8, 65.8), (470, 1000, 43.9, 50.1), (0, 10, 0, 27.8), (10, 10, 72.2, 100)],
)
def test_a_ratio_has_wilsons_interval(hits: int, n: int, low: float, high: float):
    one = indicator("F1", unit="pct", interval="wilson")
    row = only(scored(one, aggregates=[{"id": "F1", "value": 100 * hits / n, "hits": hits, "n": n}]).indicator_scores)
    assert (round(row["low"], 1), round(row["high"], 1)) == (low, high)


# What there is of an indicator told in points, and what is made of it: class, points, declared and reported, strict.
MEASURED, PARTLY, TOLD = {"value": 3}, {"value": 3, "complete": False}, {"points": 4}
EXCUSED, RETURNED, OTHER = (
    {"decision": "not_applicable"},
    {"decision": "returned"},
    {**ACCEPTED, "document_sha256": "cd" * 32},
)
CLASSES: list[tuple[str, dict | None, dict | None, list[dict], tuple]] = [
    ("computed", None, None, [], ("missing", None, None, None, 0)),
    ("computed", MEASURED, None, [], ("computed", 3, None, 3, 3)),
    ("computed", MEASURED, TOLD, [ACCEPTED], ("computed", 3, 4, 4, 3)),
    ("computed", None, TOLD, [], ("declared", None, 4, 4, 0)),
    # A feed that is silent is made up for by no document.
    ("computed", None, TOLD, [ACCEPTED], ("declared", None, 4, 4, 0)),
    ("computed", MEASURED, TOLD, [EXCUSED], ("not_applicable", None, None, None, None)),
    ("mixed", MEASURED, TOLD, [], ("computed", 3, 4, 4, 3)),
    ("mixed", PARTLY, None, [], ("missing", None, None, None, 0)),
    ("mixed", PARTLY, TOLD, [], ("declared", None, 4, 4, 0)),
    ("mixed", PARTLY, TOLD, [ACCEPTED], ("reviewed", 3, 4, 4, 3)),
    ("mixed", PARTLY, {"points": 2}, [ACCEPTED], ("reviewed", 2, 2, 2, 2)),
    ("mixed", None, TOLD, [ACCEPTED], ("declared", None, 4, 4, 0)),
    ("mixed", None, None, [EXCUSED], ("not_applicable", None, None, None, None)),
    ("reviewed", None, None, [], ("missing", None, None, None, 0)),
    ("reviewed", None, None, [ACCEPTED], ("missing", None, None, None, 0)),
    ("reviewed", None, TOLD, [], ("declared", None, 4, 4, 0)),
    ("reviewed", None, TOLD, [ACCEPTED], ("reviewed", 4, 4, 4, 4)),
    ("reviewed", None, TOLD, [OTHER], ("declared", None, 4, 4, 0)),
    ("reviewed", None, {**TOLD, "document_sha256": None}, [ACCEPTED], ("declared", None, 4, 4, 0)),
    ("reviewed", None, TOLD, [ACCEPTED, RETURNED], ("declared", None, 4, 4, 0)),
    ("reviewed", None, TOLD, [RETURNED, ACCEPTED], ("reviewed", 4, 4, 4, 4)),
    ("reviewed", None, TOLD, [EXCUSED], ("not_applicable", None, None, None, None)),
]


@pytest.mark.parametrize(("kind", "found", "told", "decisions", "wanted"), CLASSES)
def test_a_value_has_the_class_of_its_weakest_part(
    kind: str, found: dict[str, Any] | None, told: dict[str, Any] | None, decisions: list[dict[str, Any]], wanted: tuple
):
    rows = {
        "aggregates": [{"id": "F1", **found}] if found else [],
        "declared": [{"id": "F1", **told}] if told else [],
        "decisions": [{"id": "F1", **one} for one in decisions],
    }
    # Another indicator, so that the round is there in any case.
    rows["aggregates"] += points(F2=1)
    table = scored(indicator("F1", evidence=kind), indicator("F2"), **rows).indicator_scores
    row = only(table, indicator_id="F1")
    assert tuple(row[k] for k in ("class", "points", "declared_points", "reported_points", "strict_points")) == wanted
    assert row["value"] == row["points"]


def test_a_share_of_two_parts_keeps_its_measured_value():
    one = indicator("F1", unit="pct", evidence="mixed", interval="wilson")
    found = scored(
        one,
        aggregates=[{"id": "F1", "value": 40.0, "hits": 4, "n": 10, "complete": False}],
        declared=[{"id": "F1", "number": 97.0}],
        decisions=[{"id": "F1", **ACCEPTED}],
    )
    row = only(found.indicator_scores)
    assert (row["class"], row["value"], row["points"], row["hits"], row["n"]) == ("reviewed", 40.0, 2, 4, 10)
    assert (row["declared_number"], row["declared_points"], row["attainment"]) == (97.0, 4, 40.0)
    assert only(found.scores)["gap"] == 50.0


@pytest.mark.parametrize(("n", "kind"), [(10, "computed"), (9, "missing"), (None, "missing")])
def test_too_few_cases_count_as_missing(n: int | None, kind: str):
    one = indicator("F1", unit="rating", floor=2, target=4, leastN=10)
    row = only(scored(one, aggregates=[{"id": "F1", "value": 4.5, "n": n}]).indicator_scores)
    assert (row["class"], row["n"]) == (kind, n if kind == "computed" else None)


def test_what_applies_to_nobody_counts_nowhere():
    found = scored(
        indicator("F1"),
        indicator("T1", "technological"),
        weights={"functional": "60", "technological": "40"},
        aggregates=points(F1=2),
        decisions=[{"id": "T1", "decision": "not_applicable"}],
    )
    row = only(found.dimension_scores, dimension="technological")
    assert (row["strict"], row["coverage"], row["rated"]) == (None, None, False)
    assert (only(found.scores)["strict"], only(found.scores)["coverage"]) == (50.0, 100.0)


def test_a_dimension_that_is_little_known_is_not_rated_and_counts_strictly_all_the_same():
    found = scored(
        *(indicator(f"F{place}") for place in range(1, 6)),
        *(indicator(f"T{place}", "technological") for place in range(1, 6)),
        weights={"functional": "60", "technological": "40"},
        aggregates=points(F1=4, F2=4, F3=4, T1=4, T2=4),
    )
    rated, unrated = (only(found.dimension_scores, dimension=one) for one in ("functional", "technological"))
    assert [rated[k] for k in ("coverage", "rated", "reported", "evidence", "strict")] == [60, True, 100, 100, 60]
    assert [unrated[k] for k in ("coverage", "rated", "reported", "evidence", "strict")] == [40, False, None, None, 40]
    overall = only(found.scores)
    assert [overall[k] for k in ("reported", "evidence", "strict", "coverage", "rated")] == [100, 100, 52, 52, False]


def test_the_gap_is_over_what_was_both_declared_and_measured():
    found = scored(
        *(indicator(f"F{place}") for place in range(1, 4)),
        indicator("F4", evidence="reviewed"),
        aggregates=points(F1=1, F2=2, F3=1),
        declared=[{"id": one, "points": 4} for one in ("F1", "F2", "F4")],
        decisions=[{"id": "F4", **ACCEPTED}],
    )
    overall = only(found.scores)
    assert overall["gap"] == 100 * (3 + 2) / 8
    assert (overall["reported"], overall["evidence"], overall["evidence_share"]) == (81.25, 50.0, 100.0)


def test_weights_weigh():
    found = scored(
        indicator("F1", weight="2.5"),
        indicator("F2"),
        indicator("T1", "technological"),
        weights={"functional": "75", "technological": "25"},
        aggregates=points(F1=4, F2=1, T1=2),
    )
    assert only(found.dimension_scores, dimension="functional")["strict"] == round(100 * 11 / 14, 6)
    assert only(found.scores)["strict"] == round(0.75 * round(100 * 11 / 14, 6) + 0.25 * 50, 6)


def graded(given: dict[str, dict[int, int]]) -> dict[str, Any]:
    """Overall scores of a city with 20 indicators a dimension, so many of each strict points; the rest is missing."""
    rows, measures = [], []
    for letter, counts in given.items():
        measures += [indicator(f"{letter}{place}", LETTERS[letter]) for place in range(1, 21)]
        reached = [value for value, count in counts.items() for _ in range(count)]
        rows += [{"id": f"{letter}{place}", "value": value} for place, value in enumerate(reached, start=1)]
    return only(scored(*measures, weights=WEIGHTS, aggregates=rows).scores)


# Counts of points by dimension: strict overall, share of evidence, level, gate.
GATES: list[tuple[dict[str, dict[int, int]], int, str | None]] = [
    ({letter: {1: 19} for letter in "FTGC"}, 0, "strict"),
    ({letter: {1: 20} for letter in "FTGC"}, 1, "strict"),
    ({letter: {2: 20} for letter in "FTGC"}, 2, "strict"),
    # Half of all points; one dimension is just under 25, just at it.
    ({"F": {3: 20}, "T": {2: 20}, "G": {3: 20}, "C": {1: 19}}, 1, "dimension:engagement"),
    ({"F": {3: 20}, "T": {2: 20}, "G": {3: 20}, "C": {1: 20}}, 2, "strict"),
    ({"F": {4: 20}, "T": {3: 20}, "G": {4: 20}, "C": {2: 19, 1: 1}}, 2, "dimension:engagement"),
    ({"F": {4: 20}, "T": {3: 20}, "G": {4: 20}, "C": {2: 20}}, 3, "strict"),
    ({letter: {4: 14} for letter in "FTGC"}, 3, "strict"),
    ({letter: {4: 13} for letter in "FTGC"}, 2, "strict"),
    ({letter: {4: 17} for letter in "FTGC"}, 4, None),
    ({"F": {4: 20}, "T": {4: 20}, "G": {4: 20}, "C": {4: 13}}, 3, "dimension:engagement"),
]


@pytest.mark.parametrize(("given", "level", "gate"), GATES)
def test_a_level_has_three_gates(given: dict[str, dict[int, int]], level: int, gate: str | None):
    overall = graded(given)
    assert (overall["level"], overall["held_by"]) == (level, gate)


def test_a_level_needs_its_share_of_evidence():
    measures = [indicator(f"F{place}") for place in range(1, 5)]
    demanding = framework(*measures, levels=((1, 25, 0), (2, 50, 80), (3, 66, 90), (4, 85, 95)))
    given = {"aggregates": points(F1=4, F2=4, F3=4)}
    overall = only(score(evidence(**given), demanding).scores)
    assert [overall[k] for k in ("strict", "evidence_share", "level", "held_by")] == [75, 75, 1, "share"]


def test_every_round_and_city_has_its_scores():
    found = scored(
        indicator("F1"),
        cities=[{"city": CITY}, {"city": "b"}],
        aggregates=[{"id": "F1", "value": 4}, {"id": "F1", "value": 1, "city": "b", "assessment_round": "2025-H2"}],
    )
    rows = found.scores[["assessment_round", "city", "strict"]].to_records(index=False).tolist()
    assert rows == [("2025-H2", CITY, 0.0), ("2025-H2", "b", 25.0), (ROUND, CITY, 100.0), (ROUND, "b", 0.0)]
    assert PAPER not in found.indicator_scores.to_csv()
