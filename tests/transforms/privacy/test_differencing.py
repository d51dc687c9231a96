"""Two releases after each other: which counts changed by so few that the change is a small count itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.project import Project, Settings
from orchestration.store.schema import differences
from tests.conftest import Pravah
from tests.contracts_kit import CITY, column, contract, write
from tests.transforms.kit import dataset, opened
from transforms.engine import copy_parquet
from transforms.privacy.differencing import changed_by_few
from transforms.privacy.publish import published_sql

K = 5
FORM = {"form": "aggregate", "dimensions": ["zone"], "measures": {"n": "count(*)", "mean": "avg(hours)"}, "k": K}


def table(connection: Any, target: Path, **zones: int) -> Path:
    """A public table of so many cases by zone."""
    chosen = dataset(column("zone", treatment="keep"), column("hours", "number"), publication=FORM)
    given = " UNION ALL ".join(
        f"SELECT 'navsagar' AS city, '{zone}' AS zone, 1.0 AS hours FROM range({count})"
        for zone, count in zones.items()
    )
    copy_parquet(connection, published_sql(chosen, given), target)
    return target


@pytest.mark.parametrize(
    ("before", "after", "few"),
    [
        ({"east": 20, "west": 30}, {"east": 20, "west": 30}, 0),
        ({"east": 20, "west": 30}, {"east": 21, "west": 30}, 1),
        ({"east": 20, "west": 30}, {"east": 24, "west": 26}, 2),
        # k and more, one more or less
        ({"east": 20}, {"east": 25}, 0),
        ({"east": 20}, {"east": 16}, 1),
        # hidden in one of the two: nothing is told beyond that
        ({"east": 4}, {"east": 5}, 0),
        ({"east": 5}, {"east": 4}, 0),
        # in one of the two only
        ({"east": 20}, {"east": 20, "west": 7}, 0),
    ],
)
def test_counts_that_changed_by_few(tmp_path: Path, before: dict[str, int], after: dict[str, int], few: int):
    chosen = dataset(column("zone", treatment="keep"), column("hours", "number"), publication=FORM)
    with opened() as connection:
        earlier, newer = table(connection, tmp_path / "a", **before), table(connection, tmp_path / "b", **after)
        assert changed_by_few(connection, chosen, earlier, newer) == few


def test_rows_have_no_counts_to_compare(tmp_path: Path):
    chosen = dataset(column("zone", treatment="keep"))
    with opened() as connection:
        file = table(connection, tmp_path / "a", east=20)
        assert changed_by_few(connection, chosen, file, file) == 0


def calls(differencing: str) -> dict[str, Any]:
    columns = [column("call_id", key=True), column("zone", treatment="keep")]
    form = {"form": "aggregate", "dimensions": ["zone"], "measures": {"calls": "count(*)"}, "k": K}
    return contract("calls", columns, publication=form | {"differencing": differencing})


@pytest.mark.parametrize(("word", "more", "code"), [("hold", 1, 1), ("hold", K, 0), ("measure", 1, 0)])
def test_a_run_holds_what_tells_of_few_new_cases_where_the_contract_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pravah: Pravah, word: str, more: int, code: int
):
    monkeypatch.setenv("PRAVAH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    write(tmp_path / "contracts", calls(word))
    inbox = tmp_path / "home" / "inbox" / CITY / "works" / "calls"
    inbox.mkdir(parents=True)
    (inbox / "1.csv").write_text("call_id,zone\n" + "".join(f"{n},east\n" for n in range(20)))
    assert pravah("run", "--as", "maker")[0] == 0
    first = Project.open(Settings.read()).ledger.releases()[-1].id
    assert pravah("release", "approve", first, "--as", "checker")[0] == 0
    (inbox / "2.csv").write_text("call_id,zone\n" + "".join(f"n{n},east\n" for n in range(more)))
    found, out, _ = pravah("run", "--as", "maker", "--json")
    (row,) = json.loads(out)["datasets"]
    assert found == code
    held = "1 counts changed by 1 to 4 since the last release; wait"
    assert row["held"] == (held if code else None)
    with Project.open(Settings.read()).ledger.engine.connect() as connection:
        kept = connection.execute(differences.select()).all()
    assert [row.cells for row in kept] == ([] if code else [1 if more < K else 0])
