"""Doing what was asked for on the review desk, and saying what came of it on the page drawn next."""

from collections.abc import Callable

import streamlit as st

from orchestration.store.home import HomeBusy
from orchestration.store.reviews import ReviewFault
from orchestration.store.staff import NotPermitted
from portal import shell
from portal.pages.texts import Texts
from transforms.maturity.fault import MaturityFault

_SAID = "what was done on the review desk last"


def said(words: Texts) -> None:
    """Draw what came of the last act, once."""
    last = st.session_state.pop(_SAID, None)
    if last:
        shell.block("note.html", words, label=last[0], text=last[1], mood=last[2])


def act(words: Texts, done: str, work: Callable[[], object]) -> None:
    """Do the work and draw the page anew; `done` is what it says then, unless it was refused."""
    try:
        work()
    except HomeBusy:
        st.session_state[_SAID] = (words("desk.busy"), "", "warn")
    except (MaturityFault, ReviewFault, NotPermitted) as fault:
        st.session_state[_SAID] = (words("desk.refused"), str(fault), "bad")
    else:
        st.session_state[_SAID] = (done, "", "good")
    st.rerun()
