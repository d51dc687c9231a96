"""What all tests share: a home of their own, a fixed key, the command line in this process."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from orchestration.cli import main

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
Pravah = Callable[..., tuple[int, str, str]]


# How long an example takes says something of the machine, nothing of the code.
hypothesis.settings.register_profile("pravah", deadline=None)
hypothesis.settings.load_profile("pravah")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh PRAVAH_HOME with a fixed master key; nothing of the developer's own environment."""
    for variable in ("PRAVAH_CONTRACTS", "PRAVAH_LEDGER", "PRAVAH_AS", "PRAVAH_REVIEWS", "PRAVAH_ZONE_KEY"):
        monkeypatch.delenv(variable, raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("PRAVAH_HOME", str(home))
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    return home


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """What drives browsers; a process can have but one of it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def pravah(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Pravah:
    """Call the command line in this process: exit code, standard output, standard error."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pravah", *words])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


# What takes longest begins first, so that no worker ends long after the others; the first makes homes others wait for.
LONGEST = (
    *("browser/test_public", "faults/test_kill", "privacy/test_canaries", "orchestration/test_five_cities"),
    *("browser/test_footage_desk", "docs/test_tutorial", "notebooks/test_notebooks", "browser/test_staff"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first and leave the others as they come."""
    turn = {ROOT / "tests" / f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path, len(turn)))


def pytest_collection_finish() -> None:
    """Look for circles seldom, and not in what was imported: to do so takes a twentieth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no names: a packed file holds the moment it was made, so two workers would collect different tests."""
    return argname if isinstance(val, bytes) else None
