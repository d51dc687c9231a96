"""The reasons that the desk stated, against those that the evidence gives, and the requests to look at again."""

import pandas as pd

from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import between, percent
from transforms.footage.agreement import confusion
from transforms.footage.causes import CAUSES, UNKNOWN

# The commonest ways in which stated and derived reason differ, so many are told.
DIFFERENT = 8


def show(found: Known, words: Texts) -> None:
    """Draw the section."""
    stated, review = found.explained["stated"], found.explained["review"]
    title = words("footage_desk.part.stated")
    if not stated["whole"]:
        text = words("footage_desk.nostated")
        shell.block("heading.html", words, id="stated", level=2, title=title, text=text)
        return
    text = words(
        "footage_desk.stated",
        share=percent(stated["share"], words),
        band=between(stated["low"], stated["high"], words),
        part=figures.number(stated["part"], words.language),
        whole=figures.number(stated["whole"], words.language),
    )
    shell.block("heading.html", words, id="stated", level=2, title=title, text=text)
    columns = [(words(f"footage_desk.column.{name}"), name == "requests") for name in ("stated", "derived", "requests")]
    shell.table(words, words("footage_desk.different"), columns, _different(found.footage.requests, words))
    again = [[one["request_id"], _cause(one["stated"], words), _cause(one["derived"], words)] for one in review]
    columns = [(words(f"footage_desk.column.{name}"), False) for name in ("request", "stated", "derived")]
    caption = words(
        "footage_desk.review",
        requests=figures.number(stated["whole"] - stated["part"], words.language),
        shown=figures.number(len(again), words.language),
    )
    shell.folded_table(words, caption, columns, again)


def _different(requests: pd.DataFrame, words: Texts) -> list[list[object]]:
    """The commonest pairs of a stated reason and another one that the evidence gives."""
    counts = confusion(requests).loc[list(CAUSES)].stack()
    stated, derived = (counts.index.get_level_values(level) for level in (0, 1))
    apart = counts[(stated != derived) & (derived != UNKNOWN) & (counts > 0)]
    largest = apart.sort_values(ascending=False, kind="stable").head(DIFFERENT)
    return [[_cause(stated, words), _cause(derived, words), int(count)] for (stated, derived), count in largest.items()]


def _cause(cause: str, words: Texts) -> str:
    return words(f"footage_desk.cause.{cause}")
