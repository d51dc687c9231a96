"""What a log may tell of a file's name: plain words and days, never what may be somebody's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.file_name import told

FOLDER, SHA = "navsagar/police/posts", "5f3c9a1e77aa88ff"


@pytest.mark.parametrize(
    "name",
    [
        "c.csv", "october.csv", "2 april.csv", "posts_2026-07_2026-09.json.gz", "Police Posts part 12.xlsx",
        "posts 20261001.geojson", "half.csv", "Navsagar Oct 2026.XLSX", "posts",
    ],
)  # fmt: skip
def test_plain_words_and_days_are_told(name: str) -> None:
    assert told(f"{FOLDER}/{name}", SHA) == f"{FOLDER}/{name}"


@pytest.mark.parametrize(
    "name",
    [
        "Ramesh Kumar.csv", "posts of ramesh_kumar.xlsx", "98765 43210.csv", "posts_9820260731.csv", "९८७६५.csv",
        "ABCDE1234F.kml", "posts.ramesh", "रमेश.csv", "P-98.76.54.csv", "april/../98765.csv",
    ],
)  # fmt: skip
def test_any_other_name_is_called_by_its_content(name: str) -> None:
    folder = f"{FOLDER}/{name}".rpartition("/")[0]
    assert told(f"{FOLDER}/{name}", SHA) == f"{folder}/… (SHA-256 5f3c9a1e77aa…)"


@given(st.from_regex(r"[6-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", ".", "_"]))
def test_no_mobile_number_is_told(number: str, between: str) -> None:
    written = number[:5] + between + number[5:]
    assert written not in told(f"{FOLDER}/posts {written}.csv", SHA)
