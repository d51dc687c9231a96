"""A Chromium to test with: the one that is there, else the system's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing leaves this machine at start, and maps are drawn without a graphics card.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]


def chromium(playwright: Playwright) -> str:
    """The path of a Chromium. Raises RuntimeError where none can be had."""
    return _found(playwright) or _from_packages(playwright) or _from_playwright(playwright) or _none()


def _found(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path
    return next((path for path in (*map(shutil.which, NAMES), own) if path and Path(path).exists()), None)


def _from_packages(playwright: Playwright) -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    subprocess.run(install, check=False, capture_output=True)
    return _found(playwright)


def _from_playwright(playwright: Playwright) -> str | None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)
    return _found(playwright)


def _none() -> str:
    raise RuntimeError("the browser tests need Chromium: install the system's package `chromium`, then run again")
