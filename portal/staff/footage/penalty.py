"""The SLA penalty: what the contractor owes by month for cameras that recorded too little, as the city assumes."""

import pandas as pd

from data_contracts.footage import Penalty
from orchestration.project import Project
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import noted, percent, rupees
from transforms.footage.availability import allowed_h, penalty, rates

ASSUMED = ("all", "running")
MONTHS = ("month", "due", "recorded", "number", "penalised")
# The month in which the hours that a level allows are told.
DAYS = 30


def show(project: Project, city: str, found: Known, words: Texts) -> None:
    """Draw the section."""
    assumed = project.catalogue.cities[city].footage_assumptions
    terms = assumed.penalty if assumed else None
    known = found.availability is not None and found.availability.months
    title = words("footage_desk.part.penalty")
    if terms is None or not known:
        text = words("footage_desk.nopenalty" if known else "footage_desk.norecordings")
        shell.block("heading.html", words, id="penalty", level=2, title=title, text=text)
        return
    assert found.availability is not None
    shell.block("heading.html", words, id="penalty", level=2, title=title, text=_terms(terms, words))
    recorded = found.availability.recorded
    recorded = recorded[recorded["month"].isin(found.availability.months)]
    _months(recorded.assign(owed=penalty(recorded, terms.bands, terms.fee_inr)), words)
    points = [noted(terms, words), *(words(f"footage_desk.penaltyassume.{key}") for key in ASSUMED)]
    shell.block("points.html", words, title=words("footage_desk.assumed"), points=points)


def _terms(terms: Penalty, words: Texts) -> str:
    """The fee, the bands from the mildest on, and the hours that the mildest one allows."""
    levels = sorted(terms.bands, reverse=True)
    bands = "; ".join(
        words(
            "footage_desk.band",
            level=figures.share(level, words.language),
            share=figures.share(terms.bands[level], words.language),
        )
        for level in levels
    )
    hours = figures.number(round(allowed_h(levels[0], DAYS), 1), words.language)
    level, fee = figures.share(levels[0], words.language), rupees(terms.fee_inr, words)
    return words("footage_desk.penalty", fee=fee, bands=bands, level=level, hours=hours, days=DAYS)


def _months(recorded: pd.DataFrame, words: Texts) -> None:
    """What is owed by month, the newest first."""
    table = rates(recorded, ["month"]).set_index("month").sort_index(ascending=False)
    owed = recorded.groupby("month")["owed"].agg(["sum", lambda rows: int((rows > 0).sum())])
    table = table.assign(owed=owed.iloc[:, 0], penalised=owed.iloc[:, 1])
    most = max(float(table["owed"].max()), 1.0)
    rows = [
        {
            "label": figures.month(row.Index, words.language),
            "bar": row.owed / most,
            "values": [rupees(row.owed, words), percent(row.availability, words), row.cameras, row.penalised],
        }
        for row in table.itertuples()
    ]
    total = rupees(float(table["owed"].sum()), words)
    caption = words("footage_desk.penaltycaption", total=total)
    columns = [words(f"footage_desk.column.{name}") for name in MONTHS]
    shell.block("bars.html", words, caption=caption, columns=columns, rows=rows)
