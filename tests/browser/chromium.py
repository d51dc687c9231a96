"""A Chromium to test with: the one that is there, else the system's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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


def chromium() -> str:
    """The path of a Chromium. Raises RuntimeError where none can be had."""
    return _found() or _from_packages() or _from_playwright() or _none()


def _found() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None) or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _from_packages() -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    subprocess.run(install, check=False, capture_output=True)
    return _found()


def _from_playwright() -> str | None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)
    return _found()


def _none() -> str:
    raise RuntimeError("the browser tests need Chromium: install the system's package `chromium`, then run again")
