"""The portal as a browser is given it, and as a program is: fixtures that put all of it among the artefacts."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Playwright

from orchestration import serving
from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.conftest import Serve, Visitor
from tests.privacy.aviary import CITY, Aviary

PAGES = (
    "/",
    "/data",
    "/cities",
    f"/cities?city={CITY}",
    f"/footage?city={CITY}",
    "/maturity",
    f"/scorecard?city={CITY}",
    f"/indicator?id=F1&city={CITY}",
    f"/compare?cities={CITY}",
    "/usecases",
    "/privacy",
    "/nowhere",
    "/dataset?id=no-such",
)
ANSWERS = (
    "/api/health", "/api/release", "/api/openapi.json", "/api/nowhere", "/api/datasets/none", "/api/datasets?city=x",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that draws no map: its figures come by the same channel, and to paint them takes most of the time."""
    opened = playwright.chromium.launch(executable_path=chromium(playwright), args=[*ARGUMENTS, "--disable-3d-apis"])
    yield opened
    opened.close()


@pytest.fixture
def portal(serve: Serve, aviary: Aviary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public portal over the release."""
    return serve(serving.portal, aviary.home)


@pytest.fixture
def visited(portal: str, aviary: Aviary, visitor: Visitor) -> list[str]:
    """Every page as it was drawn, and all that was sent for it: figures of a map or a chart stand in no HTML."""
    frames: list[bytes] = []
    visitor.page.on("websocket", lambda channel: channel.on("framereceived", lambda frame: frames.append(_raw(frame))))
    slugs = [entry["slug"] for entry in httpx.get(f"{portal}/api/datasets").json()["datasets"]]
    pages = [*PAGES, *(f"/dataset?id={slug}&city={CITY}" for slug in slugs)]
    for path in pages:
        visitor.open(portal + path)
        assert visitor.page.locator("h1").count() == 1
        aviary.keep("pages", "page.html", visitor.page.content())
    (aviary.out / "sent").mkdir()
    (aviary.out / "sent" / "frames.bin").write_bytes(b"\n".join(frames))
    assert sum(map(len, frames)) > 100_000
    return pages


def _raw(frame: Any) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()


@pytest.fixture
def answered(portal: str, aviary: Aviary) -> list[str]:
    """Every kind of answer of the API, faults too; downloads are the release's own files, searched where they lie."""
    addresses, client = [], httpx.Client(base_url=portal, follow_redirects=True)

    def ask(address: str) -> Any:
        answer = client.get(address)
        aviary.keep("api", "answer.json", answer.text)
        addresses.append(address)
        return answer.json()

    with client:
        for address in ANSWERS:
            ask(address)
        for entry in ask("/api/datasets")["datasets"]:
            here = f"/api/datasets/{entry['slug']}"
            # Of so few rows some marts have none that may go out.
            given = ask(f"{here}/rows?limit=200")
            assert len(given["records"]) == min(200, given["total"])
            ask(f"{here}/rows?limit=word")
            for file in ask(here)["files"]:
                assert hashlib.sha256(client.get(file["url"]).content).hexdigest() == file["sha256"]
    return addresses


@pytest.fixture
def logged(
    visited: list[str], answered: list[str], aviary: Aviary, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """What the server printed meanwhile."""
    logs = list(tmp_path_factory.getbasetemp().glob("log[0-9]*/*.log"))
    for log in logs:
        aviary.keep("logs", log.name, log.read_text(errors="replace"))
    return logs
