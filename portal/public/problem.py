"""What goes wrong with a request, in one shape: `{"error": {"code", "message", "remedy"}}`.

The texts are ours alone: nothing of the request or of the data is repeated, but for the names of parameters.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from transforms.release.reader import Release, ReleaseMissing, ReleaseUnreadable, Shelf

# A name that may be repeated; anything else could be a value, or somebody's text.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


class Problem(Exception):
    """A request that cannot be answered: HTTP status, a code for programs, what is wrong, what to do."""

    def __init__(self, status: int, code: str, message: str, remedy: str):
        super().__init__(message)
        self.status, self.code, self.message, self.remedy = status, code, message, remedy

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The answer to the request."""
        body = {"error": {"code": self.code, "message": self.message, "remedy": self.remedy}}
        kept = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"} | (headers or {})
        if self.status == 503:
            kept["Retry-After"] = "60"
        return Response(json.dumps(body), self.status, kept, "application/json")


def named(parameter: str) -> str:
    """A parameter's name as it may be repeated."""
    return parameter if _NAME.fullmatch(parameter) else "(a name that is not repeated here)"


@contextmanager
def reading(shelf: Shelf, release: str | None) -> Iterator[Release]:
    """That release, else the current one, for as long as the block runs. Raises Problem: 404 or 503."""
    try:
        with shelf.reading(release) as opened:
            yield opened
    except ReleaseUnreadable as fault:
        if release is not None and isinstance(fault, ReleaseMissing):
            raise Problem(
                404, "unknown_release", "no release of that id is out", "the API's /release names the current one"
            ) from None
        raise Problem(503, "no_release", "there is no release that can be read now", "try again in a minute") from None
