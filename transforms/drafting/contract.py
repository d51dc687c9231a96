"""The draft as YAML with comments: evidence for each guess, TODO where a person has to decide."""

from typing import Any

import yaml

from data_contracts.odcs import API_VERSION
from transforms.drafting.columns import Drafted
from transforms.drafting.guess import Guess, Structure, number
from transforms.drafting.sampling import Sample

HEAD = """\
# A draft by `pravah draft`, from one sample file: {rows}, {columns} columns.
# Every guess says why it was made. `# TODO` marks a default that a person has to confirm or change. A value that
# begins with `TODO:` has no default: `pravah contracts check` calls it a fault until it is replaced.
"""


def text(
    structure: Structure, sample: Sample, columns: list[Drafted], department: str | None, name: str,
    boundary: str | None,
) -> str:  # fmt: skip
    """The contract's text. `boundary`: the dataset of wards to join, None for no join."""
    rows = f"{'all' if sample.whole else 'the first'} {number(sample.rows)} rows"
    return "".join(
        [
            HEAD.format(rows=rows, columns=len(columns)),
            _top(department, name),
            _server(structure, department, name),
            _table(columns, name, boundary),
            *map(_column, columns),
            _ward(boundary) if boundary else "",
            SLA,
        ]
    )


SLA = """\
slaProperties:
  - {property: frequency, value: "TODO: how many days apart files should come", unit: d}
  - {property: latency, value: "TODO: how many days a file may take on top", unit: d}
"""


def _top(department: str | None, name: str) -> str:
    domain = department or "TODO: the department, which is the folder's name"
    title = name.replace("_", "-")
    return f"""\
apiVersion: {API_VERSION}
kind: DataContract
id: {flow(f"{department}-{title}".replace("_", "-") if department else title)}
name: {flow(name)}
version: 0.1.0
status: draft
domain: {flow(domain)}
description:
  purpose: "TODO: what the data are for"
"""


def _server(structure: Structure, department: str | None, name: str) -> str:
    path = f"inbox/{{city}}/{department or 'DEPARTMENT'}/{name}/"
    lines = ["servers:", "  - server: inbox", "    type: local", f"    path: {flow(path)}"]
    lines += [f"    # {note}" for note in structure.notes]
    lines.append(f"    format: {structure.format}")
    if structure.properties:
        lines.append("    customProperties:")
    for property, guess in structure.properties.items():
        lines += _property("      ", property, guess)
    return "\n".join(lines) + "\n"


def _property(indent: str, name: str, guess: Guess) -> list[str]:
    """One custom property under its evidence."""
    said = [f"{indent}# {guess.evidence}"] if guess.evidence else []
    said += [f"{indent}# TODO {guess.todo}"] if guess.todo else []
    return [*said, f"{indent}- {flow({'property': name, 'value': guess.value})}"]


def _table(columns: list[Drafted], name: str, boundary: str | None) -> str:
    outlines = any(column.type.kind == "geometry" for column in columns)
    delivery = Guess(
        "snapshot" if outlines else "increment",
        "",
        "increment: each file adds rows; snapshot: each file replaces the one before",
    )
    reason = "TODO: why nothing goes out; or take another form: rows, or an aggregate"
    title = name.replace("_", " ").capitalize()
    lines = ["schema:", f"  - name: {flow(name)}", "    logicalType: object", "    physicalType: table"]
    lines += ["    # TODO the title; add titleHi, the title in Hindi, below", f"    businessName: {flow(title)}"]
    lines.append("    customProperties:")
    lines += _property("      ", "delivery", delivery)
    lines += _property("      ", "publication", Guess({"form": "none", "reason": reason}))
    if boundary:
        evidence = Guess(boundary, "its outlines have wards, and this file has coordinates")
        lines += _property("      ", "boundary", evidence)
    if not any(column.key for column in columns):
        lines.append(
            "    # TODO no one column could be the key: mark those that make a row unique with primaryKey: true"
        )
    return "\n".join([*lines, "    properties:"]) + "\n"


def _column(column: Drafted) -> str:
    kind, indent = column.type, "        "
    lines = [f"      # {'; '.join(kind.evidence)}"] if kind.evidence else []
    if column.key:
        lines.append("      # TODO unique and never empty in the sample: is it the key of a row?")
    elif column.identifies:
        lines.append("      # unique and never empty in the sample: it could be the key as well")
    lines += [f"      # TODO {todo}" for todo in kind.todo]
    lines.append(f"      - name: {column.name}")
    if kind.kind == "geometry":
        lines += [f"{indent}logicalType: object", f"{indent}physicalType: GEOMETRY"]
    else:
        lines.append(f"{indent}logicalType: {kind.kind}")
    lines += [f"{indent}primaryKey: true"] * column.key
    lines += [f"{indent}required: true"] * (column.required and not column.key)
    if kind.options:
        lines.append(f"{indent}logicalTypeOptions: {flow(kind.options)}")
    lines.append(f"{indent}customProperties:")
    for name, value in {"treatment": column.treatment, **_where(column), **kind.properties}.items():
        lines += _property(f"{indent}  ", name, Guess(value))
    if column.codes:
        rule = {
            "name": f"{column.name}_known", "type": "library", "metric": "invalidValues",
            "arguments": {"validValues": column.codes}, "mustBe": 0,
        }  # fmt: skip
        lines.append(f"{indent}# TODO {len(column.codes)} different values were met: are these all that there are?")
        lines += [f"{indent}quality:", f"{indent}  - {flow(rule)}"]
    return "\n".join(lines) + "\n"


def _where(column: Drafted) -> dict[str, Any]:
    """Where the column stands in the file; nothing where its own name says so."""
    where = column.found.where
    return {} if where == {"sourceNames": [column.name]} else where


def _ward(boundary: str) -> str:
    return f"""\
      # the ward of {boundary} in which the point lies
      - name: ward_id
        logicalType: string
        transformSourceObjects: [lat, lon]
        transformLogic: place(lat, lon).ward_id
        customProperties:
          - {{property: treatment, value: keep}}
"""


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)
    return written.removesuffix("\n").removesuffix("\n...").strip()
