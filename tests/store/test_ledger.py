"""The ledger on SQLite and on a real PostgreSQL, which the tests start."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from orchestration.store.home import Home
from orchestration.store.ledger import Ledger, LedgerFault, Receipt
from orchestration.store.schema import META, processings, publics, versions

A, B = "a" * 64, "b" * 64


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "sqlite":
        yield Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
        return
    opened = Ledger(request.getfixturevalue("server"))
    yield opened
    for table in reversed(META.sorted_tables):
        with opened.engine.begin() as connection:
            connection.execute(table.delete())


def receipt(path: str, sha256: str, mtime_ns: int = 1) -> Receipt:
    return Receipt("testpur", "iccc__areas", path, 10, mtime_ns, sha256)


def test_deliveries_come_in_order_of_arrival_and_are_counted(ledger: Ledger) -> None:
    ledger.receive([receipt("x/b.csv", B), receipt("x/a.csv", A)])
    ledger.receive([receipt("x/again.csv", B)])
    found = [(one.sha256, one.path, one.times) for one in ledger.deliveries("iccc__areas", "testpur")]
    assert found == [(B, "x/b.csv", 2), (A, "x/a.csv", 1)]
    assert ledger.seen() == {("x/b.csv", 10, 1), ("x/a.csv", 10, 1), ("x/again.csv", 10, 1)}
    assert ledger.deliveries("iccc__areas", "elsewhere") == []


def test_a_delivery_is_replaced_when_all_its_paths_bring_another(ledger: Ledger) -> None:
    ledger.receive([receipt("x/a.csv", A), receipt("x/copy.csv", A), receipt("x/a.csv", B, mtime_ns=2)])
    assert [one.replaced for one in ledger.deliveries("iccc__areas", "testpur")] == [False, False]
    ledger.receive([receipt("x/copy.csv", B, mtime_ns=2)])
    assert [one.replaced for one in ledger.deliveries("iccc__areas", "testpur")] == [True, False]


def test_receipts_are_taken_all_or_none(ledger: Ledger) -> None:
    def broken() -> Iterator[Receipt]:
        yield receipt("x/a.csv", A)
        yield receipt("x/a.csv", A)

    with pytest.raises(Exception, match=r"(?i)unique"):
        ledger.receive(broken())
    assert ledger.seen() == set()


def test_what_is_recorded_is_found_again(ledger: Ledger) -> None:
    held = {"rule": "csv.quote", "place": "line 3", "message": "m", "remedy": "r"}
    common = {"sha256": A, "table_name": "t", "city": "c", "broken": {}, "warned": {}}
    ledger.record(processings, key="1" * 64, held=held, **common)
    ledger.record(processings, key="2" * 64, rows_read=5, quarantined=1, **(common | {"broken": {"x.type": 1}}))
    assert ledger.processing("1" * 64).held == held
    assert ledger.processing("2" * 64).broken == {"x.type": 1}
    assert ledger.processing("3" * 64) is None
    ledger.record(
        versions, key=A, table_name="t", city="c", standing=["2" * 64], held={}, warned=[],
        accepted=4, duplicate=0, superseded=0,
    )  # fmt: skip
    ledger.record(publics, key=B, table_name="t", rows={"c": 4})
    assert ledger.version(A).standing == ["2" * 64]
    assert ledger.public(B).rows == {"c": 4}
    kept = ledger.kept()
    assert (kept["checked"], kept["superseded"], kept["public"]) == ({"1" * 64, "2" * 64}, set(), {B})


def test_the_pointer_follows_approvals_and_rollbacks(ledger: Ledger) -> None:
    for release in (A, B):
        ledger.propose(release, {}, "asha")
        ledger.approve(release, "bilal")
    assert ledger.current() == B
    ledger.roll_back(A, "bilal")
    assert ledger.current() == A
    assert [row.id for row in ledger.releases()] == [A, B]


def test_a_ledger_that_cannot_be_reached_says_so_without_its_password() -> None:
    with pytest.raises(LedgerFault) as fault:
        Ledger("postgresql+psycopg://pravah:s3cret@127.0.0.1:1/none?connect_timeout=2")
    assert "PRAVAH_LEDGER" in str(fault.value)
    assert "s3cret" not in str(fault.value)


def test_a_ledger_serves_the_home_it_was_made_for_and_no_other(ledger: Ledger, tmp_path: Path) -> None:
    home, other = Home(tmp_path / "home"), Home(tmp_path / "other")
    for one in (home, other):
        one.prepare()
    ledger.belongs_to(home)
    ledger.belongs_to(home)
    (other.landing / "something").write_text("x")
    with pytest.raises(LedgerFault, match="not the one of this home"):
        ledger.belongs_to(other)
    with pytest.raises(LedgerFault, match="not the one of this home"):
        Ledger(f"sqlite:///{tmp_path / 'new.sqlite'}").belongs_to(home)


def test_a_snapshot_sent_again_is_the_latest(ledger: Ledger) -> None:
    ledger.receive([receipt("x/1.csv", A), receipt("x/2.csv", B), receipt("x/3.csv", A)])
    assert [one.sha256 for one in ledger.deliveries("iccc__areas", "testpur")] == [A, B]
    assert [one.sha256 for one in ledger.deliveries("iccc__areas", "testpur", latest_last=True)] == [B, A]


def test_a_failure_stands_until_its_step_succeeds(ledger: Ledger) -> None:
    ledger.fail("police__posts", ["a", "b"], "public", "publishing failed")
    ledger.fail("police__posts", ["a"], "table", "reading failed")
    ledger.fail("police__posts", ["a"], "table", "reading failed again")
    assert ledger.failures() == {
        ("police__posts", "a"): "reading failed again",
        ("police__posts", "b"): "publishing failed",
    }
    ledger.mend("police__posts", ["a"], "table")
    assert ledger.failures()[("police__posts", "a")] == "publishing failed"
    ledger.mend("police__posts", ["a", "b", "c"], "public")
    ledger.mend("iccc__areas", [], "public")
    assert ledger.failures() == {}


def test_a_return_is_kept_with_its_remark(ledger: Ledger) -> None:
    ledger.propose(A, {}, "asha")
    ledger.give_back(A, "वार्ड 7 नहीं है", "bilal")
    (row,) = ledger.returned().values()
    assert (row.release, row.remark, row.who) == (A, "वार्ड 7 नहीं है", "bilal")


def sockets() -> set[str]:
    """The sockets that this process has open."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(handle.readlink()))
    return {one for one in found if one.startswith("socket:")}


def test_connections_are_kept_while_a_ledger_lives_and_no_longer(server: str) -> None:
    # By name: the server has workers of its own, and those of the last test may still be about to end.
    ours = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'kept'")
    end = text("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'kept'")
    named = make_url(server).update_query_dict({"application_name": "kept"}).render_as_string(hide_password=False)
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as watching:
        assert watching.scalars(ours).all() == []
        opened = sockets()
        ledgers = [Ledger(named) for _ in range(3)]
        for ledger in ledgers:
            ledger.seen()
        before = watching.scalars(ours).all()
        assert len(before) == 3
        for ledger in ledgers:
            ledger.seen()
        assert watching.scalars(ours).all() == before
        assert len(sockets() - opened) == 3
        # A server that was started anew has closed them all.
        assert watching.scalars(end).all() == [True] * 3
        assert ledger.seen() == set()
        del ledger
        ledgers.clear()
        # Seen from this side: the server takes its time to see that a connection was closed.
        assert sockets() <= opened


def test_many_ledgers_one_after_the_other_leave_no_file_open(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    for _ in range(20):
        Ledger(f"sqlite:///{file}").seen()
    # One that is closed meanwhile, such as that of the folder, leads nowhere.
    assert file not in [handle.resolve() for handle in Path("/proc/self/fd").iterdir()]
    kept = Ledger(f"sqlite:///{file}")
    assert kept.seen() == set()
    assert file in [handle.resolve() for handle in Path("/proc/self/fd").iterdir()]
