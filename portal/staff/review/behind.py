"""The rows behind an indicator, published or not, without the columns that hold persons."""

from datetime import date

import pandas as pd

from orchestration.maturity import rows, rubric
from orchestration.project import Project
from orchestration.store.staff import Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts

_SHOWN = 100


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the part, for the indicator and the city of the address."""
    shell.block("review_section.html", words, part="rows")
    labels = {"": words("desk.choose")} | {
        one.id: f"{one.id} · {words.pick({'en': one.title, 'hi': one.title_hi})}" for one in rubric(project).indicators
    }
    cities = {
        city: words.pick({"en": given.name, "hi": given.name_hi})
        for city, given in project.catalogue.cities.items()
        if person.sees(city)
    }
    chosen = shell.choice(words("review.which"), "behind", labels)
    city = shell.choice(words("data.city"), "rows", cities)
    if not chosen:
        return
    indicator = rubric(project).by_id[chosen]
    found, count = rows(project, indicator, city, _SHOWN)
    if found.empty:
        shell.block("note.html", words, label=words("review.norows", table=indicator.rows), text="", mood="")
        return
    columns = [(column, pd.api.types.is_numeric_dtype(found[column])) for column in found]
    told = figures.number(count, words.language)
    caption = words("review.rowscaption", table=indicator.rows, shown=len(found), count=told)
    shell.table(words, caption, columns, [[_cell(value, words) for value in row] for row in found.to_numpy(object)])


def _cell(value: object, words: Texts) -> object:
    """A value as a cell has it: moments in India's time, nothing for what is null."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return figures.moment(value.to_pydatetime(), words.language) if value.tzinfo else value.date()
    return value if isinstance(value, bool | int | float | date) else str(value)
