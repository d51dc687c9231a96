"""Use cases: what changed, who does it best, how old procedures are."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.pages.texts import texts
from portal.public.maturity import usecases
from portal.public.maturity.practice import Practice, best, practices
from portal.public.visit import Visit
from tests.portal.maturity.releases import FULL, SILENT, links, rows_of
from transforms.release.reader import Release


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
