"""What is about to be lost: the requests at risk, the most urgent first, and the message to send."""

import pandas as pd
import streamlit as st

from orchestration.footage import Footage
from portal import shell
from portal.pages import figures
from portal.pages.texts import LANGUAGES, Texts, texts
from transforms.footage.queue import HOURS, AtRisk, at_risk

COLUMNS = ("request", "left", "lost", "cameras", "recorders")


def show(footage: Footage, as_of: pd.Timestamp, words: Texts) -> None:
    """Draw the section."""
    hours = figures.number(HOURS, words.language)
    text = words("footage_desk.risk", hours=hours)
    shell.block("heading.html", words, id="risk", level=2, title=words("footage_desk.part.risk"), text=text)
    if footage.pairs is None or footage.cameras is None:
        shell.block("note.html", words, label=words("footage_desk.unknown"), text="", mood="warn")
        return
    waiting = at_risk(footage.requests, footage.pairs, footage.cameras, as_of)
    if not waiting:
        shell.block("state.html", words, **shell.state_values(words, "safe"))
        return
    columns = [(words(f"footage_desk.column.{name}"), name == "left") for name in COLUMNS]
    caption = words("footage_desk.riskcaption", as_of=figures.moment(as_of, words.language))
    shell.table(words, caption, columns, [_row(one, words) for one in waiting])
    _message({one.request_id: one for one in waiting}, words)


def _row(one: AtRisk, words: Texts) -> list[object]:
    lost = figures.moment(one.lost_at, words.language)
    return [one.request_id, round(one.hours_left, 1), lost, ", ".join(one.camera_ids), ", ".join(one.recorder_ids)]


def _message(waiting: dict[str, AtRisk], words: Texts) -> None:
    """The message for one of them, in both languages, to be copied."""
    labels = {
        request: words(
            "footage_desk.within", request=request, hours=figures.number(round(one.hours_left), words.language)
        )
        for request, one in waiting.items()
    }
    chosen = shell.choice(words("footage_desk.messageof"), "request", labels, width=420)
    for language, tab in zip(LANGUAGES, st.tabs([words(f"monday.in.{name}") for name in LANGUAGES]), strict=True):
        with tab:
            st.code(message(waiting[chosen], texts(language)), language=None, wrap_lines=True)


def message(one: AtRisk, words: Texts) -> str:
    """What to send to whoever keeps the recorder; ids and times, neither a name nor a case number."""
    key, given = one.message
    told = {
        name: figures.moment(value, words.language) if isinstance(value, pd.Timestamp) else value
        for name, value in given.items()
    }
    told |= {name: ", ".join(value) for name, value in given.items() if isinstance(value, tuple)}
    return words(f"footage_desk.message.{key}", **told)
