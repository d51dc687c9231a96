"""The machine's door: one release as JSON. Made to be mounted at `/api`; runs alone too.

Each answer is made of one release and names it. A client that passes `release` on stays on that release.
"""

import hashlib
import json
import math
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from portal import failure
from portal.public.downloads import address
from portal.public.problem import Problem, named, reading
from portal.public.representation import ONE_MINUTE, headers, unchanged
from transforms.release.reader import Release, Shelf

IST = ZoneInfo("Asia/Kolkata")
MOST_ROWS = 1000
# Far beyond any table, and within what the database takes for a number.
LAST_OFFSET = 10**12

ReleaseId = Annotated[str | None, Query(description="Read this release and not the current one.")]
CityId = Annotated[str | None, Query(description="Only datasets with rows of this city.")]
DepartmentId = Annotated[str | None, Query(description="Only datasets of this department.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="The most rows to give.")]
Offset = Annotated[int, Query(ge=0, le=LAST_OFFSET, description="Rows to leave out before the first.")]


class ErrorBody(BaseModel):
    """A code for programs, what is wrong, what to do."""

    code: str
    message: str
    remedy: str


class ErrorAnswer(BaseModel):
    """What every answer that is no success holds."""

    error: ErrorBody


routes = APIRouter(responses={"default": {"model": ErrorAnswer, "description": "What is wrong, and what to do."}})


def api(shelf: Shelf) -> FastAPI:
    """The application over a shelf of releases."""
    # The pages that FastAPI would show for people load their scripts from elsewhere.
    app = FastAPI(
        title="Pravah",
        summary="Open data of city command centres",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.shelf = shelf
    app.include_router(routes)
    app.add_middleware(BaseHTTPMiddleware, dispatch=_refuse_all)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["*"])
    app.add_exception_handler(Problem, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_value)
    app.add_exception_handler(HTTPException, _refuse_address)
    return app


def _get(path: str, summary: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register the answer to GET, and to HEAD without another entry in the description."""

    def register(answer: Callable[..., Response]) -> Callable[..., Response]:
        routes.head(path, include_in_schema=False)(answer)
        return routes.get(path, summary=summary)(answer)

    return register


@_get("/health", "Whether there is a release to read")
def health(request: Request, release: ReleaseId = None) -> Response:
    """`{"release", "notice", "ok"}`; 503 where there is none."""
    with _asked(request, release) as opened:
        _refuse_unknown(request)
        return _answer(request, opened, {"ok": True})


@_get("/release", "What the release says of itself")
def about(request: Request, release: ReleaseId = None) -> Response:
    """`{"release", "notice", "published_at", "cities"}`; `published_at` is null for one that is out no more."""
    with _asked(request, release) as opened:
        _refuse_unknown(request)
        since = request.app.state.shelf.out_since(opened.id)
        published_at = since.astimezone(IST).isoformat(timespec="seconds") if since else None
        return _answer(request, opened, {"published_at": published_at, "cities": opened.catalog["cities"]})


@_get("/datasets", "The datasets of the release")
def datasets(
    request: Request, city: CityId = None, department: DepartmentId = None, release: ReleaseId = None
) -> Response:
    """`{"release", "notice", "datasets": [{"slug", "title", "department", "form", "rows", "until", "links"}]}`."""
    with _asked(request, release) as opened:
        _refuse_unknown(request)
        entries = opened.catalog["datasets"]
        if city is not None and city not in opened.cities:
            raise Problem(
                404, "unknown_city", "the release has no city of that id", "see cities in the answer of /release"
            )
        if department is not None and department not in {entry["department"]["id"] for entry in entries}:
            raise Problem(
                404,
                "unknown_department",
                "the release has no such department",
                "see department in the answer of /datasets",
            )
        chosen = [
            _summary(request, entry)
            for entry in entries
            if city in (None, *entry["rows"]) and department in (None, entry["department"]["id"])
        ]
        return _answer(request, opened, {"datasets": chosen})


@_get("/datasets/{slug}", "One dataset: its catalogue entry and its files")
def dataset(request: Request, slug: str, release: ReleaseId = None) -> Response:
    """The whole catalogue entry, and `files`: `[{"name", "bytes", "sha256", "url"}]`."""
    with _asked(request, release) as opened:
        _refuse_unknown(request)
        entry = _entry(opened, slug)
        files = [
            {
                "name": name,
                "bytes": file["bytes"],
                "sha256": file["sha256"],
                "url": address(opened.id, name),
            }
            for name, file in opened.files.items()
            if name.partition(".")[0] == entry["table"]
        ]
        return _answer(request, opened, {**entry, "links": _links(request, slug), "files": files})


@_get("/datasets/{slug}/rows", "Rows of a dataset")
def rows(request: Request, slug: str, limit: Limit = 100, offset: Offset = 0, release: ReleaseId = None) -> Response:
    """`{"release", "notice", "dataset", "columns", "records", "total", "limit", "offset", "next"}`.

    Every other parameter is a public column; only rows with that text in it are given. Outlines are in the GeoJSON.
    """
    with _asked(request, release) as opened:
        table = _entry(opened, slug)["table"]
        columns = [column for column, kind in opened.columns(table).items() if kind != "BLOB"]
        _refuse_unknown(request, columns)
        own = _parameters(request)
        filters = {column: value for column, value in request.query_params.items() if column not in own}
        page = opened.page(table, filters, limit, offset)
        end = offset + len(page.rows)
        body = {
            "dataset": slug,
            "columns": page.columns,
            "records": [dict(zip(page.columns, map(_cell, row), strict=True)) for row in page.rows],
            "total": page.total,
            "limit": limit,
            "offset": offset,
            "next": _next(request, opened, filters, limit, end) if end < page.total and page.rows else None,
        }
        return _answer(request, opened, body)


def _asked(request: Request, release: str | None) -> Any:
    return reading(request.app.state.shelf, release)


def _entry(release: Release, slug: str) -> dict[str, Any]:
    if slug not in release.datasets:
        raise Problem(
            404, "unknown_dataset", "the release has no dataset of that name", "see slug in the answer of /datasets"
        )
    return release.datasets[slug]


def _summary(request: Request, entry: dict[str, Any]) -> dict[str, Any]:
    kept = ("slug", "title", "department", "form", "rows", "until")
    return {key: entry[key] for key in kept} | {"links": _links(request, entry["slug"])}


def _links(request: Request, slug: str) -> dict[str, str]:
    here = f"{request.scope.get('root_path', '')}/datasets/{slug}"
    return {"self": here, "rows": f"{here}/rows"}


def _next(request: Request, release: Release, filters: dict[str, str], limit: int, offset: int) -> str:
    """The address of the page after this one, on the same release, whatever comes out meanwhile."""
    query = urlencode({**filters, "limit": limit, "offset": offset, "release": release.id})
    return f"{request.url.path}?{query}"


def _cell(value: Any) -> Any:
    """A value as JSON has it; instants as in the CSV: ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if value.tzinfo else f"{value:%Y-%m-%dT%H:%M:%S}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _answer(request: Request, release: Release, body: dict[str, Any]) -> Response:
    """The body under the release's id and notice, or 304 where the client has it already."""
    whole = {"release": release.id, "notice": release.notice} | body
    content = json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
    kept = headers(release.id, hashlib.sha256(content).hexdigest()[:32], ONE_MINUTE)
    return unchanged(request.headers, kept) or Response(content, 200, kept, "application/json")


def _parameters(request: Request) -> list[str]:
    """The query parameters that the route itself declares."""
    return [parameter.alias for parameter in request.scope["route"].dependant.query_params]


def _refuse_unknown(request: Request, columns: Collection[str] = ()) -> None:
    """Raise Problem for a parameter that is neither declared nor a column, or that is given twice."""
    known = [*_parameters(request), *columns]
    given = [parameter for parameter, _ in request.query_params.multi_items()]
    remedy = f"known here: {', '.join(known)}"
    for parameter in given:
        if parameter not in known:
            raise Problem(400, "unknown_parameter", f"there is no parameter {named(parameter)}", remedy)
        if given.count(parameter) > 1:
            raise Problem(400, "repeated_parameter", f"{parameter} is given more than once", "give it once")


async def _refuse(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _refuse_value(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    parameter = fault.errors()[0]["loc"][-1]
    bounds = {"limit": f"1 to {MOST_ROWS}", "offset": f"0 to {LAST_OFFSET}"}
    remedy = f"give a whole number from {bounds[parameter]}" if parameter in bounds else "see /openapi.json"
    return Problem(400, "bad_parameter", f"{parameter} has a value that cannot be", remedy).response()


async def _refuse_address(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    if fault.status_code == 405:
        problem = Problem(405, "method_not_allowed", "the API can only be read", "use GET or HEAD")
        return problem.response({"Allow": "GET, HEAD"})
    return Problem(404, "unknown_path", "there is nothing at this address", "see /openapi.json").response()


async def _refuse_all(request: Request, answer: RequestResponseEndpoint) -> Response:
    # A handler of Exception would answer too, but the error would go on to the server, which logs its words.
    try:
        return await answer(request)
    except Exception as error:
        failure.log("an answer of the API", error)
        return Problem(
            500, "internal", "the server failed to answer", "try again; tell the city if it stays so"
        ).response()
