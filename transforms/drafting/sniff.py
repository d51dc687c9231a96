"""What kind of file this is, by how it begins and what it holds; then how it is built."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from data_contracts.dataset import Source
from data_contracts.properties import SourceProperties
from transforms.checking.delivery import READERS
from transforms.drafting import csv_structure, markup_structure, table_structure, tree_structure, workbook_structure
from transforms.drafting.guess import DraftFault, Guess, Structure
from transforms.drafting.sampling import probe
from transforms.reading import packed
from transforms.reading.held import Held

HEAD = 1 << 16
_BEGINNINGS = {b"\xd0\xcf\x11\xe0": "xls", b"PAR1": "parquet", b"SQLite format 3\0": "gpkg"}
_PARTS = {".shp": "shapefile", ".kml": "kmz"}


def structure(path: Path) -> Structure:
    """How a file is built. Raises DraftFault where no reader of ours reads it."""
    with path.open("rb") as raw:
        head = raw.read(HEAD)
    kind = _kind(path, head)
    if kind == "zip":
        return _packed(path, "zip")
    if kind == "gz":
        return _packed(path, "gz")
    if kind not in READERS:
        raise DraftFault(f"the file: is a {kind}, which no reader reads; ask for one of {', '.join(sorted(READERS))}")
    return _structure(path, kind)


def _structure(path: Path, kind: str) -> Structure:
    match kind:
        case "csv":
            return csv_structure.structure(path)
        case "xlsx" | "xls":
            return _workbook(path, kind)
        case "xml":
            return markup_structure.xml(path)
        case "kml":
            return markup_structure.kml(path, kind)
        case "gtfs":
            return table_structure.gtfs(path)
        case "gpkg":
            return table_structure.geopackage(path)
    if kind == "kmz":
        with _inside(path, kind, "none") as inside:
            return markup_structure.kml(inside, kind)
    probe(path, kind, {})
    match kind:
        case "shapefile":
            return table_structure.shapefile(path)
        case "parquet":
            return table_structure.parquet(path)
        case "ndjson" | "ndgeojson":
            return tree_structure.lines(path, kind)
    return tree_structure.structure(path)


def _kind(path: Path, head: bytes) -> str:
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        if text[:200].lower().startswith((b"<!doctype html", b"<html")):
            return "web page"
        return "kml" if b"<kml" in head else "xml"
    if text.startswith((b"{", b"[")):
        return _json_kind(head)
    if head.startswith(b"%PDF"):
        return "PDF"
    return "csv"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise DraftFault("the file: is no zip, or is cut short or damaged; ask for the file again") from None
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if {"stops.txt", "routes.txt"} <= {name.rpartition("/")[2] for name in names}:
        return "gtfs"
    return next((kind for end, kind in _PARTS.items() if any(name.endswith(end) for name in names)), "zip")


def _json_kind(head: bytes) -> str:
    """Lines of JSON where the first line is an object of its own and the second begins another one."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    try:
        document = json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    if not (isinstance(document, dict) and rest.lstrip().startswith(b"{")):
        return "json"
    return "ndgeojson" if document.get("type") == "Feature" else "ndjson"


def _workbook(path: Path, kind: str) -> Structure:
    formulas = {}
    if probe(path, kind, {}) == "xlsx.formula":
        probe(path, kind, {"formulas": "cached"})
        todo = "a formula's stored value may be old: is it right to take it?"
        formulas = {"formulas": Guess("cached", "a cell of the workbook holds a formula", todo)}
    found = workbook_structure.structure(path, kind)
    found.properties |= formulas
    return found


def _packed(path: Path, packing: Literal["zip", "gz"]) -> Structure:
    """The structure of the one file inside, with the words that unpack it."""
    with _inside(path, "csv", packing) as inside:
        found = structure(inside)
    if "packing" in found.properties or found.format in ("kmz", "shapefile", "gtfs"):
        raise DraftFault("the file: is packed twice; ask for it packed once")
    found.properties["packing"] = Guess(packing, "by how the file begins")
    return found


@contextmanager
def _inside(path: Path, format: str, packing: Literal["none", "zip", "gz"]) -> Iterator[Path]:
    """The one file in an archive, gone at the end. Raises DraftFault where it cannot be unpacked."""
    with TemporaryDirectory() as folder:
        source = Source("inbox", format, (), SourceProperties(packing=packing))
        try:
            unpacked = packed.unpacked(path, source, Path(folder))[0]
        except Held as held:
            raise DraftFault(str(held)) from None
        yield unpacked
