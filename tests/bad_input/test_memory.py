"""Memory stays bounded whatever is sent; measured in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_input.conftest import COLUMNS, HEADER
from tests.bad_input.test_files import SHEET, bomb
from tests.contracts_kit import contract, server, write
from tests.transforms.kit import patched
from tests.transforms.reading.test_bomb import parquet, xls

LIMIT_MB = 600
# Reads each file in turn and prints the reason for which it is held and the most memory used until then.
SCRIPT = """
import json, sys
from pathlib import Path
from data_contracts import catalogue
from transforms.checking.delivery import check_delivery
from transforms.reading.held import Held

root, *names = sys.argv[1:]
datasets = catalogue.load(Path(root) / "contracts").datasets
for name in names:
    file = Path(root) / name
    scratch = Path(root) / "scratch"
    try:
        check_delivery(file, datasets["works__" + file.suffix[1:]], "navsagar", None, scratch / "checked", scratch)
        rule = "taken"
    except Held as held:
        rule = held.rule
    # Not getrusage: its peak is that of the process that forked this one, if it was larger.
    status = Path("/proc/self/status").read_text()
    used = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([name, rule, used]), flush=True)
"""
HEAD = f"{HEADER}\n".encode()
FILES = {
    "columns.csv": (lambda: HEAD + b"x," * 1_000_000 + b"x\n", "csv.columns"),
    "header.csv": (lambda: b"x," * 1_000_000 + b"x\n", "csv.line"),
    "line.csv": (lambda: HEAD + b"x" * (100 << 20) + b"\n", "csv.line"),
    "quote.csv": (lambda: HEAD + b'"' + b"x,\n" * (30 << 20), "csv.quote"),
    "lines.csv": (lambda: HEAD + b"\n" * (50 << 20), "csv.line"),
    "deep.json": (lambda: b"[" * (20 << 20), "json.depth"),
    "number.json": (lambda: b"[" + b"9" * (20 << 20) + b"]", "json.number"),
    "text.json": (lambda: b'[{"id": "' + b"x" * (50 << 20), "json.syntax"),
    "bomb.xlsx": (bomb, "zip.bomb"),
    "corner.xlsx": (
        lambda: patched(SHEET, b"</row></sheetData>", b'<c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "xlsx.size",
    ),
    "text.xls": (lambda: xls("x" * 32_000, 20_000, HEADER.split(",")), "zip.bomb"),
    "text.parquet": (lambda: parquet("x" * 32_000, 1_000_000, HEADER.split(",")), "zip.bomb"),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float]]:
    root = tmp_path_factory.mktemp("memory")
    (root / "scratch").mkdir()
    kinds = ("csv", "json", "xlsx", "xls", "parquet")
    write(root / "contracts", *(contract(kind, COLUMNS, servers=[server(format=kind)]) for kind in kinds))
    for name, (make, _) in FILES.items():
        (root / name).write_bytes(make())
    words = [sys.executable, "-c", SCRIPT, str(root), *FILES]
    done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=120)
    assert done.returncode == 0, done.stderr
    return {name: (rule, used) for name, rule, used in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_held_within_bounds(measured: dict[str, tuple[str, float]], name: str):
    rule, used = measured[name]
    assert rule == FILES[name][1]
    assert used < LIMIT_MB, f"{used:.0f} MB"
