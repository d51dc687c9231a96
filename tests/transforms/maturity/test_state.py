"""A State collects one file with the figures of all its cities, and of no other's."""

import csv
import io
import json
from datetime import UTC, datetime

from tests.transforms.maturity.kit import drawn, names, rubric
from transforms.maturity.card import cards
from transforms.maturity.evidence import Evidence
from transforms.maturity.scoring import score
from transforms.maturity.state import returns

NAME, RELEASE = names(1)[0], "r1"
NOW = datetime(2026, 7, 15, tzinfo=UTC)


def made(evidence: Evidence) -> dict[str, tuple[str, str]]:
    scores = score(evidence, rubric())
    every = list(cards(NAME, RELEASE, NOW, rubric(), evidence, scores))
    return {state: (table, text) for state, table, text in returns(every)}


def test_each_state_has_its_cities_with_every_figure():
    given = drawn(6, 1, 5)
    scores, found = score(given, rubric()), made(given)
    assert set(found) == {"North-State", "South-State", "East-State", "West-State"}
    table, text = found["North-State"]
    told = json.loads(text)
    assert (told["state"], told["round"], told["release"]) == ("North State", NAME, RELEASE)
    assert told["rubric"] == {"id": "emf", "version": rubric().version, "sha256": rubric().hash}
    assert [city["city"] for city in told["cities"]] == ["city-001", "city-005"]
    rows = list(csv.DictReader(io.StringIO(table)))
    for city, row in zip(told["cities"], rows, strict=True):
        overall = scores.scores.set_index("city").loc[city["city"]]
        assert city["scores"]["strict"] == overall["strict"] == float(row["strict"])
        assert set(city["indicators"]) == set(rubric().by_id)
        for one, figures in city["indicators"].items():
            assert row[f"{one}.class"] == figures["class"]
            assert row[f"{one}.points"] == ("" if figures["points"] is None else str(figures["points"]))
        assert row["governance.strict"] == str(city["dimensions"]["governance"]["strict"])
        assert row["notice"] == city["notice"] == "Fictional sample, not government data"


def test_the_name_of_a_file_is_no_path_and_no_cell_a_formula():
    given = drawn(1, 1, 5)
    ((state, (table, _)),) = made(
        Evidence(
            given.aggregates,
            given.declared,
            given.decisions,
            given.cities.assign(state="../North & South/उत्तर प्रदेश", name="=1+1"),
        )
    ).items()
    assert state == "North-South-उत्तर-प्रदेश"
    assert "'=1+1" in table and ",=1+1" not in table
