"""The simplest door: files in inbox/<city>/<department>/<dataset>/. The path says who and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_contracts.catalogue import Catalogue

# What uploading programs call a file that is not finished, and what desktops leave behind.
UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload")


@dataclass(frozen=True)
class Arrival:
    """A file at the door: its place, and its path inside the inbox for the ledger."""

    file: Path
    path: str
    city: str
    table: str


def arrivals(inbox: Path, catalogue: Catalogue) -> tuple[list[Arrival], dict[str, int]]:
    """The files in the inbox in order of path, and per folder how many files no contract or city claims.

    Links are never followed, hidden and unfinished files are not looked at.
    """
    found: list[Arrival] = []
    strays: dict[str, int] = {}
    for file in _files(inbox):
        parts = file.relative_to(inbox).parts
        table = "__".join(parts[1:3])
        if len(parts) >= 4 and parts[0] in catalogue.cities and table in catalogue.datasets:
            found.append(Arrival(file, "/".join(parts), parts[0], table))
        else:
            # The name of the file may hold a name; the folder is enough to find it.
            folder = "/".join(parts[:3][: len(parts) - 1]) or "inbox"
            strays[folder] = strays.get(folder, 0) + 1
    return found, strays


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or entry.name.startswith((".", "~")):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.is_file() and not entry.name.lower().endswith(UNFINISHED):
            yield entry
