"""HTML from templates; every value is escaped."""

import math
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.pages import figures
from portal.pages.texts import Texts


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, texts: Texts, **values: Any) -> str:
    """A template's HTML; in it `t` looks up texts, `pick` chooses a language, the rest write figures."""
    language = texts.language
    helpers = {
        "t": texts,
        "pick": texts.pick,
        "known": texts.known,
        "lang": language,
        "n": partial(figures.number, language=language),
        "period": partial(figures.period, language=language),
        "moment": partial(figures.moment, language=language),
        "size": partial(figures.size, language=language),
        "cell": partial(cell, texts=texts),
    }
    return _environment().get_template(template).render(**helpers, **values)


def cell(value: object, texts: Texts) -> str | Markup:
    """A value in a table: a dash for none and no number, days and numbers as people write them, texts as they are."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return Markup('<span class="none">–</span>')
    if isinstance(value, bool):
        return texts(f"value.{str(value).lower()}")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return figures.number(value, texts.language)
    return str(value)
