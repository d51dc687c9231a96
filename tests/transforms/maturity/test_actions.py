"""The next actions are those that bring most for their effort."""

from tests.transforms.maturity.planted import CITY, indicator, only, points, scored


def test_gain_for_the_effort_decides_and_then_how_near_the_next_band_is():
    found = scored(
        indicator("F1", weight="2", effort=3),
        indicator("F2", weight="2", effort=2),
        indicator("F3"),
        indicator("F4"),
        indicator("F5", unit="pct"),
        indicator("F6", unit="pct"),
        indicator("F7", evidence="reviewed", effort=3),
        aggregates=[*points(F1=1, F2=1, F3=4), {"id": "F5", "value": 40.0}, {"id": "F6", "value": 60.0}],
        declared=[{"id": "F4", "points": 4}],
    )
    actions = found.actions[found.actions["city"] == CITY]
    # F2 brings twice as much in twice the time; nothing is left to gain of F3.
    assert actions["indicator_id"].tolist() == ["F6", "F5", "F2", "F4", "F1"]
    assert actions["place"].tolist() == [1, 2, 3, 4, 5]
    assert actions["to_points"].tolist() == [3, 3, 2, 1, 2]
    assert actions["gain"].tolist() == [round(100 * weight / 9 / 4, 6) for weight in (1, 1, 2, 1, 2)]


def test_a_gain_is_what_the_strict_score_rises_by():
    measures = [indicator("F1"), indicator("F2"), indicator("T1", "technological")]
    weights = {"functional": "75", "technological": "25"}
    before = scored(*measures, weights=weights, aggregates=points(F1=2, F2=4, T1=4))
    after = scored(*measures, weights=weights, aggregates=points(F1=3, F2=4, T1=4))
    assert only(before.actions)["gain"] == only(after.scores)["strict"] - only(before.scores)["strict"]


def test_nobody_is_sent_after_what_does_not_apply():
    found = scored(
        indicator("F1"),
        indicator("F2"),
        aggregates=points(F1=3),
        decisions=[{"id": "F2", "decision": "not_applicable"}],
    )
    assert found.actions[["indicator_id", "gain"]].to_records(index=False).tolist() == [("F1", 25.0)]
