"""What stands before the staff app: addresses that exist, the language of the document, headers."""

from urllib.parse import parse_qs

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portal import plain
from portal.pages.texts import LANGUAGES, texts

PAGES = ("/", "/footage", "/new", "/privacy", "/releases", "/review")
# Streamlit's own doors, the login's among them, and the fonts.
PASSED = (*plain.DOORS, "/component/", "/assets/", "/auth/")
PASSED_FILES = ("/favicon.ico", "/favicon.png", "/oauth2callback")


class Gate:
    """ASGI middleware of the staff app."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what exists; answer for the rest."""
        path = scope.get("path", "")
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if path.startswith(PASSED) or path in PASSED_FILES:
            await self.app(scope, receive, plain.passed(scope, receive, send, _lost))
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [LANGUAGES[0]])[-1]
        language = asked if asked in LANGUAGES else LANGUAGES[0]
        words = texts(language)
        if path not in PAGES or asked != language:
            await _lost(language)(scope, receive, send)
            return
        await self.app(plain.unconditional(scope), receive, plain.rewritten(send, language, words("frame.staff")))


def _lost(language: str = LANGUAGES[0]) -> HTMLResponse:
    body = plain.page("lost", language, texts(language)("frame.staff"), "/")
    return HTMLResponse(body, 404, headers=plain.HEADERS)
