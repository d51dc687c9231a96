"""Drafts for tests: made, their TODOs filled with neutral answers, loaded and tried on their own file."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from data_contracts import catalogue
from data_contracts.dataset import Dataset
from tests.contracts_kit import write
from transforms.checking.delivery import Checked, check_delivery
from transforms.compiling import compile_contract
from transforms.drafting.draft import Draft, draft

DEPARTMENT = "works"
CITY = "navsagar"
# A neutral answer to each value that has no default.
_ANSWERS = ((r'"TODO: how many days[^"]*"', "1"), (r"""(["'])TODO: [^"']*\1""", "'decided'"))


def filled(text: str) -> str:
    """A draft with each TODO answered: defaults are confirmed, values without one are given."""
    text = text[text.index("apiVersion") :]
    text = re.sub(r"(?m)^ *# TODO .*\n", "", text)
    for asked, answer in _ANSWERS:
        text = re.sub(asked, answer, text)
    assert "TODO" not in text, [line for line in text.splitlines() if "TODO" in line]
    return text


def loaded(root: Path, text: str, name: str) -> Dataset:
    """A filled draft as a contract that has no fault."""
    write(root)
    file = root / DEPARTMENT / f"{name}.odcs.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    read = catalogue.load(root)
    dataset = read.datasets[f"{DEPARTMENT}__{name}"]
    _, faults = compile_contract(dataset, read.datasets)
    assert not faults, list(map(str, faults))
    return dataset


@dataclass(frozen=True)
class Tried:
    """A draft, the dataset that it became, and what its own file came to."""

    draft: Draft
    dataset: Dataset
    checked: Checked

    @property
    def accepted(self) -> int:
        return self.checked.rows_read - self.checked.quarantined


def tried(file: Path) -> Tried:
    """Draft a file, answer the TODOs, check the contract, read the file by it."""
    made = draft(file, DEPARTMENT, "things")
    with TemporaryDirectory() as folder:
        root = Path(folder)
        dataset = loaded(root / "contracts", filled(made.yaml), "things")
        checked = check_delivery(file, dataset, CITY, None, root / "checked.parquet", root)
    return Tried(made, dataset, checked)
