"""The Privacy page holds every dataset of a release once, with the figures of its catalogue, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from portal.pages.html import render
from portal.pages.texts import texts
from portal.public import privacy
from portal.public.protection import count, sort
from portal.public.visit import Visit
from tests.conftest import ROOT
from tests.portal.kit import asking, let_out
from tests.portal.town import build_town
from transforms.release.reader import Release, Shelf

each_language = pytest.mark.parametrize("language", ["en", "hi"])
# What is measured when the town is published; the town's own tables are written without it.
MEASURED = {
    "works__areas": {},
    "works__calls": {"k": 5, "hidden": 3, "beside": 2},
    "works__stops": {"k": 12, "l": 3, "left_out": 1234567, "quasi": ["ward_id"], "sensitive": ["seats"]},
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    releases = tmp_path_factory.mktemp("privacy") / "releases"
    build_town(releases)
    let_out(releases, "town")
    return Shelf(releases)


@pytest.fixture(scope="module")
def release(shelf: Shelf) -> Iterator[Release]:
    with shelf.reading() as opened:
        entries = [
            {**entry, "privacy": {**entry["privacy"], **MEASURED[entry["table"]]}} for entry in opened.datasets.values()
        ]
        yield replace(opened, catalog={**opened.catalog, "datasets": entries})


def page(release: Release, language: str = "en", asked: str | None = None) -> dict[str, Any]:
    return privacy.values(Visit(texts(language), release, asked))


def drawn(release: Release, language: str = "en") -> str:
    return render("privacy.html", texts(language), **page(release, language))


def test_every_dataset_stands_once_in_the_table_of_its_sort(release: Release):
    found = {table["how"]: [row["title"] for row in table["rows"]] for table in page(release)["tables"]}
    assert found == {"persons": ["stops"], "counts": ["calls"], "things": ["areas"]}
    assert {entry["table"]: sort(entry) for entry in release.datasets.values()} == {
        "works__areas": "things", "works__calls": "counts", "works__stops": "persons",
    }  # fmt: skip


def test_a_row_tells_the_figures_of_the_catalogue(release: Release):
    rows = {
        row["title"]: dict(zip(table["columns"], row["values"], strict=True))
        for table in page(release)["tables"]
        for row in table["rows"]
    }
    # Latitude and longitude go, the ward stays in their place; bands, days and tokens are told apart.
    assert rows["stops"] == {"k": 12, "l": 3, "left_out": 1234567, "removed": 2, "replaced": 1, "coarsened": 3}
    assert rows["calls"] == {"asked": 5, "smallest": 5, "hidden": 3, "beside": 2, "removed": 5, "coarsened": 2}
    assert rows["areas"] == {"removed": 0, "replaced": 0, "coarsened": 0, "kept": 4}


def test_totals_are_those_of_the_rows(release: Release):
    entries = list(release.datasets.values())
    assert privacy.totals(entries) == {
        "datasets": 3, "removed": 7, "changed": 6, "left_out": 1234567, "hidden": 5,
    }  # fmt: skip
    assert [figure for _, figure in page(release)["facts"]] == ["3", "7", "6", "12,34,567", "5"]
    for entry in entries:
        assert sum(count(entry).values()) == len(entry["treatments"])


def test_a_sort_without_datasets_has_no_table(release: Release):
    entries = [entry for entry in release.datasets.values() if sort(entry) == "things"]
    alone = replace(release, catalog={**release.catalog, "datasets": entries})
    assert [table["how"] for table in page(alone)["tables"]] == ["things"]
    assert 'id="counts"' not in drawn(alone)


@each_language
def test_the_page_says_all_of_it(release: Release, language: str):
    html, words = drawn(release, language), texts(language)
    for step in privacy.STEPS:
        assert words(f"privacy.page.step.{step}.title") in html
    for limit in privacy.LIMITS:
        assert words(f"privacy.page.limit.{limit}") in html
    for part in ("how", "persons", "counts", "things", "limits", "ask"):
        assert f'href="#{part}"' in html and f'id="{part}"' in html
    assert "12,34,567" in html
    assert f'lang="{language}"' in html


@pytest.mark.parametrize("asked", [None, "town"])
def test_links_keep_the_language_and_the_release_that_was_asked_for(release: Release, asked: str | None):
    kept = "&release=town" if asked else ""
    hrefs = {row["href"] for table in page(release, "hi", asked)["tables"] for row in table["rows"]}
    assert hrefs == {f"/dataset?id=works-{name}&lang=hi{kept}" for name in ("areas", "calls", "stops")}
    assert page(release, "hi", asked)["lasting"] == "/privacy?release=town&lang=hi"


def test_the_page_escapes_what_a_contract_says(release: Release):
    evil = {"en": "<script>x</script>", "hi": "<img src=x>"}
    entries = [{**entry, "title": evil, "department": {"id": "x", **evil}} for entry in release.datasets.values()]
    for language in ("en", "hi"):
        html = drawn(replace(release, catalog={**release.catalog, "datasets": entries}), language)
        assert "<script" not in html and "<img" not in html


def test_programs_get_the_same_and_the_reference_names_every_key(shelf: Shelf):
    with asking(shelf) as client:
        answer: httpx.Response = client.get("/api/datasets/works-stops")
    text = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
    section = text.split("## The privacy statement")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `(\w+(?:\[\])?\.\w+)` \|", section, re.MULTILINE))
    body = answer.json()
    keys = {f"privacy.{key}" for key in body["privacy"]}
    assert named == keys | {f"treatments[].{key}" for key in body["treatments"][0]}
