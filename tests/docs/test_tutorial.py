"""The tutorial runs as it says."""

import os
import re
import shutil
import subprocess

from data_contracts import catalogue
from tests.docs.markdown import DOCS, fenced
from tests.docs.warm import warmed

TUTORIAL = DOCS / "tutorial.md"
END = "<end of command>"


def steps() -> list[tuple[str, list[str]]]:
    """The tutorial's commands with the lines that it says they print."""
    found: list[tuple[str, list[str]]] = []
    for line in (line for block in fenced(TUTORIAL, "console") for line in block.splitlines()):
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def loose(line: str, folder: str = "") -> str:
    """A line without what differs from one machine and one version to another: ids, numbers, spaces, folders."""
    line = line.replace(folder, "…") if folder else line
    line = re.sub(r"\b[0-9a-f]{12,64}\b", "ID", " ".join(line.split()))
    return re.sub(r"\d[\d,]*", "0", line)


def shown(told: list[str], printed: list[str]) -> bool:
    """Whether the lines were printed in this order; a line of … stands for any number of lines."""
    if not told:
        return not printed
    if told[0] == "…":
        return any(shown(told[1:], printed[start:]) for start in range(len(printed) + 1))
    return bool(printed) and told[0] == printed[0] and shown(told[1:], printed[1:])


def test_the_tutorial_runs_as_it_says(tmp_path):
    shutil.copytree(catalogue.HOME, tmp_path / "data_contracts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "complaints.csv").write_text(fenced(TUTORIAL, "csv")[0], encoding="utf-8")
    script = "".join(f"{command}\necho '{END}'\n" for command, _ in steps())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRAVAH_")}
    with warmed() as commands:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={**environment, "PATH": f"{commands}{os.pathsep}{environment['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
    outputs = done.stdout.split(f"{END}\n")[:-1]
    assert len(outputs) == len(steps()), done.stdout
    for (command, told), output in zip(steps(), outputs, strict=True):
        printed = [line for line in output.splitlines() if not line.startswith("… ")]
        if command.startswith("pravah read"):
            assert list(map(str.split, told)) == list(map(str.split, printed))
        else:
            assert shown(list(map(loose, told)), [loose(line, str(tmp_path)) for line in printed]), (command, printed)
    # One's own twelve rows come in with one in quarantine, which then comes out.
    (read, bad), own, mended = _counts(outputs)
    assert (own, mended) == ((read + 12, bad + 1), (read + 12, bad))


def _counts(outputs: list[str]) -> list[tuple[int, int]]:
    """Rows read and quarantined of the complaints of Navsagar after each run."""
    pattern = r"^municipal_services__grievances +navsagar +([\d,]+) +[\d,]+ +([\d,]+) +[\d,]+ +[\d,]+ *$"
    found = re.findall(pattern, "\n".join(outputs), re.MULTILINE)
    return [(int(read.replace(",", "")), int(quarantined.replace(",", ""))) for read, quarantined in found]
