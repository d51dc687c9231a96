"""The docs cannot go stale: what they name exists, what exists is named, what they show is what happens."""

import ast
import json
import re
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
from orchestration.store import schema, staff
from orchestration.store.audit import ACTIONS
from orchestration.store.home import Home
from portal.public.api import api
from portal.public.downloads import PREFIX
from tests.conftest import ROOT
from tests.docs.cli import COMMAND, arguments, options
from tests.docs.markdown import COMMANDS, DOCS, codes, fenced, first_codes, prose, rows, section, text
from transforms.checking.delivery import READERS
from transforms.checking.rules import _COMPARED
from transforms.checking.suite import DELIVERY_FACTS
from transforms.privacy import gate
from transforms.reading import csv_file
from transforms.reading.dates import _LETTERS
from transforms.release.reader import Shelf

PAGES = sorted(DOCS.rglob("*.md")) + [file for file in [ROOT / "README.md"] if file.exists()]
API = DOCS / "reference/api.md"
CONTRACTS = DOCS / "reference/contracts.md"
SETTINGS = DOCS / "reference/settings.md"
STORAGE = DOCS / "reference/storage.md"
HELD = DOCS / "how-to/mend-a-held-delivery.md"
ROLES = DOCS / "how-to/give-people-roles.md"
PACKAGES = ("data_contracts", "transforms", "orchestration", "portal")
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


# Commands


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
