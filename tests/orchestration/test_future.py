"""Rows of the future: judged by when their file first came, whenever it is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.run import Result, run
from orchestration.store import ledger
from tests import contracts_kit as kit
from tests.contracts_kit import column, contract
from tests.orchestration.test_purge import opened, send

ROWS = "id,seen_at\na,2026-03-01 10:00\nb,2026-03-01 13:00\nc,2062-03-01 10:00\n"
BEFORE, NOON, EVENING, LATER = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (11, 12, 18, 20))


def given(description: str = "Seen.") -> dict:
    seen = column("seen_at", "timestamp", treatment="keep", options={"format": "yyyy-MM-dd HH:mm"})
    columns = [column("id", key=True, treatment="keep"), seen | {"description": description}]
    return contract("visits", columns, temporalColumn="seen_at", futureSkew=1.5)


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    kit.load(tmp_path / "contracts", given())
    return tmp_path / "contracts"


def ran(monkeypatch: pytest.MonkeyPatch, home: Path, contracts: Path, now: datetime) -> Result:
    monkeypatch.setattr(ledger, "_now", lambda: now)
    return run(opened(home, contracts), "asha")


def test_what_had_not_come_when_the_file_came_is_quarantined(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contracts: Path
) -> None:
    send(opened(tmp_path / "home", contracts).home, "1", ROWS)
    (state,) = ran(monkeypatch, tmp_path / "home", contracts, BEFORE).states
    assert (state.accepted, state.broken) == (1, {"seen_at.future": 2})


def test_read_again_the_same_rows_are_of_the_future(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contracts: Path
) -> None:
    home = tmp_path / "home"
    send(opened(home, contracts).home, "1", ROWS)
    ran(monkeypatch, home, contracts, BEFORE)
    # It comes again under another name, and the contract changes, when the moment has come.
    send(opened(home, contracts).home, "2", ROWS)
    kit.load(contracts, given("Seen by somebody."))
    (state,) = ran(monkeypatch, home, contracts, LATER).states
    assert state.broken == {"seen_at.future": 2}


def test_the_same_files_give_the_same_release_unless_the_future_made_a_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contracts: Path
) -> None:
    found = {}
    for number, now in enumerate((BEFORE, NOON, EVENING, LATER)):
        home = tmp_path / f"home{number}"
        send(opened(home, contracts).home, "1", ROWS)
        found[now] = ran(monkeypatch, home, contracts, now).release
    assert found[NOON] == found[EVENING] == found[LATER] != found[BEFORE]
