"""A city's scores over the rounds."""

from typing import Any

from portal import shell
from portal.pages.texts import Texts
from portal.pages.theme import Palette
from portal.public.maturity import look as looking
from portal.public.maturity.look import Look
from portal.public.maturity.rounds import Row

SCORES = ("strict", "evidence", "reported")
# Told apart by shape and line, not by colour alone.
_SHAPES, _DASHES = ["circle", "square", "triangle-up"], [[1, 0], [6, 3], [2, 3]]


def show(look: Look, city: str) -> None:
    """Draw the part: a sentence, the chart where there is more than one round, the same as a table."""
    words, found = look.words, scored(look, city)
    text = claimed(look, found)
    shell.block("heading.html", words, level=2, id="trend", title=words("scorecard.part.trend"), text=text)
    if len(found) > 1:
        shell.chart(course(words, shell.palette(), found), 300, words("scorecard.trend.alt", claim=text))
    columns = ("round", *SCORES, "coverage", "level")
    heads = [(words(f"maturity.column.{name}"), name not in ("round", "level")) for name in columns]
    rows = [
        (looking.half(words, name), *(look.score(row, key) for key in (*SCORES, "coverage")), look.level(row["level"]))
        for name, row in reversed(found)
    ]
    shell.folded_table(words, words("scorecard.trend.table"), heads, rows)


def scored(look: Look, city: str) -> list[tuple[str, Row]]:
    """The rounds that have scores of the city, oldest first."""
    return [(one.name, one.scores[city]) for one in reversed(look.rounds) if city in one.scores]


def claimed(look: Look, found: list[tuple[str, Row]]) -> str:
    """How the strict score moved from the first round to the last."""
    words = look.words
    if len(found) < 2:
        return words("scorecard.trend.one")
    (first, before), (last, now) = found[0], found[-1]
    return words(
        "scorecard.trend.text",
        first=looking.half(words, first),
        last=looking.half(words, last),
        before=look.number(before["strict"]),
        now=look.number(now["strict"]),
    )


def course(words: Texts, palette: Palette, found: list[tuple[str, Row]]) -> dict[str, Any]:
    """The three scores by round."""
    titles = [words(f"maturity.column.{name}") for name in SCORES]
    values = [
        {"r": name, "l": looking.half(words, name), "k": title, "v": row[score]}
        for name, row in found
        for score, title in zip(SCORES, titles, strict=True)
    ]
    legend = {"orient": "top", "title": None, "labelColor": palette.ink, "labelFontSize": 13, "symbolStrokeWidth": 2}
    kind = {"field": "k", "type": "nominal", "sort": None}
    axis = {"labelAngle": 0, "labelOverlap": True, "grid": False}
    return {
        "data": {"values": values},
        "encoding": {
            "x": {"field": "r", "type": "ordinal", "sort": None, "title": None, "axis": axis},
            "y": {
                "field": "v",
                "type": "quantitative",
                "scale": {"domain": [0, 100]},
                "title": words("maturity.spread.unit"),
            },
            "shape": {**kind, "scale": {"domain": titles, "range": _SHAPES}, "legend": legend},
            "strokeDash": {**kind, "scale": {"domain": titles, "range": _DASHES}, "legend": legend},
            "tooltip": [
                {"field": "l", "title": words("maturity.column.round")},
                {"field": "k", "title": words("scorecard.trend.score")},
                {"field": "v", "title": words("maturity.spread.unit"), "format": ".1f"},
            ],
        },
        "layer": [
            {"mark": {"type": "line", "color": palette.accent}},
            {"mark": {"type": "point", "size": 80, "filled": True, "opacity": 1, "color": palette.accent}},
        ],
    }
