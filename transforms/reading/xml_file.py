"""XML: the elements at a declared path, read as a stream; no DTD, no entity, nothing from the network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
from lxml import etree

from data_contracts.dataset import Dataset, Source
from transforms.reading.held import Held
from transforms.reading.keyed import Keyed, Record, steps
from transforms.reading.records import Records, spooled

# The text of an element that has attributes or children as well, which stand under `@name` and under their names.
TEXT = "#text"
# An element that is not yet read to its end is kept whole.
RECORD_BYTES = 1 << 26
LET_GO_BYTES = 1 << 17


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The elements at `records`; raises Held where the file is not such an XML."""
    shape = _Shape(dataset, source)
    found = (shape.content(element) for element in elements(path, shape.matches, shape.tag))
    return spooled(connection, path, dataset, source, Keyed(dataset, source).batches(found), scratch)


class _Shape:
    """How elements are named and which of them the contract counts."""

    def __init__(self, dataset: Dataset, source: Source):
        self.prefixes = {uri: prefix for prefix, uri in source.properties.namespaces.items()}
        self.path = steps(source.properties.records)
        pointers = [steps(column.properties.source_pointer) for column in dataset.file_columns]
        lists = [pointer[:at] for pointer in pointers for at, key in enumerate(pointer) if key.isdigit()]
        # An element that is counted or exploded is a list also where it stands alone.
        self.counted = {_uncounted(path) for path in [*lists, steps(source.properties.explode)] if path}

        self.keys: dict[str, str] = {}
        self.above: tuple[Any, bool] = (None, not self.path[:-1])

    @property
    def tag(self) -> str:
        """The tag of the records, as lxml writes it."""
        prefix, _, local = self.path[-1].rpartition(":")
        uris = [uri for uri, declared in self.prefixes.items() if prefix and declared == prefix]
        return f"{{{uris[0]}}}{local}" if uris else f"{{*}}{self.path[-1]}"

    def matches(self, element: Any) -> bool:
        """Whether an element of the records' tag stands at their path."""
        parent = element.getparent()
        if parent is not self.above[0]:
            self.above = parent, self._stands(parent, self.path[:-1])
        return self.above[1] and self.key(element.tag) == self.path[-1]

    def _stands(self, element: Any, path: list[str]) -> bool:
        for step in reversed(path):
            if element is None or self.key(element.tag) != step:
                return False
            element = element.getparent()
        return element is None

    def key(self, tag: str) -> str:
        """The name of an element or attribute: behind its prefix where its namespace is declared."""
        if tag not in self.keys:
            # Not etree.QName, which breaks on a namespace that holds a brace.
            space, _, name = tag.rpartition("}")
            prefix = self.prefixes.get(space[1:])
            self.keys[tag] = f"{prefix}:{name}" if prefix else name
        return self.keys[tag]

    def content(self, element: Any, path: tuple[str, ...] = ()) -> Any:
        """What an element holds: an object for a record, else its text where it has nothing beside it."""
        found: Record = {f"@{self.key(name)}": value for name, value in element.items()}
        own = [element.text or ""]
        for child in element:
            own.append(child.tail or "")
            if not isinstance(tag := child.tag, str):
                continue
            key = self.keys.get(tag) or self.key(tag)
            plain = len(child) == 0 and not child.keys()
            value = (child.text or "") if plain else self.content(child, (*path, key))
            if key not in found:
                found[key] = [value] if self.counted and (*path, key) in self.counted else value
            elif isinstance(found[key], list):
                found[key].append(value)
            else:
                found[key] = [found[key], value]
        text = "".join(own)
        if path and not found:
            return text
        # Between elements white space is layout.
        return {**found, TEXT: text} if text and not text.isspace() else found


def words(element: Any) -> str:
    """An element's own text, also what stands behind a comment or a child in it."""
    return (
        "".join([element.text or "", *(child.tail or "" for child in element)]) if len(element) else element.text or ""
    )


def _uncounted(pointer: list[str]) -> tuple[str, ...]:
    """A pointer's path without the numbers in it."""
    return tuple(key for key in pointer if not key.isdigit())


class _Bounded:
    """The file, as long as it does not go on without a record; `since`: what was read since one was let go."""

    def __init__(self, file: BinaryIO):
        self.file, self.since = file, 0

    def read(self, size: int) -> bytes:
        self.since += size
        if self.since > RECORD_BYTES:
            remedy = "check `records` in the contract"
            raise Held("xml.size", "the file", "goes on for 64 MiB without a record", remedy)
        return self.file.read(size)


def elements(path: Path, matches: Callable[[Any], bool], tag: str = "*") -> Iterator[Any]:
    """The elements of a tag that match, whole, one at a time; what was read is let go every now and then.

    Raises Held where the file is not well-formed, has a DTD, or has a text or a depth beyond libxml2's limits.
    """
    number = 0
    with path.open("rb") as raw:
        file = _Bounded(raw)
        try:
            events = etree.iterparse(
                file, tag=tag, load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False
            )
            for _, element in events:
                if number == 0:
                    _refuse_dtd(element)
                if not matches(element):
                    continue
                yield element
                number += 1
                if file.since > LET_GO_BYTES:
                    file.since = 0
                    _let_go(element)
            if number == 0:
                _refuse_dtd(events.root)
        except etree.XMLSyntaxError:
            message = "is not well-formed XML, or has a text over 10 MB"
            raise Held("xml.syntax", f"after record {number}", message, "ask for the file again") from None


def _refuse_dtd(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        message = "has a document type, by which a file can grow without end or reach for others"
        raise Held("xml.doctype", "the file", message, "ask for the file without DOCTYPE")


def _let_go(element: Any) -> None:
    """Drop all that stands before the element and its ancestors."""
    while (parent := element.getparent()) is not None:
        del parent[: parent.index(element)]
        element = parent
