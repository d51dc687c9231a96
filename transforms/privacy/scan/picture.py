"""PNG and JPEG: what they say beside the picture, and where they were taken; pixels are not looked at."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from PIL import ExifTags, Image, PngImagePlugin

from transforms.privacy.scan.artefact import Artefact, NotDecodable, Part, Text, batched
from transforms.privacy.scan.binary import runs

_INNER = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop, ExifTags.IFD.IFD1)
_PIXELS = (b"IDAT", b"fdAT")
_END = b"\xff\xd9"


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """Texts, EXIF, and bytes behind the picture; raises NotDecodable where the file is damaged."""
    with artefact.path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = list(_png(artefact, file) if file.read(1) == b"\x89" else _jpeg(artefact, file))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            raise NotDecodable("is no picture, or is cut short, damaged or too large") from None
    yield from batched(found)


def _png(artefact: Artefact, file: BinaryIO) -> Iterator[Text]:
    file.seek(8)
    stream = PngImagePlugin.PngStream(file)
    while True:
        kind, place, length = stream.read()
        if kind == b"IEND":
            break
        if kind in _PIXELS:
            file.seek(place + length)
            stream.crc_skip(kind, b"")
            continue
        content = stream.call(kind, place, length) if hasattr(stream, f"chunk_{kind.decode('latin-1')}") else None
        if content is None:
            content = file.read(length)
            yield from _runs(artefact, content)
        stream.crc(kind, content)
    for name, text in stream.im_text.items():
        yield Text(artefact.part("texts"), str(text), (name,))
        yield Text(artefact.part("texts"), name)
    exif = Image.Exif()
    exif.load(stream.im_info.get("exif", b""))
    yield from _exif(artefact, exif)
    file.seek(4, 1)
    yield from _runs(artefact, file.read())


def _jpeg(artefact: Artefact, file: BinaryIO) -> Iterator[Text]:
    file.seek(0)
    image = Image.open(file, formats=["JPEG"])
    # Among its segments are EXIF, XMP, IPTC and the comment.
    for _, content in getattr(image, "applist", []):
        yield from _runs(artefact, content)
    yield from _exif(artefact, image.getexif(), only_place=True)
    file.seek(0)
    content = file.read()
    if _END not in content:
        raise NotDecodable("is cut short")
    yield from _runs(artefact, content[content.rindex(_END) :])


def _runs(artefact: Artefact, content: bytes) -> Iterator[Text]:
    return (Text(artefact.part("texts"), text) for text in runs(content))


def _exif(artefact: Artefact, exif: Image.Exif, only_place: bool = False) -> Iterator[Text]:
    tables = [dict(exif), *(exif.get_ifd(table) for table in _INNER)]
    for table in [] if only_place else tables:
        for tag, value in table.items():
            name = ExifTags.TAGS.get(tag, "")
            for text in runs(value) if isinstance(value, bytes) else [str(value)]:
                yield Text(artefact.part("exif"), text, (name,))
    place = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if place:
        # Where someone took a photo is often where someone lives, and nobody sees that the photo tells it.
        yield Text(artefact.part("exif"), place, ("residence",))


def _place(gps: dict[int, Any]) -> str | None:
    """Latitude and longitude in degrees."""
    try:
        pair = [gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude]]
        degrees = [sum(float(part) / 60**place for place, part in enumerate(angle)) for angle in pair]
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return ", ".join(f"{angle:.6f}" for angle in degrees)
