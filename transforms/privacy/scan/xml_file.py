"""XML, KML, SVG and the parts of office files: text, attributes and comments; entities are never followed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lxml import etree

from transforms.privacy.scan.artefact import Artefact, Context, NotDecodable, Part, Text, batched
from transforms.privacy.scan.html_file import said

# Elements whose text is one, however it is cut into runs: paragraphs, cells, comments of office files.
_WHOLE = frozenset(("p", "h", "si", "is", "comment", "threadedComment"))
_MARKUP = re.compile(r"<[a-zA-Z!/]")


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """All that the file says; raises NotDecodable where it is not well-formed or declares entities."""
    with artefact.path.open("rb") as file:
        yield from batched(_texts(artefact, file))


def events(file: IO[bytes], kinds: tuple[str, ...] = ("end",)) -> Iterator[tuple[str, Any]]:
    """Elements of a file as they start or end, comments and instructions.

    Raises NotDecodable where the file is not well-formed, declares entities, or goes beyond libxml2's limits.
    """
    try:
        stream = etree.iterparse(file, kinds, load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False)
        for kind, node in stream:
            if node.getparent() is None:
                _refuse_entities(node)
            yield kind, node
    except etree.XMLSyntaxError:
        raise NotDecodable("is not well-formed XML, or is too deep or too large in one place") from None


def _refuse_entities(node: Any) -> None:
    inner = node.getroottree().docinfo.internalDTD
    if inner is not None and next(inner.iterentities(), None) is not None:
        raise NotDecodable("declares entities, by which a file can grow without end")


def _texts(artefact: Artefact, file: IO[bytes]) -> Iterator[Text]:
    whole = 0
    for kind, node in events(file, ("start", "end", "comment", "pi")):
        if not whole and kind != "end":
            yield from _before(artefact, node)
        if kind in ("comment", "pi"):
            yield Text(artefact.part("comments"), node.text or "")
            continue
        inside = local(node) in _WHOLE
        whole += inside if kind == "start" else -inside
        if kind == "end" and not whole:
            yield from _said(artefact, node, inside)
            let_go(node)


def _before(artefact: Artefact, node: Any) -> Iterator[Text]:
    """What stands between an element and the one before it, which is then let go."""
    before, parent = node.getprevious(), node.getparent()
    if before is not None and parent is not None:
        yield Text(artefact.name, _plain(before.tail or ""), _context(parent))
        parent.remove(before)


def _said(artefact: Artefact, node: Any, whole: bool) -> Iterator[Text]:
    for element in node.iter(etree.Element) if whole else [node]:
        for name, value in element.attrib.items():
            yield Text(artefact.name, value, (etree.QName(name).localname, local(element)))
            yield Text(artefact.part("names"), etree.QName(name).localname)
    yield Text(artefact.part("names"), local(node))
    own = [node.text or "", *(child.tail or "" for child in node)]
    yield Text(artefact.name, _plain("".join(node.itertext()) if whole else "\n".join(own)), _context(node))


def _plain(text: str) -> str:
    """Descriptions in KML are HTML."""
    return said(text) if _MARKUP.search(text) else text


def _context(node: Any) -> Context:
    """The element's name, and what it and the one around it are called in an attribute."""
    parent = node.getparent()
    around = [node] if parent is None else [parent, node]
    return (*map(local, around), *(each.get("name", "") for each in around))


def local(node: Any) -> str:
    """The name of an element without its namespace."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def let_go(node: Any) -> None:
    """Drop what an element held, and what stands before it; its own tail is still to come."""
    tail = node.tail
    node.clear()
    node.tail = tail
