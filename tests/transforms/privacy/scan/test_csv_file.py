"""CSV under search: every sign of the file is in some piece, and the cells of a sound one under their column."""

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from transforms.privacy.scan.artefact import Artefact, Piece
from transforms.privacy.scan.csv_file import parts

NAMES = ["phone", "remark"]
# What a reader may stumble over, between signs that must not be lost.
SIGNS = st.sampled_from(["a", "17", "é", '"', '""', ",", ",", ";", "\n", "\n", "\r\n", "\r", " "])
CELLS = st.text("a1é ,;\"'\n", max_size=8)


def pieces(content: bytes) -> list[Piece]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "some.csv"
        file.write_bytes(content)
        return [part for part in parts(Artefact("some.csv", file), Path(folder)) if isinstance(part, Piece)]


def texts(piece: Piece) -> list[str]:
    return piece.texts if isinstance(piece.texts, list) else piece.texts.to_pylist()


def signs(found: str) -> Counter[str]:
    return Counter(sign for sign in found if sign.isalnum())


@given(st.lists(SIGNS, max_size=30).map("".join), st.booleans())
@example('phone,"remark\n17,a\n', False)
@example('17,a\n17,"a\n17,a\n17,a\n', True)
@example('17,a\n"17"17,a\n', True)
@example("17,a\n17\n17,a,é\n", True)
@example("17,a\n17,\0a\n", True)
def test_no_sign_is_left_out(content: str, headed: bool) -> None:
    content = f"{','.join(NAMES)}\n{content}" if headed else content
    found = "".join(text for piece in pieces(content.encode()) for text in texts(piece))
    assert signs(found) == signs(content)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=9), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
def test_the_cells_of_a_sound_file_stand_under_their_column(rows: list[tuple[str, str]], encoding: str) -> None:
    # An empty line is no row.
    rows = [row for row in rows if any(row)]
    written = io.StringIO()
    csv.writer(written).writerows([NAMES, *rows])
    found = pieces(written.getvalue().encode(encoding))
    assert texts(found[0]) == NAMES
    columns = {name: [text for piece in found if piece.context == (name,) for text in texts(piece)] for name in NAMES}
    assert columns == {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}


def test_a_file_of_several_blocks_is_given_whole() -> None:
    rows = [f"{number},{'a' * 40} {number}" for number in range(120_000)]
    found = pieces("\n".join([",".join(NAMES), *rows]).encode())
    assert len(found) > 3
    columns = {name: [text for piece in found if piece.context == (name,) for text in texts(piece)] for name in NAMES}
    assert columns["phone"] == [str(number) for number in range(120_000)]
    assert columns["remark"] == [row.partition(",")[2] for row in rows]
