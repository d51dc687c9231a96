"""What must hold whatever the file is: held with a reason that says nothing of it, or every record accounted for."""

import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from tests.contracts_kit import CITY, PLANTED
from tests.fuzz.independent import NoOpinion
from tests.fuzz.targets import Target
from transforms.checking import delivery
from transforms.checking.verdict import BROKEN
from transforms.reading.held import Held

# The longest reason that is still one line to read.
LONGEST = 400


class Verdict(NamedTuple):
    """What came of one file: `held` or `taken`; `fault` says what should not have been, None where all is well."""

    outcome: str
    fault: str | None = None


def judge(target: Target, content: bytes) -> Verdict:
    """Read one file as a delivery is read, and hold it against another reading."""
    with TemporaryDirectory() as folder:
        file, checked = Path(folder) / "object", Path(folder) / "checked"
        file.write_bytes(content)
        try:
            counts = delivery.check_delivery(file, target.dataset, CITY, None, checked, Path(folder))
        except Held as reason:
            return Verdict("held", _told(str(reason)))
        except BaseException as error:  # a panic of native code is no Exception
            if isinstance(error, KeyboardInterrupt):
                raise
            return Verdict("failed", f"raised {_where(error)}")
        try:
            with pq.ParquetFile(checked) as written:
                rows = written.read(["id", "name", BROKEN], use_threads=False).to_pylist()
        except UnicodeDecodeError:
            return Verdict("taken", "wrote a text that is none")
    notes = "".join(note.place + note.rule for note in counts.drift) + "".join(counts.broken)
    return Verdict("taken", _told(notes) or _lost(counts, rows) or _other(target, content, rows))


def _told(words: str) -> str | None:
    """What a reason must not have: a value, or a second line."""
    if any(value in words for value in PLANTED):
        return "told a value"
    return None if len(words) <= LONGEST and words.isprintable() else "told more than a line"


def _where(error: BaseException) -> str:
    """The kind of an error and where in our code it came from; its words may hold a value."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/transforms/" in frame.filename]
    last = (ours or list(frames))[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.name}"


def _lost(counts: delivery.Checked, rows: list[dict[str, Any]]) -> str | None:
    """Conservation: what was read is in the table, and what is quarantined is marked there."""
    if counts.rows_read != len(rows):
        return "counted other rows than it wrote"
    return (
        None if counts.quarantined == sum(1 for row in rows if row[BROKEN]) else "counted other rejects than it wrote"
    )


def _other(target: Target, content: bytes, rows: list[dict[str, Any]]) -> str | None:
    """Silent acceptance: records that another reading has and we have not, or the other way round."""
    try:
        expected = target.reading(content)
    except NoOpinion:
        return None
    except Exception as error:  # whatever another library makes of a damaged file
        return f"took what raises {type(error).__name__} elsewhere"
    if len(expected) != len(rows):
        return "took fewer records than there are" if len(rows) < len(expected) else "took more records than there are"
    for row, pair in zip(rows, expected, strict=True):
        for name, cell in zip(("id", "name"), pair, strict=True):
            if cell is not ... and (row[name] or None) != (cell or None):
                return f"read another {name} than there is"
    return None
