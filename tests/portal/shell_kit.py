"""A server that answers as Streamlit does: one English shell for every address, compressed where that is asked for."""

import gzip

import httpx
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHELL = (
    '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title>'
    f'<link rel="icon" href="./favicon.png"></head><body>{"<script></script>" * 60}</body></html>'
)
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _shell(request: Request) -> Response:
    """The shell, or 304 and 206 where the request asks for them."""
    if request.headers.get("if-none-match"):
        return Response(status_code=304, headers={"ETag": '"shell"'})
    status = 206 if "range" in request.headers else 200
    headers = {"ETag": '"shell"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT", "X-Path": request.url.path}
    return Response(SHELL, status, headers, "text/html; charset=utf-8")


def streamlit() -> ASGIApp:
    """The server."""
    routes = [Route("/_stcore/health", _health), Route("/{rest:path}", _shell, methods=METHODS)]
    return GZipMiddleware(Starlette(routes=routes), minimum_size=1)


def in_pieces(app: ASGIApp) -> ASGIApp:
    """The same, sent in pieces that part its words."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def cut(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            body = message.get("body", b"")
            for i in range(0, len(body), 7):
                await send({"type": "http.response.body", "body": body[i : i + 7], "more_body": True})
            await send({"type": "http.response.body", "body": b""})

        await app(scope, receive, cut)

    return answer


def packed(response: httpx.Response) -> bool:
    return "content-encoding" in response.headers or response.content[:2] == gzip.compress(b"")[:2]
