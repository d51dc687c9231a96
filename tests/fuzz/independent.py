"""What another way of reading says of a file: for each record its id and name, in order.

Each raises whatever it likes where it cannot read the file. `...` is a cell of which it has no opinion.
"""

import csv
import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import olefile
import pyarrow.parquet as pq

from data_contracts.steps import column_number


class NoOpinion(Exception):
    """The other reading knows nothing of such a file."""


Pair = tuple[Any, Any]
Reading = Callable[[bytes], list[Pair]]


_QUOTED = re.compile(r'(^|[,\r\n]) ?("[^"]*+(?:""[^"]*+)*+")')


def lines(content: bytes) -> list[Pair]:
    """A CSV by the standard library."""
    csv.field_size_limit(1 << 24)
    # One space before an opening quote is no part of a value; two of them begin one without quotes.
    text = _QUOTED.sub(r"\1\2", content.decode("utf-8-sig"))
    try:
        return _tabled(_split(text))
    except csv.Error:
        # Spaces behind a closing quote are no part of a value.
        return _tabled(_split(re.sub('" +(?=[,\\r\\n]|$)', '"', text)))


def _split(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]


def _tabled(rows: Sequence[Sequence[Any]]) -> list[Pair]:
    head = list(rows[0])
    at = (head.index("id"), head.index("name"))
    return [tuple(_cell(row[place] if place < len(row) else None) for place in at) for row in rows[1:]]


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else ...


def document(content: bytes, key: str = "", properties: str = "") -> list[Pair]:
    """A JSON by the standard library: the records under a key."""
    found = _json(content.decode("utf-8"))
    return [_named(record, properties) for record in (found[key] if key else found)]


def documents(content: bytes, properties: str = "") -> list[Pair]:
    """A JSON on each line."""
    return [_named(_json(line.decode("utf-8")), properties) for line in content.split(b"\n") if line.strip()]


def _json(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_with_keys_once)


def _with_keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; what one with a key twice means is nowhere said."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoOpinion
    return found


def _refuse(word: str) -> None:
    raise ValueError(word)


def _named(record: dict[str, Any], properties: str) -> Pair:
    """A record's cells, numbers as they are written; under a key of it where one is given."""
    cells = (record.get(properties) or {}) if properties else record
    return _cell(cells.get("id")), _cell(cells.get("name"))


def elements(content: bytes) -> list[Pair]:
    """An XML by the standard library's own parser: the rows of a register."""
    root = _root(content)
    if _local(root) != "register":
        return []
    return [(_within(row, "id"), _within(row, "name")) for row in root if _local(row) == "row"]


def _within(row: ElementTree.Element, name: str) -> Any:
    given = [child for child in row if _local(child) == name]
    if len(given) != 1 or len(given[0]) or given[0].attrib:
        return ... if given else None
    return given[0].text


def placemarks(content: bytes) -> list[Pair]:
    """A KML by the same."""
    marks = [each for each in _root(content).iter() if _local(each) == "Placemark"]
    return [
        (_data(mark), next((_text(child) for child in reversed(mark) if _local(child) == "name"), None))
        for mark in marks
    ]


def _data(mark: ElementTree.Element) -> Any:
    given = [each for each in mark.iter() if _local(each) == "Data" and each.get("name") == "id"]
    return next((_text(child) for data in given for child in data if _local(child) == "value"), None)


def _text(element: ElementTree.Element) -> Any:
    return ... if len(element) else element.text


_TAG = re.compile(rb"<[^<>]*>")
_MARK = "\ufeff".encode()


def _root(content: bytes) -> ElementTree.Element:
    """The document; in UTF-16 whatever it says of itself, as what it says was written before it was recoded."""
    wide = content.startswith((b"\xff\xfe", b"<\0"))
    if wide:
        content = content.decode("utf-16" if content[:1] == b"\xff" else "utf-16-le").encode()
    encoding = "utf-8" if wide else None
    try:
        return ElementTree.fromstring(content, ElementTree.XMLParser(encoding=encoding))
    except ElementTree.ParseError:
        # Since XML's fifth edition, which expat does not know, a name may hold this mark.
        older = _TAG.sub(lambda tag: tag[0].replace(_MARK, b"_"), content)
        return ElementTree.fromstring(older, ElementTree.XMLParser(encoding=encoding))


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def members(content: bytes, reading: Reading, wanted: Callable[[str], bool]) -> list[Pair]:
    """The members of a zip that are wanted, in the order of their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = sorted((each for each in archive.infolist() if wanted(each.filename)), key=lambda each: each.filename)
        return [pair for each in found for pair in reading(archive.read(each))]


def unpacked(content: bytes) -> list[Pair]:
    """A packed CSV by zlib: one member after the other, zeros behind them left out.

    Bits of a member's head that mean nothing are passed over, as its checksum says whether the text is sound.
    """
    text = b""
    while content.strip(b"\0"):
        one = zlib.decompressobj(31)
        text += one.decompress(content[:3] + bytes(byte & 0x1F for byte in content[3:4]) + content[4:])
        if not one.eof:
            raise EOFError
        content = one.unused_data.lstrip(b"\0")
    return lines(text)


def sheet(content: bytes) -> list[Pair]:
    """The first sheet of an XLSX by expat, of the parts that such a file has where Excel puts them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name.lower().replace("\\", "/"): archive.read(name) for name in archive.namelist()}
    shared = [_letters(text) for text in _root(parts["xl/sharedstrings.xml"]) if _local(text) == "si"]
    found = [row for row in _root(parts["xl/worksheets/sheet1.xml"]).iter() if _local(row) == "row"]
    rows = [_row(row, shared) for row in found]
    numbers = [row.get("r") for row in found if row.get("r")]
    if len(set(numbers)) < len(numbers):
        # Two rows of one number: which of them stands is not said.
        raise NoOpinion
    head, *others = [row for row in rows if row]
    at = {name: place for place, name in head.items()}
    return [(row.get(at["id"]), row.get(at["name"])) for row in others]


def _space(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[0]


_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def _row(row: ElementTree.Element, shared: list[str]) -> dict[int, Any]:
    """The cells that are not empty, by their column."""
    found: dict[int, Any] = {}
    column = -1
    for cell in row:
        value = next((each.text for each in cell if _local(each) == "v"), None)
        kind, place = cell.get("t"), cell.get("r") or ""
        letters = place.rstrip("0123456789")
        if place.removeprefix(letters) not in ("", row.get("r")) or _space(cell) != _space(row):
            # It says of itself that it stands in another row, or that it is of another kind.
            raise NoOpinion
        # One that does not say where it stands is behind the one before it.
        column = column_number(letters) if letters else column + 1
        if kind == "inlineStr":
            found[column] = _letters(cell)
        elif value is not None:
            found[column] = shared[int(value)] if kind == "s" else value if kind == "str" else ...
    return {column: value for column, value in found.items() if value}


def _letters(element: ElementTree.Element) -> Any:
    """The letters of a text; no opinion on blanks around them that are not said to be kept, and on elements inside."""
    if any(_local(each) == "si" for each in element.iter() if each is not element):
        # Whether it counts among the others is not said.
        raise NoOpinion
    parts = [each for each in element.iter() if _local(each) == "t"]
    loose = [
        each
        for each in parts
        if len(each) or ((each.text or "").strip() != (each.text or "") and each.get(_SPACE) is None)
    ]
    return ... if loose else "".join(each.text or "" for each in parts)


_CELLS = {0x0203, 0x0204, 0x00FD, 0x027E, 0x0205, 0x0006, 0x00D6}
_SHEET, _ROWS_OF_NUMBERS, _BEGIN, _END = 0x0085, 0x00BD, 0x0809, 0x000A


def old_sheet(content: bytes) -> list[Pair]:
    """The rows of the first sheet of an XLS that have a cell, by walking its records; no opinion on their texts."""
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        stream = compound.openstream("Workbook").read()
    kinds = list(_walk(stream, 0))
    start = next(struct.unpack_from("<I", body)[0] for kind, body in kinds if kind == _SHEET)
    rows, depth = set(), 0
    for kind, body in _walk(stream, start):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            break
        if depth == 1 and (kind in _CELLS or kind == _ROWS_OF_NUMBERS):
            rows.add(struct.unpack_from("<H", body)[0])
    return [(..., ...)] * len(rows - {0})


def _walk(stream: bytes, place: int) -> Iterable[tuple[int, bytes]]:
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def columns(content: bytes) -> list[Pair]:
    """A Parquet by Arrow."""
    table = pq.read_table(io.BytesIO(content), columns=["id", "name"])
    table.validate(full=True)
    pairs = zip(*(map(_cell, table.column(name).to_pylist()) for name in ("id", "name")), strict=True)
    return list(pairs)


def attributes(content: bytes) -> list[Pair]:
    """The records of the .dbf in a shapefile's zip that are not marked as deleted."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        main = next(name for name in archive.namelist() if name.lower().endswith(".shp"))
        beside = [name for name in archive.namelist() if name.lower().endswith(".dbf") and name[:-4] == main[:-4]]
        table = archive.read(beside[-1])
    count, head, width = struct.unpack_from("<IHH", table, 4)
    fields, place, at = {}, 32, 1
    while place < head - 1 and table[place] != 0x0D:
        name = table[place : place + 11].partition(b"\0")[0].decode("latin-1")
        fields[name] = slice(at, at + table[place + 16])
        at, place = at + table[place + 16], place + 32
    rows = [table[head + number * width : head + (number + 1) * width] for number in range(count)]
    return [tuple(_stripped(row[fields[name]]) for name in ("id", "name")) for row in rows if row[:1] != b"*"]


def _stripped(cell: bytes) -> Any:
    try:
        return cell.partition(b"\0")[0].decode("utf-8").strip(" ")
    except UnicodeDecodeError:
        return ...


def features(content: bytes) -> list[Pair]:
    """A GeoPackage's layer by SQLite."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.gpkg"
        file.write_bytes(content)
        database = sqlite3.connect(file)
        try:
            return [(_cell(one), _cell(other)) for one, other in database.execute("SELECT id, name FROM wards")]
        finally:
            database.close()


feature_documents = partial(document, key="features", properties="properties")
feature_lines = partial(documents, properties="properties")
record_documents = partial(document, key="records")
