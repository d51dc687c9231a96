"""The standard's own tool accepts every contract. It lives in an environment of its own; `make test` makes it."""

import json
import subprocess

import pytest

from data_contracts.catalogue import contract_files
from tests.conftest import ROOT

PYTHON = ROOT / ".venv-odcs" / "bin" / "python"
LINT = """
import json, sys
from datacontract.data_contract import DataContract
found = {}
for file in sys.argv[1:]:
    run = DataContract(data_contract_file=file).lint()
    found[file] = [run.result.value] + [str(check.reason) for check in run.checks if check.reason]
print(json.dumps(found))
"""


def test_datacontract_lint_accepts_every_contract() -> None:
    if not PYTHON.exists():
        pytest.fail("the standard's tool is not set up; run make test")
    files = contract_files([ROOT / "data_contracts", ROOT / "tests"])
    assert len(files) >= 10
    command = [str(PYTHON), "-c", LINT, *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {str(file): ["passed"] for file in files}
