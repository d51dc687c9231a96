"""What stands before Streamlit: addresses that exist, the language of the document, headers.

Streamlit answers 200 with the same English shell to every address. Here an address that names nothing that is
published gets a page of its own with its status, and the shell gets the language of the address.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal import plain
from portal.pages.texts import LANGUAGES, texts
from portal.public.maturity.rounds import known as known_round
from transforms.release.reader import Release, ReleaseMissing, ReleaseUnreadable, Shelf

PAGES: dict[str, set[str]] = {
    "/": {"city"},
    "/data": {"city", "department"},
    "/dataset": {"city", "id"},
    "/cities": {"city"},
    "/footage": {"city"},
    "/maturity": {"round"},
    "/scorecard": {"city", "round"},
    "/indicator": {"city", "round", "indicator"},
    "/compare": {"round"},
    "/usecases": {"city"},
    "/privacy": set(),
}
# Streamlit's own doors, and those that answer for themselves.
PASSED = (*plain.DOORS, "/component/", "/api/", "/download/", "/assets/")
PASSED_FILES = ("/favicon.ico", "/favicon.png")
METHODS = ("GET", "HEAD")
# What a status has to say beside its page.
_MORE = {405: {"Allow": ", ".join(METHODS)}, 503: {"Retry-After": "60"}}


class Gate:
    """ASGI middleware of the public portal."""

    def __init__(self, app: ASGIApp, shelf: Shelf):
        self.app, self.shelf = app, shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what exists; answer for the rest."""
        path = scope.get("path", "")
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if path.startswith(PASSED) or path in PASSED_FILES:
            await self.app(scope, receive, plain.passed(scope, receive, send, _missing))
            return
        asked = {name: found[-1] for name, found in parse_qs(scope["query_string"].decode("latin-1")).items()}
        language = asked.get("lang", LANGUAGES[0])
        known = language if language in LANGUAGES else LANGUAGES[0]
        answer = self._answer(scope["method"], path, asked, known) if known == language else page("missing", 404, known)
        if answer is not None:
            await answer(scope, receive, send)
            return
        shell = plain.rewritten(send, known, texts(known)("frame.name"), instead="/api/datasets")
        await self.app(plain.unconditional(scope), receive, shell)

    def _answer(self, method: str, path: str, asked: dict[str, str], language: str) -> Response | None:
        """The answer to an address that is not a page of the portal; None for one that is."""
        lasting = path.startswith("/datasets/")
        if path not in PAGES and not lasting:
            return page("missing", 404, language)
        if method not in METHODS:
            return page("method", 405, language)
        if lasting:
            return self._canonical(path, asked, language)
        return self._checked(language, lambda release: _exists(release, PAGES[path], asked), asked.get("release"))

    def _canonical(self, path: str, asked: dict[str, str], language: str) -> Response:
        """The lasting address of a dataset, or of one of its versions (`slug@release`), leads to its page."""
        slug, _, release = path.removeprefix("/datasets/").partition("@")
        kept = {name: asked[name] for name in ("release", "city", "lang") if name in asked}
        named = kept | {"id": slug}
        if release:
            named["release"] = release
        there = self._checked(language, lambda found: _exists(found, PAGES["/dataset"], named), named.get("release"))
        return there or RedirectResponse(f"/dataset?{urlencode(named)}", 307, headers=plain.HEADERS)

    def _checked(self, language: str, exists: Callable[[Release], bool], release: str | None) -> Response | None:
        try:
            self.shelf.current_id()
        except ReleaseUnreadable:
            return page("unready", 503, language)
        try:
            with self.shelf.reading(release) as found:
                return None if exists(found) else page("missing", 404, language)
        except ReleaseUnreadable as fault:
            unknown = release is not None and isinstance(fault, ReleaseMissing)
            return page("missing", 404, language) if unknown else page("unready", 503, language)


def _exists(release: Release, names: set[str], asked: dict[str, str]) -> bool:
    """Whether the dataset, department, city, round and indicator that an address names are in the release."""
    if "id" in names and asked.get("id") not in release.datasets:
        return False
    departments = {entry["department"]["id"] for entry in release.datasets.values()}
    if "department" in names and asked.get("department", "") not in {"", *departments}:
        return False
    if "round" in names and not known_round(
        release, asked.get("round"), asked.get("id", "") if "indicator" in names else None
    ):
        return False
    return not asked.get("city") or asked["city"] in release.cities


def _missing() -> HTMLResponse:
    return page("missing", 404, LANGUAGES[0])


def page(kind: str, status: int, language: str) -> HTMLResponse:
    """A state as a page of its own, usable without JavaScript."""
    href = "/data" if kind == "missing" else "/"
    body = plain.page(kind, language, texts(language)("frame.public"), href)
    return HTMLResponse(body, status, headers=plain.HEADERS | _MORE.get(status, {}))
