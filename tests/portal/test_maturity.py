"""The pages of maturity tell the figures of a frozen round, what is missing in it, and the way to the rows."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from data_contracts.catalogue import load
from data_contracts.city import City
from data_contracts.dataset import Dataset
from orchestration.store.files import settle
from portal.pages.texts import texts
from portal.public.gate import Gate
from portal.public.maturity import card, compare, indicator, measures, overview, spread, usecases
from portal.public.maturity.dots import values
from portal.public.maturity.files import offered
from portal.public.maturity.gates import gates
from portal.public.maturity.look import Look
from portal.public.maturity.measures import Line, Measure, ordered
from portal.public.maturity.places import counted
from portal.public.maturity.practice import Practice, best, practices
from portal.public.maturity.rounds import known, rounds
from portal.public.shelf import SETTING, shelf
from portal.public.visit import Visit
from tests.conftest import ROOT
from tests.portal.kit import WORKS, asking, let_out
from tests.portal.shell_kit import asking as asking_shell
from tests.portal.shell_kit import streamlit
from tests.transforms.maturity import kit
from transforms.engine import connect, literal
from transforms.maturity import round as freezing
from transforms.maturity.evidence import Evidence
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, write_bundle
from transforms.release.bundle import Release as Bundle
from transforms.release.description import Counts, data_until, describe, describe_city
from transforms.release.reader import Release, Shelf, open_release

NEW, OLD = "2026-H1", "2025-H2"
# A city that sends nothing for one dimension, and says nothing of it either.
SILENT, DIMENSION = "city-002", "engagement"
FULL = "city-001"
PAGES = {"overview": overview, "card": card, "indicator": indicator, "compare": compare, "usecases": usecases}
each_language = pytest.mark.parametrize("language", ["en", "hi"])

# Use cases by city: id, state, procedure, better, the measure before and now, and their days.
CASES = [
    (FULL, "UC-01", "live", "SOP-01", "lower", 80.0, "2024-01-01", 60.0, "2026-01-01"),
    (SILENT, "UC-01", "live", "SOP-01", "lower", 80.0, "2024-01-01", 40.0, "2024-06-01"),
    ("city-003", "UC-01", "live", None, "lower", 50.0, "2024-01-01", 55.0, "2026-01-01"),
    ("city-004", "UC-01", "planned", None, "lower", None, None, None, None),
    (FULL, "UC-02", "pilot", "SOP-02", "higher", 10.0, "2024-01-01", 30.0, "2026-01-01"),
    (SILENT, "UC-02", "live", "SOP-02", "higher", 10.0, "2024-01-01", None, None),
]
PROCEDURES = [(FULL, "SOP-01", "2.1", "2025-06-20", "2026-01-10"), (SILENT, "SOP-01", "1.0", "2023-01-01", None)]


def evidence(cities: int, number: int) -> Evidence:
    """Made-up evidence in which one city is silent in one dimension."""
    drawn = kit.drawn(cities, number, 11)
    quiet = {one.id for one in kit.rubric().indicators if one.dimension == DIMENSION}

    def heard(frame: Any) -> Any:
        return frame[~((frame["city"] == SILENT) & frame["indicator_id"].isin(quiet))]

    parts = {name: heard(getattr(drawn, name)) for name in ("aggregates", "declared", "decisions")}
    return replace(drawn, **parts)


def build(folder: Path, cities: int, number: int) -> Path:
    """A release with so many rounds of so many cities, and their use cases; it is out."""
    known_sets, everything = load(ROOT / "data_contracts").datasets, evidence(cities, max(number, 1))
    named = ("id", "name", "name_hi", "state", "fictional", "bounds")
    towns = [
        City(**dict(zip(named, (row.city, row.name_, row.name_hi, row.state, True, row[-4:]), strict=True)))
        for row in everything.cities.rename(columns={"name": "name_"}).itertuples(index=False)
    ]
    with TemporaryDirectory(dir=folder) as work:
        parts = [part(known_sets[table], sql, Path(work) / table) for table, sql in tables().items()]
        packs = {}
        for name in kit.names(number):
            place = Path(work) / "rounds" / name
            place.mkdir(parents=True)
            freezing.write(place, name, everything, kit.rubric(), "released", datetime(2026, 10, 1, 6, tzinfo=UTC))
            packs[name] = (place, freezing.pack(place))
        target = Path(work) / "one"
        target.mkdir()
        going = Bundle("one", "code", NOTICE, [describe_city(town) for town in towns], packs=packs)
        write_bundle(parts, going, target, Path(work))
        (folder / "releases").mkdir()
        settle(target, folder / "releases" / "one")
    let_out(folder / "releases", "one")
    return folder / "releases"


def tables() -> dict[str, str]:
    """SQL of the accepted rows of both tables."""

    def rows(given: list[tuple[Any, ...]]) -> str:
        return ", ".join(f"({', '.join('NULL' if one is None else literal(str(one)) for one in row)})" for row in given)

    return {
        "iccc__use_cases": "SELECT city, use_case_id, 'water' AS use_case_group, 'Pumps ' || use_case_id AS title, "
        "'पंप' AS title_hi, 'water' AS departments, 'water__water_supply' AS feeds, status, "
        "CAST(CASE status WHEN 'live' THEN '2023-01-01' END AS DATE) AS live_since, sop_id, 'Energy' AS kpi, "
        "'kWh' AS kpi_unit, better, CAST(baseline AS DOUBLE) AS baseline, CAST(baseline_on AS DATE) AS baseline_on, "
        "CAST(now AS DOUBLE) AS current, CAST(now_on AS DATE) AS current_on, 'A' AS nodal_officer, '9' AS phone "
        f"FROM (VALUES {rows(CASES)}) "
        "AS t(city, use_case_id, status, sop_id, better, baseline, baseline_on, now, now_on)",
        "iccc__sops": "SELECT city, sop_id, 'UC-01' AS use_case_id, version, DATE '2023-01-01' AS approved_on, "
        "CAST(reviewed AS DATE) AS last_reviewed_on, CAST(drill AS DATE) AS last_drill_on, "
        "CAST(30 AS BIGINT) AS target_minutes, 'A' AS prepared_by, 'B' AS approved_by "
        f"FROM (VALUES {rows(PROCEDURES)}) AS t(city, sop_id, version, reviewed, drill)",
    }


def part(dataset: Dataset, sql: str, folder: Path) -> Part:
    folder.mkdir()
    with connect(folder) as connection:
        rows = write_table(connection, dataset, sql, [FULL], folder)
        published = f"SELECT * FROM read_parquet({literal(folder / f'{dataset.table}.parquet')})"
        until = data_until(connection, dataset, published)
        by_city = dict(connection.execute(f"SELECT city, count(*) FROM ({published}) GROUP BY 1").fetchall())
    counts = {city: Counts(count, count, 0, 0, {}, {}) for city, count in by_city.items()}
    entry = describe(dataset, {}, WORKS, None, counts, by_city, until)
    return Part(dataset.table, dataset.title, "rows", rows, dataset.contract_hash, {FULL: ["sha"]}, folder, entry)


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is tried out becomes the main module, which a process started later would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five cities, two rounds."""
    return build(tmp_path_factory.mktemp("small"), 5, 2)


@pytest.fixture(scope="module")
def release(small: Path) -> Iterator[Release]:
    opened = open_release(small, "one")
    yield opened
    opened.connection.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred cities, one round."""
    return build(tmp_path_factory.mktemp("large"), 100, 1)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release before the first round."""
    return build(tmp_path_factory.mktemp("bare"), 5, 0)


def look(release: Release, language: str = "en", name: str = NEW) -> Look:
    every = rounds(release)
    return Look(Visit(texts(language), release, None), next(one for one in every if one.name == name), every)


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Draws a page of a shelf as a reader's browser asks for it; its own HTML."""
    shelf.cache_clear()

    def drawn(releases: Path, page: str, **asked: str) -> str:
        monkeypatch.setenv(SETTING, str(releases))
        script = f"from portal.public.maturity import {page}\nfrom portal.public.visit import visit\n"
        app = AppTest.from_string(f"{script}with visit() as reader:\n    {page}.show(reader)\n", default_timeout=60)
        for name, value in asked.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return "".join(one.proto.body for one in app.get("html"))

    yield drawn
    shelf.cache_clear()


def rows_of(html: str) -> list[str]:
    """The rows of all tables that name a city or an indicator in front."""
    return re.findall(r"<tr>(?=<th scope=\"row\">)(.*?)</tr>", html, re.DOTALL)


def links(html: str, path: str) -> list[dict[str, str]]:
    """What the links to a page ask for."""
    hrefs = [urlsplit(unescape(href)) for href in re.findall(r'href="([^"]+)"', html)]
    return [{name: found[0] for name, found in parse_qs(one.query).items()} for one in hrefs if one.path == path]


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


@each_language
@pytest.mark.parametrize("page", ["overview", "card", "indicator", "compare"])
def test_before_the_first_round_every_page_says_so(draw: Any, bare: Path, page: str, language: str):
    assert texts(language)("state.norounds.title") in draw(bare, page, lang=language)


@each_language
@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("overview", {"round": OLD, "indicator": "T7"}),
        ("card", {"city": SILENT}),
        ("indicator", {"id": "G1", "city": SILENT}),
        ("indicator", {"id": "C5"}),
        ("compare", {"cities": f"{FULL},{SILENT},atlantis"}),
        ("usecases", {"city": FULL}),
        ("usecases", {"case": "UC-01"}),
    ],
)
def test_every_page_can_be_read_in_both_languages(
    draw: Any, small: Path, page: str, asked: dict[str, str], language: str
):
    html = draw(small, page, lang=language, **asked)
    assert f'lang="{language}"' in html and "state.missing" not in html
    assert texts(language)("state.missing.title") not in html


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("overview", {"round": "2019-H1"}),
        ("card", {"city": "atlantis"}),
        ("indicator", {"id": "F99"}),
        ("indicator", {}),
        ("usecases", {"case": "UC-99"}),
    ],
)
def test_an_address_that_names_nothing_is_not_answered_with_something_else(
    draw: Any, small: Path, page: str, asked: dict[str, str]
):
    assert texts("en")("state.missing.title") in draw(small, page, **asked)


def test_the_card_tells_the_scores_of_the_round(draw: Any, small: Path, release: Release):
    html, found = draw(small, "card", city=FULL), look(release)
    row = found.round.scores[FULL]
    for name in card.THREE:
        assert f"<dd>{found.number(row[name])}</dd>" in html
    assert {link["id"] for link in links(html, "/indicator")} == found.round.indicators.keys()
    sure = found.round.sensitivity[FULL, row["level"]]["share"]
    assert f"at level {row['level']} in {found.number(sure)} % of" in html
    assert [one["id"] for one in card.actions(found, FULL)] == [
        one["indicator_id"] for one in found.round.actions[FULL]
    ]


def test_a_dimension_of_which_too_little_is_known_is_not_rated(draw: Any, small: Path, release: Release):
    row = rounds(release)[0].of_dimensions[SILENT, DIMENSION]
    assert (row["rated"], row["evidence"], row["strict"]) == (False, None, 0.0)
    title = look(release).said(rounds(release)[0].dimensions[DIMENSION])
    html = draw(small, "overview", dimension=DIMENSION)
    (told,) = [one for one in rows_of(html) if f"city={SILENT}" in one]
    assert told.count("not rated") == 2 and title in html


def test_what_is_missing_is_never_nought(draw: Any, small: Path, release: Release):
    found = look(release)
    assert found.round.of_indicators[SILENT, "C1"]["class"] == "missing"
    html = draw(small, "indicator", id="C1", city=SILENT)
    assert texts("en")("indicator.novalue") in html and "<dd>0</dd><dt>of 4 points" in html
    assert SILENT not in dict(values(found, found.round.indicators["C1"]))
    assert card.indicator_row(found, SILENT, found.round.indicators["C1"])["value"] is None
    (line,) = measures.lines(found, Measure("indicator", "C1"), [SILENT])
    assert line.order["value"] is None and line.shown["value"] == "–"


def test_an_indicator_shows_value_interval_cases_and_query(draw: Any, small: Path, release: Release):
    found = look(release)
    (city, row) = next(
        (city, one) for (city, id), one in found.round.of_indicators.items() if id == "F3" and one["low"]
    )
    html = draw(small, "indicator", id="F3", city=city)
    assert f"<dd>{found.number(row['value'])} %</dd>" in html
    assert f"({found.number(row['low'])}–{found.number(row['high'])})" in html
    assert f"{row['hits']:,} of {row['n']:,} cases" in html
    query = (found.round.folder / "queries/f3.sql").read_text(encoding="utf-8").strip()
    assert query in unescape(html) and found.round.about["files"]["queries/f3.sql"] in html


def test_points_begin_where_the_rubric_says(release: Release):
    found = look(release)
    assert indicator.bands(found, found.round.indicators["F3"]) == [
        (4, "from 72.5 %"),
        (3, "from 58 %"),
        (2, "from 41.5 %"),
        (1, "otherwise"),
    ]
    assert indicator.bands(found, found.round.indicators["F6"])[0] == (4, "up to 1.7 %")
    assert [points for points, _ in indicator.bands(found, found.round.indicators["T8"])] == [4, 3, 2, 1]


def test_three_clicks_lead_from_a_number_to_its_rows(draw: Any, small: Path):
    first = next(link for link in links(draw(small, "overview"), "/scorecard") if link["city"] == FULL)
    second = next(link for link in links(draw(small, "card", **first), "/indicator") if link["id"] == "F2")
    (third,) = links(draw(small, "indicator", **second), "/dataset")
    assert third == {"id": "iccc-use-cases", "city": FULL}


def test_rows_that_are_not_public_are_said_to_be_with_the_staff(draw: Any, small: Path, release: Release):
    html = draw(small, "indicator", id="T1", city=FULL)
    assert texts("en")("indicator.rows.staff") in html and "platform__runs" in html
    assert links(html, "/dataset") == []
    assert rounds(release)[0].about["files"]["queries/t1.sql"] in html


def test_an_older_round_is_kept_by_every_link(draw: Any, small: Path):
    assert {link.get("round") for link in links(draw(small, "overview", round=OLD), "/scorecard")} == {OLD}
    assert {link.get("round") for link in links(draw(small, "overview"), "/scorecard")} == {None}


def test_files_are_offered_and_served_as_the_manifest_lists_them(small: Path, release: Release):
    found = offered(look(release), ["rubric.yaml", "results/scores.csv", "cards/nobody.pdf"], pack=True)
    assert [one["kind"] for one in found] == ["pack", "rubric", "scores"]
    with asking(Shelf(small)) as client:
        for one in found:
            answer = client.get(one["href"])
            assert (answer.status_code, len(answer.content)) == (200, one["bytes"])
            assert f"maturity-{NEW}" in answer.headers["Content-Disposition"]
        for lost in ("maturity/2026-H1/../../manifest.json", "maturity/2026-H1", "scores.csv", "maturity/%2e%2e/x"):
            assert client.get(f"/download/one/{lost}").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *((f"/maturity?round={OLD}", 200), ("/maturity?round=2019-H1", 404), ("/scorecard", 200)),
        *((f"/scorecard?city={FULL}", 200), ("/scorecard?city=atlantis", 404), ("/indicator", 404)),
        *(("/indicator?id=F3", 200), ("/indicator?id=F99", 404), ("/compare", 200), ("/usecases", 200)),
    ],
)
def test_an_address_answers_with_its_status(small: Path, address: str, status: int):
    with asking_shell(Gate(streamlit(), Shelf(small))) as client:
        assert client.get(address).status_code == status


def test_without_a_round_only_a_named_one_is_missing(bare: Path):
    opened = open_release(bare, "one")
    assert known(opened, None, "F3") and not known(opened, NEW, None)
    opened.connection.close()


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


Interval = st.tuples(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20))


@given(st.lists(st.none() | Interval, min_size=2, max_size=6), st.sampled_from(["higher", "lower"]))
def test_a_difference_is_one_only_where_intervals_do_not_overlap(given_: list[Any], better: str):
    class Names(Look):
        def city(self, city: str) -> str:
            return city

    rows = {
        f"c{place}": {"value": None, "low": None, "high": None}
        if one is None
        else {"value": one[0], "low": one[0] - one[1], "high": one[0] + one[2]}
        for place, one in enumerate(given_)
    }
    named = Names(Visit(texts("en"), None, None), None, ())  # type: ignore[arg-type]
    found = compare.apart(named, {"better": better}, rows)
    known_ones = [row for row in rows.values() if row["low"] is not None]
    if len(known_ones) < 2:
        assert found is None
        return
    top, bottom = max(known_ones, key=lambda row: row["value"]), min(known_ones, key=lambda row: row["value"])
    assert (" is ahead of " in str(found)) == (top["low"] > bottom["high"])
    if top["low"] > bottom["high"]:
        ahead, behind = str(found).split(" is ahead of ")
        assert (rows[ahead]["value"] > rows[behind]["value"]) == (better == "higher")


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


def test_a_change_is_told_only_of_what_runs_and_was_measured_a_year_apart(release: Release):
    found = {(one.city, one.case): one for one in practices(release)}
    changes = {key: None if one.change is None else round(one.change) for key, one in found.items()}
    assert changes == {
        (FULL, "UC-01"): 25,
        (SILENT, "UC-01"): None,
        ("city-003", "UC-01"): -10,
        ("city-004", "UC-01"): None,
        (FULL, "UC-02"): None,
        (SILENT, "UC-02"): None,
    }


def test_the_one_that_does_it_best_is_named_only_where_it_was_measured(draw: Any, small: Path, release: Release):
    every = practices(release)
    top = best([one for one in every if one.case == "UC-01"])
    assert top is not None and top.city == FULL
    assert best([one for one in every if one.case == "UC-02"]) is None
    assert texts("en")("usecases.nobest") in draw(small, "usecases", case="UC-02")
    assert "City 1 (+25 %)" in draw(small, "usecases", case="UC-01")


def test_a_use_case_tells_its_cities_the_age_of_procedures_and_an_office(draw: Any, small: Path):
    html = draw(small, "usecases", case="UC-01")
    own, silent, *_ = rows_of(html)
    assert "City 1<" in own and "2.1" in own and "6 months ago" in own
    assert "City 2<" in silent and "36 months ago" in silent
    assert "Programme Manager, Command Centre" in html and "nodal" not in html


@pytest.mark.parametrize(
    ("asked", "told"),
    [({}, 2), ({"city": "city-004"}, 1), ({"city": FULL, "status": "live"}, 1), ({"status": "stopped"}, 0)],
)
def test_use_cases_are_narrowed_by_the_address(draw: Any, small: Path, asked: dict[str, str], told: int):
    html = draw(small, "usecases", **asked)
    assert len({link["case"] for link in links(html, "/usecases") if "case" in link}) == told
    assert f"{told} of 2 use cases" in html


def test_an_age_is_as_of_the_newest_day_in_the_data(release: Release):
    one = next(one for one in practices(release) if one.version == "2.1")
    assert isinstance(one, Practice) and one.reviewed_on == date(2025, 6, 20)
    assert usecases.sources(Visit(texts("en"), release, None))["until"] == "1 January 2026"
