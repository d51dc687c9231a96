"""JSON, GeoJSON, lines of JSON, notebooks: every text and number under its keys, and the keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import ijson

from transforms.privacy.scan.artefact import Artefact, NotDecodable, Part, Text, batched
from transforms.privacy.scan.numbers import plain
from transforms.privacy.scan.text_file import encoding

DEPTH = 1_000


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """The values and the keys; raises NotDecodable where the file is not well-formed."""
    with artefact.path.open("rb") as file:
        mark = encoding(file.read(1 << 16))
        if mark not in ("utf-8", "utf-8-sig"):
            raise NotDecodable("is no JSON in UTF-8")
        file.seek(3 if mark == "utf-8-sig" else 0)
        try:
            yield from batched(_texts(artefact, file))
        except (ijson.JSONError, UnicodeDecodeError):
            raise NotDecodable("is not well-formed JSON") from None


def _texts(artefact: Artefact, file: BinaryIO) -> Iterator[Text]:
    """A value's context are the two keys nearest to it; each key is told once."""
    names, keys = artefact.part("keys"), [""]
    told: set[str] = set()
    for event, value in ijson.basic_parse(file, multiple_values=True):
        if event == "map_key":
            keys[-1] = value
            if value not in told:
                told = told if len(told) < 100_000 else set()
                told.add(value)
                yield Text(names, value)
        elif event == "start_map":
            keys.append("")
            if len(keys) > DEPTH:
                raise NotDecodable(f"is nested more than {DEPTH:,} deep")
        elif event == "end_map":
            keys.pop()
        elif event == "string":
            yield Text(artefact.name, value, tuple(keys[-2:]))
        elif event == "number":
            yield Text(artefact.name, plain(value), tuple(keys[-2:]))
