"""Fonts, the mark and the style sheet of plain pages, served from this machine."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from portal.pages.theme import ASSETS, font_css, style


async def _plain_css(_: Request) -> Response:
    return Response(f"{font_css()}\n{style()}", media_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def _icon(_: Request) -> Response:
    return RedirectResponse("/assets/mark.svg", 308)


ROUTES = [
    Route("/favicon.png", _icon),
    Route("/favicon.ico", _icon),
    Route("/assets/plain.css", _plain_css),
    Mount("/assets", StaticFiles(directory=ASSETS)),
]
