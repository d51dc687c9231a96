"""The structure of XML and KML: which elements are the records and what each of them holds."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from transforms.drafting.guess import DraftFault, Found, Guess, Structure, number
from transforms.drafting.tree_structure import GEOMETRY, RECORDS, columns, pointer
from transforms.reading.held import Held
from transforms.reading.kml_file import EXTENDED, NAME
from transforms.reading.xml_file import TEXT, elements

_PLACES = ("Data", "SimpleData")


def xml(path: Path) -> Structure:
    """How an XML document is built. Raises DraftFault where it is none."""
    try:
        counts = _paths(path)
        steps = _records(counts)
        found = Structure("xml")
        evidence = f"the outermost element that stands more than once: {number(counts[steps])} times"
        if counts[steps] == 1:
            evidence = "no element with something in it stands more than once: the whole document is one record"
        found.properties["records"] = Guess(pointer(steps), evidence)
        matching = elements(path, lambda element: _path(element) == steps)
        found.columns = columns([_content(element) for element in islice(matching, RECORDS)], found)
    except Held as held:
        raise DraftFault(str(held)) from None
    if not found.columns:
        raise DraftFault("the file: its elements hold nothing that could be a column; look at it in a text editor")
    return found


def _paths(path: Path) -> Counter[tuple[str, ...]]:
    """How often each element that holds others, or attributes, stands at which path."""
    counts: Counter[tuple[str, ...]] = Counter()

    def count(element: Any) -> bool:
        if len(element) or element.attrib:
            counts[_path(element)] += 1
        return element.getparent() is not None and element.getparent().getparent() is None

    for _ in elements(path, count):
        pass
    return counts


def _path(element: Any) -> tuple[str, ...]:
    above = [_local(ancestor) for ancestor in element.iterancestors()]
    return (*reversed(above), _local(element))


def _records(counts: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The outermost elements that repeat; among equally deep ones the most frequent; else the root."""
    if not counts:
        raise DraftFault("the file: holds no element with something in it; ask for a file with records")
    repeated = [path for path, count in counts.items() if count > 1]
    if not repeated:
        return min(counts, key=len)
    return min(repeated, key=lambda path: (len(path), -counts[path]))


def _content(element: Any) -> dict[str, Any]:
    """An element as the reader hands it on: attributes behind an @, children by name, repeated ones as a list."""
    found: dict[str, Any] = {f"@{_local_name(name)}": value for name, value in element.attrib.items()}
    children: dict[str, list[Any]] = {}
    for child in element.iterchildren(tag=etree.Element):
        inner = _content(child)
        children.setdefault(_local(child), []).append(inner or child.text or "")
    found |= {name: values[0] if len(values) == 1 else values for name, values in children.items()}
    words = "".join([element.text or "", *(child.tail or "" for child in element)])
    return {**found, TEXT: words} if found and words.strip() else found


def kml(path: Path, kind: str) -> Structure:
    """How a KML is built (`kml`, or the one inside a `kmz`): names, geometries, and the data beside them."""
    names: dict[str, None] = {}
    placemarks = 0
    try:
        for element in elements(path, lambda element: _local(element) == "Placemark"):
            placemarks += 1
            names.update(_data(element))
    except Held as held:
        raise DraftFault(str(held)) from None
    if not placemarks:
        raise DraftFault("the file: holds no placemark; ask for a file with some")
    found = Structure(kind, notes=[f"{number(placemarks)} placemarks; descriptions are passed over"])
    found.columns = [Found(name) for name in names] + [Found(GEOMETRY, kind="geometry")]
    return found


def _data(placemark: Any) -> Iterator[tuple[str, None]]:
    """The names under which a placemark's data are found."""
    own = {NAME for child in placemark if _local(child) == NAME} | {GEOMETRY}
    yield from ((name, None) for name in own - {GEOMETRY})
    for extended in placemark:
        if _local(extended) == EXTENDED:
            for element in extended.iter(tag=etree.Element):
                if _local(element) in _PLACES:
                    name = element.get("name") or ""
                    yield (f"{EXTENDED}/{name}" if name in own else name), None


def _local(element: Any) -> str:
    return _local_name(element.tag) if isinstance(element.tag, str) else ""


def _local_name(tag: str) -> str:
    return etree.QName(tag).localname
