"""A real browser on real servers over the real sample, made once for all browser tests."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from filelock import FileLock
from playwright.sync_api import Browser, Page, Playwright, Request, TimeoutError, WebSocket, expect
from typer.testing import CliRunner

from orchestration import serving
from orchestration.cli.main import app
from orchestration.project import Settings
from tests.browser.chromium import ARGUMENTS, chromium
from tests.conftest import ROOT

PHONE, DESKTOP = 390, 1280
# Axe's rules against WCAG 2.1 A and AA, and those of them that look at colours (its category cat.color).
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


@dataclass
class Visitor:
    """A browser tab that remembers every request that left this machine."""

    page: Page
    left: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Open an address and wait until its foot is drawn and no script runs."""
        self.page.goto(address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn and no script runs."""
        self.page.wait_for_selector(".footer")
        self.page.wait_for_function(
            "() => !document.querySelector('[data-test-script-state=running]') "
            "&& !document.querySelector('[data-stale=true]') && !document.querySelector('[data-testid=stSkeleton]')"
        )

    def show(self, width: int, theme: str) -> None:
        """Take a width and a theme, as turning a phone or the system's night mode would."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        # Streamlit takes a new theme a moment later; before that the old one would be judged.
        self.page.wait_for_function(
            "theme => { const app = document.querySelector('.stApp');"
            " return !app || getComputedStyle(app).colorScheme === theme }",
            arg=theme,
        )
        self.settle()

    def hindrances(self) -> list[str]:
        """What keeps people from using the page, on a phone and a desk, by day and by night."""
        found = []
        # A theme changes colours and nothing else: after all rules in one, the other needs those that look at colours.
        for width, themes in ((PHONE, ("light", "dark")), (DESKTOP, ("dark", "light"))):
            for theme, rules in zip(themes, (RULES, COLOUR_RULES), strict=True):
                self.show(width, theme)
                found += [f"{width} {theme}: {fault}" for fault in (*self._faults(rules), *self._overflow())]
        return found

    def _faults(self, rules: dict[str, Any]) -> list[str]:
        """What axe calls serious or critical."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        # What passes is named by axe only where it is asked for, which takes longer than the rules themselves.
        asked = {"runOnly": rules, "resultTypes": ["violations"]}
        return [
            f"{fault['id']}: {node['target']}: {node['failureSummary']}"
            for fault in self.page.evaluate("asked => axe.run(asked)", asked)["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    def _overflow(self) -> list[str]:
        """By how many pixels the page is wider than the window, where it is and stays so."""
        wider = (
            "(() => { const m = document.querySelector('[data-testid=stMain]') ?? document.documentElement;"
            " return m.scrollWidth - m.clientWidth })()"
        )
        try:
            # Charts take the width of a turned phone a moment later.
            self.page.wait_for_function(f"{wider} <= 0", timeout=5_000)
        except TimeoutError:
            return [f"{self.page.evaluate(wider)} pixels too wide"]
        return []


@pytest.fixture(scope="session")
def painting_browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests, with patience for a machine that does other things, too."""
    yield from _browsing(playwright, ARGUMENTS)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The same, but it paints no maps: without a graphics card that takes as long as all the rest of their pages."""
    yield from _browsing(playwright, [*ARGUMENTS, "--disable-3d-apis"])


def _browsing(playwright: Playwright, arguments: list[str]) -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    opened = playwright.chromium.launch(executable_path=chromium(playwright), args=arguments)
    yield opened
    opened.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Who comes to do something: a tab with an empty past."""
    yield from _visiting(browser)


@pytest.fixture
def onlooker(painting_browser: Browser) -> Iterator[Visitor]:
    """Who comes to look at a page with all that is on it: a tab with an empty past."""
    yield from _visiting(painting_browser)


def _visiting(browser: Browser) -> Iterator[Visitor]:
    # One tab for all tests: it keeps the scripts of the servers, which to compile anew takes most of a visit.
    tab = browser.contexts[0].pages[0] if browser.contexts else browser.new_page(accept_downloads=True)
    tab.set_default_timeout(30_000)
    tab.set_viewport_size({"width": DESKTOP, "height": 900})
    tab.emulate_media(color_scheme="light", reduced_motion="no-preference")
    found = Visitor(tab)

    def note(asked: Request | WebSocket) -> None:
        if not asked.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            found.left.append(asked.url)

    tab.context.on("request", note)
    tab.on("websocket", note)
    yield found
    tab.context.remove_listener("request", note)
    tab.remove_listener("websocket", note)
    tab.evaluate("() => { if (origin !== 'null') { localStorage.clear(); sessionStorage.clear() } }")
    tab.context.clear_cookies()
    tab.goto("about:blank")
    assert found.left == [], "a page asks for nothing from elsewhere"


@pytest.fixture(scope="session")
def proposed_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Three of the sample cities, run to a release that waits; made once for all workers."""
    own = tmp_path_factory.getbasetemp()
    home = (own if worker_id == "master" else own.parent) / "proposed" / "home"
    home.parent.mkdir(exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        if not home.exists():
            cities = ("--city", "navsagar", "--city", "meghavan", "--city", "phulkheda")
            command(home, "sample", "--scale", "small", *cities)
            command(home, "run", "--as", "second@example.org")
    return home


@pytest.fixture(scope="session")
def sample_home(proposed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That home, with its release approved, and another one with the rounds that were frozen over it."""
    home = Path(shutil.copytree(proposed_home, tmp_path_factory.mktemp("sample") / "home"))
    command(home, "release", "approve", "--as", "sample approver")
    command(home, "score", "freeze", "--all", "--as", "sample approver")
    command(home, "run", "--as", "second@example.org")
    command(home, "release", "approve", "--as", "sample approver")
    return home


def command(home: Path, *words: str) -> str:
    """Run the command line on a home, in this process; what it printed."""
    alone = {name: None for name in os.environ if name.startswith("PRAVAH_")} | environment(home)
    done = CliRunner().invoke(app, words, env=alone, catch_exceptions=False)
    assert done.exit_code in (0, 1), done.stderr
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    """An environment in which only this home exists."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRAVAH_", "STREAMLIT_"))}
    return {**kept, "PRAVAH_HOME": str(home), "PRAVAH_MASTER_KEY": "5a" * 32}


Serve = Callable[..., str]


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts a door of `orchestration.serving` over a home, for one test; its address without the last slash."""
    yield from _serving(tmp_path_factory)


@pytest.fixture(scope="module")
def serve_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """The same for the tests of a file."""
    yield from _serving(tmp_path_factory)


@pytest.fixture(scope="session")
def serve_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """The same for all tests."""
    yield from _serving(tmp_path_factory)


def _serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    open_doors = []

    def start(
        door: Callable[..., serving.Door],
        home: Path,
        port: int = 0,
        more: Mapping[str, str] | None = None,
        **options: object,
    ) -> str:
        settings = Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None)
        made = door(settings, port=port or free_port(), **options)
        around = {**environment(home), **made.environment, **(more or {})}
        made = serving.Door(made.name, made.command, around, made.address, 60)
        opened = serving.opened([made], tmp_path_factory.mktemp("log"), lambda _: None)
        opened.__enter__()
        open_doors.append(opened)
        return made.address.rstrip("/")

    yield start
    for opened in open_doors:
        opened.__exit__(None, None, None)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def public(serve_all: Serve, sample_home: Path) -> str:
    """The public portal over the sample."""
    return serve_all(serving.portal, sample_home)


STAFF = """\
people:
  officer@example.org: {name: Asha, roles: [officer]}
  approver@example.org: {name: Bhaskar, roles: [approver]}
  second@example.org: {name: Dev, roles: [officer, approver]}
  operator@example.org: {name: Chitra, roles: [operator], cities: [navsagar]}
  reviewer@example.org: {name: Esha, roles: [reviewer]}
"""


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory, proposed_home: Path) -> Path:
    """The home in which the release waits, with people who have roles, for the tests of a file."""
    return with_people(proposed_home, tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="session")
def staffed_all(tmp_path_factory: pytest.TempPathFactory, proposed_home: Path) -> Path:
    """The same for all tests that leave it as it is, but for the audit log."""
    return with_people(proposed_home, tmp_path_factory.mktemp("people"))


def with_people(proposed: Path, folder: Path) -> Path:
    """A copy of a home in `folder`, with people who have roles."""
    home = Path(shutil.copytree(proposed, folder / "staffed"))
    (home / "staff.yaml").write_text(STAFF)
    (home / "staff.yaml").chmod(0o600)
    return home


@pytest.fixture(scope="module")
def desk(serve_file: Serve, staffed: Path) -> str:
    """The staff app over that home, with a development identity, for the tests of a file."""
    return serve_file(serving.staff, staffed, development=True)


@pytest.fixture(scope="session")
def desk_all(serve_all: Serve, staffed_all: Path) -> str:
    """The same for all tests that only look."""
    return serve_all(serving.staff, staffed_all, development=True)
