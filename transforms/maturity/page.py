"""A report card as one A4 page to be printed."""

from pathlib import Path
from typing import Any

import pandas as pd
from fontTools.ttLib import woff2
from fpdf import FPDF

from transforms.maturity.card import Card, Language, figure, half_year, held, title_of, words

_STYLES = {"": "400", "B": "600"}
_INK, _MUTED, _BAR, _TRACK, _RULE = (25, 30, 40), (95, 100, 112), (38, 84, 124), (228, 231, 236), (190, 195, 203)
_MARGIN, _WIDTH = 15, 180
_SCRIPTS: dict[Language, str] = {"en": "latin", "hi": "devanagari"}
_FONTS = {
    (script, style): f"mukta-{script}-{_STYLES[style]}-normal" for script in _SCRIPTS.values() for style in _STYLES
}


class Page(FPDF):
    """A page in the making; it bears the time of freezing and no other, so the same card gives the same bytes."""

    def __init__(self, card: Card, language: Language, fonts: Path):
        super().__init__(format="A4")
        self.card, self.language, self.say = card, language, words(language)
        for (script, style), name in _FONTS.items():
            self.add_font(script, style, next(fonts.glob(f"{name}.*")))
        self.set_fallback_fonts([script for one, script in _SCRIPTS.items() if one != language])
        self.set_text_shaping(True)
        self.set_title(f"{self.name}, {half_year(card.round, language)}")
        self.set_lang(language)
        self.set_creation_date(card.frozen_at)
        self.set_margin(_MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.add_page()

    @property
    def name(self) -> str:
        """The city's name in the card's language."""
        return str(self.card.city["name_hi" if self.language == "hi" else "name"])

    def put(self, text: str, x: float, y: float, width: float, size: float, **more: Any) -> float:
        """Text from x, y (mm) on, broken at `width`; where the next line would begin."""
        self.set_xy(x, y)
        self.set_font(_SCRIPTS[self.language], "B" if more.get("bold") else "", size)
        self.set_text_color(*more.get("colour", _INK))
        self.multi_cell(width, size * 0.46, text, align=more.get("align", "L"), new_x="LMARGIN", new_y="NEXT")
        return float(self.get_y())

    def heading(self, text: str, y: float, x: float = _MARGIN, width: float = _WIDTH) -> float:
        """A heading over a thin rule."""
        below = self.put(text, x, y, width, 11, bold=True)
        self.set_draw_color(*_RULE)
        self.line(x, below + 0.5, x + width, below + 0.5)
        return below + 2


def unpacked(fonts: Path, scratch: Path) -> Path:
    """The WOFF2 files of a folder as TrueType in `scratch`: who draws many cards would wait for it at each of them."""
    for name in _FONTS.values():
        woff2.decompress(fonts / f"{name}.woff2", scratch / f"{name}.ttf")
    return scratch


def draw(card: Card, language: Language, fonts: Path) -> bytes:
    """The card as a PDF of one page. `fonts`: the folder of Mukta's WOFF2 or TrueType files by script and weight."""
    page = Page(card, language, fonts)
    y = _scores(page, _head(page))
    y = _dimensions(page, y + 3)
    y = _indicators(page, y + 3)
    _actions(page, y + 3)
    _foot(page)
    return bytes(page.output())


def _head(page: Page) -> float:
    if page.card.city["fictional"]:
        page.set_fill_color(*_TRACK)
        page.rect(_MARGIN, 9, _WIDTH, 6, style="F")
        page.put(page.say("notice"), _MARGIN, 10, _WIDTH, 9, bold=True, align="C")
    page.put(page.say("kicker"), _MARGIN, 18, _WIDTH, 10, colour=_MUTED)
    page.put(half_year(page.card.round, page.language), _MARGIN, 18, _WIDTH, 10, colour=_MUTED, align="R")
    return page.put(page.name, _MARGIN, 23, _WIDTH, 22, bold=True)


def _scores(page: Page, y: float) -> float:
    """Three scores side by side, and the level with what keeps it there."""
    overall, width = page.card.overall, 37
    for place, score in enumerate(("reported", "evidence", "strict")):
        x = _MARGIN + place * (width + 2)
        page.put(page.say(score), x, y + 1, width, 10, bold=True)
        page.put(figure(overall[score]), x, y + 6, width, 24, bold=True, colour=_BAR)
        page.put(page.say(f"{score}_text"), x, y + 18, width, 8, colour=_MUTED)
    x, wide = _MARGIN + 3 * (width + 2) + 2, _WIDTH - 3 * (width + 2) - 2
    page.set_fill_color(*_TRACK)
    page.rect(x, y + 1, wide, 27, style="F")
    below = page.put(page.say("level", level=int(overall["level"])), x + 2, y + 2.5, wide - 4, 10, colour=_MUTED)
    below = page.put(_level(page), x + 2, below, wide - 4, 14, bold=True)
    below = page.put(held(page.card, page.language), x + 2, below + 0.5, wide - 4, 8)
    page.put(_robust(page), x + 2, below, wide - 4, 8, colour=_MUTED)
    return y + 28


def _level(page: Page) -> str:
    level = int(page.card.overall["level"])
    if not level:
        return page.say("level_0")
    one = page.card.rubric.levels[level - 1]
    return one.name_hi if page.language == "hi" else one.name


def _robust(page: Page) -> str:
    level, rows = int(page.card.overall["level"]), page.card.levels
    row = rows[rows["level"] == level].iloc[0]
    return page.say("robust", level=level, share=f"{row['share']:.0f}", draws=f"{row['draws']:,}")


def _dimensions(page: Page, y: float) -> float:
    """A bar for each dimension: the strict score, a mark at the reported one; and the figures."""
    y = page.heading(page.say("dimensions"), y)
    heads = ("strict", "evidence", "reported", "gap", "coverage", "evidence_share")
    for place, head in enumerate(heads):
        page.put(page.say(head), 93 + place * 17, y, 17, 8, colour=_MUTED, align="R")
    y += 5
    for one in page.card.rubric.dimensions:
        row = page.card.dimensions.loc[one.id]
        page.put(title_of(one, page.language), _MARGIN, y, 48, 9)
        _bar(page, y + 0.5, row)
        for place, head in enumerate(heads):
            unrated = head in ("evidence", "reported") and not row["rated"]
            text = page.say("not_rated") if unrated else figure(row[head])
            page.put(text, 93 + place * 17, y, 17, 7 if unrated else 9, align="R", bold=head == "strict")
        y += 6.2
    return page.put(page.say("gap_text", gap=figure(page.card.overall["gap"])), _MARGIN, y, _WIDTH, 8, colour=_MUTED)


def _bar(page: Page, y: float, row: pd.Series, x: float = 64, width: float = 30, height: float = 3.2) -> None:
    page.set_fill_color(*_TRACK)
    page.rect(x, y, width, height, style="F")
    page.set_fill_color(*_BAR)
    page.rect(x, y, width * (0 if pd.isna(row["strict"]) else row["strict"]) / 100, height, style="F")
    if not pd.isna(row["reported"]):
        page.set_fill_color(*_INK)
        page.rect(x + width * row["reported"] / 100 - 0.4, y - 0.7, 0.8, height + 1.4, style="F")


def _indicators(page: Page, y: float) -> float:
    """The strongest and the weakest indicators side by side."""
    below, width = y, _WIDTH / 2 - 3
    for place, kind in enumerate(("strongest", "weakest")):
        x = _MARGIN + place * (width + 6)
        line = page.heading(page.say(kind), y, x, width)
        for row in getattr(page.card, kind).to_dict("records"):
            one = page.card.rubric.by_id[row["indicator_id"]]
            end = page.put(f"{one.id}  {title_of(one, page.language)}", x, line, width - 34, 9)
            page.put(_found(page, row, one.unit), x + width - 34, line, 34, 8.5, colour=_MUTED, align="R")
            line = end + 1.3
        below = max(below, line)
    return below


def _found(page: Page, row: dict[str, Any], unit: str) -> str:
    """The value of an indicator with its points; what kind of evidence there is where nothing is proven."""
    if pd.isna(row["points"]):
        return page.say(f"class_{row['class']}")
    value = page.say(f"unit_{unit}", value=figure(row["value"], 0 if unit == "count" else 1))
    return " · ".join(part for part in (value, page.say("points", points=int(row["points"]))) if part)


def _actions(page: Page, y: float) -> float:
    y = page.heading(page.say("actions"), y)
    for row in page.card.actions.itertuples(index=False):
        one = page.card.rubric.by_id[row.indicator_id]
        raise_ = one.raise_hi if page.language == "hi" else one.raise_
        page.put(page.say("gain", gain=figure(row.gain, 2)), 155, y, 40, 9, bold=True, align="R")
        page.put(page.say(f"effort_{one.effort}"), 155, y + 4.3, 40, 8, colour=_MUTED, align="R")
        below = page.put(f"{row.place}.  {one.id}  {title_of(one, page.language)}", _MARGIN, y, 138, 9, bold=True)
        y = page.put(str(raise_), _MARGIN + 5, below, 133, 8.5) + 1.8
    return y


def _foot(page: Page) -> None:
    card, rubric = page.card, page.card.rubric
    page.set_draw_color(*_RULE)
    page.line(_MARGIN, 270, _MARGIN + _WIDTH, 270)
    y = page.put(page.say("own"), _MARGIN, 271.5, _WIDTH, 8.5, bold=True)
    title, day = title_of(rubric, page.language), f"{card.frozen_at:%d-%m-%Y}"
    told = {"id": rubric.id, "version": rubric.version, "release": card.release[:16], "day": day}
    y = page.put(page.say("frozen", title=title, **told), _MARGIN, y, _WIDTH, 8, colour=_MUTED)
    page.put(page.say("hash", hash=rubric.hash), _MARGIN, y, _WIDTH, 7.5, colour=_MUTED)
