"""Builds contracts for tests: a few words in, an ODCS file and its Dataset out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset
from transforms.compiling import compile_contract

CITY = "navsagar"
# What a person could be found by: no output may ever repeat one of these.
PHONE = "9876501234"
PERSON = "Zxqvname"
PLANTED = (PHONE, PERSON)


def own(**properties: Any) -> list[dict[str, Any]]:
    """Custom properties as ODCS lists them; None is left out."""
    return [{"property": name, "value": value} for name, value in properties.items() if value is not None]


def column(
    name: str,
    kind: str = "string",
    treatment: Any = "drop",
    *,
    key: bool = False,
    required: bool = False,
    options: dict[str, Any] | None = None,
    physical: str | None = None,
    logic: str | None = None,
    of: Iterable[str] = (),
    to: str | None = None,
    quality: Iterable[dict[str, Any]] = (),
    **properties: Any,
) -> dict[str, Any]:
    """One column; `logic` over the columns `of` derives it, `to` refers to another table's `table.column`."""
    if kind == "geometry":
        kind, physical = "object", "GEOMETRY"
    parts: dict[str, Any] = {
        "name": name,
        "logicalType": kind,
        "physicalType": physical,
        "primaryKey": key or None,
        "required": required or None,
        "logicalTypeOptions": options,
        "transformLogic": logic,
        "transformSourceObjects": list(of) or None,
        "relationships": [{"to": to}] if to else None,
        "customProperties": own(treatment=treatment, **properties),
        "quality": list(quality) or None,
    }
    return {key: value for key, value in parts.items() if value is not None}


def server(name: str = "inbox", format: str = "csv", **properties: Any) -> dict[str, Any]:
    """One place a delivery comes from."""
    given = {"server": name, "type": "local", "path": f"inbox/{name}/", "format": format}
    return given | ({"customProperties": own(**properties)} if properties else {})


def contract(
    name: str,
    columns: Iterable[dict[str, Any]],
    *,
    department: str = "works",
    servers: Iterable[dict[str, Any]] | None = None,
    publication: Any = "rows",
    delivery: str = "increment",
    quality: Iterable[dict[str, Any]] = (),
    sla: Iterable[dict[str, Any]] = (),
    **properties: Any,
) -> dict[str, Any]:
    """One whole contract as its YAML has it."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"{department}-{name}",
        "name": name,
        "version": "1.0.0",
        "status": "active",
        "domain": department,
        "servers": list(servers) if servers is not None else [server()],
        "schema": [
            {
                "name": name,
                "logicalType": "object",
                "physicalType": "table",
                "customProperties": own(publication=publication, delivery=delivery, **properties),
                "properties": list(columns),
                "quality": list(quality),
            }
        ],
        "slaProperties": list(sla),
    }


def write(root: Path, *contracts: dict[str, Any]) -> list[Path]:
    """Write contracts below `root`, each under its department, and the city they are for."""
    cities = root / "cities"
    cities.mkdir(parents=True, exist_ok=True)
    city = {"id": CITY, "name": "Navsagar", "nameHi": "नवसागर", "state": "Sample State", "fictional": True}
    (cities / f"{CITY}.yaml").write_text(yaml.safe_dump({**city, "bounds": [72.8, 19.0, 73.02, 19.18]}))
    files = []
    for given in contracts:
        file = root / given["domain"] / f"{given['name']}.odcs.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
        files.append(file)
    return files


def load(root: Path, *contracts: dict[str, Any]) -> Catalogue:
    """Write, load and compile contracts that must have no fault."""
    write(root, *contracts)
    loaded = catalogue.load(root)
    for dataset in loaded.datasets.values():
        _, faults = compile_contract(dataset, loaded.datasets)
        assert not faults, list(map(str, faults))
    return loaded


def one(root: Path, given: dict[str, Any]) -> Dataset:
    """Write and load a single contract that must have no fault."""
    return load(root, given).datasets[f"{given['domain']}__{given['name']}"]


def marked(file: Path) -> list[tuple[int, str]]:
    """The faults that a file's own comments announce: line and words, one after each `#!`."""
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    return [(number, words.strip()) for number, line in lines for words in line.split("#!")[1:]]
