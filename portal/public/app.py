"""The Streamlit script of the public portal: one run per reader and interaction."""

from portal import shell
from portal.public import cities, data, dataset, footage, home, privacy
from portal.public.maturity import card, compare, indicator, overview, usecases
from portal.public.shelf import shelf
from portal.public.visit import visit
from transforms.release.reader import ReleaseUnreadable

PAGES = {
    "/": home.show,
    "/data": data.show,
    "/dataset": dataset.show,
    "/cities": cities.show,
    "/footage": footage.show,
    "/maturity": overview.show,
    "/scorecard": card.show,
    "/indicator": indicator.show,
    "/compare": compare.show,
    "/usecases": usecases.show,
    "/privacy": privacy.show,
}
# Pages below the one that the navigation names.
MATURITY = ("/maturity", "/scorecard", "/indicator", "/compare")


def main() -> None:
    """Draw the page of the address inside the portal's frame."""
    words = shell.now_texts()
    named = {
        "/": words("nav.home"),
        "/data": words("nav.data"),
        "/dataset": words("nav.data"),
        "/cities": words("nav.cities"),
        "/footage": words("footage.nav"),
        "/maturity": words("maturity.nav"),
        "/scorecard": words("scorecard.nav"),
        "/indicator": words("indicator.nav"),
        "/compare": words("compare.nav"),
        "/usecases": words("usecases.nav"),
        "/privacy": words("nav.privacy"),
    }
    shell.run(named, _draw)


def _draw(path: str) -> None:
    words = shell.now_texts()
    try:
        with visit() as reader:
            links = [
                shell.Link(words("nav.home"), reader.link("/"), path == "/"),
                shell.Link(words("nav.data"), reader.link("/data"), path in ("/data", "/dataset")),
                shell.Link(words("nav.cities"), reader.link("/cities"), path == "/cities"),
                shell.Link(words("footage.nav"), reader.link("/footage"), path == "/footage"),
                shell.Link(words("maturity.nav"), reader.link("/maturity"), path in MATURITY),
                shell.Link(words("usecases.nav"), reader.link("/usecases"), path == "/usecases"),
                shell.Link(words("nav.privacy"), reader.link("/privacy"), path == "/privacy"),
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
