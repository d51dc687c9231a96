"""The frame of a Streamlit page, shared by the public portal and the staff app: head, foot, blocks, states."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from portal import failure
from portal.pages.html import render
from portal.pages.texts import LANGUAGES, Texts, texts
from portal.pages.theme import DARK, LIGHT, Palette, chart_config, style

# What every face runs Streamlit with. No file is watched, nothing is reported, no error shows its inside. To look
# through all objects after each drawing takes longer than the drawing, and memory is the same without (measured).
OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
}


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    label: str
    href: str
    current: bool = False


def language() -> str:
    """The language of the address (`?lang=`), English where it names none."""
    asked = st.query_params.get("lang", LANGUAGES[0])
    return asked if asked in LANGUAGES else LANGUAGES[0]


def address(path: str, **parameters: str | None) -> str:
    """A path of this server with those of the parameters that have a value; English needs no `lang`."""
    given = {name: value for name, value in parameters.items() if value and (name, value) != ("lang", LANGUAGES[0])}
    return f"{path}?{urlencode(given)}" if given else path


def palette() -> Palette:
    """The colours of the theme that the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def block(template: str, words: Texts, **values: Any) -> None:
    """One template as a block of the page."""
    st.html(render(template, words, **values))


def masthead(words: Texts, subtitle: str, links: Sequence[Link], path: str, notice: bool) -> None:
    """The style sheet and the head of a page; the language switch keeps the rest of the address."""
    st.html(f"<style>{style()}</style>")
    other = next(one for one in LANGUAGES if one != words.language)
    kept = {name: value for name, value in st.query_params.items() if name != "lang"}
    switch = {"language": other, "label": words("frame.other"), "href": address(path, **kept, lang=other)}
    home = address("/", lang=words.language)
    block("masthead.html", words, subtitle=subtitle, links=links, other=switch, home=home, notice=notice)


def choice(label: str, name: str, options: Mapping[str, str], width: int | None = None) -> str:
    """One of some options (value → label), kept in the address as `name`; the first one needs no address.

    Streamlit's own binding would write the label of the language into the address, not the value.
    """
    values = list(options)
    asked = st.query_params.get(name, values[0])
    # Its own for these labels: a browser that still shows a label that changed sends it back as if it were a value.
    key = f"choice of {name} {hash(tuple(options.items()))}"

    def keep() -> None:
        picked = st.session_state[key]
        st.query_params.from_dict({**st.query_params, name: picked})
        if picked == values[0]:
            del st.query_params[name]

    chosen = st.selectbox(
        label,
        values,
        index=values.index(asked) if asked in values else 0,
        key=key,
        format_func=options.__getitem__,
        on_change=keep,
        width=width or "stretch",
    )
    return str(chosen)


def state(words: Texts, kind: str, href: str | None = None) -> None:
    """A designed state instead of a page: missing, unready, broken."""
    block("state.html", words, **{**state_values(words, kind, href), "level": 1})


def state_values(words: Texts, kind: str, href: str | None = None) -> dict[str, Any]:
    """What the template of a state needs; inside a page its title is no page's title."""
    part = {name: words(f"state.{kind}.{name}") for name in ("title", "text", "label")}
    return {**part, "href": href, "level": 2}


def run(titles: Mapping[str, str], draw: Callable[[str], None]) -> None:
    """Draw the page of the address; `titles` by path, the first one's being `/`."""
    words = now_texts()
    pages = [
        st.Page(_drawing(draw, path), title=title, url_path=path.strip("/") or "home", default=path == "/")
        for path, title in titles.items()
    ]
    page = st.navigation(pages, position="hidden")
    st.set_page_config(page_title=f"{page.title} · {words('frame.name')}", page_icon="/assets/mark.svg", layout="wide")
    with guarded(words):
        page.run()


def _drawing(draw: Callable[[str], None], path: str) -> Callable[[], None]:
    return lambda: draw(path)


@contextmanager
def guarded(words: Texts) -> Iterator[None]:
    """Draw a state where a page fails."""
    try:
        yield
    except Exception as error:
        failure.log("a page", error)
        state(words, "broken", address("/", lang=words.language))


def table(words: Texts, caption: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> None:
    """A table that scrolls inside itself; each column is its title and whether it holds numbers."""
    titled = [{"title": title, "numeric": numeric} for title, numeric in columns]
    block("framed_table.html", words, caption=caption, columns=titled, rows=rows, nowrap=True)


def folded_table(words: Texts, label: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> None:
    """A table behind its label, as the same figures stand above it in a picture."""
    titled = [{"title": title, "numeric": numeric} for title, numeric in columns]
    block("folded.html", words, caption=label, columns=titled, rows=rows, nowrap=True)


def chart(spec: Mapping[str, Any], height: int, alt: str) -> None:
    """A Vega-Lite chart in the house's style; `alt` says what it shows."""
    st.vega_lite_chart({**spec, "config": chart_config(palette())}, height=height, theme=None, alt=alt)


def now_texts() -> Texts:
    """The texts in the language of the address."""
    return texts(language())
