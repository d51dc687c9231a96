"""What the docs show of a how-to and of `--json` is what happens."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from data_contracts import catalogue
from orchestration.project import Project, Settings
from orchestration.store.findings import Found
from tests.conftest import Pravah
from tests.docs.cli import COMMAND, options
from tests.docs.markdown import COMMANDS, DOCS, fenced, section, text

ADD = DOCS / "how-to/add-a-dataset.md"
CONTRACT = "solid_waste/weighbridge.odcs.yaml"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Contracts with the how-to's own beside the shipped ones, and its file; the folder that holds both."""
    shutil.copytree(catalogue.HOME, tmp_path / "contracts", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    (contract,) = (block for block in fenced(ADD, "yaml") if block.startswith("apiVersion"))
    (tmp_path / "contracts" / CONTRACT).parent.mkdir(exist_ok=True)
    (tmp_path / "contracts" / CONTRACT).write_text(contract, encoding="utf-8")
    (tmp_path / "weighbridge.csv").write_text(fenced(ADD, "csv")[0], encoding="utf-8")
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    return tmp_path


def test_the_contract_of_the_how_to_passes(example, pravah: Pravah):
    code, out, _ = pravah("contracts", "check", str(example / "contracts" / CONTRACT))
    assert (code, out.split()) == (0, fenced(ADD, "text")[0].split())


def test_the_fault_of_the_how_to_is_the_one_that_is_found(example, pravah: Pravah):
    file = example / "contracts" / CONTRACT
    treatment = "          - {property: treatment, value: {kind: generalise, to: month}}\n"
    assert treatment in text(file)
    file.write_text(text(file).replace(treatment, ""), encoding="utf-8")
    code, out, _ = pravah("contracts", "check", str(file))
    assert (code, out.splitlines()[0].replace(str(file.parents[1]), "…")) == (1, fenced(ADD, "text")[1].strip())


def test_the_file_of_the_how_to_reads_as_it_says(example, pravah: Pravah):
    contract, file = str(example / "contracts" / CONTRACT), str(example / "weighbridge.csv")
    code, out, _ = pravah("read", contract, file, "--city", "navsagar", "--json")
    assert (code, json.loads(out)) == (0, json.loads(fenced(ADD, "json")[0]))


def keys(data: Any) -> Any:
    """The keys of a JSON shape; of a list those of its first item, of free-form groups none."""
    if isinstance(data, list):
        return [keys(data[0])] if data and isinstance(data[0], dict) else []
    if isinstance(data, dict):
        return {name: keys(value) for name, value in data.items() if name not in ("reasons", "unclaimed")}
    return None


def test_json_shapes_are_those_of_the_reference(example, own_home, pravah: Pravah, monkeypatch):
    contract, file = str(example / "contracts" / CONTRACT), example / "weighbridge.csv"
    inbox = own_home / "inbox/navsagar/solid_waste/weighbridge"
    inbox.mkdir(parents=True)
    shutil.copy(file, inbox)
    shutil.copytree(inbox, inbox.with_name("lorries"))
    monkeypatch.setenv("PRAVAH_AS", "officer")
    lines = example / "outgoing" / "lines.txt"
    lines.parent.mkdir()
    lines.write_text("call 9876543210\n", encoding="utf-8")
    lines.with_name("cut.zip").write_bytes(b"PK\x03\x04cut")
    printed = {
        "read": pravah("read", contract, str(file), "--city", "navsagar", "--json"),
        "run": pravah("run", "--json"),
        "status": pravah("status", "--json"),
        "quarantine": pravah("quarantine", "--json"),
        "release list": pravah("release", "list", "--json"),
        "release diff": pravah("release", "diff", "--json"),
        "contracts check": pravah("contracts", "check", contract, "--json"),
        "audit list": pravah("audit", "list", "--json"),
        "detect": pravah("detect", str(lines), "--json"),
        "scan": pravah("scan", str(lines.parent), "--json"),
    }
    found = Project.open(Settings.read()).ledger.findings
    table, version = next(iter(found.newest().items()))
    found.add([Found(version, table, "remark", "PHONE_NUMBER", 2, (4, 9))])
    printed["gate list"] = pravah("gate", "list", "--json")
    kept = example / "contracts" / CONTRACT
    written = text(kept)
    kept.write_text(written + "  - {property: retention, value: 0, unit: d}\n", encoding="utf-8")
    printed["purge"] = pravah("purge", "--dry-run", "--json")
    kept.write_text(written, encoding="utf-8")
    # Footage and scores need samples of their own: see tests/orchestration/test_footage.py and test_rounds.py.
    elsewhere = ("pravah footage", "pravah score")
    told = {name for name, c in COMMAND.items() if "--json" in options(c) and not name.startswith(elsewhere)}
    assert {f"pravah {name}" for name in printed} == told
    broken = example / "contracts" / CONTRACT
    broken.write_text(text(broken).replace("apiVersion: v3.1.0", "apiVersion: v3.0.2"), encoding="utf-8")
    faults = json.loads(pravah("contracts", "check", contract, "--json")[1])
    for name, (code, out, _) in printed.items():
        found = json.loads(out)
        if name == "contracts check":
            found["faults"] = faults["faults"]
        told = section(COMMANDS, f"`pravah {name}`")
        (shape,) = re.findall(r"```json\n(.*?)```", told, re.DOTALL)
        # A scan that finds something says so by its exit code.
        assert (name, code, keys(found)) == (name, int(name == "scan"), keys(json.loads(shape)))
