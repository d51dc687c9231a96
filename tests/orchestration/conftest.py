"""A small installation after one run, which tests copy."""

import shutil
from pathlib import Path

import pytest

from orchestration.project import Project
from orchestration.run import run
from tests.faults.test_kill import CONTRACTS, fill_inbox
from tests.faults.test_kill import opened as opened_small

MAKER = "asha@testpur.example"
CHECKER = "bilal@testpur.example"


@pytest.fixture(scope="session")
def small_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which MAKER has proposed a release of two datasets of one city; one row is in quarantine."""
    home = tmp_path_factory.mktemp("small") / "home"
    fill_inbox(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        run(opened_small(home), MAKER)
    return home


@pytest.fixture
def small_home(small_made: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, where the command line looks."""
    shutil.copytree(small_made, own_home, copy_function=shutil.copy2)
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(CONTRACTS))
    return own_home


@pytest.fixture
def small(small_home: Path) -> Project:
    """The same, opened."""
    return opened_small(small_home)
