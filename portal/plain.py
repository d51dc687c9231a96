"""What every face needs around Streamlit: pages without it, a shell in the right language, headers."""

from collections.abc import Awaitable, Callable
from typing import Any

from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from portal.pages.html import render
from portal.pages.texts import LANGUAGES, texts
from portal.pages.theme import DARK, LIGHT

# A page of ours needs nothing but its own style sheet and fonts.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# What Streamlit needs beyond that: its scripts write styles, Vega compiles its expressions, deck.gl runs workers,
# and the page talks to its own server over a web socket.
STREAMLIT_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "media-src 'self' blob:; manifest-src 'self'; frame-src 'self'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Where Streamlit answers for itself.
DOORS = ("/_stcore/", "/static/", "/media/")
HEADERS = {**COMMON, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


def page(kind: str, language: str, subtitle: str, href: str) -> str:
    """The HTML of a state (see the texts `state.*`) as a whole document."""
    words = texts(language)
    other = next(one for one in LANGUAGES if one != language)
    suffix = "" if language == LANGUAGES[0] else f"?lang={language}"
    head = render(
        "masthead.html",
        words,
        subtitle=subtitle,
        links=[],
        other={"language": other, "label": words("frame.other"), "href": f"/?lang={other}"},
        home=f"/{suffix}",
        notice=False,
    )
    part: dict[str, Any] = {name: words(f"state.{kind}.{name}") for name in ("title", "text", "label")}
    body = render("state.html", words, **part, href=f"{href}{suffix}", level=1)
    foot = render("footer.html", words, release=None, published=None)
    return render("plain.html", words, title=part["title"], body=Markup(head + body + foot))  # noqa: S704


def loading(language: str, instead: str | None) -> str:
    """What stands where the page will be: the mark until its scripts have come, and what can be had without."""
    return render("loading.html", texts(language), light=LIGHT, dark=DARK, instead=instead)


def unconditional(scope: Scope) -> Scope:
    """A request for the shell as if it were the first one, uncompressed: the answer is rewritten by language."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in left_out]}


def passed(scope: Scope, receive: Receive, send: Send, lost: Callable[[], Response]) -> Send:
    """Send on what answers for itself, with the headers that every answer has.

    Streamlit gives its shell, and 200, to what it does not know behind its own doors too: that is `lost`.
    """
    shell = False

    async def forward(message: Message) -> None:
        nonlocal shell
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            shell = scope["path"].startswith(DOORS) and headers.get("content-type", "").startswith("text/html")
            if shell:
                await lost()(scope, receive, send)
                return
            for name, value in COMMON.items():
                headers.setdefault(name, value)
            message = {**message, "headers": headers.raw}
        if not shell:
            await send(message)

    return forward


def rewritten(
    send: Send, language: str, title: str, instead: str | None = None
) -> Callable[[Message], Awaitable[None]]:
    """Send Streamlit's shell on in the language and under the name of the page, with our headers.

    `instead`: an address that can be used without scripts.
    """
    start: Message = {}
    parts: list[bytes] = []

    async def forward(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        if headers.get("content-type", "").startswith("text/html"):
            del headers["etag"]
            body = body.replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)
            body = body.replace(b"<title>Streamlit</title>", f"<title>{title}</title>".encode(), 1)
            body = body.replace(b'href="./favicon.png"', b'href="/assets/mark.svg"', 1)
            body = body.replace(
                b'<div id="root"></div>', f'<div id="root">{loading(language, instead)}</div>'.encode(), 1
            )
            # Nothing comes with the answer to HEAD, which is no reason to say that nothing is there.
            del headers["content-length"]
            if body:
                headers["content-length"] = str(len(body))
        headers.update({**COMMON, "Content-Security-Policy": STREAMLIT_POLICY})
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    return forward
