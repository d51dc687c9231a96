"""The Streamlit script of the public portal: one run per reader and interaction."""

import streamlit as st

from portal import shell
from portal.public import data, dataset, home
from portal.public.shelf import shelf
from portal.public.visit import visit
from transforms.release.reader import ReleaseUnreadable

PAGES = {"/": home.show, "/data": data.show, "/dataset": dataset.show}


def main() -> None:
    """Draw the page of the address inside the portal's frame."""
    words = shell.now_texts()
    page = st.navigation(
        [
            st.Page(lambda: _draw("/"), title=words("nav.home"), url_path="home", default=True),
            st.Page(lambda: _draw("/data"), title=words("nav.data"), url_path="data"),
            st.Page(lambda: _draw("/dataset"), title=words("nav.data"), url_path="dataset"),
        ],
        position="hidden",
    )
    st.set_page_config(page_title=f"{page.title} · {words('frame.name')}", page_icon="/assets/mark.svg", layout="wide")
    with shell.guarded(words):
        page.run()


def _draw(path: str) -> None:
    words = shell.now_texts()
    try:
        with visit() as reader:
            links = [
                shell.Link(words("nav.home"), reader.link("/"), path == "/"),
                shell.Link(words("nav.data"), reader.link("/data"), path != "/"),
                shell.Link(words("nav.api"), "/api/openapi.json"),
            ]
            shell.masthead(words, words("frame.public"), links, path, notice=reader.release.notice is not None)
            PAGES[path](reader)
            published = shelf().published_at()
            shell.block("footer.html", words, release=reader.release.id, published=published)
    except ReleaseUnreadable:
        shell.masthead(words, words("frame.public"), [], path, notice=False)
        shell.state(words, "unready", shell.address("/", lang=words.language))
        shell.block("footer.html", words, release=None, published=None)


main()
