"""All cities and their scores on one page: filters, order, spread, gates to the next level."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.public.maturity import card, measures, spread
from portal.public.maturity.gates import gates
from portal.public.maturity.measures import Line, Measure, ordered
from portal.public.maturity.places import counted
from portal.public.maturity.rounds import rounds
from tests.portal.maturity.releases import DIMENSION, FULL, OLD, SILENT, links, look, rows_of
from transforms.release.reader import Release, open_release


def test_every_city_stands_with_its_scores(draw: Any, small: Path, release: Release):
    html, found = draw(small, "overview"), look(release)
    assert {link["city"] for link in links(html, "/scorecard")} == found.round.scores.keys()
    for city, row in found.round.scores.items():
        (told,) = [one for one in rows_of(html) if f"city={city}" in one]
        assert f'<td class="num">{found.number(row["strict"])}</td>' in told and found.level(row["level"]) in told


def test_the_rubric_is_named_as_our_own_with_its_hash(draw: Any, small: Path, release: Release):
    about = rounds(release)[0].about
    for page, asked in {"overview": {}, "card": {"city": FULL}, "indicator": {"id": "F3"}}.items():
        html = draw(small, page, **asked)
        assert "It is not the ministry" in html and about["rubric"]["hash"][:16] in html


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"region": "North"}, lambda one, city: one.cities[city]["region"] == "North"),
        ({"league": "small"}, lambda one, city: one.cities[city]["league"] == "small"),
        ({"level": "1"}, lambda one, city: one.scores[city]["level"] == 1),
        ({"region": "South", "level": "2", "dimension": "governance"}, lambda one, city: False),
    ],
)
def test_a_filter_stands_in_the_address(draw: Any, large: Path, asked: dict[str, str], fits: Any):
    opened = open_release(large, "one")
    one = rounds(opened)[0]
    wanted = {
        city
        for city in one.scores
        if all(
            {"region": one.cities[city]["region"], "league": one.cities[city]["league"], "dimension": "governance"}.get(
                name, str(one.scores[city]["level"])
            )
            == value
            for name, value in asked.items()
        )
    }
    opened.connection.close()
    assert len(asked) > 1 or wanted == {city for city in one.scores if fits(one, city)}
    assert {link["city"] for link in links(draw(large, "overview", **asked), "/scorecard")} == wanted


def test_a_hundred_cities(draw: Any, large: Path):
    html = draw(large, "overview")
    assert len(links(html, "/scorecard")) == 100 and "tall" in html
    opened = open_release(large, "one")
    found = look(opened)
    every = measures.lines(found, Measure("overall", "strict"), list(found.round.cities))
    assert sum(counted(every).values()) == 100
    dots = spread.heaped({city: row["strict"] for city, row in found.round.scores.items()})
    assert len(dots) == 100 == len({(dot["x"], dot["y"]) for dot in dots})
    assert all(abs(dot["x"] - dot["s"]) <= spread.WIDE for dot in dots)
    opened.connection.close()


def test_a_dimension_of_which_too_little_is_known_is_not_rated(draw: Any, small: Path, release: Release):
    row = rounds(release)[0].of_dimensions[SILENT, DIMENSION]
    assert (row["rated"], row["evidence"], row["strict"]) == (False, None, 0.0)
    title = look(release).said(rounds(release)[0].dimensions[DIMENSION])
    html = draw(small, "overview", dimension=DIMENSION)
    (told,) = [one for one in rows_of(html) if f"city={SILENT}" in one]
    assert told.count("not rated") == 2 and title in html


def test_an_older_round_is_kept_by_every_link(draw: Any, small: Path):
    assert {link.get("round") for link in links(draw(small, "overview", round=OLD), "/scorecard")} == {OLD}
    assert {link.get("round") for link in links(draw(small, "overview"), "/scorecard")} == {None}


def test_the_gates_are_those_that_the_round_names(large: Path):
    opened = open_release(large, "one")
    one = rounds(opened)[0]
    for city, row in one.scores.items():
        number, doors = gates(one, city)
        assert (number is None) == (row["level"] == 4)
        closed = {
            door.name if door.dimension is None else f"dimension:{door.dimension}" for door in doors if not door.open
        }
        assert row["held_by"] in closed if doors else row["held_by"] is None
        # The round names the first that is closed, so those before it are open.
        assert row["held_by"] == "strict" or "strict" not in closed
        assert row["held_by"] != "share" or closed == {"share"}
        assert card.held(look(opened), city)
    opened.connection.close()


@pytest.mark.parametrize(
    ("level", "strict", "weakest", "share", "closed"),
    [
        (0, 24.9, 0, 0, {"strict"}),
        (1, 50, 25, 29.9, {"share"}),
        (2, 66, 49.9, 60, {"a"}),
        (2, 65.9, 50, 50, {"strict"}),
        (3, 85, 66, 70, set()),
        (2, 10, None, 60, {"strict"}),
        (4, 90, 90, 90, None),
    ],
)
def test_a_gate_is_open_from_its_figure_on(
    level: int, strict: float, weakest: float | None, share: float, closed: set[str] | None
):
    steps = {1: (25, 0), 2: (50, 30), 3: (66, 50), 4: (85, 70)}
    made = SimpleNamespace(
        levels={number: {"strict": least, "share": proven} for number, (least, proven) in steps.items()},
        dimensions={"a": {}, "b": {}},
        of_dimensions={("c", "a"): {"strict": weakest}, ("c", "b"): {"strict": 100}},
        scores={"c": {"level": level, "strict": strict, "evidence_share": share}},
    )
    number, doors = gates(made, "c")  # type: ignore[arg-type]
    assert number == (None if closed is None else level + 1)
    assert {door.dimension or door.name for door in doors if not door.open} == (closed or set())


@given(st.lists(st.none() | st.integers(0, 9), max_size=20), st.sampled_from(["strict", "-strict"]))
def test_what_has_no_figure_stands_last_whichever_way_one_sorts(figures: list[int | None], by: str):
    every = [Line(f"c{n}", 1, {}, {"name": f"c{n:02}", "level": 1, "strict": one}) for n, one in enumerate(figures)]
    found = [line.order["strict"] for line in ordered(every, by, "overall")]
    told = sorted((one for one in figures if one is not None), reverse=by == "strict")
    assert found == [*told, *[None] * figures.count(None)]


def test_by_default_cities_of_a_level_stand_by_name_and_not_by_score():
    every = [Line(name, level, {}, {"name": name, "level": level, "strict": score}) for name, level, score in (
        ("b", 2, 60), ("a", 2, 51), ("d", 3, 70), ("c", 2, 65))]  # fmt: skip
    assert [line.city for line in ordered(every, "", "overall")] == ["d", "a", "b", "c"]
    assert ordered(every, "nonsense", "overall") == ordered(every, "", "overall")
