"""An indicator: value, interval, query, points, and the way to its rows."""

from html import unescape
from pathlib import Path
from typing import Any

from portal.pages.texts import texts
from portal.public.maturity import card, indicator, measures
from portal.public.maturity.dots import values
from portal.public.maturity.measures import Measure
from portal.public.maturity.rounds import rounds
from tests.portal.maturity.releases import FULL, SILENT, links, look
from transforms.release.reader import Release


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
