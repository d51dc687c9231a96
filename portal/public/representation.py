"""A body with the headers of its release: what caches and programs need to know of it."""

from collections.abc import Mapping

from starlette.responses import Response

ONE_MINUTE = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"


def headers(release: str, etag: str, cache: str) -> dict[str, str]:
    """Headers of something that stands in a release; any page in the world may read it."""
    return {
        "ETag": f'"{etag}"',
        "Pravah-Release": release,
        "Cache-Control": cache,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Pravah-Release",
        "X-Content-Type-Options": "nosniff",
    }


def unchanged(request: Mapping[str, str], kept: dict[str, str]) -> Response | None:
    """304 where the request's headers name the ETag in `kept`, else nothing."""
    known = [tag.strip().removeprefix("W/") for tag in request.get("if-none-match", "").split(",")]
    return Response(status_code=304, headers=kept) if kept["ETag"] in known or "*" in known else None
