"""XML: an element for each record, at the declared path."""

from html import escape

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample.writing.json_file import Tree, tree
from orchestration.sample.writing.page import LABEL, TEXT, Field, Page
from orchestration.sample.writing.tokens import body, joined, texts

# The ampersand first. White space other than a blank would be read as one, in an attribute.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def encode(page: Page) -> bytes:
    """The file's bytes. Raises ValueError for a pointer that counts elements."""
    form = page.source.properties
    *outer, record = form.records.split("/")[1:]
    spaces = "".join(f' xmlns:{prefix}="{escape(uri)}"' for prefix, uri in form.namespaces.items())
    opening = "".join(f"<{name}{spaces if number == 0 else ''}>" for number, name in enumerate(outer))
    closing = "".join(f"</{name}>" for name in reversed(outer))
    elements = joined([_element(page, record, tree(page.fields)), "\n"], len(page.rows))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}\n<!-- {escape(page.title)}. {LABEL} -->\n'
    return head.encode() + body(elements) + f"{closing}\n".encode()


def escaped(cells: pa.Array) -> pa.Array:
    """Texts as they stand in XML, in an attribute as well."""
    for letter, written in _ESCAPES.items():
        cells = pc.replace_substring(cells, letter, written)
    return cells


def _element(page: Page, name: str, inside: Tree) -> pa.Array:
    """An element for each row; what has no value is left out of it."""
    attributes: list[str | pa.Array] = [f"<{name}"]
    children: list[str | pa.Array] = [">"]
    for key, what in inside.items():
        if key.isdigit():
            raise ValueError(f"no sample is written with counted elements ({name}/{key})")
        if not isinstance(what, Field):
            children.append(_element(page, key, what))
            continue
        cells = escaped(texts(page, what))
        if key.startswith("@"):
            attributes.append(_around(f' {key[1:]}="', cells, '"'))
        else:
            children.append(_around(*("", cells, "") if key == "#text" else (f"<{key}>", cells, f"</{key}>")))
    return joined([*attributes, *children, f"</{name}>"], len(page.rows))


def _around(opening: str, cells: pa.Array, closing: str) -> pa.Array:
    """Each cell with what stands around it; a column without any value is there, but empty."""
    if cells.null_count == len(cells):
        return pa.repeat(pa.scalar(opening + closing, TEXT), len(cells))
    whole = pc.binary_join_element_wise(pa.scalar(opening, TEXT), cells, pa.scalar(closing, TEXT), pa.scalar("", TEXT))
    return pc.fill_null(whole, "")
