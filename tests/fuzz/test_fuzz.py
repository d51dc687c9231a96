"""A few hundred damaged files for each reader, and readers with planted faults, which the harness must find."""

import re
import subprocess
import sys

import pytest

from tests.contracts_kit import CITY
from tests.fuzz import campaign
from tests.fuzz.oracle import judge
from tests.fuzz.planted import FAULTS, find
from tests.fuzz.targets import TARGETS, target
from tests.fuzz.worker import mutated
from tests.transforms.kit import patched
from transforms.checking.delivery import READERS

FILES = 60
# A fault that prints, or that ends a process or stops it, needs a process of its own to be seen from.
APART = {"prints", "hangs", "crashes", "swells", "gorges"}


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What the command says of each reader."""
    words = [sys.executable, "-m", "tests.fuzz", "--count", str(FILES)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=campaign.ROOT)
    assert not done.stderr
    return {line.partition(":")[0]: line for line in done.stdout.replace("\n  ", "; ").splitlines()}


@pytest.mark.parametrize("reader", TARGETS)
def test_a_damaged_file_is_held_or_every_record_is_accounted_for(told: dict[str, str], reader: str):
    found = re.match(rf"{reader}: {FILES} files, (?:\d+ failed, )?(\d+) held, (\d+) taken; (\d+) faults", told[reader])
    assert found, told[reader]
    held, taken, faults = map(int, found.groups())
    assert faults == 0, told[reader]
    assert held > 0 and taken > 0, "a reader that takes none, or all, is not tried at all"


def test_every_format_is_tried():
    assert {target(reader).dataset.source(CITY).format for reader in TARGETS} == set(READERS)


@pytest.mark.parametrize("reader", TARGETS)
def test_a_sound_file_is_taken_whole(reader: str):
    for content in target(reader).seeds:
        assert judge(target(reader), content) == ("taken", None)


@pytest.mark.parametrize(
    ("reader", "old", "new"),
    [
        ("kml", b"<Data ", "<Data \ufeff".encode()),
        ("csv", b',"Zxqvname, ', b', "Zxqvname, '),
        ("csv", b'"a ""Zxqvname"""', b'"a, ""Zxqvname"""'),
        ("gz", b"\x1f\x8b\x08\x00", b"\x1f\x8b\x08\x40"),
    ],
)
def test_what_only_the_other_reading_does_not_take_is_no_fault(reader: str, old: bytes, new: bytes):
    assert old in (content := target(reader).seeds[0])
    assert judge(target(reader), content.replace(old, new, 1)) == ("taken", None)


def test_a_cell_that_does_not_say_where_it_stands_is_behind_the_one_before():
    placed = patched(target("xlsx").seeds[0], b'r="A2"', b's="0"')
    assert judge(target("xlsx"), placed) == ("taken", None)


@pytest.mark.parametrize(
    ("reader", "number"),
    [("csv_table", 5524), ("parquet", 7803), ("parquet", 202526), ("parquet", 204451), ("xls", 300940)],
)
def test_what_was_a_fault_once_is_held(reader: str, number: int):
    assert judge(target(reader), mutated(reader, target(reader), 3, number)) == ("held", None)


@pytest.mark.parametrize("reader", TARGETS)
def test_the_same_number_is_the_same_file(reader: str):
    files = [mutated(reader, target(reader), 7, number) for number in (3, 4, 3)]
    assert files[0] == files[2] and files[0] != files[1]


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - APART))
def test_a_planted_fault_is_found(fault: str):
    faulty, expected = find(f"planted.{fault}"), FAULTS[fault][1]
    with faulty.around():
        assert str(judge(faulty, faulty.seeds[0]).fault).startswith(expected)


@pytest.mark.parametrize("fault", sorted(APART))
def test_what_ends_or_stops_the_process_is_found_and_the_next_files_are_read(fault: str):
    found = campaign.run(f"planted.{fault}", count=2, seed=1, bound=1 if fault == "hangs" else campaign.BOUND)
    ((named, numbers),) = found.faults.items()
    assert named.startswith(FAULTS[fault][1])
    assert numbers == [0, 1]
