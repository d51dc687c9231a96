"""The records of an XLS: many at once say what each by itself says."""

import io
import struct
from pathlib import Path

import numpy as np
import olefile
import pytest
import xlwt
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
    cells, rows, columns, texts = 0, 0, 0, []
    for kind, content in records:
        if kind == NUMBERS or kind in CELL:
            row, column = struct.unpack_from("<HH", content)
            several = (len(content) - 6) // 6 if kind == NUMBERS else 1
            cells, rows, columns = cells + several, max(rows, row + 1), max(columns, column + several)
        if kind == SHARED_TEXT:
            texts.append(struct.unpack_from("<I", content, 6)[0])
    return Run(cells, rows, columns, np.array(texts, "u4"), sum(4 + len(content) for _, content in records))


def in_full(run: Run) -> list[object]:
    return [each.tolist() if isinstance(each, np.ndarray) else each for each in run]


def agree(content: bytes) -> list[Record | Run]:
    """What records() finds, which must be what stands there; an even number of bytes, or one that is odd."""
    found, each = list(xls_records.records(content)), walked(content)
    for one in found:
        if isinstance(one, Run):
            many, size = [], 0
            while size < one.size:
                many.append(each.pop(0))
                size += 4 + len(many[-1][1])
            assert in_full(one) == in_full(said(many))
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


LETTERS = st.text(st.characters(max_codepoint=0x7FFF, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


@settings(max_examples=30, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=30, unique=True), st.sampled_from([1, 90, 540]))
def test_each_text_of_the_list_is_as_long_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, some: list[str], times: int
):
    """Long ones go on in further records, of one byte or of two a letter; some have forms of their own."""
    texts = list(dict.fromkeys(text * times for text in some))
    file, book = tmp_path_factory.mktemp("texts") / "x.xls", xlwt.Workbook()
    page, bold = book.add_sheet("1"), xlwt.easyfont("bold on")
    for row, text in enumerate(texts):
        if row % 3:
            page.write(row, 0, text)
        else:
            page.write_rich_text(row, 0, [text[:1], (text[1:], bold)] if text[1:] else [text])
    book.save(str(file))
    listed, pieces = False, []
    for record in xls_records.records(xls_records.stream(file)):
        kind, content = (None, b"") if isinstance(record, Run) else record
        listed = kind == 0x00FC or (listed and kind == 0x003C)
        pieces += [content] * listed
    assert sorted(xls_records.text_bytes(pieces)) == sorted(3 * len(text) for text in texts)
    assert len(list(xls_records.text_bytes([*pieces[:-1], pieces[-1][:-1]]))) in (len(texts), len(texts) - 1)
