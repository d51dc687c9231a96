"""Every page of the portal as a browser is given it, every download and every answer of the API: no canary in any."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration import serving
from tests.browser.conftest import Serve, Visitor, browser, serve, visitor
from tests.privacy.conftest import CITY, Aviary

__all__ = ["browser", "serve", "visitor"]
PLAIN = ("/", "/data", "/cities", f"/cities?city={CITY}", "/privacy", "/nowhere", "/dataset?id=no-such")


@pytest.fixture(scope="module")
def portal(serve: Serve, aviary: Aviary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public portal over the release; what it prints is among the artefacts in the end."""
    known = set(logs(tmp_path_factory))
    yield serve(serving.portal, aviary.home)
    for log in set(logs(tmp_path_factory)) - known:
        aviary.keep("logs", log.name, log.read_text(errors="replace"))


def logs(folders: pytest.TempPathFactory) -> list[Path]:
    return list(folders.getbasetemp().glob("log*/*.log"))


def test_no_page_shows_a_canary(portal: str, aviary: Aviary, visitor: Visitor) -> None:
    """The page as it is drawn, and all that is sent for it: figures of a map or a chart stand in no HTML."""
    given = aviary.out / "given"
    given.mkdir()
    frames: list[bytes] = []
    visitor.page.on("websocket", lambda channel: channel.on("framereceived", lambda frame: frames.append(raw(frame))))
    slugs = [entry["slug"] for entry in httpx.get(f"{portal}/api/datasets").json()["datasets"]]
    assert len(slugs) > 25
    for path in (*PLAIN, *(f"/dataset?id={slug}&city={CITY}" for slug in slugs)):
        visitor.open(portal + path)
        assert visitor.page.locator("h1").count() == 1
        aviary.keep("pages", "page.html", visitor.page.content())
    (given / "frames.bin").write_bytes(b"\n".join(frames))
    assert sum(map(len, frames)) > 100_000
    for folder in ("pages", "given"):
        assert aviary.flock.found(aviary.out / folder) == ([], [])


def raw(frame: Any) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()


def test_no_answer_and_no_download_holds_a_canary(portal: str, aviary: Aviary) -> None:
    with httpx.Client(base_url=portal) as client:

        def ask(address: str) -> Any:
            answer = client.get(address, follow_redirects=True)
            aviary.keep("api", "answer.json", answer.text)
            return answer.json() if answer.is_success and "json" in answer.headers["content-type"] else None

        for address in (
            "/api/health",
            "/api/release",
            "/api/openapi.json",
            "/api/datasets/none",
            "/api/datasets?city=x",
        ):
            ask(address)
        files = []
        for entry in ask("/api/datasets")["datasets"]:
            files += ask(f"/api/datasets/{entry['slug']}")["files"]
            assert ask(f"/api/datasets/{entry['slug']}/rows?limit=200")["records"]
            ask(f"/api/datasets/{entry['slug']}/rows?limit=word")
        assert len(files) > 50
        for file in files:
            # The release's own files are searched where they lie.
            assert hashlib.sha256(client.get(file["url"]).content).hexdigest() == file["sha256"]
    assert aviary.flock.found(aviary.out / "api") == ([], [])
