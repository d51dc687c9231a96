"""One reader's visit: language, release, and addresses that keep both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from portal import shell
from portal.pages.texts import Texts
from portal.public.shelf import shelf
from transforms.release.reader import Release, ReleaseUnreadable

_KEY = "release read in this session"


@dataclass(frozen=True)
class Visit:
    """What a page needs to know of its reader. `asked`: the release that the address names, if any."""

    words: Texts
    release: Release
    asked: str | None

    def link(self, path: str, **parameters: str | None) -> str:
        """An address inside the portal in this language, on this release where the address named one."""
        return shell.address(path, **parameters, lang=self.words.language, release=self.asked)


@contextmanager
def visit() -> Iterator[Visit]:
    """The visit that the address describes. Raises ReleaseUnreadable where there is no release to show.

    A session stays on the release it began with, and moves on by itself where that one cannot be read any more.
    """
    asked = st.query_params.get("release")
    pinned = asked or st.session_state.get(_KEY)
    try:
        with shelf().reading(pinned) as release:
            yield _begun(release, asked)
            return
    except ReleaseUnreadable:
        if asked or pinned is None:
            raise
    with shelf().reading() as release:
        yield _begun(release, asked)


def _begun(release: Release, asked: str | None) -> Visit:
    st.session_state[_KEY] = release.id
    return Visit(shell.now_texts(), release, asked)
