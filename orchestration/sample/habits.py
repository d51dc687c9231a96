"""How officers write what a contract allows: other digits, groups, codes by other names, spaces too many."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from data_contracts.dataset import Column
from orchestration.sample.writing.page import Field, Page, fits
from orchestration.sample.writing.tokens import texts
from transforms.reading.cast import DEVANAGARI
from transforms.reading.dates import month_names
from transforms.reading.units import factor

# The share of cells in which a habit shows.
SLIPS, OFTEN, ALWAYS = 0.02, 0.3, 1.0
SWAPPED = 0.01
NBSP = "\N{NO-BREAK SPACE}"
_DIGITS = str.maketrans("0123456789", DEVANAGARI)
Habit = tuple[float, Callable[[str], str]]


def written(page: Page, style: int, personal: tuple[str, ...], rng: np.random.Generator) -> Page:
    """The page with the habits that its contract declares; spoilt cells stay, personal ones keep their spaces."""
    page = _swapped(page, rng)
    columns = {}
    for field in page.fields:
        if field.column is None:
            continue
        habits = _habits(field, field.column, page.source.properties.decimal, style)
        if field.column.properties.repairs and field.cell not in personal:
            habits += _spaces(field.column)
        if field.column.logical_type == "boolean":
            columns[field.cell] = _truth(page.rows[field.cell], field.column, style)
        elif habits:
            columns[field.cell] = _typed(page, field, habits, rng)
    return replace(page, rows=page.rows.assign(**columns)) if columns else page


def _habits(field: Field, column: Column, decimal: str, style: int) -> list[Habit]:
    """In how many cells what is done to the text, one after the other."""
    properties = column.properties
    habits: list[Habit] = []
    if properties.duration:
        habits.append((ALWAYS, partial(_clock, column=column)))
    if properties.grouping:
        habits.append((ALWAYS, partial(_grouped, indian=properties.grouping == "indian", decimal=decimal)))
    if properties.source_marks:
        habits.append((OFTEN, f"{properties.source_marks[0]} {{}}".format))
    if properties.month_names and "MMM" in (field.pattern or ""):
        habits.append((OFTEN, _in_hindi))
    if properties.digits:
        habits.append((OFTEN, lambda text: text.translate(_DIGITS)))
    if properties.map_codes:
        habits.append((OFTEN, partial(_other, codes=properties.map_codes, style=style)))
    return habits


def _spaces(column: Column) -> list[Habit]:
    """Spaces of a hasty hand, or those of a web page."""
    habits: list[Habit] = [(SLIPS, "{} ".format)]
    if "foldSpaces" in column.properties.repairs:
        habits += [(SLIPS, lambda text: text.replace(" ", "  ", 1)), (SLIPS, lambda text: text.replace(" ", NBSP))]
    return habits


def _typed(page: Page, field: Field, habits: list[Habit], rng: np.random.Generator) -> pd.Series:
    """The column's own cells as they are typed, without what was spoilt; each distinct text is changed once."""
    cells = texts(replace(page, spoilt={}), field, page.source.properties.decimal).to_pandas().to_numpy(dtype=object)
    for share, change in habits:
        chosen = np.flatnonzero((rng.random(len(cells)) < share) & ~pd.isna(cells))
        which, distinct = pd.factorize(cells[chosen])
        changed = [(text, change(text)) for text in distinct]
        written = [after if fits(after, page.source.properties.encoding) else before for before, after in changed]
        cells[chosen] = np.array(written, dtype=object)[which]
    return pd.Series(cells, dtype="str")


def _truth(cells: pd.Series, column: Column, style: int) -> pd.Series:
    """The city's words for true and false, where the contract declares some."""
    true, false = column.properties.true_values, column.properties.false_values
    if true == ("true",) and false == ("false",):
        return cells
    return cells.map({True: true[style % len(true)], False: false[style % len(false)]}, na_action="ignore").astype(
        "str"
    )


def _clock(text: str, column: Column) -> str:
    seconds = round(float(text) * factor(str(column.properties.unit), "s"))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}" + (f":{seconds % 60:02}" if column.properties.duration == "h:mm:ss" else "")


def _grouped(text: str, indian: bool, decimal: str) -> str:
    """The digits before the decimal mark in groups."""
    sign = "-" if text.startswith("-") else ""
    whole, mark, rest = text.removeprefix("-").partition(decimal)
    groups: list[str] = []
    first = True
    while len(whole) > 3 or (groups and len(whole) > (2 if indian else 3)):
        size = 3 if first or not indian else 2
        groups.append(whole[-size:])
        whole, first = whole[:-size], False
    return sign + ("," if decimal == "." else ".").join([whole, *reversed(groups)]) + mark + rest


def _in_hindi(text: str) -> str:
    """The month's English name, whole or short, in Hindi."""
    for given, english in month_names("hi"):
        if not given.isascii() and english in text:
            return re.sub(f"{english}[a-z]*", given, text)
    return text


def _other(text: str, codes: dict[str, str], style: int) -> str:
    names = [name for name, code in codes.items() if code == text]
    return names[style % len(names)] if names else text


def _swapped(page: Page, rng: np.random.Generator) -> Page:
    """Latitude and longitude in each other's place, where the contract knows how to put them back."""
    for field in page.fields:
        swap = field.column.properties.swap_coordinates if field.column else None
        if swap:
            mine, other = page.rows[field.cell], page.rows[swap.column]
            odd = page.spoilt.get(field.cell, {}).keys() | page.spoilt.get(swap.column, {}).keys()
            chosen = (rng.random(len(mine)) < SWAPPED) | (swap.when == "always")
            chosen[list(odd)] = swap.when == "always"
            rows = page.rows.assign(**{field.cell: other.where(chosen, mine), swap.column: mine.where(chosen, other)})
            spoilt = dict(page.spoilt)
            if swap.when == "always":
                spoilt[field.cell], spoilt[swap.column] = (spoilt.get(name, {}) for name in (swap.column, field.cell))
            page = replace(page, rows=rows, spoilt=spoilt)
    return page
