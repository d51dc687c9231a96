"""Whatever a contract shows to the public it says in both languages; English never stands in."""

import re
from typing import Any

import pytest

from data_contracts import catalogue
from data_contracts.dataset import Dataset
from tests.conftest import ROOT
from transforms.release.description import describe

CATALOGUE = catalogue.load(ROOT / "data_contracts")
PUBLISHED = [one for one in CATALOGUE.datasets.values() if one.publication.form != "none"]
each_dataset = pytest.mark.parametrize("dataset", PUBLISHED, ids=lambda dataset: dataset.table)


def entry(dataset: Dataset) -> dict[str, Any]:
    department = CATALOGUE.departments[dataset.department]
    return describe(dataset, CATALOGUE.vocabulary, department, None, {}, {}, {})


def hindi(text: str | None) -> bool:
    return bool(re.search("[ऀ-ॿ]", text or ""))


def test_there_are_contracts():
    assert len(PUBLISHED) >= 4


@each_dataset
@pytest.mark.parametrize("part", ["title", "description", "purpose", "limitations", "department"])
def test_what_a_dataset_says_of_itself_is_in_both_languages(dataset: Dataset, part: str):
    texts = entry(dataset)[part]
    assert texts["en"] and not hindi(texts["en"])
    assert hindi(texts["hi"])


@each_dataset
def test_every_public_column_has_a_title_and_a_meaning_in_both_languages(dataset: Dataset):
    for column in entry(dataset)["columns"]:
        for part in ("title", "description"):
            assert column[part]["en"] and not hindi(column[part]["en"]), (column["name"], part)
            assert hindi(column[part]["hi"]), (column["name"], part)


@each_dataset
def test_every_column_that_the_privacy_statement_names_has_a_hindi_title(dataset: Dataset):
    assert [one["column"] for one in entry(dataset)["treatments"] if not hindi(one["title"]["hi"])] == []


@pytest.mark.parametrize("city", CATALOGUE.cities.values(), ids=lambda city: city.id)
def test_every_city_has_both_names(city: Any):
    assert city.name and hindi(city.name_hi)
