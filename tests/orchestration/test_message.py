"""The mail to a department: complete, in two languages, with counts and rules and nothing else."""

import re
from datetime import UTC, datetime
from string import Formatter
from typing import Any

import pytest
import yaml

from data_contracts import catalogue
from orchestration.message import message
from orchestration.status import Desk, Line
from orchestration.tables import Holding
from portal.pages.texts import Texts
from tests.conftest import ROOT

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
CATALOGUE = catalogue.load()
PERSON = "Zxqvname"
PATH = f"inbox/navsagar/police/cameras/list of {PERSON}.csv"
REASON = f"line 3: csv.quote: {PERSON}"
HELD = Holding(PATH, REASON, rules=("csv.quote",))


def of_language(language: str) -> dict[str, str]:
    """The texts of messages by their dotted keys, in whichever file of the language they stand."""
    merged: dict[str, Any] = {}
    for file in sorted((ROOT / "portal/pages/texts").glob(f"*{language}.yaml")):
        merged |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return {f"message.{key}": text for key, text in merged["message"].items()}


def texts(language: str) -> Texts:
    return Texts(language, of_language(language))


def desk(*lines: Line) -> Desk:
    return Desk("police", "navsagar", lines, 0)


def body(language: str, *lines: Line) -> str:
    made = message(texts(language), desk(*lines), CATALOGUE, NOW)
    assert made is not None
    assert "{" not in made.subject + made.body
    return made.body


ALL = (
    Line("police", "cameras", "navsagar", "police__cameras", 3, None,
         (HELD, Holding(PATH, "x", rules=("volume", "unique"))),
         123456, {"lat.type": 123000, "status_known": 456}),
    Line("police", "footage_requests", "navsagar", "police__footage_requests",
         held=(Holding(None, REASON, needs=("iccc__wards",)),)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Police", "Navsagar", "25 November 2026", "Days overdue: 3.", "Files on hold: 2.",
                "csv.quote, unique, volume", "Rows set aside: 1,23,456.", "lat.type (1,23,000), status_known (456)",
                "Requests for footage", "Wards", "Please", "Thank you"]),
        ("hi", ["नवसागर", "25 नवंबर 2026", "विलंब के दिन: 3।", "रोकी गई फ़ाइलें: 2।", "csv.quote, unique, volume",
                "अलग रखी गई पंक्तियाँ: 1,23,456।", "lat.type (1,23,000), status_known (456)", "फुटेज के अनुरोध",
                "कृपया", "धन्यवाद"]),
    ],
)  # fmt: skip
def test_a_mail_says_what_waits_and_what_to_do(language: str, parts: list[str]) -> None:
    text = body(language, *ALL)
    assert [part for part in parts if part not in text] == []
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == ["1", "2", "3", "4"]
    assert CATALOGUE.departments["police"].title_hi in text or language == "en"


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_path_and_no_reason_is_in_a_mail(language: str) -> None:
    text = body(language, *ALL)
    assert PERSON not in text
    assert "inbox/" not in text


@pytest.mark.parametrize("line", [Line("police", "cameras", "navsagar", "police__cameras"),
                                  Line("police", "cameras", "navsagar", "police__cameras",
                                       failed="failed with ValueError")])  # fmt: skip
def test_where_the_department_has_nothing_to_do_there_is_no_mail(line: Line) -> None:
    assert message(texts("en"), desk(line), CATALOGUE, NOW) is None


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    def places(language: str) -> dict[str, set[str | None]]:
        return {key: {place for _, place, _, _ in Formatter().parse(text)} - {None}
                for key, text in of_language(language).items()}  # fmt: skip

    assert places("en") == places("hi")


def test_the_hindi_is_in_devanagari() -> None:
    for key, text in of_language("hi").items():
        words = re.sub(r"\{\w+\}", "", text)
        assert not re.search(r"[A-Za-z]", words), key
