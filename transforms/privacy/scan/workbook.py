"""Workbooks (XLSX and its kin): cells by column, shown or hidden; every other part of the file as it is.

Comments, defined names, properties, headers and footers, lists, links and pictures are parts of the zip or elements
of a sheet, so nothing has to be known of them to be found.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from transforms.privacy.scan.artefact import Artefact, Part, Text, batched
from transforms.privacy.scan.numbers import plain
from transforms.privacy.scan.packed import copy, opened, unpacked
from transforms.privacy.scan.xml_file import events, let_go, local

_STRINGS = "xl/sharedStrings.xml"
_SHEETS = "xl/worksheets/"
# Above the values of a column its heading stands, perhaps below a title.
_HEADING_CELLS, _HEADING_LENGTH = 5, 60
_VALUE = re.compile(r"[0-9](?:[^0-9]{0,2}[0-9]){4}")


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The cells of all sheets, texts that no cell shows any more, and the other members of the zip."""
    with opened(artefact) as archive:
        members = {member.filename: member for member in archive.infolist()}
        sheets = {name: title for name, title in _sheets(archive).items() if name in members}
        labels = _labels(archive, sheets)
        shared = _Shared(_path(artefact, archive, _STRINGS, scratch) if _STRINGS in members else None)
        for name, title in sheets.items():
            path = _path(artefact, archive, name, scratch)
            yield from batched(_sheet(artefact.part(title), path, shared))
            path.unlink()
        yield from batched(Text(artefact.part("unused texts"), text) for text in shared.unused())
        # A name may stand there twice; the one that counts is the last.
        cells = {id(members[name]) for name in (*sheets, _STRINGS) if name in members}
        others = [member for member in archive.infolist() if id(member) not in cells]
        yield from unpacked(artefact, archive, others, scratch, lambda name: labels.get(name, name))


def _path(artefact: Artefact, archive: zipfile.ZipFile, name: str, scratch: Path) -> Path:
    member = archive.getinfo(name)
    path = scratch / f"{artefact.depth}-{member.header_offset}"
    with archive.open(member) as packed:
        copy(packed, path, member.compress_size, artefact.budget)
    return path


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The members that are sheets, with their titles."""
    targets = _targets(archive, "xl/workbook.xml")
    titles = {}
    for _, node in _elements(archive, "xl/workbook.xml"):
        if local(node) == "sheet":
            found = next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
            titles[targets.get(found, "")] = node.get("name", "")
    known = {name: name for name in archive.namelist() if re.fullmatch(rf"{_SHEETS}[^/]+\.xml", name)}
    return {name: titles.get(name, title) for name, title in known.items()}


def _labels(archive: zipfile.ZipFile, sheets: dict[str, str]) -> dict[str, str]:
    """What to call the parts that belong to a sheet: the sheet's title and the kind of part."""
    labels = {}
    for name, title in sheets.items():
        for target in _targets(archive, name).values():
            path = PurePosixPath(target)
            labels[target] = f"{title}!{path.stem.rstrip('0123456789')}{path.suffix}"
    return labels


def _targets(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """What a member refers to, by the ids of its relations."""
    folder, _, file = name.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in archive.namelist():
        return {}
    found = {node.get("Id", ""): node.get("Target", "") for _, node in _elements(archive, relations)}
    return {key: _absolute(folder, target) for key, target in found.items() if target}


def _absolute(folder: str, target: str) -> str:
    steps: list[str] = [] if target.startswith("/") else folder.split("/")
    for step in target.strip("/").split("/"):
        steps = steps[:-1] if step == ".." else [*steps, step]
    return "/".join(steps)


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Any]]:
    with archive.open(name) as file:
        yield from events(file)


class _Shared:
    """The texts that cells refer to by number, and which of them are in use."""

    def __init__(self, path: Path | None) -> None:
        self._texts = pa.array(list(self._read(path)) if path else [], pa.large_string())
        self._used = bytearray(len(self._texts))
        if path:
            path.unlink()

    @staticmethod
    def _read(path: Path) -> Iterator[str]:
        with path.open("rb") as file:
            for _, node in events(file):
                if local(node) == "si":
                    yield "".join(node.itertext())
                    let_go(node)

    def text(self, number: str) -> str:
        place = int(number) if number.isdecimal() else len(self._used)
        if place >= len(self._used):
            return ""
        self._used[place] = 1
        return str(self._texts[place])

    def unused(self) -> Iterator[str]:
        return (str(text) for text, used in zip(self._texts, self._used, strict=True) if not used)


def _sheet(place: str, path: Path, shared: _Shared) -> Iterator[Text]:
    headings: dict[str, _Heading] = {}
    in_row = False
    with path.open("rb") as file:
        for kind, node in events(file, ("start", "end")):
            name = local(node)
            if kind == "start":
                in_row |= name == "row"
            elif name == "row":
                in_row = False
                yield from _row(place, node, shared, headings)
                let_go(node)
            elif not in_row:
                yield from (Text(place, value, (local(node),)) for value in node.attrib.values())
                yield Text(place, node.text or "", (local(node),))


def _row(place: str, row: Any, shared: _Shared, headings: dict[str, "_Heading"]) -> Iterator[Text]:
    for cell in row.iterchildren("{*}c"):
        column = cell.get("r", "").rstrip("0123456789")
        heading = headings.setdefault(column, _Heading())
        kind, value, formula = cell.get("t", "n"), cell.findtext("{*}v") or "", cell.findtext("{*}f") or ""
        inner = cell.find("{*}is")
        text = "".join(inner.itertext()) if inner is not None else value
        text = shared.text(value) if kind == "s" else plain(text) if kind == "n" else text
        heading.meet(text)
        yield Text(place, text, heading.words)
        yield Text(place, formula, heading.words)


class _Heading:
    """The short texts at the top of a column, down to the first that looks like a value."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()
        self._open = True

    def meet(self, text: str) -> None:
        """See the next cell of the column."""
        if not self._open or not text:
            return
        self._open = len(self.words) < _HEADING_CELLS and len(text) <= _HEADING_LENGTH and not _VALUE.search(text)
        if self._open:
            self.words = (*self.words, text)
