"""What a dataset's page says beside its rows is what the release holds: columns, treatments, files, addresses."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import httpx
import pytest

from data_contracts.properties import Grain
from portal.pages.html import render
from portal.pages.texts import texts
from portal.public import statements
from portal.public.visit import Visit
from tests.portal.kit import asking, let_out
from tests.portal.town import build_town, datasets
from transforms.release.reader import Release, Shelf

ORIGIN = "https://data.navsagar.example:8443"
NAMES = ["areas", "calls", "stops"]
each_dataset = pytest.mark.parametrize("name", NAMES)
each_language = pytest.mark.parametrize("language", ["en", "hi"])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    releases = tmp_path_factory.mktemp("statements") / "releases"
    build_town(releases)
    let_out(releases, "town")
    return Shelf(releases)


@pytest.fixture(scope="module")
def release(shelf: Shelf) -> Iterator[Release]:
    with shelf.reading() as opened:
        yield opened


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[httpx.Client]:
    with asking(shelf) as client:
        yield client


@pytest.fixture(autouse=True)
def reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address in the reader's browser."""
    context = SimpleNamespace(url=f"{ORIGIN}/dataset?id=works-calls&lang=hi")
    monkeypatch.setattr(statements.st, "context", context)


def said(release: Release, name: str, language: str = "en", **changed: Any) -> dict[str, Any]:
    entry = {**release.tables[f"works__{name}"], **changed}
    return statements.values(Visit(texts(language), release, None), entry)


@each_language
@each_dataset
def test_the_dictionary_lists_exactly_the_public_columns(release: Release, name: str, language: str):
    lines = said(release, name, language)["dictionary"]
    assert [line["name"] for line in lines] == list(release.columns(f"works__{name}"))
    assert all(line["title"] for line in lines)


# What a declared type is in the database.
TYPES = {
    "string": {"VARCHAR", "BOOLEAN"},
    "number": {"DOUBLE", "BIGINT"},
    "date": {"DATE"},
    "geometry": {"BLOB"},
}


@each_dataset
def test_the_dictionary_names_the_type_that_goes_out(release: Release, name: str):
    kinds = release.columns(f"works__{name}")
    for line in said(release, name)["dictionary"]:
        assert kinds[line["name"]] in TYPES[line["type"]], line["name"]


def test_the_dictionary_tells_what_a_measure_counts_and_what_the_platform_adds(release: Release):
    meanings = {line["name"]: line["meaning"] for line in said(release, "calls")["dictionary"]}
    assert meanings["received"] == "Counted: count(*)"
    assert meanings["answered"] == "Counted: count(*) filter (where hours < 1)"
    assert {name for name in statements.ADDED if meanings[name]} == {"city", "suppressed", "notice"}


@each_language
@each_dataset
def test_privacy_holds_every_column_of_the_contract_once(release: Release, name: str, language: str):
    dataset = datasets()[name]
    lines = said(release, name, language)["privacy"]["columns"]
    titles = [title for line in lines for title in line["columns"]]
    wanted = [
        (column.properties.title_hi or column.title) if language == "hi" else column.title for column in dataset.columns
    ]
    assert sorted(titles) == sorted(wanted)
    assert len({line["label"] for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "calls",
            [
                ("Removed:", ["call_id", "lat", "lon"]),
                ("Only counted, never shown:", ["caller", "hours"]),
                ("In place of the exact point:", ["ward_id"]),
                # Kept by its own word, but cut by the dimension: that is what goes out.
                ("Cut to the month:", ["called_at"]),
            ],
        ),
        (
            "stops",
            [
                ("Removed:", ["lat", "lon"]),
                ("Replaced by a keyed token, new for each version:", ["stop_id"]),
                ("In place of the exact point:", ["ward_id"]),
                ("Cut to bands:", ["seats"]),
                ("Cut to the day:", ["opened_on"]),
                ("Unchanged:", ["geometry"]),
            ],
        ),
    ],
)
def test_privacy_says_what_happens_to_each_column(release: Release, name: str, lines: list[tuple[str, list[str]]]):
    assert [(line["label"], line["columns"]) for line in said(release, name)["privacy"]["columns"]] == lines


def treatment(column: str, kind: str, **more: Any) -> dict[str, Any]:
    """How a column goes out, as a catalogue tells it."""
    plain = {"to": None, "band": None, "edges": [], "place": None, "keep_last": 0, "released_by": None, "discloses": []}
    return {"column": column, "title": {"en": column, "hi": column}, "kind": kind, **plain, **more}


def test_every_kind_of_treatment_has_its_line(release: Release):
    kinds = [(one, {}) for one in ("drop", "counted", "pseudonym", "mask", "redact", "keep")]
    kinds += [("generalise", {"to": grain}) for grain in get_args(Grain)]
    kinds += [("generalise", {"band": 5}), ("generalise", {"edges": [0, 18]})]
    kinds += [("keep", {"place": place}) for place in ("outline", "cell")]
    treatments = [treatment(f"c{i}", kind, **more) for i, (kind, more) in enumerate(kinds)]
    lines = said(release, "calls", treatments=treatments)["privacy"]["columns"]
    assert sorted(title for line in lines for title in line["columns"]) == sorted(f"c{i}" for i in range(len(kinds)))


@each_dataset
def test_files_are_those_of_the_dataset_and_can_be_had(release: Release, shelf: Shelf, client: httpx.Client, name: str):
    files = said(release, name)["files"]
    formats = {"csv", "parquet"} | ({"geojson"} if name != "calls" else set())
    assert {file["format"] for file in files} == formats
    assert len(files) == len(formats)
    for file in files:
        assert Path(file["href"]).stem == f"works__{name}"
        answer = client.get(file["href"])
        assert (answer.status_code, len(answer.content)) == (200, file["bytes"])
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'


@each_dataset
def test_every_line_of_code_names_an_address_that_answers(release: Release, client: httpx.Client, name: str):
    snippets = said(release, name)["snippets"]
    assert [tool for tool, _ in snippets] == ["curl", "python", "duckdb", "excel"]
    for _, text in snippets:
        (address,) = re.findall(r"https://[^\s\"']+", text)
        assert address.startswith(f"{ORIGIN}/")
        answer = client.get(address.removeprefix(ORIGIN))
        assert answer.status_code == 200, address
        if "/api/" in address:
            assert answer.json()["total"] > 0


@each_dataset
def test_the_address_to_cite_is_the_lasting_one(release: Release, name: str):
    assert said(release, name)["address"] == f"{ORIGIN}/datasets/works-{name}"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8501/dataset?id=x", "http://127.0.0.1:8501"),
        ("https://data.example/", "https://data.example"),
        ("https://data.example", "https://data.example"),
        ("https://data.example:8443/a/b?c=//d#e", "https://data.example:8443"),
    ],
)
def test_the_origin_is_that_of_the_browser(monkeypatch: pytest.MonkeyPatch, url: str, origin: str):
    monkeypatch.setattr(statements.st, "context", SimpleNamespace(url=url))
    assert statements.origin() == origin


def test_rules_that_were_broken_come_first_and_warnings_count(release: Release):
    rules = [{"rule": rule, "severity": "error"} for rule in ("alpha", "beta", "gamma")]
    counts = {
        "navsagar": {"broken": {"gamma": 2}, "warned": {}},
        "meghavan": {"broken": {"gamma": 1}, "warned": {"beta": 1}},
    }
    found = said(release, "calls", rules=rules, counts=counts)["rules"]
    assert [(rule["rule"], rule["broken"]) for rule in found] == [("gamma", 3), ("beta", 1), ("alpha", 0)]


@pytest.mark.parametrize("column", ["city", "ward_id"])
def test_a_column_nobody_described_still_reads_as_words(column: str):
    assert statements.plain(texts("hi"), column) == {"city": "शहर", "ward_id": "Ward id"}[column]


@each_language
@each_dataset
def test_the_page_escapes_what_a_contract_says(release: Release, name: str, language: str):
    entry = release.tables[f"works__{name}"]
    evil = {"en": "<script>x</script>", "hi": '"><img src=x>'}
    changed = {**entry, "title": evil, "columns": [{**column, "title": evil} for column in entry["columns"]]}
    words = texts(language)
    values = statements.values(Visit(words, release, None), changed)
    html = render("dataset_rest.html", words, entry=changed, **values)
    assert "<script" not in html and "<img" not in html
    assert "&lt;" in html
    assert html.count("<section") == 6
