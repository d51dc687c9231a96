"""The audit log: every change to it shows, and nothing young can be purged."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from orchestration.store.audit import Audit, AuditFault
from orchestration.store.ledger import Ledger
from orchestration.store.schema import audit

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Audit:
    """Five entries a hundred days apart, the last one today."""
    log = Audit(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), b"k" * 32, tmp_path / "head")
    for number in range(5):
        log.record("asha", "run", f"r{number}", now=NOW - timedelta(days=100 * (4 - number)), rows=number)
    return log


def test_an_untouched_log_verifies(log: Audit) -> None:
    assert log.verify() == 5
    assert [entry.seq for entry in log.entries()] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("column", ["at", "who", "action", "subject", "detail", "hash"])
def test_the_first_altered_entry_is_named(log: Audit, column: str) -> None:
    with log.engine.begin() as connection:
        changed = {column: {"rows": 9} if column == "detail" else "x" * 64}
        connection.execute(update(audit).where(audit.c.seq.in_([3, 4])).values(**changed))
    with pytest.raises(AuditFault, match="entry 3 "):
        log.verify()


def test_a_removed_entry_is_named(log: Audit) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.seq == 2))
    with pytest.raises(AuditFault, match="entry 2 "):
        log.verify()


def test_a_cut_tail_is_named(log: Audit) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.seq >= 4))
    with pytest.raises(AuditFault, match="entry 4 "):
        log.verify()


def test_swapped_entries_are_named(log: Audit) -> None:
    with log.engine.begin() as connection:
        second, third = connection.execute(
            select(audit).where(audit.c.seq.in_([2, 3])).order_by(audit.c.seq)
        ).mappings()
        connection.execute(delete(audit).where(audit.c.seq.in_([2, 3])))
        connection.execute(insert(audit).values({**second, "seq": 3}))
        connection.execute(insert(audit).values({**third, "seq": 2}))
    with pytest.raises(AuditFault, match="entry 2 "):
        log.verify()


def test_a_chain_made_without_the_key_does_not_pass(log: Audit, tmp_path: Path) -> None:
    forger = Audit(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), b"x" * 32, tmp_path / "other head")
    forger.record("mallory", "approve", "r9", now=NOW)
    with pytest.raises(AuditFault, match="entry 6 "):
        log.verify()


def test_a_purge_keeps_a_year_and_says_that_it_was(log: Audit) -> None:
    with pytest.raises(AuditFault, match="365 days"):
        log.purge(NOW - timedelta(days=364), "asha", now=NOW)
    assert log.verify() == 5
    assert log.purge(NOW - timedelta(days=366), "asha", now=NOW) == 1
    assert [entry.seq for entry in log.entries()] == [2, 3, 4, 5, 6]
    assert log.verify() == 5
    with log.engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.seq == 2))
    with pytest.raises(AuditFault):
        log.verify()


def test_an_entry_is_committed_with_its_act_or_not_at_all(log: Audit, tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.propose("a" * 64, {}, "asha")
    with log.sealing("bilal", "approve", "a" * 64):
        pass
    assert log.verify() == 5
    with pytest.raises(KeyError), log.sealing("bilal", "approve", "a" * 64) as seal:

        def broken(connection: Connection) -> None:
            seal(connection)
            raise KeyError

        ledger.approve("a" * 64, "bilal", broken)
    assert (log.verify(), ledger.current()) == (5, None)
    with log.sealing("bilal", "approve", "a" * 64) as seal:
        ledger.approve("a" * 64, "bilal", seal)
    assert (log.verify(), ledger.current()) == (6, "a" * 64)
    assert log.entries()[-1].action == "approve"


def test_only_known_acts_are_recorded(log: Audit) -> None:
    with pytest.raises(ValueError, match="no action"):
        log.record("asha", "peek")
    assert log.record("asha", "login refused").seq == 6


def test_many_may_write_at_once(log: Audit, tmp_path: Path) -> None:
    """People log in while a run is at work: each entry finds its place, in one process and in several."""

    def write(worker: int) -> None:
        own = Audit(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), b"k" * 32, tmp_path / "head")
        for number in range(10):
            own.record(f"person {worker}", "login", str(number))

    children = []
    for worker in range(3):
        child = os.fork()
        if child == 0:
            try:
                write(worker)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3, 6)))
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert log.verify() == 5 + 6 * 10
    written = [(entry.who, entry.subject) for entry in log.entries() if entry.action == "login"]
    assert len(set(written)) == 60
