"""Releases of few cities, of many and before the first round; pages as a browser asks for them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from portal.public.shelf import SETTING, shelf
from tests.portal.maturity.releases import build
from transforms.release.reader import Release, open_release


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is tried out becomes the main module, which a process started later would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five cities, two rounds."""
    return build(tmp_path_factory.mktemp("small"), 5, 2)


@pytest.fixture(scope="session")
def release(small: Path) -> Iterator[Release]:
    opened = open_release(small, "one")
    yield opened
    opened.connection.close()


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred cities, one round."""
    return build(tmp_path_factory.mktemp("large"), 100, 1)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release before the first round."""
    return build(tmp_path_factory.mktemp("bare"), 5, 0)


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Draws a page of a shelf as a reader's browser asks for it; its own HTML."""
    shelf.cache_clear()

    def drawn(releases: Path, page: str, **asked: str) -> str:
        monkeypatch.setenv(SETTING, str(releases))
        script = f"from portal.public.maturity import {page}\nfrom portal.public.visit import visit\n"
        app = AppTest.from_string(f"{script}with visit() as reader:\n    {page}.show(reader)\n", default_timeout=60)
        for name, value in asked.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return "".join(one.proto.body for one in app.get("html"))

    yield drawn
    shelf.cache_clear()
