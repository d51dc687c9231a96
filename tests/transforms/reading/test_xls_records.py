"""The records of an XLS: many at once say what each by itself says."""

import io
import struct
from pathlib import Path

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.reading.test_xls_file import xls_bytes
from transforms.reading import xls_records
from transforms.reading.xls_records import CELL, NUMBERS, SHARED_TEXT, Run

Record = tuple[int, bytes]


def walked(content: bytes) -> list[Record]:
    """Every record, one by one."""
    found, place = [], 0
    while place + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, place)
        found.append((kind, content[place + 4 : place + 4 + length]))
        place += 4 + length
    return found


def said(records: list[Record]) -> Run:
    """What records say, each by itself."""
    cells, rows, columns, text = 0, 0, 0, -1
    for kind, content in records:
        if kind == NUMBERS or kind in CELL:
            row, column = struct.unpack_from("<HH", content)
            several = (len(content) - 6) // 6 if kind == NUMBERS else 1
            cells, rows, columns = cells + several, max(rows, row + 1), max(columns, column + several)
        if kind == SHARED_TEXT:
            text = max(text, struct.unpack_from("<I", content, 6)[0])
    return Run(cells, rows, columns, text, sum(4 + len(content) for _, content in records))


def agree(content: bytes) -> list[Record | Run]:
    """What records() finds, which must be what stands there; an even number of bytes, or one that is odd."""
    found, each = list(xls_records.records(content)), walked(content)
    for one in found:
        if isinstance(one, Run):
            many, size = [], 0
            while size < one.size:
                many.append(each.pop(0))
                size += 4 + len(many[-1][1])
            assert one == said(many)
        else:
            assert one == each.pop(0)
    assert not each
    return found


# Kinds and lengths of plain records; their words are small numbers, so many look like the beginning of another one.
PLAIN = [(SHARED_TEXT, 10), (0x0203, 14), (0x027E, 10), (NUMBERS, 18), (NUMBERS, 102), (0x0208, 16), (0x0201, 6)]
words = st.sampled_from([0, 6, 10, 14, 16, 18, SHARED_TEXT, 0x0203, 0x027E, NUMBERS, 0x0208, 0x0201, 0xFFFF])
plain = st.sampled_from(PLAIN).flatmap(
    lambda head: st.lists(words, min_size=head[1] // 2, max_size=head[1] // 2).map(
        lambda body: struct.pack(f"<HH{len(body)}H", *head, *body)
    )
)
others = st.binary(max_size=9).map(lambda body: struct.pack("<HH", 0x0042, len(body)) + body)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(plain, min_size=1, max_size=6), min_size=1, max_size=4), others, st.integers(0, 120))
def test_many_at_once_say_what_each_by_itself_says(blocks: list[list[bytes]], other: bytes, cut: int):
    content = other.join(b"".join(block) * 60 for block in blocks) + other
    agree(content[: len(content) - cut])


@pytest.mark.parametrize("columns", [1, 7, 11, 15])
def test_almost_all_of_a_sheet_is_taken_at_once(columns: int, tmp_path: Path):
    file = tmp_path / "x.xls"
    file.write_bytes(xls_bytes(*([f"t{row % 9}", *[row + 0.5] * columns] for row in range(700))))
    found = agree(xls_records.stream(file))
    assert sum(one.cells for one in found if isinstance(one, Run)) > 650 * columns


def scattered(content: bytes) -> bytes:
    """A compound file in which two sectors of its stream have changed places, and its table says so."""
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        first, table = compound.root.kids_dict["workbook"].isectStart, list(compound.fat)
    one, other = first + 3, first + 7
    swap = {one: other, other: one}
    table[one], table[other] = table[other], table[one]
    table = [swap.get(after, after) for after in table]
    changed, cut = bytearray(content), lambda sector: slice(512 * (sector + 1), 512 * (sector + 2))
    changed[cut(one)], changed[cut(other)] = content[cut(other)], content[cut(one)]
    places = struct.unpack_from("<109I", content, 76)
    for number, after in enumerate(table):
        struct.pack_into("<I", changed, cut(places[number // 128]).start + number % 128 * 4, after)
    return bytes(changed)


@pytest.mark.parametrize("rows", [1, 400])
def test_a_stream_is_read_whole_wherever_its_sectors_lie(rows: int, tmp_path: Path):
    content, file = xls_bytes(*[["x", number, f"{number}"] for number in range(rows)]), tmp_path / "x.xls"
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        expected = compound.openstream("Workbook").read()
    for written in (content, scattered(content)):
        file.write_bytes(written)
        assert xls_records.stream(file) == expected
