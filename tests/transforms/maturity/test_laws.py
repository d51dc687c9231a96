"""What holds of scores whatever the evidence: silence never pays, proof never harms, order and threads do not count."""

from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.maturity.planted import evidence, framework, indicator
from transforms.maturity.evidence import KEY, Evidence
from transforms.maturity.scoring import RESULTS, Scores, score

CITIES = [{"city": f"city-{place:02}", "region": "ab"[place % 2]} for place in range(24)]
RUBRIC = framework(
    indicator("F1", unit="pct", interval="wilson", leastN=10),
    indicator("F2", unit="pct", evidence="mixed", weight="1.5"),
    indicator("F3", evidence="mixed"),
    indicator("T1", "technological", evidence="reviewed", weight="0.3"),
    indicator("T2", "technological"),
    indicator("T3", "technological", unit="hours", floor=168, target=24, better="lower"),
    weights={"functional": "60", "technological": "40"},
)
FEW = settings(max_examples=8, deadline=None)
RANDOM = st.integers(0, 2**32).map(Random)


def drawn(random: Random, decisions: tuple[str, ...] = ("accepted", "accepted", "returned")) -> Evidence:
    """Any evidence of many cities: whatever may stand together does in one of them."""
    rows: dict[str, list[dict[str, Any]]] = {"aggregates": [], "declared": [], "decisions": []}
    for city in CITIES:
        for one in RUBRIC.indicators:
            key = {"id": one.id, "city": city["city"]}
            if one.evidence != "reviewed" and random.random() < 0.7:
                n, hits = random.choice([3, 10, 100]), random.random()
                value = random.randint(1, 4) if one.unit == "points" else 100 * hits
                complete = one.evidence != "mixed" or random.random() < 0.4
                rows["aggregates"].append({**key, "value": value, "hits": int(hits * n), "n": n, "complete": complete})
            if random.random() < 0.7:
                paper = random.choice(["ab" * 32, "cd" * 32])
                declared = {"points": random.randint(1, 4), "number": 100 * random.random(), "document_sha256": paper}
                rows["declared"].append({**key, **declared})
            rows["decisions"] += [{**key, "decision": random.choice(decisions)} for _ in range(random.randint(0, 2))]
    return evidence(**rows, cities=CITIES)


def without(given: Evidence, random: Random) -> Evidence:
    """The same with some of it kept silent: what was measured, what was declared, all that was accepted of a place."""
    judged = given.decisions[KEY].drop_duplicates()
    judged = judged[[random.random() < 0.8 for _ in range(len(judged))]]
    # One row stays, so that the round does.
    kept = [place == 0 or random.random() < 0.8 for place in range(len(given.aggregates))]
    return Evidence(
        aggregates=given.aggregates[kept],
        declared=given.declared[[random.random() < 0.8 for _ in range(len(given.declared))]],
        decisions=given.decisions.merge(judged, on=KEY),
        cities=given.cities,
    )


def same(one: Scores, other: Scores, tables: tuple[str, ...] = RESULTS) -> None:
    for table in tables:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


@FEW
@given(RANDOM)
def test_silence_never_raises_the_strict_score_or_the_level(random: Random):
    given = drawn(random)
    before, after = score(given, RUBRIC), score(without(given, random), RUBRIC)
    assert (after.scores["strict"] <= before.scores["strict"]).all()
    assert (after.scores["level"] <= before.scores["level"]).all()
    assert (after.dimension_scores["strict"] <= before.dimension_scores["strict"]).all()


@FEW
@given(RANDOM)
def test_more_evidence_never_lowers_the_evidence_share(random: Random):
    more = drawn(random)
    before, after = score(without(more, random), RUBRIC), score(more, RUBRIC)
    assert (after.scores["evidence_share"] >= before.scores["evidence_share"]).all()
    assert (after.dimension_scores["evidence_share"] >= before.dimension_scores["evidence_share"]).all()


@FEW
@given(RANDOM)
def test_a_declaration_changes_neither_evidence_nor_strict_score(random: Random):
    given = drawn(random, ("returned", "not_applicable"))
    silent = Evidence(given.aggregates, given.declared.head(0), given.decisions, given.cities)
    before, after = score(silent, RUBRIC), score(given, RUBRIC)
    columns = ["strict", "evidence_share", "level"]
    pd.testing.assert_frame_equal(before.scores[columns], after.scores[columns])
    points = ["points", "strict_points", "value"]
    pd.testing.assert_frame_equal(before.indicator_scores[points], after.indicator_scores[points])
    # A dimension may come to be rated by what is declared; its figure is of evidence alone.
    rated = before.dimension_scores["rated"]
    columns = ["evidence", "strict"]
    pd.testing.assert_frame_equal(before.dimension_scores[rated][columns], after.dimension_scores[rated][columns])


@FEW
@given(RANDOM)
def test_the_order_of_cities_and_rows_changes_nothing(random: Random):
    given = drawn(random, ("accepted", "returned", "not_applicable"))
    shuffled = Evidence(**{part: table.sample(frac=1, random_state=7) for part, table in vars(given).items()})
    same(score(given, RUBRIC), score(shuffled, RUBRIC))


@FEW
@given(RANDOM)
def test_what_other_cities_do_changes_no_score(random: Random):
    given = drawn(random)
    few = [one["city"] for one in CITIES[::3]]
    alone = Evidence(**{part: table[table["city"].isin(few)] for part, table in vars(given).items()})
    every, some = score(given, RUBRIC), score(alone, RUBRIC)
    for table in ("indicator_scores", "dimension_scores", "scores", "actions"):
        whole = getattr(every, table)
        found = whole[whole["city"].isin(few)].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, getattr(some, table), check_exact=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_number_of_threads_changes_nothing(seed: int):
    given = drawn(Random(seed), ("accepted", "not_applicable"))
    same(score(given, RUBRIC, threads=1), score(given, RUBRIC, threads=2))
