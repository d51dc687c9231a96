"""JSON, NDJSON and GeoJSON: records with nested values, and what stands beside them in the document."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample.writing.page import LABEL, TEXT, Field, Page
from orchestration.sample.writing.tokens import body, joined, line, tokens

# Keys of a record in their order: each with its field, or with what stands inside it.
Tree = dict[str, Any]


def document(page: Page) -> bytes:
    """The records in an array at the declared pointer, with a title and a notice around it."""
    form, records, brackets = page.source.properties, records_of(page), "[]"
    if form.entries:
        key, value = (field for name in ("key", "value") for field in page.fields if field.header == name)
        records, brackets = joined([tokens(page, key), ": ", tokens(page, value)], len(page.rows)), "{}"
    around = _members({"title": page.title, "notice": LABEL} | _put(page.constants))
    head = tail = ""
    for step in form.records.split("/")[1:]:
        head, tail, around = f"{head}{{{around}{line(step)}: ", f"{tail}}}", ""
    return f"{head}{brackets[0]}\n".encode() + _separated(records) + f"\n{brackets[1]}{tail}\n".encode()


def lines(page: Page) -> bytes:
    """A record on each line."""
    return body(joined([records_of(page), "\n"], len(page.rows)))


def collection(page: Page) -> bytes:
    """A GeoJSON feature collection."""
    head = f'{{"type": "FeatureCollection", "name": {line(page.title)}, "description": {line(LABEL)}, '
    return f'{head}{_members(_put(page.constants))}"features": [\n'.encode() + _separated(features(page)) + b"\n]}\n"


def feature_lines(page: Page) -> bytes:
    """A GeoJSON feature on each line."""
    return body(joined([features(page), "\n"], len(page.rows)))


def features(page: Page) -> pa.Array:
    """Each row as a GeoJSON feature."""
    [shape] = [field for field in page.fields if field.header == "geometry"]
    rest = [field for field in page.fields if field is not shape]
    parts = [
        '{"type": "Feature", "properties": ',
        _object(page, tree(rest)),
        ', "geometry": ',
        tokens(page, shape),
        "}",
    ]
    return joined(parts, len(page.rows))


def records_of(page: Page) -> pa.Array:
    """Each row as a JSON object."""
    return _object(page, tree(page.fields))


def tree(fields: list[Field]) -> Tree:
    """The fields by the keys that lead to them; a header that is a pointer leads into an inner object."""
    found: Tree = {}
    for field in fields:
        *outer, last = field.header.split("/")[1:] if field.header.startswith("/") else [field.header]
        place = found
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = field
    return found


def _object(page: Page, inside: Tree, inner: bool = False) -> pa.Array:
    """The objects of a tree, one for each row; an inner one is null where all in it is. Counted keys make an array."""
    counted = all(key.isdigit() for key in inside)
    parts: list[str | pa.Array] = ["[" if counted else "{"]
    cells = []
    for key, what in inside.items():
        cell = tokens(page, what) if isinstance(what, Field) else _object(page, what, inner=True)
        parts += ["" if counted else f"{line(key)}: ", cell, ", "]
        cells.append(cell)
    found = joined([*parts[:-1], "]" if counted else "}"], len(page.rows))
    if not inner:
        return found
    nothing = pc.equal(cells[0], "null")
    for cell in cells[1:]:
        nothing = pc.and_(nothing, pc.equal(cell, "null"))
    return pc.if_else(nothing, pa.scalar("null", TEXT), found)


def _put(constants: dict[str, Any]) -> Tree:
    """Values by their pointers as one nested object."""
    found: Tree = {}
    for pointer, value in constants.items():
        *outer, last = pointer.split("/")[1:]
        place = found
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def _members(values: Tree) -> str:
    """Keys and values as they stand in an object before others."""
    return "".join(f"{line(key)}: {line(value)}, " for key, value in values.items())


def _separated(records: pa.Array) -> bytes:
    """The records with a comma and a line end between them."""
    return body(joined([records, ",\n"], len(records))).removesuffix(b",\n")
