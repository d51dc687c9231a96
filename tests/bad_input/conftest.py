"""A small installation of three datasets, one of which always gets a good file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.project import Project, Settings
from orchestration.status import status
from tests.conftest import Pravah
from tests.contracts_kit import CITY, PLANTED, column, contract, server, write
from transforms.reading.drift import Drift

# What every dataset has: a key, a person who is never public, a number, a place that is.
COLUMNS = [
    column("id", treatment="pseudonym", key=True),
    column("name"),
    column("phone", options={"pattern": "^[6-9][0-9]{9}$"}),
    column("n", "integer", "keep", options={"minimum": 0}),
    column("zone", treatment="keep", required=True),
]
HEADER = "id,name,phone,n,zone"
GOOD = f"{HEADER}\n1,Someone,9000000001,5,east\n2,Someone else,,7,west\n".encode()


@dataclass(frozen=True)
class Site:
    """A temporary home and contracts folder, and the command line on them."""

    home: Path
    contracts: Path
    pravah: Pravah

    def put(self, dataset: str, name: str, content: bytes, department: str = "works") -> Path:
        """A file in the inbox."""
        file = self.home / "inbox" / CITY / department / dataset / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def run(self, *words: str) -> tuple[int, str, str]:
        """`pravah run`, told by someone."""
        return self.pravah("run", "--as", "officer", *words)

    def facts(self) -> tuple[int, dict[str, Any]]:
        """The exit code of a run and what its JSON says, datasets by name."""
        code, out, err = self.run("--json")
        self.silent(out, err)
        told = json.loads(out)
        return code, {**told, "datasets": {row["dataset"]: row for row in told["datasets"]}}

    def silent(self, *texts: str, also: Iterable[str] = ()) -> None:
        """No planted value is in these texts, in the ledger, or in anything that goes out."""
        planted = [*PLANTED, *also]
        for text in texts:
            assert not [value for value in planted if value in text], text
        for file in self.leaving():
            content = str(pq.read_table(file).to_pylist()).encode() if file.suffix == ".parquet" else file.read_bytes()
            assert not [value for value in planted if value.encode() in content], file

    def drift(self, dataset: str) -> tuple[Drift, ...]:
        """What drifted in a dataset, as the Monday page has it."""
        (line,) = [line for line in status(Project.open(Settings.read())) if line.dataset == dataset]
        return line.drift

    def leaving(self) -> list[Path]:
        """Every file outside the restricted zone, the public tables that wait in it, and the ledger."""
        folders = [self.home / "releases", self.home / "restricted" / "public"]
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        return files + [file for file in self.home.glob("*") if file.is_file()]


@pytest.fixture
def site(own_home: Path, tmp_path: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch) -> Site:
    contracts = tmp_path / "contracts"
    write(
        contracts,
        contract("lamps", COLUMNS),
        contract("poles", COLUMNS),
        contract("sheets", COLUMNS, servers=[server(format="xlsx")]),
        contract("records", COLUMNS, servers=[server(format="json")]),
    )
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    return Site(own_home, contracts, pravah)
