"""The landing zone: objects come back as they were, and whatever was done to a sealed one shows."""

import hashlib
import stat
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.store import keys, zone
from orchestration.store.home import Home
from orchestration.store.keys import KeyFault
from orchestration.store.landing import ObjectFault, land, object_path, plain
from orchestration.store.sealing import BLOCK, HEADER, MAGIC, TAG, SealBroken, blocks, seal, unseal

FIRST, SECOND = b"\x01" * 32, b"\x02" * 32
SEALED = BLOCK + TAG


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def sealed(content: bytes, key: bytes = FIRST) -> bytes:
    out = BytesIO()
    seal(blocks(BytesIO(content)), out, key)
    return out.getvalue()


def opened(content: bytes, key: bytes = FIRST) -> bytes:
    return b"".join(unseal(BytesIO(content), key))


def landed(home: Home, content: bytes, *known: bytes) -> str:
    file = home.root / "file"
    file.write_bytes(content)
    with home.workspace() as workspace:
        return land(home, file, workspace, known)


def read(home: Home, sha256: str, *known: bytes) -> bytes:
    with home.workspace() as workspace:
        return plain(home, sha256, workspace, known).read_bytes()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([0, 1, 2]), st.integers(-2, 2))
@example(b"", 0, 0)
@example(b"x", 1, -1)
def test_what_was_sealed_comes_back(content: bytes, whole: int, more: int):
    # At a block's border and beside it.
    given = (content + bytes(whole * BLOCK))[: whole * BLOCK + more] if whole else content
    form = sealed(given)
    assert opened(form) == given
    assert len(form) == HEADER.size + len(given) + TAG * max(1, -(-len(given) // BLOCK))


def test_the_same_bytes_are_sealed_in_another_way_each_time():
    assert sealed(b"x" * 100)[HEADER.size :] != sealed(b"x" * 100)[HEADER.size :]


CONTENT = bytes(range(256)) * 4 * 1024 * 3
FORM = sealed(CONTENT)
BODY = FORM[HEADER.size :]
PARTS = [BODY[start : start + SEALED] for start in range(0, len(BODY), SEALED)]
assert len(PARTS) == 3


@pytest.mark.parametrize(
    "harmed",
    [
        pytest.param(FORM[:-1], id="one byte is cut"),
        pytest.param(FORM[: HEADER.size + 2 * SEALED], id="the last block is cut"),
        pytest.param(FORM[: HEADER.size], id="all blocks are cut"),
        pytest.param(FORM[: HEADER.size + 5], id="less than a tag is left"),
        pytest.param(FORM[: HEADER.size] + PARTS[1] + PARTS[0] + PARTS[2], id="blocks change places"),
        pytest.param(FORM[: HEADER.size] + PARTS[0] + PARTS[0] + PARTS[2], id="a block stands twice"),
        pytest.param(FORM[: HEADER.size] + PARTS[0] + PARTS[2], id="a block is missing"),
        pytest.param(FORM + PARTS[2], id="the last block stands twice"),
        pytest.param(FORM + b"x", id="a byte follows"),
        pytest.param(sealed(CONTENT)[: HEADER.size] + BODY, id="the header of another file"),
        pytest.param(FORM[: HEADER.size] + sealed(CONTENT)[HEADER.size :], id="the blocks of another file"),
    ],
)
def test_a_harmed_file_is_not_opened(harmed: bytes):
    with pytest.raises(SealBroken):
        opened(harmed)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 7), st.integers(min_value=0))
def test_any_changed_bit_shows(bit: int, where: int):
    form = sealed(b"a delivery of one row\n")
    place = where % len(form)
    harmed = form[:place] + bytes([form[place] ^ 1 << bit]) + form[place + 1 :]
    with pytest.raises(SealBroken):
        opened(harmed)


def test_another_key_does_not_open():
    with pytest.raises(SealBroken):
        opened(FORM, SECOND)


def test_an_object_is_named_by_its_plain_bytes_and_holds_none_of_them(home: Home):
    content = b"Asha Rao,9876501234\n" * 100
    sha256 = landed(home, content, FIRST)
    assert sha256 == hashlib.sha256(content).hexdigest()
    file = object_path(home, sha256)
    assert b"9876501234" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert read(home, sha256, FIRST) == content


def test_a_decrypted_copy_is_closed_to_others_and_goes(home: Home):
    sha256 = landed(home, b"a,b\n", FIRST)
    with home.workspace() as workspace:
        copy = plain(home, sha256, workspace, [FIRST])
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert workspace.is_relative_to(home.restricted)
    assert not copy.exists()


def test_without_a_key_the_object_itself_is_read(home: Home):
    sha256 = landed(home, b"a,b\n")
    with home.workspace() as workspace:
        assert plain(home, sha256, workspace) == object_path(home, sha256)
    assert read(home, sha256, FIRST) == b"a,b\n", "a key came later"


@pytest.mark.parametrize("beginning", [MAGIC, MAGIC + b"\x01", FORM])
def test_a_plain_file_that_begins_like_a_sealed_one_is_plain(home: Home, beginning: bytes):
    assert read(home, landed(home, beginning + b"\n" * 100), SECOND) == beginning + b"\n" * 100


def test_a_missing_key_is_said_in_one_line(home: Home):
    sha256 = landed(home, b"a,b\n", FIRST)
    for known in ((), (SECOND,)):
        with pytest.raises(KeyFault, match="sealed with a key that is not here; put it back in keys"):
            read(home, sha256, *known)


def test_an_object_in_the_place_of_another_is_not_read(home: Home):
    good, other = landed(home, b"good\n", FIRST), landed(home, b"other\n", FIRST)
    object_path(home, other).replace(object_path(home, good))
    with pytest.raises(ObjectFault, match="was changed or cut short; restore it from a backup"):
        read(home, good, FIRST)


# The zone's key


def test_without_a_configured_key_nothing_is_sealed(home: Home):
    assert zone.usable_keys(home) == ()
    assert home.zone is None


def test_the_environment_comes_before_the_file(home: Home, monkeypatch: pytest.MonkeyPatch):
    keys.keep_zone_keys(home, [FIRST])
    assert zone.usable_keys(home) == (FIRST,)
    assert stat.S_IMODE(home.zone_key.stat().st_mode) == 0o600
    monkeypatch.setenv("PRAVAH_ZONE_KEY", f"{SECOND.hex()} {FIRST.hex()}")
    assert zone.usable_keys(home) == (SECOND, FIRST)


@pytest.mark.parametrize("harm", ["gone", "another"])
def test_a_sealed_zone_without_its_key_is_not_used(home: Home, harm: str):
    keys.keep_zone_keys(home, [FIRST])
    zone.usable_keys(home)
    home.zone_key.unlink()
    if harm == "another":
        keys.keep_zone_keys(home, [SECOND])
    with pytest.raises(KeyFault, match="is sealed with a key that is not here"):
        zone.usable_keys(home)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [("", 0o600, "is no key"), ("5a", 0o600, "is no key"), ("xyz" * 30, 0o600, "is no key"),
     (f"{FIRST.hex()}\n5a", 0o600, "is no key"), (FIRST.hex(), 0o640, "others can read this key")],
)  # fmt: skip
def test_a_bad_key_file_is_refused_in_one_line(home: Home, text: str, mode: int, said: str):
    home.zone_key.write_text(text)
    home.zone_key.chmod(mode)
    with pytest.raises(KeyFault, match=said) as fault:
        zone.usable_keys(home)
    assert "\n" not in str(fault.value) and (not text or text not in str(fault.value))


# A new key


def test_rotation_seals_everything_anew_and_drops_the_old_key(home: Home):
    contents = [b"plain one\n", b"plain two\n"]
    shas = [landed(home, content) for content in contents]
    assert zone.rotate(home) == 2
    (first,) = zone.usable_keys(home)
    shas.append(landed(home, b"three\n", first))
    before = {sha256: object_path(home, sha256).read_bytes() for sha256 in shas}
    assert zone.rotate(home) == 3
    (second,) = zone.usable_keys(home)
    assert second != first
    for sha256, content in zip(shas, [*contents, b"three\n"], strict=True):
        assert object_path(home, sha256).read_bytes() != before[sha256]
        assert read(home, sha256, second) == content
        with pytest.raises(KeyFault):
            read(home, sha256, first)


def test_keys_of_the_environment_take_over_in_their_order(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRAVAH_ZONE_KEY", FIRST.hex())
    sha256 = landed(home, b"x\n", *zone.usable_keys(home))
    monkeypatch.setenv("PRAVAH_ZONE_KEY", f"{SECOND.hex()} {FIRST.hex()}")
    assert zone.rotate(home) == 1
    monkeypatch.setenv("PRAVAH_ZONE_KEY", SECOND.hex())
    assert read(home, sha256, *zone.usable_keys(home)) == b"x\n"
    assert not home.zone_key.exists()


def test_a_damaged_object_stops_a_rotation_and_both_keys_stay(home: Home):
    sha256 = landed(home, b"x\n")
    object_path(home, sha256).chmod(0o600)
    object_path(home, sha256).write_bytes(b"y\n")
    with pytest.raises(ObjectFault):
        zone.rotate(home)
    assert object_path(home, sha256).read_bytes() == b"y\n"
    assert len(zone.usable_keys(home)) == 1


@settings(max_examples=15, deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=4), st.integers(0, 3))
def test_any_number_of_rotations_changes_no_content(contents: list[bytes], times: int):
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.prepare()
        shas = [landed(home, content) for content in contents]
        for _ in range(times):
            zone.rotate(home)
        known = zone.usable_keys(home)
        assert [read(home, sha256, *known) for sha256 in shas] == contents
        assert len(known) == min(times, 1)
