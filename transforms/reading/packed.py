"""Packed files: the members of a zip, or the one file in a gz, unpacked within limits."""

import errno
import gzip
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

import duckdb

from data_contracts.dataset import Dataset, Source
from transforms.engine import name
from transforms.reading import bomb, moments
from transforms.reading.held import Held
from transforms.reading.records import Reader, Records

MEMBERS = 10_000
BLOCK = 1 << 20
# What a broken archive makes Python's own readers raise.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    gzip.BadGzipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
)


class _Packed(Protocol):
    """What an archive gives its content by."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; empty at the end."""


def reading(reader: Reader) -> Reader:
    """A reader of the same format that first unpacks what the contract says is packed."""

    def records(
        connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
    ) -> Records:
        if source.format != "kmz" and source.properties.packing == "none":
            return reader(connection, path, dataset, source, scratch)
        files = unpacked(path, source, scratch)
        if len(files) == 1:
            return reader(connection, files[0], dataset, source, scratch)
        parts = {file.parent: _member(reader, connection, file, dataset, source) for file in files}
        return _together(parts, dataset)

    return records


def _member(
    reader: Reader, connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source
) -> Records:
    """One member's records; each has a folder of its own for what its reader writes.

    A reason names the member by its number: its name may say more than is for everyone.
    """
    where = f"member {path.parent.name}"
    try:
        records = reader(connection, path, dataset, source, path.parent)
    except Held as reason:
        raise reason.within(where) from None

    def held(error: duckdb.Error) -> Held:
        return records.held(error).within(where)

    return replace(records, held=held)


def _together(parts: dict[Path, Records], dataset: Dataset) -> Records:
    """The records of all members, each by the folder in which it lies."""

    def held(error: duckdb.Error) -> Held:
        # DuckDB names the file that it stumbled over; a reader whose records are a stream knows its own errors.
        for _, part in sorted(parts.items(), key=lambda each: f"{each[0]}/" not in str(error)):
            try:
                return part.held(error)
            except duckdb.Error:
                continue
        raise error

    def repaired() -> dict[str, int]:
        return dict(sum((Counter(part.repaired()) for part in parts.values()), Counter()))

    # What is typed here and a text in another member becomes one.
    typed = frozenset.intersection(*(part.typed for part in parts.values()))
    sql = " UNION ALL ".join(_as_texts(part, part.typed - typed, dataset) for part in parts.values())
    return Records(sql, held, repaired, typed)


def _as_texts(part: Records, columns: frozenset[str], dataset: Dataset) -> str:
    """A member's SQL with the moments of these columns as texts by their pattern; numbers DuckDB writes by itself."""
    timed = [dataset.by_name[column] for column in sorted(columns)]
    cells = [f"{moments.text(c, name(c.name))} AS {name(c.name)}" for c in timed if c.logical_type == "timestamp"]
    return f"SELECT * REPLACE ({', '.join(cells)}) FROM ({part.sql})" if cells else part.sql


def unpacked(path: Path, source: Source, scratch: Path) -> list[Path]:
    """The files in an archive that `member` asks for, in the order of their names, each in a folder of its own.

    Raises Held where the archive is broken, locked, empty or too large, or where not the declared number fits.
    """
    if source.properties.packing == "gz":
        return [_gunzipped(path, _folder(scratch, 1) / "object")]
    with opened(path) as archive:
        if source.properties.members == "one":
            found = [one(archive, source.properties.member, ".kml" if source.format == "kmz" else "")]
        else:
            found = sorted(fitting(archive, source.properties.member), key=lambda member: member.filename)
        folders = [_folder(scratch, number) for number in range(1, len(found) + 1)]
        return [extract(archive, member, folder / "object") for member, folder in zip(found, folders, strict=True)]


def _folder(scratch: Path, number: int) -> Path:
    folder = scratch / str(number)
    folder.mkdir()
    return folder


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip whose members are unlocked and whose sizes are within limits; raises Held else."""
    with _broken_is_held("zip"), zipfile.ZipFile(path) as archive:
        members = _files(archive)
        if not members:
            raise Held("file.empty", "the file", "is a zip without a member", "ask for the file again")
        if any(member.flag_bits & 1 for member in members):
            raise Held("zip.password", "the file", "is locked by a password", "ask for a zip without a password")
        if len(members) > MEMBERS:
            raise Held("zip.bomb", "the file", f"has over {MEMBERS:,} members", "ask for fewer files in one")
        if sum(member.file_size for member in members) > bomb.UNPACKED_BYTES:
            raise bomb.large()
        yield archive


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    # Its own is_dir() breaks on a member without a name.
    return [member for member in archive.infolist() if not member.filename.endswith("/")]


@contextmanager
def _broken_is_held(kind: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise _unreadable(kind) from None
    except OSError as error:
        # One with a number is the machine's own, such as a full disk.
        if error.errno and error.errno != errno.EINVAL:
            raise
        raise _unreadable(kind) from None


def _unreadable(kind: str) -> Held:
    message = f"is no {kind}, or is cut short or damaged"
    return Held("zip.shape", "the file", message, "correct `packing`, or ask for the file again")


def one(archive: zipfile.ZipFile, pattern: str | None, suffix: str = "") -> zipfile.ZipInfo:
    """The member that fits; raises Held where it is not exactly one."""
    found = fitting(archive, pattern, suffix)
    if len(found) > 1:
        message = f"has {len(found)} members where one is expected"
        raise Held("zip.member", "the file", message, "say which in `member`, or ask for a zip with one file")
    return found[0]


def fitting(archive: zipfile.ZipFile, pattern: str | None, suffix: str = "") -> list[zipfile.ZipInfo]:
    """The members whose path fits a pattern, in which `*` stands for any letters of one step; at least one.

    Without a pattern those whose name ends with `suffix`, save what macOS adds. Raises Held where none fits.
    """
    members = _files(archive)
    if pattern is None:
        own = [member for member in members if not member.filename.startswith("__MACOSX/")]
        found = [member for member in own if member.filename.lower().endswith(suffix)]
    else:
        found = [member for member in members if _fits(member.filename, pattern)]
    if not found:
        message = f"has no member that is asked for among its {len(members)}"
        raise Held("zip.member", "the file", message, "correct `member` in the contract, or ask for the file again")
    return found


def _fits(path: str, pattern: str) -> bool:
    names, patterns = path.split("/"), pattern.split("/")
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))


def extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    """Write one member to `target`, a name of ours: a member's own name may lead out of the folder."""
    with archive.open(member) as packed:
        return _copy(packed, target, member.compress_size)


def _gunzipped(path: Path, target: Path) -> Path:
    if path.stat().st_size == 0:
        raise Held("file.empty", "byte 0", "the file is empty", "ask the department to send it again")
    with _broken_is_held("gz"), gzip.open(path) as packed:
        return _copy(packed, target, path.stat().st_size)


def _copy(packed: _Packed, target: Path, packed_bytes: int) -> Path:
    """Unpack, counting: what an archive says of its own sizes is not believed."""
    size, limit = 0, bomb.unpacked_limit(packed_bytes)
    with target.open("wb") as file:
        while block := packed.read(BLOCK):
            size += len(block)
            if size > limit:
                raise bomb.bomb()
            file.write(block)
    return target
