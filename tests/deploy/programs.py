"""The programs that judge deploy/: those of the environment, those of Debian's packages."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
DEBIAN_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"


def locked(name: str) -> str:
    """A program that the environment brings; `make setup` installs it."""
    file = Path(sys.executable).parent / name
    assert file.exists(), f"{name} is missing in the environment; run make setup"
    return str(file)


@cache
def debian(name: str, package: str) -> str:
    """A program of a Debian package, installed where it is missing: a check that is left out proves nothing."""
    found = shutil.which(name, path=DEBIAN_PATH)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update"], check=True, **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", package], check=True, **quiet)
        found = shutil.which(name, path=DEBIAN_PATH)
    return found or pytest.fail(f"{name} is missing; install Debian's package {package}", pytrace=False)


CADDIES = {"Debian's Caddy": lambda: debian("caddy", "caddy"), "current Caddy": lambda: locked("caddy")}


def run(*words: str | Path, **options) -> str:
    """What a program prints; the test fails with it where the program does."""
    done = subprocess.run(
        words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False, **options
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}"
    return done.stdout


def settings() -> dict[str, str]:
    """The variables of environment.example, as a service gets them."""
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
