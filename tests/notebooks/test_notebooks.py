"""Each notebook is run over a home of sample cities and its release, and keeps nothing of what a run puts out."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from orchestration.deciding import decide
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.sample import write_sample
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CITIES = ("meghavan", "navsagar")
# The city that the notebooks look at sends what its footage is explained by.
FOOTAGE = (
    "police__cameras", "police__crime_incidents", "police__custody_events", "police__footage_requests",
    "police__recordings",
)  # fmt: skip
each_notebook = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with what notebooks read, and an approved release of it."""
    home = tmp_path_factory.mktemp("notebooks") / "home"
    write_sample(home / "inbox", scale="small", cities=CITIES, tables=["municipal_services__grievances"])
    write_sample(home / "inbox", scale="small", cities=["navsagar"], tables=FOOTAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        project = Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))
        decide(project, "checker", "approve", str(run(project, "maker").release))
    return home


@each_notebook
def test_a_notebook_runs_from_beginning_to_end(file: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAVAH_HOME", str(made))
    monkeypatch.setenv("PRAVAH_RELEASES", str(made / "releases"))
    ran = NotebookClient(nbformat.read(file, as_version=4), timeout=300).execute()
    printed = str([cell.get("outputs") for cell in ran.cells])
    assert "fictional sample" in printed
    assert printed.count("vega") >= 2


@each_notebook
def test_a_notebook_keeps_no_output(file: Path) -> None:
    cells = [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert not [cell for cell in cells if cell.outputs or cell.execution_count is not None]
