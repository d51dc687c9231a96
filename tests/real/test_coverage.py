"""Every real file is taken by a contract of a test here, or listed with the reason why not."""

import importlib
from pathlib import Path

import pytest
import yaml

from tests.conftest import SHARED

HERE = Path(__file__).parent
# Labelled texts, schemas and catalogues: inputs of other tests, not deliveries of an office.
ASIDE = {"pii", "contracts", "dcat", "iudx_voc"}
PAPERS = ("licence", "license", "readme", "sources")


def not_taken() -> dict[str, str]:
    """The files that no contract takes, and why."""
    return yaml.safe_load((HERE / "not_taken.yaml").read_text(encoding="utf-8"))


def taken() -> set[str]:
    """The files that the tests here take, by each module's own list."""
    modules = [f"tests.real.{file.stem}" for file in sorted(HERE.glob("test_*.py")) if file != Path(__file__)]
    return {path for module in modules for path in getattr(importlib.import_module(module), "TAKEN", ())}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared real files are not here")
def test_every_file_is_taken_or_listed():
    files = {str(file.relative_to(SHARED)) for file in SHARED.rglob("*") if file.is_file()}
    given = {
        path for path in files if path.partition("/")[0] not in ASIDE and not Path(path).name.lower().startswith(PAPERS)
    }
    listed = {path for path in not_taken() if "#" not in path}
    assert given - taken() - listed == set()
    assert taken() <= files
    assert listed <= given
    assert not taken() & listed


def test_every_reason_is_a_sentence():
    assert all(len(reason) > 20 and reason.endswith(".") for reason in not_taken().values())
