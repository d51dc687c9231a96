"""PDF: the text of each page, every string of every object (properties, notes, forms, links), files and photos in it.

Text in pictures, such as scanned pages, is not read.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from transforms.privacy.scan.artefact import Artefact, NotDecodable, Part, Text, batched

# Its warnings may hold what stands in the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)
_DEPTH = 100
# How far from its end a whole file says that it ends.
_TAIL = 1 << 11


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """All that the file says; raises NotDecodable where it is locked or damaged."""
    with artefact.path.open("rb") as file:
        try:
            reader = PdfReader(file)
            if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
                raise NotDecodable("is locked by a password")
            yield from batched(_pages(artefact, reader))
            yield from batched(_objects(artefact, reader, scratch))
        except PdfReadError:
            raise NotDecodable("is no PDF, or is cut short or damaged") from None
        file.seek(max(artefact.path.stat().st_size - _TAIL, 0))
        if b"%%EOF" not in file.read():
            raise NotDecodable("is cut short")


def _pages(artefact: Artefact, reader: PdfReader) -> Iterator[Text]:
    for number, page in enumerate(reader.pages, 1):
        yield Text(artefact.part(f"page {number}"), page.extract_text())


def _objects(artefact: Artefact, reader: PdfReader, scratch: Path) -> Iterator[Text | Part]:
    """Every object of the table of objects, also those that nothing refers to."""
    numbers = {(number, generation) for generation, places in reader.xref.items() for number in places}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    yield from _strings(artefact, reader.trailer, "")
    for number, generation in sorted(numbers):
        found = reader.get_object(IndirectObject(number, generation, reader))
        yield from _strings(artefact, found, "")
        if isinstance(found, StreamObject):
            yield from _stream(artefact, found, number, scratch)


def _strings(artefact: Artefact, found: Any, key: str, depth: int = 0) -> Iterator[Text]:
    """The strings in an object; the nearest key is their context."""
    if depth > _DEPTH:
        raise NotDecodable(f"is nested more than {_DEPTH} deep")
    if isinstance(found, TextStringObject | ByteStringObject):
        text = found if isinstance(found, str) else found.decode("utf-8", "replace")
        yield Text(artefact.part("properties"), str(text), (key,))
    elif isinstance(found, DictionaryObject):
        for name in found:
            yield from _strings(artefact, found.raw_get(name), str(name).lstrip("/"), depth + 1)
    elif isinstance(found, ArrayObject):
        for value in list.__iter__(found):
            yield from _strings(artefact, value, key, depth + 1)


def _stream(artefact: Artefact, found: StreamObject, number: int, scratch: Path) -> Iterator[Text | Part]:
    """Descriptions, attached files and photos."""
    kind, subtype = found.get("/Type"), found.get("/Subtype")
    if kind == "/Metadata":
        yield Text(artefact.part("properties"), found.get_data().decode("utf-8", "replace"))
        return
    if kind == "/EmbeddedFile":
        name, content = f"attachment {number}", found.get_data()
    elif subtype == "/Image" and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        name, content = f"photo {number}", found._data
    else:
        return
    artefact.budget.spend(len(content), 1)
    inner = artefact.inner(name, scratch / f"{artefact.depth}-{number}")
    inner.path.write_bytes(content)
    yield inner
    inner.path.unlink()
