"""The docs cannot go stale: what they name exists, what exists is named, what they show is what happens."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

from data_contracts import catalogue, expression, odcs, properties
from data_contracts.city import City
from data_contracts.footage import FootageAssumptions, Penalty, Price
from data_contracts.properties import (
    ColumnProperties,
    Dimension,
    Listing,
    Mart,
    Office,
    Publication,
    SourceProperties,
    Swap,
    TableProperties,
    Treatment,
    UsageWarning,
)
from data_contracts.steps import Split, Step, Unpivot, Unstack
from data_contracts.vocabulary import Term
from orchestration.cli.main import app
from orchestration.defs import schedules
from orchestration.project import Project, Settings
from orchestration.store import schema, staff
from orchestration.store.audit import ACTIONS
from orchestration.store.findings import Found
from orchestration.store.home import Home
from portal.public.api import api
from portal.public.downloads import PREFIX
from tests.conftest import ROOT, Pravah
from transforms.checking.delivery import READERS
from transforms.checking.rules import _COMPARED
from transforms.checking.suite import DELIVERY_FACTS
from transforms.privacy import gate
from transforms.reading import csv_file
from transforms.reading.dates import _LETTERS
from transforms.release.reader import Shelf

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md")) + [file for file in [ROOT / "README.md"] if file.exists()]
API = DOCS / "reference/api.md"
COMMANDS = DOCS / "reference/commands.md"
CONTRACTS = DOCS / "reference/contracts.md"
SETTINGS = DOCS / "reference/settings.md"
STORAGE = DOCS / "reference/storage.md"
HELD = DOCS / "how-to/mend-a-held-delivery.md"
ROLES = DOCS / "how-to/give-people-roles.md"
ADD = DOCS / "how-to/add-a-dataset.md"
TUTORIAL = DOCS / "tutorial.md"
PACKAGES = ("data_contracts", "transforms", "orchestration", "portal")
CONTRACT = "solid_waste/weighbridge.odcs.yaml"
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


# Markdown


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fenced(page: Path, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text(page), re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text(page), flags=re.MULTILINE | re.DOTALL)


def section(page: Path, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text(page), re.MULTILINE)
    assert found, f"{page.name} has no heading {heading}"
    rest = text(page)[found.end() :]
    end = re.search(rf"^#{{1,{len(found.group(1))}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(markdown: str) -> list[list[str]]:
    """The cells of every table row that begins with code."""
    return [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in markdown.splitlines()
        if line.startswith("| `")
    ]


def codes(markdown: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", markdown)


def first_codes(markdown: str) -> list[str]:
    """What stands in backticks in the first column of tables."""
    return [code for row in rows(markdown) for code in codes(row[0])]


# Commands


def commands(group: Any = None, words: tuple[str, ...] = ("pravah",)) -> Iterator[tuple[str, Any]]:
    """Every command of the command line with its full name."""
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        # A group may be a command itself.
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield " ".join((*words, name)), command


COMMAND = dict(commands())


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")} - {"--help"}


def arguments(command: Any) -> set[str]:
    """The arguments in capitals, as the docs write them."""
    return {parameter.name.upper() for parameter in command.params if not parameter.opts[0].startswith("-")}


def test_every_command_is_documented_and_every_documented_one_exists():
    headings = re.findall(r"^### `(pravah [^`]+)`$", text(COMMANDS), re.MULTILINE)
    assert sorted(headings) == sorted(COMMAND)


@pytest.mark.parametrize("name", COMMAND)
def test_every_option_and_argument_is_documented_and_every_documented_one_exists(name):
    told = first_codes(section(COMMANDS, f"`{name}`"))
    assert {word.split()[0] for word in told if word.startswith("-")} == options(COMMAND[name])
    assert {word for word in told if not word.startswith("-")} == arguments(COMMAND[name])


def calls(page: Path) -> Iterator[list[str]]:
    """Every call of pravah on a page, in its words."""
    lines = [
        line
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", text(page), re.DOTALL)
        for line in block.split("\n")
    ]
    for line in lines + codes(prose(page)):
        for call in re.findall(r"(?:^|[\s|;&/])(pravah(?: [^|;&]+|$))", " " + line.strip()):
            if not line.lstrip().startswith(("#", "…")):
                yield call.split()


@every_page
def test_every_call_of_pravah_exists(page):
    for words in calls(page):
        group, rest = typer.main.get_command(app), words[1:]
        while rest and hasattr(group, "commands") and not rest[0].startswith("--"):
            assert rest[0] in group.commands, f"{page.name}: {' '.join(words)}"
            group, rest = group.commands[rest[0]], rest[1:]
        given = {word.split("=")[0] for word in rest if word.startswith("--")}
        allowed = options(group) if not hasattr(group, "commands") or group.invoke_without_command else set()
        assert given - {"--help"} <= allowed, f"{page.name}: {' '.join(words)}"


def test_every_make_target_is_documented_and_every_documented_one_exists():
    makefile = text(ROOT / "Makefile")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert {word.removeprefix("make ") for word in first_codes(section(COMMANDS, "make"))} == targets
    for page in PAGES:
        named = {code.split()[1] for code in codes(prose(page)) if re.match(r"make [a-z]", code)}
        named |= set(re.findall(r"^ *(?:\$ )?make ([a-z-]+)", text(page), re.MULTILINE))
        assert named <= targets, page.name


# Settings


def test_every_environment_variable_is_documented_and_every_documented_one_exists():
    sources = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    used = {name for file in sources for name in re.findall(r"\bPRAVAH_[A-Z_]+", text(file))}
    assert set(first_codes(text(SETTINGS))) == used
    for page in PAGES:
        assert set(re.findall(r"\bPRAVAH_[A-Z_]+", text(page))) <= used, page.name


# The API

DESCRIBED = api(Shelf(Path())).openapi()["paths"]


def problems() -> dict[str, str]:
    """The code and status of every Problem that the portal's machine half makes."""
    found = {}
    for file in sorted((ROOT / "portal/public").glob("*.py")):
        for node in ast.walk(ast.parse(text(file))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                status, code = (ast.literal_eval(argument) for argument in node.args[:2])
                assert found.setdefault(code, str(status)) == str(status), code
    return found


def test_every_route_is_documented_and_every_documented_one_exists():
    assert re.findall(r"^### `GET ([^`]+)`$", text(API), re.MULTILINE) == list(DESCRIBED)
    assert re.findall(r"^## `GET ([^`]+)`$", text(API), re.MULTILINE) == [f"{PREFIX}/{{release}}/{{file}}"]


@pytest.mark.parametrize("route", DESCRIBED)
def test_every_parameter_is_documented_and_every_documented_one_exists(route):
    known = {parameter["name"]: parameter["schema"] for parameter in DESCRIBED[route]["get"]["parameters"]}
    told = {codes(row[0])[0]: row[1] for row in rows(section(API, f"`GET {route}`"))}
    assert set(told) == set(known)
    for name, taken in known.items():
        assert "default" not in taken or f"{taken['default']} by default" in told[name]
        assert name != "limit" or f"{taken['minimum']} to {taken['maximum']}" in told[name]


def test_every_error_is_documented_and_every_documented_one_exists():
    assert {codes(row[0])[0]: row[1] for row in rows(section(API, "Errors"))} == problems()


# Contracts

PRICED = [field.alias for field in FootageAssumptions.model_fields.values() if field.annotation is Price]
GROUPS: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "Server properties": (SourceProperties, {}),
    "Steps": (Step, {}),
    "Blocks": (Unstack, {"header": "x", "label": "A", "into": "y"}),
    "Packed columns": (Split, {"column": "x", "into": ["y", "z"], "separator": "/"}),
    "Columns that become rows": (Unpivot, {"columns": ["x"], "into": "y", "value": "z"}),
    "Table properties": (TableProperties, {"publication": "rows", "delivery": "snapshot"}),
    "Marts": (Mart, {}),
    "Offices": (Office, {"title": "x", "titleHi": "x"}),
    "Usage warnings": (UsageWarning, {"text": "x", "textHi": "x"}),
    "Listing": (Listing, {"list": "open", "reason": "x", "reasonHi": "x", "decidedBy": "x"}),
    "Column properties": (ColumnProperties, {"treatment": "drop"}),
    "Coordinates that are swapped": (Swap, {"column": "x"}),
    "Vocabulary": (Term, dict.fromkeys(("title", "titleHi", "description", "descriptionHi", "logicalType"), "x")),
    "Cities": (City, {"id": "x", "name": "x", "nameHi": "x", "state": "x", "bounds": [0, 0, 1, 1]}),
    "Footage assumptions": (
        FootageAssumptions,
        {"searchStaffNow": 1, "years": 1, **{name: {"note": "x"} for name in PRICED}},
    ),
    "Prices": (Price, {"note": "x"}),
    "Penalties": (Penalty, {"feeInr": 1, "bands": {0.5: 0.1}, "note": "x"}),
}
# What else an example needs around it, where the group alone does not do.
AROUND: dict[str, dict[str, Any]] = {
    "cellsAbove": {"headerRow": 6},
    "pattern": {"separator": None},
    "to": {"kind": "generalise"},
    "band": {"kind": "generalise"},
    "edges": {"kind": "generalise"},
    "keepLast": {"kind": "mask"},
    "releasedBy": {"kind": "redact"},
    "quasi": {"treatment": "keep"},
    "sensitive": {"treatment": "keep"},
    "discloses": {"treatment": "keep"},
    "l": {"form": "rows"},
    "suppressShare": {"form": "rows"},
    "differencing": {"form": "rows"},
    "delayMonths": {"form": "rows"},
    "domain": {"kind": "pseudonym"},
    "mart": {"delivery": None},
    "reason": {"form": "none"},
    "dimensions": {"form": "aggregate", "measures": {"n": "count(*)"}},
    "measures": {"form": "aggregate", "dimensions": ["zone"]},
    "where": {"form": "rows"},
    "k": {"form": "aggregate", "dimensions": ["zone"], "measures": {"n": "count(*)"}},
}


def grouped() -> dict[str, tuple[type[BaseModel], dict[str, Any], list[list[str]]]]:
    """Each group of properties with what its examples need, and its rows in the docs."""
    found = {
        heading: (*group, [row for row in rows(section(CONTRACTS, heading)) if len(row) == 5])
        for heading, group in GROUPS.items()
    }
    treatment = [row for row in rows(section(CONTRACTS, "Treatments")) if len(row) == 5]
    form, dimension = (rows(part) for part in section(CONTRACTS, "Publication").split("A dimension is"))
    return found | {
        "Treatment": (Treatment, {}, treatment),
        "Publication": (Publication, {}, form),
        "Dimension": (Dimension, {"column": "x"}, dimension),
    }


GROUPED = grouped()
each_group = pytest.mark.parametrize("heading", GROUPED)


def fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def literals(annotation: Any) -> set[str]:
    """The words that a field may hold, where they are listed."""
    if typing.get_origin(annotation) is typing.Literal:
        return set(typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return set()
    return {word for inner in typing.get_args(annotation) for word in literals(inner)}


def test_every_group_of_properties_is_documented():
    models = {
        model
        for model in vars(properties).values()
        if isinstance(model, type) and issubclass(model, properties.Properties) and model is not properties.Properties
    }
    assert models <= {model for model, _, _ in GROUPED.values()}


@each_group
def test_every_property_is_documented_and_every_documented_one_exists(heading):
    model, _, told = GROUPED[heading]
    names = [code for row in told for code in codes(row[0])]
    assert sorted(names) == sorted(fields(model))


@each_group
def test_defaults_and_words_are_those_of_the_model(heading):
    model, _, told = GROUPED[heading]
    for row in told:
        (name,) = codes(row[0])
        field = fields(model)[name]
        # A column's treatment may be absent in the model so that the fault can name the column.
        if field.is_required() or (model is ColumnProperties and name == "treatment"):
            expected = "required"
        elif field.default is None:
            expected = "–"
        else:
            expected = f"`{json.dumps(field.default)}`"
        assert row[2] == expected, name
        assert literals(field.annotation) <= set(codes(row[1])), name


@each_group
def test_every_example_is_accepted(heading):
    model, base, told = GROUPED[heading]
    for row in told:
        (name,), (example,) = codes(row[0]), codes(row[4])
        around = {} if model in (Dimension, Listing) else AROUND.get(name, {})
        model(**{**base, **around, name: yaml.safe_load(example)})


def test_words_of_the_code_stand_in_the_reference():
    told = set(codes(prose(CONTRACTS)))
    metrics = {"rowCount", "duplicateValues", "nullValues", "missingValues", "invalidValues"}
    named = {word for code in told for word in re.split(r"\W+", code)}
    assert set(READERS) | set(DELIVERY_FACTS) | set(odcs.DAYS) | set(_COMPARED) <= told
    assert metrics | {kind.__name__.lower() for kind in expression.AGGREGATES} <= named
    assert {
        column.logical_type for dataset in catalogue.load().datasets.values() for column in dataset.columns
    } <= named


def test_what_looks_personal_is_documented():
    named = {code for code in codes(section(CONTRACTS, "What looks personal")) if code.isupper()}
    assert named == set(gate.known())


def test_every_date_letter_is_documented_and_every_documented_one_exists():
    table = section(CONTRACTS, "Dates and times")
    told = {code for row in rows(table) for cell in row[::2] for code in codes(cell)} - {"'T'"}
    assert told == set(_LETTERS)


# Held deliveries


def held_rules() -> set[str]:
    """Every rule id that is given to Held; in one place it comes from a table of DuckDB's messages."""
    found = {rule for _, rule, _, _ in csv_file._MESSAGES}
    unknown = []
    for file in sorted((ROOT / "transforms").rglob("*.py")):
        for node in ast.walk(ast.parse(text(file))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Held":
                rule = node.args[0]
                if isinstance(rule, ast.Constant):
                    found.add(rule.value)
                else:
                    unknown.append(f"{file.name}: {ast.unparse(rule)}")
    assert unknown == ["csv_file.py: rule"]
    return found


def test_every_rule_that_holds_a_delivery_is_documented_and_every_documented_one_exists():
    assert sorted(first_codes(section(HELD, "Rules that hold a delivery"))) == sorted(held_rules())


def test_formats_of_rules_exist():
    for row in rows(section(HELD, "Rules that hold a delivery")):
        assert row[1] == "all" or set(row[1].split(", ")) <= set(READERS)


# Storage


def test_the_ledger_is_documented():
    told = {codes(row[0])[0]: codes(row[2]) for row in rows(section(STORAGE, "Ledger"))}
    assert told == {name: [column.name for column in table.columns] for name, table in schema.META.tables.items()}


def test_the_zones_are_documented(tmp_path):
    home = Home(tmp_path)
    home.prepare()
    made = {f"{folder.relative_to(tmp_path)}/" for folder in tmp_path.rglob("*") if folder.is_dir()}
    told = set(first_codes(section(STORAGE, "Zones")))
    assert made <= told
    files = {
        "ledger.sqlite",
        "restricted/audit.head",
        "restricted/audit.lock",
        "restricted/reviews.sqlite",
        ".lock",
        ".zone",
    }
    assert told - made == files | {staff.FILE, schedules.FILE}


def test_the_actions_of_the_audit_log_are_documented():
    assert sorted(first_codes(section(STORAGE, "Audit log"))) == sorted(ACTIONS)


# Roles


def test_roles_and_rights_are_those_of_the_code():
    told = {codes(row[0])[0]: set(row[1].split(", ")) for row in rows(section(ROLES, "What a role may do"))}
    assert told == {right: set(roles) for right, roles in staff.RIGHTS.items()}


def test_the_staff_file_of_the_how_to_is_accepted(tmp_path):
    (tmp_path / staff.FILE).write_text(fenced(ROLES, "yaml")[0], encoding="utf-8")
    (tmp_path / staff.FILE).chmod(0o600)
    found = staff.Staff(Home(tmp_path), sorted(catalogue.load().cities)).people()
    keys = {"people", *(key for entry in found.values() for key in entry.model_dump() if key != "email")}
    assert set(first_codes(text(ROLES).split("## ")[0])) == keys


# Links


def anchors(page: Path) -> set[str]:
    """The names that a page's headings have as link targets."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_links_resolve(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{page.name}: {target}"


def test_every_page_stands_in_the_index():
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)]+\.md)\)", text(DOCS / "README.md"))}
    assert linked == set(DOCS.rglob("*.md")) - {DOCS / "README.md"}


# The example of the how-to


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


def words(output: str) -> list[str]:
    return output.split()


def test_the_contract_of_the_how_to_passes(example, pravah: Pravah):
    code, out, _ = pravah("contracts", "check", str(example / "contracts" / CONTRACT))
    assert (code, words(out)) == (0, words(fenced(ADD, "text")[0]))


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


# What --json prints


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


# The tutorial

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
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
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
            assert list(map(words, told)) == list(map(words, printed))
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
