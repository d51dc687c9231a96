"""What stands before Streamlit: addresses that exist, the language of the document, headers.

Streamlit answers 200 with the same English shell to every address. Here an address that names nothing that is
published gets a page of its own with its status, and the shell gets the language of the address.
"""

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal import plain
from portal.pages.texts import LANGUAGES, texts
from transforms.release.reader import Release, ReleaseUnreadable, Shelf

PAGES = {"/": {"city"}, "/data": {"city"}, "/dataset": {"city", "id"}}
# Streamlit's own doors, and those that answer for themselves.
PASSED = ("/_stcore/", "/static/", "/media/", "/component/", "/api", "/download/", "/assets/", "/favicon.")


class Gate:
    """ASGI middleware of the public portal."""

    def __init__(self, app: ASGIApp, shelf: Shelf):
        self.app, self.shelf = app, shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what exists; answer for the rest."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(PASSED) or path == "/robots.txt":
            await self.app(scope, receive, send)
            return
        asked = {name: found[-1] for name, found in parse_qs(scope["query_string"].decode("latin-1")).items()}
        language = asked.get("lang", LANGUAGES[0])
        known = language if language in LANGUAGES else LANGUAGES[0]
        answer = self._answer(scope["method"], path, asked, known) if known == language else page("missing", 404, known)
        if answer is not None:
            await answer(scope, receive, send)
            return
        await self.app(plain.unconditional(scope), receive, plain.rewritten(send, known, texts(known)("frame.name")))

    def _answer(self, method: str, path: str, asked: dict[str, str], language: str) -> Response | None:
        """The answer to an address that is not a page of the portal; None for one that is."""
        if path.startswith("/datasets/"):
            return self._canonical(path, asked, language)
        if path not in PAGES:
            return page("missing", 404, language)
        if method not in ("GET", "HEAD"):
            return page("method", 405, language)
        return self._checked(language, lambda release: _exists(release, PAGES[path], asked), asked.get("release"))

    def _canonical(self, path: str, asked: dict[str, str], language: str) -> Response:
        """The lasting address of a dataset, or of one of its versions (`slug@release`), leads to its page."""
        slug, _, release = path.removeprefix("/datasets/").partition("@")
        named = {"id": slug, **({"release": release} if release else {}), **asked}
        there = self._checked(language, lambda found: slug in found.datasets, named.get("release"))
        query = "&".join(f"{name}={value}" for name, value in named.items() if value.replace("-", "").isalnum())
        return there or RedirectResponse(f"/dataset?{query}", 307)

    def _checked(self, language: str, exists: Callable[[Release], bool], release: str | None) -> Response | None:
        try:
            self.shelf.current_id()
        except ReleaseUnreadable:
            return page("unready", 503, language)
        try:
            with self.shelf.reading(release) as found:
                return None if exists(found) else page("missing", 404, language)
        except ReleaseUnreadable:
            return page("missing", 404, language) if release else page("unready", 503, language)


def _exists(release: Release, names: set[str], asked: dict[str, str]) -> bool:
    """Whether the dataset and the city that an address names are in the release."""
    if "id" in names and asked.get("id") not in release.datasets:
        return False
    return not asked.get("city") or asked["city"] in release.cities


def page(kind: str, status: int, language: str) -> HTMLResponse:
    """A state as a page of its own, usable without JavaScript."""
    href = "/data" if kind == "missing" else "/"
    body = plain.page(kind, language, texts(language)("frame.public"), href)
    return HTMLResponse(body, status, headers=plain.HEADERS)
