"""Every page of maturity in both languages, before the first round, and at an address that names nothing."""

from pathlib import Path
from typing import Any

import pytest

from portal.pages.texts import texts
from portal.public.gate import Gate
from portal.public.maturity.rounds import known
from tests.portal.kit import calling
from tests.portal.maturity.releases import FULL, NEW, OLD, SILENT
from tests.portal.shell_kit import streamlit
from transforms.release.reader import Shelf, open_release

each_language = pytest.mark.parametrize("language", ["en", "hi"])


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


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *((f"/maturity?round={OLD}", 200), ("/maturity?round=2019-H1", 404), ("/scorecard", 200)),
        *((f"/scorecard?city={FULL}", 200), ("/scorecard?city=atlantis", 404), ("/indicator", 404)),
        *(("/indicator?id=F3", 200), ("/indicator?id=F99", 404), ("/compare", 200), ("/usecases", 200)),
    ],
)
def test_an_address_answers_with_its_status(small: Path, address: str, status: int):
    with calling(Gate(streamlit(), Shelf(small))) as client:
        assert client.get(address).status_code == status


def test_without_a_round_only_a_named_one_is_missing(bare: Path):
    opened = open_release(bare, "one")
    assert known(opened, None, "F3") and not known(opened, NEW, None)
    opened.connection.close()
