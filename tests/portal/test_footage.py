"""The page on footage tells the numbers of a release's tables, says what is hidden, and what is not sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from data_contracts.catalogue import load
from data_contracts.dataset import Dataset
from orchestration.store.files import settle
from portal.pages.html import render
from portal.pages.texts import texts
from portal.pages.theme import LIGHT
from portal.public import footage, rates
from portal.public.courses import course, losses
from portal.public.parts import NEEDS, missing
from portal.public.rates import Month, Rate
from portal.public.reasons import Reason, reasons, top, way
from portal.public.uptime import Area, named, told, uptime
from portal.public.visit import Visit
from tests.conftest import ROOT
from tests.contracts_kit import CITY
from tests.portal.kit import TOWN, WORKS
from transforms.engine import connect, literal
from transforms.footage.causes import CAUSES, UNKNOWN
from transforms.interval import share
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, write_bundle
from transforms.release.bundle import Release as Bundle
from transforms.release.description import Counts, data_until, describe, describe_city
from transforms.release.reader import Release, open_release

# A city that sends everything, and one of which only cameras and recordings are published.
ALL, FEW = CITY, "meghavan"
CITIES = [TOWN, TOWN.model_copy(update={"id": FEW, "name": "Meghavan", "name_hi": "मेघवन"})]
each_language = pytest.mark.parametrize("language", ["en", "hi"])


def month(back: int) -> date:
    """The first of the month so many months before August 2026."""
    number = 2026 * 12 + 7 - back
    return date(number // 12, number % 12 + 1, 1)


# Thirteen months, newest first: requests that matured and were met, by zone. In the third newest one zone met few.
REQUESTS = {
    back: {"North": (40 + back, 3 if back == 2 else 21), "South": (60, 25 + back), "West": (50, 20)}
    for back in range(13)
}
CRIMES = {back: (300, 4 if back == 5 else 90 + back) for back in range(-1, 13)}
# The small ones are hidden together, so that none of the others must be.
LOST = {
    "camera_down": (70, 60.5),
    "expired_during_handling": (500, 480.0),
    UNKNOWN: (99, 99.0),
    **{"quality": (4, 4.0), "export_failed": (5, 5.0), "clock_drift": (6, 5.5)},
}
# In each of the newest month and the one before: cameras, per cent of the time.
AVAILABLE = [
    (ALL, "city", None, None, 85, 92.5),
    (ALL, "ward", "North", "1", 30, 60.0),
    (ALL, "ward", "South", "2", 30, 97.0),
    (ALL, "rest_of_zone", "North", None, 15, 99.0),
    (ALL, "rest_of_city", None, None, 10, 58.5),
    (FEW, "city", None, None, 12, 40.0),
    (FEW, "ward", "North", "1", 12, 40.0),
]
TOP = [(0, 1, "camera_down"), (0, 2, "quality"), (3, 1, "capacity")]
# Of each city's month: set aside, entered late. In the third newest month few were set aside.
ASIDE, LATE = 20, 12
FEW_ASIDE = 2


def request_rows() -> Iterator[str]:
    for back, zones in REQUESTS.items():
        whole = (sum(matured for matured, _ in zones.values()), sum(met for _, met in zones.values()))
        for zone, (matured, met) in {None: whole, **zones}.items():
            level, place = ("zone", literal(zone)) if zone else ("city", "''")
            pct = share(met, matured)
            ends = [round(100 * (value or 0), 1) for value in (pct.share, pct.low, pct.high)]
            aside, late = (0, 0) if zone else (4 if back == FEW_ASIDE else ASIDE, LATE)
            yield (
                f"('{ALL}', '{level}', {place}, {literal(zone) if zone else 'NULL'}, DATE '{month(back)}', "
                f"{matured + aside}, {aside}, 0, {matured}, {met}, 0, {late}, "
                f"{', '.join(f'CAST({end} AS DOUBLE)' for end in ends)})"
            )


def crime_rows() -> Iterator[str]:
    for back, (crimes, provided) in CRIMES.items():
        yield f"('{ALL}', 'city', '', NULL, NULL, DATE '{month(back)}', {crimes}, {provided})"


def tables() -> dict[str, str]:
    """SQL of what each public table is made of."""
    lost = ", ".join(
        f"('{ALL}', '{name}', {requests}, CAST({share} AS DOUBLE))" for name, (requests, share) in LOST.items()
    )
    available = ", ".join(
        f"('{city}', '{level}', '{ward or zone or ''}', {literal(zone) if zone else 'NULL'}, "
        f"{literal(ward) if ward else 'NULL'}, DATE '{month(back)}', {cameras}, CAST({pct - back} AS DOUBLE), "
        + (
            f"CAST({720 * cameras} AS DOUBLE), CAST({7.2 * cameras * pct} AS DOUBLE))"
            if level == "city"
            else "NULL, NULL)"
        )
        for city, level, zone, ward, cameras, pct in AVAILABLE
        for back in (0, 1)
    )
    named = ", ".join(f"('{ALL}', DATE '{month(back)}', {rank}, '{reason}')" for back, rank, reason in TOP)
    counts = (
        "received, set_aside, still_open, matured_requests, met_requests, delivered_in_part, logged_late, "
        "met_pct, met_low_pct, met_high_pct"
    )
    return {
        rates.REQUESTS: f"SELECT * FROM (VALUES {', '.join(request_rows())}) "
        f"AS t(city, level, place, zone, month, {counts})",
        rates.CRIMES: f"SELECT * FROM (VALUES {', '.join(crime_rows())}) "
        "AS t(city, level, place, zone, ward_id, month, crimes, with_footage)",
        "mart_footage_reasons": f"SELECT * FROM (VALUES {lost}) AS t(city, reason, requests, shapley)",
        "police__cameras": f"SELECT {literal(ALL)} AS city, 'North' AS zone, '1' AS ward_id, 'camera' AS device_type, "
        "'working' AS status FROM range(30)",
        "mart_footage_top_reasons": f"SELECT * FROM (VALUES {named}) AS t(city, month, rank, reason)",
        "mart_availability_by_month": f"SELECT * FROM (VALUES {available}) "
        "AS t(city, level, place, zone, ward_id, month, cameras, available_pct, due_h, recorded_h)",
    }


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """A release of the real contracts' public tables, with small counts hidden as the platform hides them."""
    catalogue = load(ROOT / "data_contracts")
    known = {**catalogue.datasets, **catalogue.marts}
    releases = tmp_path_factory.mktemp("footage") / "releases"
    releases.mkdir()
    with TemporaryDirectory(dir=releases.parent) as work:
        parts = [part(known[table], sql, Path(work) / table) for table, sql in tables().items()]
        folder = Path(work) / "one"
        folder.mkdir()
        write_bundle(parts, Bundle("one", "code", NOTICE, [describe_city(city) for city in CITIES]), folder, Path(work))
        settle(folder, releases / "one")
    opened = open_release(releases, "one")
    yield opened
    opened.connection.close()


def part(dataset: Dataset, sql: str, folder: Path) -> Part:
    folder.mkdir()
    with connect(folder) as connection:
        rows = write_table(connection, dataset, sql, [city.id for city in CITIES], folder)
        published = f"SELECT * FROM read_parquet({literal(folder / f'{dataset.table}.parquet')})"
        until = data_until(connection, dataset, published)
        by_city = dict(connection.execute(f"SELECT city, count(*) FROM ({published}) GROUP BY 1").fetchall())
    counts = {city: Counts(count, count, 0, 0, {}, {}) for city, count in by_city.items()}
    entry = describe(dataset, {}, WORKS, None, counts, by_city, until)
    return Part(dataset.table, dataset.title, "rows", rows, dataset.contract_hash, {ALL: ["sha"]}, folder, entry)


def visit(release: Release, language: str = "en") -> Visit:
    return Visit(texts(language), release, None)


def rated(release: Release, city: str = ALL, language: str = "en") -> dict[str, Any]:
    return footage.rated(visit(release, language), city, rates.months(release, city).get("", []))


def drawn(release: Release, city: str = ALL, language: str = "en") -> str:
    """The page's own HTML around its charts and tables."""
    looking, whole = visit(release, language), rates.months(release, city).get("", [])
    ahead = footage.ahead(looking, city, whole, reasons(release, city))
    return (
        render("footage_rates.html", texts(language), parts=footage.PARTS, **rated(release, city, language))
        + render("footage_way.html", texts(language), **ahead)
        + render("footage_limits.html", texts(language), limits=footage.LIMITS)
    )


def shown_by(table: str, part: str, whole: str, release: Release, months: int) -> tuple[int, int, int]:
    """The sums over the newest months up to August that show both counts, and how many do; by the database itself."""
    query = (
        f"SELECT CAST(sum({part}) AS BIGINT), CAST(sum({whole}) AS BIGINT), count(*) FROM {table} WHERE city = ? "
        f"AND level = 'city' AND month > DATE '2026-08-01' - INTERVAL {months} MONTH AND month <= DATE '2026-08-01' "
        f"AND {part} IS NOT NULL AND {whole} IS NOT NULL"
    )
    ((met, matured, shown),) = release.query(query, [ALL])
    return met, matured, shown


def test_rate_a_is_that_of_the_tables_newest_twelve_months(release: Release):
    rate = rated(release)["rates"][0]["rate"]
    assert (rate.part, rate.whole, rate.shown) == shown_by(
        rates.REQUESTS, "met_requests", "matured_requests", release, 12
    )
    assert (rate.months[0], rate.months[-1], len(rate.months)) == (month(11), month(0), 12)
    assert 0 < rate.shown <= 12


def test_rate_b_is_over_the_same_months_and_leaves_a_hidden_one_out(release: Release):
    rate = rated(release)["rates"][1]["rate"]
    assert (rate.part, rate.whole, rate.shown) == shown_by(rates.CRIMES, "with_footage", "crimes", release, 12)
    provided = [provided for back, (_, provided) in CRIMES.items() if 0 <= back < 12 and back != 5]
    assert (rate.part, rate.whole, rate.shown) == (sum(provided), 300 * 11, 11)
    assert "Only 11 of these 12 months show their counts" in drawn(release)


def test_a_zone_with_a_hidden_month_is_told_over_the_others(release: Release):
    every = rates.months(release, ALL)
    rate = rates.rate_a(rates.latest(every["North"], month(0)))
    assert {one.month for one in every["North"] if one.met is None} == {month(2)}
    zone, shown, matured, met, *_ = footage.zone_row(visit(release), "North", rate)
    assert (zone, shown, met) == ("North", "11 of 12", 21 * 11)
    assert matured == sum(40 + back for back in range(12) if back != 2)


def test_a_sum_with_a_hidden_month_is_not_given(release: Release):
    assert rates.total([3, None, 4, None]) == (None, 2)
    assert rates.total([3, 0, 4]) == (7, 0)
    assert [name for name, *_ in rated(release)["counts"]] == list(footage.COUNTS)


@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_is_wilsons(counts: tuple[int, int]):
    known, rate = share(*counts), Rate(*counts, 1, (month(0),))
    assert rate.pct == pytest.approx(100 * (known.share or 0), abs=0.051)
    assert rate.interval == pytest.approx((100 * (known.low or 0), 100 * (known.high or 0)), abs=0.051)


@pytest.mark.parametrize(("whole", "told"), [(19, False), (20, True)])
def test_a_rate_needs_twenty_cases(whole: int, told: bool):
    assert Rate(10, whole, 1, (month(0),)).told == told


def test_a_gap_of_months_counts_as_time():
    few = [blank(20), blank(11), blank(3), blank(0)]
    assert [one.month for one in rates.latest(few, month(0))] == [month(11), month(3), month(0)]
    assert rates.latest(few, month(11))[-1].month == month(11)


def blank(back: int, pct: float | None = None) -> Month:
    return Month(month(back), *(None,) * 6, pct, pct, pct)


def test_the_title_of_the_chart_is_true(release: Release):
    def claim(*pcts: float | None) -> tuple[str, str]:
        return footage.claimed(visit(release), ALL, [blank(9 - n, pct) for n, pct in enumerate(pcts)])

    assert claim(40.0, None, 74.9) == (
        "Navsagar met 75 % of its requests in none of the 2 months shown",
        "The best month was January 2026: 74.9 %. The band is the 95 % interval; the more requests, the narrower it is."
        " 1 of 3 months hide their counts and leave a gap.",
    )
    assert claim(75.0, 80.0, 10.0)[0] == "Navsagar met 75 % of its requests in 2 of the 3 months shown"
    assert claim(None, None)[0] == ""


def test_causes_are_those_of_the_table_and_hidden_ones_come_last(release: Release):
    found = reasons(release, ALL)
    told = [("expired_during_handling", 480.0), (UNKNOWN, 99.0), ("camera_down", 60.5)]
    hidden = [("clock_drift", None), ("export_failed", None), ("quality", None)]
    assert [(one.name, one.lost) for one in found] == [*told, *hidden]
    spec = losses(texts("en"), LIGHT, [one for one in found if one.lost is not None])
    assert [(bar["s"], bar["k"]) for bar in spec["data"]["values"]] == [(480.0, True), (99.0, False), (60.5, True)]


def test_the_chart_leaves_a_gap_where_a_month_is_hidden():
    spec = course(texts("hi"), LIGHT, [blank(1, 40.0), blank(0)])
    assert [(one["m"], one["p"]) for one in spec["data"]["values"]] == [("2026-07-01", 40.0), ("2026-08-01", None)]


@given(
    st.integers(20, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
    st.lists(st.integers(0, 900), max_size=6),
)
def test_the_way_takes_no_more_causes_than_the_goal_lacks(counts: tuple[int, int], lost: list[int]):
    rate = Rate(*counts, 2, (month(1), month(0)))
    causes = [Reason(UNKNOWN, 9999, 9999.0), *(Reason(CAUSES[n], one, one) for n, one in enumerate(sorted(lost)[::-1]))]
    found = way(rate, causes)
    assert found is not None and UNKNOWN not in [step.name for step in found.steps]
    shares = [100 * one / rate.whole for one in sorted(lost)[::-1] if one]
    assert [step.share for step in found.steps] == shares[: len(found.steps)]
    # One cause fewer is not enough; where they do not suffice, all are named.
    assert not found.steps or sum(shares[: len(found.steps) - 1]) < 75 - rate.pct + 1e-6
    assert found.enough or len(found.steps) == len(shares)


def test_the_way_is_not_told_where_a_month_is_hidden():
    hidden = Rate(90, 200, 1, (month(1), month(0)))
    assert way(hidden, [Reason("quality", 50, 50.0)]) is None
    assert way(replace(hidden, shown=2), [Reason("quality", 50, 50.0)]) is not None


def test_the_way_in_numbers(release: Release):
    found = way(Rate(470, 1000, 1, (month(0),)), reasons(release, ALL))
    assert found is not None and found.gap == 28.0 and found.enough
    assert [(step.name, step.together) for step in found.steps] == [("expired_during_handling", 48.0)]


def test_uptime_is_told_by_area_the_newest_month_first_and_the_worst_area_first(release: Release):
    newest, before = uptime(release, ALL)
    assert (newest.month, newest.city, newest.due_h) == (month(0), Area("city", "", 92.5), 720 * 85)
    assert [(one.level, one.place, one.pct) for one in newest.areas] == [
        ("rest_of_city", "", 58.5),
        ("ward", "1", 60.0),
        ("ward", "2", 97.0),
        ("rest_of_zone", "North", 99.0),
    ]
    assert newest.wards == {"1": 60.0, "2": 97.0} and before.wards == {"1": 59.0, "2": 96.0}
    assert uptime(release, "atlantis") == []


@each_language
def test_the_title_of_the_map_tells_the_city_and_its_text_the_worst_area(release: Release, language: str):
    looking, (newest, _) = visit(release, language), uptime(release, ALL)
    claim, text = told(looking, newest, {"1": "Old Town", "2": "Fort", "3": "Lake"})
    assert "92.5 %" in claim and named(looking, newest.areas[0], {}) in text and "58.5 %" in text
    assert [named(looking, area, {"1": "Old Town"}) for area in newest.areas[1:3]] == ["Old Town", "2"]
    assert "North" in named(looking, newest.areas[3], {})


def test_no_count_of_an_areas_cameras_goes_out(release: Release):
    assert "cameras" not in {column["name"] for column in release.tables["mart_availability_by_month"]["columns"]}
    hours = release.query(
        "SELECT count(due_h), count(recorded_h) FROM mart_availability_by_month WHERE level <> 'city'"
    )
    assert hours == [(0, 0)]


def test_what_would_show_a_rate_made_to_look_better_is_told_where_all_months_show_it(release: Release):
    every = rates.months(release, ALL)[""]
    found = rates.guards([one for one in every if one.month != month(FEW_ASIDE)])
    assert (found["set_aside"].part, found["late"].part) == (12 * ASIDE, 12 * LATE)
    assert found["set_aside"].whole == sum(one.received or 0 for one in every if one.month != month(FEW_ASIDE))
    hidden = rates.guards(every)["set_aside"]
    assert (hidden.shown, hidden.complete, rates.guards(every)["late"].complete) == (12, False, True)


def test_what_came_in_is_hidden_where_few_were_set_aside_and_the_rate_is_not(release: Release):
    by_month = {one.month: one for one in rates.months(release, ALL)[""]}
    few = by_month[month(FEW_ASIDE)]
    assert (few.received, few.set_aside) == (None, None)
    assert few.matured is not None and few.pct is not None
    other = by_month[month(0)]
    assert other.received == (other.matured or 0) + ASIDE


def test_the_main_causes_of_each_month_are_named_in_their_order(release: Release):
    assert top(release, ALL) == [(month(0), ["camera_down", "quality"]), (month(3), ["capacity"])]
    assert top(release, FEW) == []


@each_language
def test_a_city_that_sends_nothing_is_told_what_to_send_and_where(release: Release, language: str):
    html = drawn(release, FEW, language)
    assert f"<code>inbox/{FEW}/police/footage_requests/</code>" in html
    assert f"<code>inbox/{FEW}/police/crime_incidents/</code>" in html
    assert texts(language)("footage.way.missing", city=texts(language).pick(release.cities[FEW]["name"])) in html
    assert "<dd>" not in html and "None" not in html


@pytest.mark.parametrize(("city", "state"), [(ALL, "here"), ("empty", "absent")])
def test_what_is_needed_is_here_absent_or_not_to_be_seen(release: Release, city: str, state: str):
    cities = [*release.catalog["cities"], {**release.catalog["cities"][0], "id": "empty"}]
    wider = replace(release, catalog={**release.catalog, "cities": cities})
    needs = missing(visit(wider), city, "uptime")["needs"]
    assert [(need["state"], need["inbox"]) for need in needs] == [
        (state, f"inbox/{city}/police/cameras/"),
        ("closed", f"inbox/{city}/police/recordings/"),
    ]
    assert not needs[1]["href"]
    assert len(missing(visit(wider), city, "reasons")["needs"]) == len(NEEDS["reasons"])


@each_language
def test_both_rates_stand_apart_with_their_definitions(release: Release, language: str):
    html, words = drawn(release, language=language), texts(language)
    for name in ("a", "b"):
        assert words(f"footage.rate.{name}.title") in html and words(f"footage.rate.{name}.definition") in html
    assert words("footage.rate.apart") in html
    for limit in footage.LIMITS:
        assert escape(words(f"footage.limit.{limit}.title")) in html
