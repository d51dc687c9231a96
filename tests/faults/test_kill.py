"""The fault loop: killed at its N-th storage or ledger operation, N = 1, 2, …, a run leaves no trace of it.

A warmed process forks a child that does the work with its N-th operation replaced by SIGKILL, then does it again
unharmed. What then stands must be what an unbroken run makes, byte for byte. To die before an operation that finds
the disk as the one before found it is to die the same death: what differs is counted first, by a child that looks.
"""

import gc
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from data_contracts import catalogue
from orchestration.deciding import decide
from orchestration.project import Project
from orchestration.run import run
from orchestration.store import keys, landing, releases, zone
from orchestration.store.home import Home
from orchestration.store.ledger import Ledger
from transforms.release.bundle import verify_bundle

CONTRACTS = Path(__file__).parent / "contracts"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree", "shutil.copyfile"}


def fill_inbox(home: Path) -> None:
    """Two wards, and posts in two deliveries with a wrong row, a double one and a superseded one."""
    areas, posts = (home / "inbox" / "testpur" / place for place in ("iccc/areas", "police/posts"))
    areas.mkdir(parents=True)
    posts.mkdir(parents=True)
    features = [
        {
            "type": "Feature",
            "properties": {"ward_id": str(number)},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 12.0], [x + 0.5, 12.0], [x + 0.5, 13.0], [x, 13.0], [x, 12.0]]],
            },
        }
        for number, x in ((1, 77.0), (2, 77.5))
    ]
    (areas / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    head = "post_id,lat,lon,version\n"
    (posts / "a.csv").write_text(head + "P1,12.5,77.2,1\nP2,12.5,77.7,1\nP3,north,77.2,1\nP1,12.5,77.2,1\n")
    (posts / "b.csv").write_text(head + "P2,12.6,77.1,2\nP4,12.5,77.9,1\n")


CATALOGUE = catalogue.load(CONTRACTS)


def opened(root: Path) -> Project:
    """The installation in a folder; the contracts are read once, as the process is warm."""
    home = Home(root)
    home.prepare()
    ledger = Ledger(f"sqlite:///{root / 'ledger.sqlite'}")
    ledger.belongs_to(home)
    return Project(home, CATALOGUE, ledger)


def work(home: Path) -> None:
    """What is put to the test: the whole job, and the approval of what it proposes."""
    project = opened(home)
    run(project, "maker")
    waiting = releases.proposed(project.ledger)
    if waiting:
        decide(project, "checker", "approve", waiting.id)


def standing(home: Path) -> dict[str, object]:
    """Everything that may be compared: counts, release, and each file's content; the ledger by its rows."""
    project = opened(home)
    result = run(project, "maker")
    files = {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for zone in ("restricted", "releases")
        for file in sorted((home / zone).rglob("*"))
        if file.is_file() and file.suffix not in (".duckdb", ".head")
    }
    release = str(project.ledger.current())
    return {
        "result": result.as_json(),
        "files": files,
        "objects": objects(project),
        "receipts": len(project.ledger.seen()),
        "releases": [(row.id, row.proposed_by, row.approved_by) for row in project.ledger.releases()],
        "faults": verify_bundle(project.home.releases / release, project.home.aside),
        "audit": project.audit.verify() > 0,
        "approvals": [entry.who for entry in project.audit.entries() if entry.action == "approve"],
        "aside": list(project.home.aside.iterdir()),
    }


def objects(project: Project) -> dict[str, bytes]:
    """What has landed, opened with the zone's keys as they are."""
    found = {}
    for file in project.home.landing.iterdir():
        with project.home.workspace() as workspace:
            found[file.name] = landing.plain(project.home, file.name, workspace, project.zone).read_bytes()
    return found


def in_child(task: Callable[[], None]) -> int:
    """Run a task in a forked child; the signal that ended it, 0 for a good end."""
    child = os.fork()
    if child == 0:
        try:
            task()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def at_each(home: Path, operation: Callable[[], None]) -> None:
    """Call `operation` in this process before each operation that changes the home or the ledger."""

    def audit(name: str, arguments: tuple[object, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            if isinstance(path, str) and path.startswith(str(home)) and isinstance(flags, int) and flags & WRITES:
                operation()
        elif name in EVENTS:
            operation()

    sync = os.fsync

    def fsync(handle: int) -> None:
        operation()
        sync(handle)

    os.fsync = fsync
    sys.addaudithook(audit)
    event.listen(Engine, "before_cursor_execute", lambda *_: operation())
    event.listen(Engine, "commit", lambda *_: operation())


def deaths(home: Path, task: Callable[[Path], None]) -> list[int]:
    """The numbers of the operations that find the disk changed since the one before, and of one that never comes."""
    report = home.with_suffix(".deaths")

    def look() -> None:
        found: list[str] = []
        at_each(home, lambda: found.append(lying(home)))
        task(home)
        numbers = [number for number, lies in enumerate(found, 1) if number == 1 or lies != found[number - 2]]
        report.write_text(json.dumps([*numbers, len(found) + 1]))

    assert in_child(look) == 0
    return json.loads(report.read_text())


def lying(home: Path) -> str:
    """A hash of all that lies in a home: names, rights, content."""
    found = hashlib.sha256()
    for file in sorted(home.rglob("*")):
        found.update(f"{file.relative_to(home)} {file.lstat().st_mode}\n".encode())
        found.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"")
    return found.hexdigest()


def kill_at(number: int, home: Path) -> None:
    """Arrange for this process to die just before its N-th operation."""
    count = 0

    def operation() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    at_each(home, operation)


def each_kill(tmp_path: Path, fill: Callable[[Path], None], task: Callable[[Path], None]) -> Iterator[tuple[int, Path]]:
    """Homes in which a task was killed before its N-th operation, for each N at which that is another death."""
    looked_at = tmp_path / "looked-at"
    fill(looked_at)
    *numbers, beyond = deaths(looked_at, task)
    for number in (*numbers, beyond):
        home = tmp_path / f"killed-{number}"
        fill(home)

        def broken(number: int = number, home: Path = home) -> None:
            kill_at(number, home)
            task(home)

        assert in_child(broken) == (0 if number == beyond else signal.SIGKILL), f"operation {number} of {beyond - 1}"
        if number < beyond:
            yield number, home


def killed(folder: Path) -> int:
    """Kill a run at each of its operations; each time another makes what an unbroken one does. How many there were."""
    home = folder / "unbroken"
    fill_inbox(home)
    # It also warms this process.
    work(home)
    expected = standing(home)
    # What is there now is not gone through, and so not copied, in every child.
    gc.freeze()
    assert expected["result"]["datasets"][1] == {
        "dataset": "police__posts", "city": "testpur", "rows_read": 6, "accepted": 3, "quarantined": 1,
        "duplicate": 2, "public": 3, "held": None,
    }  # fmt: skip
    number = 0
    for number, home in each_kill(folder, fill_inbox, work):
        work(home)
        assert standing(home) == expected, f"killed before operation {number}"
    return number


@pytest.mark.parametrize("key", [None, "c3" * 32], ids=["plain", "sealed"])
def test_a_run_killed_at_any_operation_ends_as_an_unbroken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    if key:
        monkeypatch.setenv("PRAVAH_ZONE_KEY", key)
    # A process of its own, as one that has run other tests is large, and forking it slow.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        number = apart.submit(killed, tmp_path).result()
    # A loop that counts nothing would pass as well.
    assert number > 200


@pytest.mark.parametrize("before", [0, 1], ids=["the first key", "another key"])
def test_a_rotation_killed_at_any_operation_goes_on_and_loses_nothing(tmp_path: Path, before: int) -> None:
    made = tmp_path / "made"
    fill_inbox(made)
    run(opened(made), "maker", release=False)
    for _ in range(before):
        zone.rotate(opened(made).home)
    old = opened(made).zone
    landed = objects(opened(made))

    def fill(home: Path) -> None:
        shutil.copytree(made, home)

    def rotate(home: Path) -> None:
        project = opened(home)
        with project.writing():
            zone.rotate(project.home)

    number = 0
    for number, home in each_kill(tmp_path, fill, rotate):
        project = opened(home)
        assert objects(project) == landed, f"killed before operation {number}"
        begun = project.zone
        rotate(home)
        assert objects(project) == landed
        (key,) = keys.zone_keys(project.home)
        assert key not in old
        assert len(begun) < 2 or key == begun[0], "a rotation that was broken off goes on with its key"
        shas = [file.name for file in project.home.landing.iterdir()]
        assert not any(landing.reseal(project.home, sha256, home, [key]) for sha256 in shas)
    assert number > 20
