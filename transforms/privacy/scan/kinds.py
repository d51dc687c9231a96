"""What kind of file an artefact is: by how it begins, and for text by the end of its name."""

import re

from transforms.privacy.scan import (
    binary,
    csv_file,
    duckdb_file,
    html_file,
    json_file,
    packed,
    parquet_file,
    pdf_file,
    picture,
    sqlite_file,
    text_file,
    workbook,
    xml_file,
)  # fmt: skip
from transforms.privacy.scan.artefact import Artefact, Decoder, NotDecodable
from transforms.privacy.scan.text_file import HEAD

_BEGINNINGS: list[tuple[int, bytes, Decoder]] = [
    (0, b"PK\x03\x04", packed.zipped),
    (0, b"PK\x05\x06", packed.zipped),
    (0, b"\x1f\x8b", packed.gz),
    (0, b"BZh", packed.bz),
    (0, b"\xfd7zXZ\0", packed.xz),
    (257, b"ustar", packed.tarred),
    (0, b"PAR1", parquet_file.parquet),
    (0, b"PARE", parquet_file.parquet),
    (0, b"ARROW1", parquet_file.arrow),
    (0, b"\xff\xff\xff\xff", parquet_file.arrow),
    (0, b"SQLite format 3\0", sqlite_file.parts),
    (8, b"DUCK", duckdb_file.parts),
    (0, b"%PDF", pdf_file.parts),
    (0, b"\x89PNG\r\n\x1a\n", picture.parts),
    (0, b"\xff\xd8\xff", picture.parts),
]
_CLOSED = {
    b"\xd0\xcf\x11\xe0": "is a locked Office file, or one from before 2007; save it as XLSX, DOCX or PPTX",
    b"\x28\xb5\x2f\xfd": "is packed by zstd; unpack it",
    b"7z\xbc\xaf\x27\x1c": "is a 7z archive; unpack it",
    b"Rar!": "is a RAR archive; unpack it",
}
_SUFFIXES: dict[str, Decoder] = {
    **dict.fromkeys((".csv", ".tsv"), csv_file.parts),
    **dict.fromkeys((".json", ".geojson", ".ndjson", ".jsonl", ".ipynb", ".webmanifest"), json_file.parts),
    **dict.fromkeys((".html", ".htm"), html_file.parts),
    **dict.fromkeys((".xml", ".kml", ".gml", ".gpx", ".svg", ".rels", ".xhtml", ".rdf"), xml_file.parts),
    **dict.fromkeys((".txt", ".log", ".md", ".js", ".css", ".sql", ".yaml", ".yml", ".py"), text_file.parts),
}
# How a text of another name begins that is surely one of these.
_LOOKS: list[tuple[re.Pattern[bytes], Decoder]] = [
    (re.compile(rb"\s*<(?:\?xml|kml|svg|gpx)\b", re.IGNORECASE), xml_file.parts),
    (re.compile(rb"\s*<[a-z!]", re.IGNORECASE), html_file.parts),
    (re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]])'), json_file.parts),
]


def decoder(artefact: Artefact) -> Decoder:
    """What decodes this file; raises NotDecodable where nothing here does."""
    with artefact.path.open("rb") as file:
        head = file.read(HEAD)
    for beginning, reason in _CLOSED.items():
        if head.startswith(beginning):
            raise NotDecodable(reason)
    for place, beginning, found in _BEGINNINGS:
        if head.startswith(beginning, place):
            return _zip(artefact) if found is packed.zipped else found
    if b"\0" in head and text_file.encoding(head) not in ("utf-16", "utf-16-le", "utf-16-be"):
        return binary.parts
    if artefact.suffix in _SUFFIXES:
        return _SUFFIXES[artefact.suffix]
    return next((found for look, found in _LOOKS if look.match(head)), text_file.parts)


def _zip(artefact: Artefact) -> Decoder:
    with packed.opened(artefact) as archive:
        names = archive.namelist()
    if "xl/workbook.bin" in names:
        raise NotDecodable("is a binary workbook; save it as XLSX")
    return workbook.parts if "xl/workbook.xml" in names else packed.zipped
