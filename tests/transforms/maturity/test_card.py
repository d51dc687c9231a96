"""A report card is one page in either language, says where it is from, and its figures are the scores'."""

from datetime import UTC, datetime
from functools import cache
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from data_contracts.rubric import Rubric
from tests.transforms.maturity.kit import FONTS, drawn, names, rubric
from transforms.maturity.card import WORDS, Card, cards, figure, held
from transforms.maturity.evidence import Evidence
from transforms.maturity.page import draw
from transforms.maturity.scoring import score
from transforms.maturity.workbook import workbook

NAME, RELEASE = names(1)[0], "0123456789abcdef0123"
NOW = datetime(2026, 7, 15, 6, 30, tzinfo=UTC)


@cache
def made() -> tuple[Card, ...]:
    return of(drawn(6, 1, 5))


def of(evidence: Evidence, chosen: Rubric | None = None) -> tuple[Card, ...]:
    used = chosen or rubric()
    return tuple(cards(NAME, RELEASE, NOW, used, evidence, score(evidence, used)))


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize("place", range(6))
def test_a_card_is_one_page_with_the_citys_figures(place: int):
    card = made()[place]
    text = text_of(draw(card, "en", FONTS))
    said = [card.city["name"], "First half of 2026", rubric().hash, RELEASE[:16], "15-07-2026", rubric().title]
    said += ["Fictional sample, not government data", "aligned with and not equal to the ministry's"]
    said += [figure(card.overall[score]) for score in ("reported", "evidence", "strict")]
    said += [f"Level {card.overall['level']} of 4", held(card, "en")]
    said += [one.title for one in rubric().dimensions]
    said += [f"{row.place}. {row.indicator_id}" for row in card.actions.itertuples()]
    assert [one for one in said if one not in text] == []


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_same_card_gives_the_same_bytes_and_says_its_language(language):
    pdf = draw(made()[0], language, FONTS)
    assert pdf == draw(made()[0], language, FONTS)
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == language


def test_the_hindi_card_has_devanagari_and_the_same_figures():
    card = made()[1]
    text = text_of(draw(card, "hi", FONTS))
    letters = sum("ऀ" <= letter <= "ॿ" for letter in text)
    assert letters > 500
    for score_ in ("reported", "evidence", "strict"):
        assert figure(card.overall[score_]) in text


def test_a_card_of_nothing_known_is_drawn():
    given = drawn(1, 1, 5)
    bare = Evidence(given.aggregates.head(1), given.declared.head(0), given.decisions.head(0), given.cities)
    (card,) = of(bare)
    assert (card.overall["level"], len(card.strongest), len(card.weakest)) == (0, 1, 5)
    for language in ("en", "hi"):
        assert "–" in text_of(draw(card, language, FONTS))
    assert "Not yet initiated" in text_of(draw(card, "en", FONTS))
    assert "not rated" in text_of(draw(card, "en", FONTS))


def test_a_real_city_bears_no_notice():
    given = drawn(1, 1, 5)
    (card,) = of(Evidence(given.aggregates, given.declared, given.decisions, given.cities.assign(fictional=False)))
    assert "Fictional" not in text_of(draw(card, "en", FONTS))


def test_every_word_is_there_in_both_languages_with_the_same_blanks():
    for key, given in WORDS.items():
        assert set(given) == {"en", "hi"}, key
        blanks = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in given.values()]
        assert blanks[0] == blanks[1], key


def test_the_strongest_and_the_weakest_are_not_the_same():
    for card in made():
        assert not set(card.strongest["indicator_id"]) & set(card.weakest["indicator_id"])
        assert card.strongest["points"].min() >= card.weakest["strict_points"].max()


def sheets(xlsx: bytes) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(BytesIO(xlsx))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook_has_scores_dimensions_indicators_and_rubric():
    card = made()[2]
    held_ = sheets(workbook(card))
    assert list(held_) == ["Scores", "Dimensions", "Indicators", "Next actions", "Rubric"]
    scores = dict(held_["Scores"])
    assert (scores["strict"], scores["level"]) == (card.overall["strict"], card.overall["level"])
    assert (scores["rubric_sha256"], scores["release"]) == (rubric().hash, RELEASE)
    assert scores["notice"] == "Fictional sample, not government data"
    heads, *rows = held_["Indicators"]
    found = pd.DataFrame(rows, columns=heads).set_index("indicator_id")
    assert set(found.index) == set(rubric().by_id)
    wanted = card.indicators.set_index("indicator_id")["strict_points"].astype("Float64")
    assert found["strict_points"].astype("Float64").sort_index().to_list() == wanted.sort_index().to_list()
    assert [row[0] for row in held_["Rubric"][1:]] == [one.id for one in rubric().indicators]
    assert workbook(card) == workbook(card)


def test_no_cell_is_a_formula():
    given = drawn(1, 1, 5)
    evil = given.cities.assign(name="=1+1", name_hi="@SUM(A1)")
    (card,) = of(Evidence(given.aggregates, given.declared, given.decisions, evil))
    book = openpyxl.load_workbook(BytesIO(workbook(card)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"'=1+1", "'@SUM(A1)"} <= {cell.value for cell in cells}
