"""A report card as a workbook: scores, dimensions, indicators, actions, and the rubric that they rest on."""

import io
from typing import Any

import pandas as pd
import xlsxwriter

from transforms.maturity.card import WORDS, Card, words
from transforms.maturity.rendering import disarmed

# A text stays a text, whatever it begins with.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_RUBRIC = {
    **dict.fromkeys(("id", "dimension", "title", "title_hi", "formula", "formula_hi", "evidence", "unit"), ""),
    **dict.fromkeys(("floor", "target", "better", "weight", "least_n", "source", "source_hi"), ""),
    **dict.fromkeys(("raise_", "raise_hi", "effort"), ""),
}


def workbook(card: Card) -> bytes:
    """The card as XLSX, five sheets with English heads; the same card gives the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": f"{card.city['name']}, {card.round}", "created": card.frozen_at})
        bold = book.add_format({"bold": True})
        for title, table in _sheets(card).items():
            sheet = book.add_worksheet(title)
            for row, values in enumerate([list(table.columns), *table.itertuples(index=False)]):
                for column, value in enumerate(values):
                    _put(sheet, row, column, value, bold if row == 0 else None)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(table.columns) - 1, 18)
    return out.getvalue()


def _sheets(card: Card) -> dict[str, pd.DataFrame]:
    rubric = card.rubric
    titles = {
        "title": [one.title for one in rubric.indicators],
        "title_hi": [one.title_hi for one in rubric.indicators],
    }
    named = pd.DataFrame({"indicator_id": [one.id for one in rubric.indicators], **titles})
    keys = ["assessment_round", "city"]
    return {
        "Scores": _scores(card),
        "Dimensions": card.dimensions.reset_index().drop(columns=keys),
        "Indicators": named.merge(card.indicators.drop(columns=keys), on="indicator_id"),
        "Next actions": card.actions.drop(columns=keys).merge(named, on="indicator_id"),
        "Rubric": pd.DataFrame([one.model_dump(include=set(_RUBRIC)) for one in rubric.indicators])[list(_RUBRIC)],
    }


def _scores(card: Card) -> pd.DataFrame:
    """What the card is about, and the overall scores, a line each."""
    say = words("en")
    head = {
        "city": card.city["name"],
        "city_hi": card.city["name_hi"],
        "notice": say("notice") if card.city["fictional"] else None,
        "framework": f"{card.rubric.title} ({card.rubric.id} {card.rubric.version})",
        "framework_note": say("own"),
        "framework_note_hi": WORDS["own"]["hi"],
        "rubric_sha256": card.rubric.hash,
        "release": card.release,
        "frozen_on": f"{card.frozen_at:%Y-%m-%d}",
    }
    levels = {f"share_of_weightings_at_level_{row.level}": row.share for row in card.levels.itertuples(index=False)}
    rows = {**head, **card.overall, **levels, "city_id": card.overall["city"], "city": card.city["name"]}
    return pd.DataFrame({"what": list(rows), "value": list(rows.values())}, dtype=object)


def _put(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if pd.isna(value):
        return
    if isinstance(value, str):
        sheet.write_string(row, column, disarmed(value), form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    else:
        sheet.write_number(row, column, float(value), form)
