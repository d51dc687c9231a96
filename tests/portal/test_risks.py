"""What a dataset may still tell of people is said exactly where the fact stands, with its own columns and figures."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.pages.texts import texts
from portal.public.protection import guards, measured, sort
from portal.public.risks import risks
from portal.public.visit import Visit
from tests.portal.town import opened
from transforms.release.reader import Release

each_language = pytest.mark.parametrize("language", ["en", "hi"])
# Words by which a sentence is known.
SAID = {
    "undeclared": "That rests on the word of the contract",
    "known": "Only these columns were reckoned with: {}.",
    "guessed": "it can be guessed: {}.",
    "places": "told by place: {}.",
    "disclosed": "meant for everybody, says the contract: {}.",
    "tokens": "throughout this version: {}.",
    "masked": "The last characters are shown: {}.",
    "redacted": "finds every name: {}. It was let out by: City Data Officer.",
    "unchecked": "sums and means, not counts",
    "rows": "may be counted there: {}.",
    "tables": "not checked against each other: {}.",
    "sums": "Sums over two columns",
    "changes": "fewer than {} cases",
}
PLAIN = {
    **dict.fromkeys(("k", "l", "left_out", "hidden", "beside", "differencing")),
    "quasi": [],
    "sensitive": [],
}
COUNTED = PLAIN | {"k": 5, "hidden": 2, "beside": 0}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    with opened(tmp_path_factory.mktemp("risks")) as release:
        yield release


def column(name: str, **more: Any) -> dict[str, Any]:
    """A column and what became of it, in one."""
    treatment = {"column": name, "kind": "keep", "to": None, "band": None, "edges": [], "place": None}
    treatment |= {"keep_last": 0, "released_by": None, "discloses": []}
    return {**treatment, "name": name, "title": {"en": name, "hi": name}, **more}


def entry(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A dataset of a release, of rows in which nothing was measured."""
    titled = {"title": {"en": "Things", "hi": "चीज़ें"}, "table": "works__things", "slug": "works-things"}
    found = {"k": None, "privacy": PLAIN, "boundary": None, "made_from": []}
    return {**titled, **found, "columns": list(columns), "treatments": list(columns), **more}


def told(release: Release, chosen: dict[str, Any], *others: dict[str, Any], language: str = "en") -> list[str]:
    every = replace(release, catalog={**release.catalog, "datasets": [chosen, *others]})
    return risks(Visit(texts(language), every, None), chosen)


PERSONS = PLAIN | {"quasi": ["ward", "age"], "k": 7, "left_out": 1}
CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (entry(column("n")), [("undeclared", "")]),
    (entry(column("ward"), column("age"), privacy=PERSONS), [("known", "ward, age")]),
    (
        entry(column("age"), column("ward"), column("what"), privacy=PERSONS | {"l": 2, "sensitive": ["what"]}),
        [("known", "age, ward"), ("guessed", "what")],
    ),
    (
        entry(column("ward", place="outline"), column("age"), privacy=PERSONS),
        [("known", "ward, age"), ("places", "ward")],
    ),
    # A place of things says little of people.
    (entry(column("ward", place="outline")), [("undeclared", "")]),
    (entry(column("who", kind="pseudonym")), [("undeclared", ""), ("tokens", "who")]),
    (entry(column("phone", kind="mask", keep_last=4)), [("undeclared", ""), ("masked", "phone")]),
    (entry(column("phone", kind="mask")), [("undeclared", "")]),
    (
        entry(column("text", kind="redact", released_by="City Data Officer")),
        [("undeclared", ""), ("redacted", "text")],
    ),
    (entry(column("firm", discloses=["PAN"])), [("undeclared", ""), ("disclosed", "firm")]),
    # Figures
    (entry(k=5, privacy=COUNTED), [("sums", "")]),
    (entry(k=5, privacy=COUNTED | {"hidden": 0}), []),
    (entry(k=5, privacy=COUNTED | {"hidden": 0, "beside": 1}), [("sums", "")]),
    (entry(k=5, privacy=PLAIN), [("unchecked", "")]),
    (entry(k=1000, privacy=COUNTED | {"hidden": 0, "differencing": "measure"}), [("changes", "1,000")]),
    (entry(k=5, privacy=COUNTED | {"hidden": 0, "differencing": "hold"}), []),
    (
        entry(column("ward"), k=5, boundary={"column": "ward"}, privacy=COUNTED),
        [("places", "ward"), ("sums", "")],
    ),
]


@pytest.mark.parametrize(("chosen", "wanted"), CASES)
def test_a_sentence_stands_exactly_where_its_fact_does(
    release: Release, chosen: dict[str, Any], wanted: list[tuple[str, str]]
):
    found = told(release, chosen)
    assert len(found) == len(wanted)
    for sentence, (risk, with_what) in zip(found, wanted, strict=True):
        assert SAID[risk].format(with_what) in sentence
    assert len(told(release, chosen, language="hi")) == len(wanted)


SOURCE = {"table": "works__source", "slug": "works-source", "title": {"en": "Source", "hi": "स्रोत"}}


@pytest.mark.parametrize(
    ("source", "risk"),
    [
        (entry(column("age"), privacy=PLAIN | {"quasi": ["age"], "k": 5}, **SOURCE), "rows"),
        (entry(k=5, privacy=COUNTED, **SOURCE), "tables"),
        # Nothing is hidden in one, and there are no persons in the other.
        (entry(k=5, privacy=COUNTED | {"hidden": 0}, **SOURCE), None),
        (entry(column("n"), **SOURCE), None),
    ],
)
def test_the_same_cases_elsewhere_are_told_where_counts_are_hidden(
    release: Release, source: dict[str, Any], risk: str | None
):
    mart = entry(k=5, privacy=COUNTED, made_from=["works__source"])
    found = told(release, mart, source)
    assert len(found) == (2 if risk else 1)
    if risk:
        assert SAID[risk].format("Source") in found[0]
    unhiding = mart | {"privacy": COUNTED | {"hidden": 0}}
    assert told(release, unhiding, source) == []
    assert len(told(release, mart | {"made_from": []}, source)) == 1


def test_two_tables_of_the_same_cases_name_each_other(release: Release):
    source = entry(k=5, privacy=COUNTED, **SOURCE)
    mart = entry(k=5, privacy=COUNTED, made_from=["works__source"])
    assert SAID["tables"].format("Things") in told(release, source, mart)[0]


@pytest.mark.parametrize(
    ("chosen", "how"),
    [
        (entry(), "things"),
        (entry(privacy=PERSONS), "persons"),
        (entry(k=5, privacy=COUNTED), "counts"),
        # Where small figures are hidden, no groups of rows are formed.
        (entry(k=5, privacy=COUNTED | {"quasi": ["ward"]}), "counts"),
    ],
)
def test_a_dataset_goes_out_in_one_of_three_ways(chosen: dict[str, Any], how: str):
    assert sort(chosen) == how


@each_language
@pytest.mark.parametrize(
    ("chosen", "figures", "sentences"),
    [
        (entry(), [], 0),
        (entry(column("age"), privacy=PERSONS), ["7", "1"], 1),
        (entry(column("age"), privacy=PERSONS | {"l": 2, "left_out": 0}), ["7", "2", "0"], 2),
        # Every row was left out, so no group is left to be measured.
        (entry(column("age"), privacy=PERSONS | {"k": None, "left_out": 3}), ["3"], 0),
        (entry(k=5, privacy=COUNTED | {"k": 12, "hidden": 1234567, "beside": 0}), ["12", "12,34,567", "0"], 2),
        (entry(k=5, privacy=PLAIN), [], 1),
    ],
)
def test_what_was_measured_is_told_and_nothing_else(
    chosen: dict[str, Any], figures: list[str], sentences: int, language: str
):
    words = texts(language)
    assert [figure for _, figure in measured(words, chosen)] == figures
    assert len(guards(words, chosen)) == sentences


def test_k_is_told_as_what_a_row_shares(release: Release):
    (sentence,) = guards(texts("en"), entry(column("age"), column("ward"), privacy=PERSONS))
    assert sentence.startswith("Every row agrees with at least 6 other rows of its city in: age, ward.")
