"""How large a file may become when it is read: a little of it may stand for very much, packed or repeated."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from transforms.reading.held import Held

UNPACKED_BYTES = 2 << 30
# Text packs to a twentieth, rarely to a fiftieth; small files may be anything.
RATIO = 200
SMALL = 1 << 16


def unpacked_limit(packed_bytes: int) -> int:
    """The bytes to which so many packed ones may unpack."""
    return min(UNPACKED_BYTES, RATIO * max(packed_bytes, SMALL))


def rows_limit(path: Path) -> int:
    """The bytes to which a file's rows may come, where one text in it may stand in many of them."""
    return max(UNPACKED_BYTES, RATIO * path.stat().st_size)


def bounded(path: Path, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of a file's rows; raises Held once they come to more than they may."""
    size, limit = 0, rows_limit(path)
    for batch in batches:
        size += batch.nbytes
        if size > limit:
            raise bomb()
        yield batch


def bomb() -> Held:
    """Why a file is held that stands for far more than its own size lets expect."""
    return Held("zip.bomb", "the file", "unpacks to far more than it should", "do not open it")


def large() -> Held:
    """Why a packed file is held that is too large in any case."""
    return Held("zip.bomb", "the file", "unpacks to over 2 GiB", "ask for smaller files")
