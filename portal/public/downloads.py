"""`GET /download/{release}/{file}`: the files of a release, each as its manifest has it and nothing else."""

import mimetypes
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from portal.public.problem import Problem, reading
from portal.public.representation import FOR_EVER, headers, unchanged
from transforms.release.reader import Release, Shelf

PREFIX = "/download"
# Beside those that the standard library knows; it does not know the same ones everywhere.
MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def address(release: str, file: str) -> str:
    """Where a file of a release is to be had, from the portal's root."""
    return f"{PREFIX}/{release}/{quote(file)}"


def downloads(shelf: Shelf) -> Route:
    """The route of all downloads; it answers every address below its prefix, most of them with 404."""
    return Route(PREFIX + "/{rest:path}", _Downloads(shelf))


class _Downloads:
    """As an ASGI application and not a function, so that other methods come here too and get our error shape."""

    def __init__(self, shelf: Shelf):
        self.shelf = shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await run_in_threadpool(self.answer, Request(scope))
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """The file, 304, or what is wrong."""
        try:
            if request.method not in ("GET", "HEAD"):
                raise Problem(405, "method_not_allowed", "a file can only be read", "use GET or HEAD")
            release, _, file = request.path_params["rest"].partition("/")
            with reading(self.shelf, release) as opened:
                return _file(request, opened, file)
        except Problem as problem:
            return problem.response({"Allow": "GET, HEAD"} if problem.status == 405 else None)


def _file(request: Request, release: Release, wanted: str) -> Response:
    entry = release.files.get(wanted)
    path = release.folder / entry["path"] if entry else None
    # A link, or a path in the manifest that leads out of the release, is no file of the release.
    if not entry or not path or path.resolve() != release.folder.resolve() / entry["path"] or not path.is_file():
        raise Problem(
            404, "unknown_file", "the release has no such file", "see files in the API's answer about the dataset"
        )
    kept = headers(release.id, entry["sha256"], FOR_EVER)
    return unchanged(request.headers, kept) or FileResponse(
        path, headers=kept, media_type=media_type(wanted), filename=saved_as(wanted), stat_result=path.stat()
    )


def saved_as(file: str) -> str:
    """The name that a reader's machine gives a file: with its folders, as two rounds have files of the same name."""
    return file.replace("/", "-")


def media_type(file: str) -> str:
    """The media type of a file by the end of its name."""
    known = MEDIA_TYPES.get(Path(file).suffix)
    return known or mimetypes.guess_type(file)[0] or "application/octet-stream"
