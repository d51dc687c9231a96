"""Marts through a run: made of accepted tables, small figures hidden, kept to their contract."""

import json
from pathlib import Path

import duckdb
import pytest

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from orchestration.project import Project, Settings
from orchestration.run import run
from tests.conftest import Pravah
from tests.contracts_kit import column, contract, load, write
from transforms.compiling import compile_contract

CITY = "navsagar"
CALLS = contract(
    "calls",
    [
        column("call_id", key=True),
        column("ward", treatment="keep"),
        column("at", "date", treatment="keep", options={"format": "yyyy-MM-dd"}),
        column("caller"),
    ],
    delivery="increment",
)
SQL = """
SELECT city, ward, CAST(date_trunc('month', "at") AS DATE) AS month, count(*) AS calls,
    count(CASE WHEN caller LIKE 'a%' THEN 1 END) AS by_a
FROM works__calls GROUP BY ALL
"""


def mart(sql: str = SQL, **more) -> dict:
    columns = [
        column("ward", treatment="keep", key=True),
        column("month", "date", treatment="keep", key=True, options={"format": "yyyy-MM-dd"}),
        column("calls", "integer", treatment="keep", restsOn=["calls"], **more),
        column("by_a", "integer", treatment="keep", restsOn=["calls", "by_a"]),
    ]
    return contract(
        "calls_by_month",
        columns,
        servers=[],
        delivery=None,
        mart={"reads": ["works__calls"]},
        publication={"form": "rows", "k": 5},
    )


def put(root: Path, given: dict, sql: str = SQL) -> Path:
    contracts = root / "contracts"
    write(contracts, CALLS, given)
    (contracts / "works" / "calls_by_month.sql").write_text(sql)
    return contracts


def send(home: Path, name: str, ward_day_counts: list[tuple[str, str, int]], caller: str = "a") -> None:
    rows = [
        f"{name}{ward}{day}{n},{ward},{day},{caller}{n}" for ward, day, count in ward_day_counts for n in range(count)
    ]
    file = home / "inbox" / CITY / "works" / "calls" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["call_id,ward,at,caller", *rows]) + "\n")


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(put(tmp_path, mart())))
    return own_home


def opened(home: Path, contracts: Path) -> Project:
    return Project.open(Settings(home, contracts, f"sqlite:///{home / 'ledger.sqlite'}", None))


def released(home: Path, release: str) -> list[tuple]:
    with duckdb.connect(str(home / "releases" / release / "public.duckdb"), read_only=True) as connection:
        query = "SELECT ward, CAST(month AS VARCHAR), calls, by_a, suppressed FROM mart_calls_by_month ORDER BY ALL"
        return connection.execute(query).fetchall()


def test_small_figures_are_hidden_with_what_they_could_be_computed_from(home: Path, tmp_path: Path) -> None:
    send(home, "x", [("1", "2026-01-03", 7), ("2", "2026-01-09", 4)])
    send(home, "y", [("1", "2026-01-05", 3), ("3", "2026-01-05", 6)], caller="b")
    result = run(opened(home, tmp_path / "contracts"), "asha")
    assert not result.broken
    # Whoever knows the month's total could compute ward 2 from the others, so the smaller of them is hidden, too; of
    # those by `a` only ward 1's are left to hide.
    assert released(home, result.release) == [
        ("1", "2026-01-01", 10, None, True),
        ("2", "2026-01-01", None, None, True),
        ("3", "2026-01-01", None, None, True),
    ]


def test_a_late_row_opens_its_month_again_and_nothing_else(home: Path, tmp_path: Path) -> None:
    send(home, "x", [("1", "2026-01-03", 7), ("1", "2026-02-09", 8)])
    first = run(opened(home, tmp_path / "contracts"), "asha")
    send(home, "late", [("1", "2026-01-20", 2)])
    second = run(opened(home, tmp_path / "contracts"), "asha")
    assert first.release != second.release
    before, after = released(home, first.release), released(home, second.release)
    assert [row for row in after if row not in before] == [("1", "2026-01-01", 9, 9, False)]
    assert [row[1] for row in before] == [row[1] for row in after]


def test_an_unchanged_mart_is_not_made_again(home: Path, tmp_path: Path) -> None:
    send(home, "x", [("1", "2026-01-03", 7)])
    first = run(opened(home, tmp_path / "contracts"), "asha")
    second = run(opened(home, tmp_path / "contracts"), "asha")
    assert (second.release, second.new) == (first.release, False)


def test_a_mart_whose_rows_break_its_contract_fails_alone(home: Path, tmp_path: Path, pravah: Pravah) -> None:
    put(tmp_path, mart(options={"maximum": 6}))
    send(home, "x", [("1", "2026-01-03", 7)])
    code, out, err = pravah("run", "--json", "--as", "asha")
    assert code == 1, err
    held = {row["dataset"]: row["held"] for row in json.loads(out)["datasets"]}
    assert held == {
        "works__calls": None,
        "mart_calls_by_month": "its query's rows break calls.maximum (1 rows); mend calls_by_month.sql",
    }
    _, out, _ = pravah("status")
    assert "calls.maximum" in out


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT city, ward FROM works__calls JOIN works__wells USING (city)",
            "reads works__wells, which `reads` does",
        ),
        ("SELECT city, ward FROM works__calls", "its query or a rule does not compile"),
        (SQL.replace("count(*)", "count(no_column)"), "its query or a rule does not compile"),
    ],
)
def test_a_query_that_does_not_fit_is_a_fault_of_the_contract(
    tmp_path: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch, sql: str, message: str
) -> None:
    contracts = put(tmp_path, mart(), sql)
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    code, out, _ = pravah("contracts", "check")
    assert code == 1
    assert message in out


def test_a_mart_without_its_query_is_a_fault(tmp_path: Path) -> None:
    contracts = put(tmp_path, mart())
    (contracts / "works" / "calls_by_month.sql").unlink()
    _, faults = catalogue.read(contracts)
    assert [fault.message for fault in faults] == ["its query calls_by_month.sql is not there, or is no UTF-8"]


def test_a_mart_can_have_no_servers_and_no_rules_on_the_table(tmp_path: Path) -> None:
    given = mart()
    given["servers"] = [{"server": "inbox", "type": "local", "path": "x", "format": "csv"}]
    given["schema"][0]["quality"] = [{"name": "some", "type": "library", "metric": "rowCount", "mustBeGreaterThan": 1}]
    _, faults = catalogue.read(put(tmp_path, given))
    assert {fault.message for fault in faults} == {"a mart is delivered by nobody", "a mart's rules are about rows"}


def test_the_marts_of_the_project_compile() -> None:
    contracts: Catalogue = catalogue.load()
    assert contracts.marts
    for made in contracts.marts.values():
        compiled, faults = compile_contract(made, contracts.tables)
        assert compiled and not faults, list(map(str, faults))


def test_marts_load_beside_what_is_delivered(tmp_path: Path) -> None:
    put(tmp_path, mart())
    loaded = load(tmp_path / "contracts", CALLS)
    assert (list(loaded.datasets), list(loaded.marts)) == (["works__calls"], ["mart_calls_by_month"])


def between() -> dict:
    """A restricted mart over the calls, which another one can read."""
    columns = [column("call_id", key=True), column("ward"), column("at", "date", options={"format": "yyyy-MM-dd"})]
    form = {"form": "none", "reason": "For another mart alone."}
    return contract(
        "calls_of_a", columns, servers=[], delivery=None, mart={"reads": ["works__calls"]}, publication=form
    )


def put_between(root: Path, sql: str) -> Path:
    given = mart()
    for held in given["schema"][0]["customProperties"]:
        if held["property"] == "mart":
            held["value"] = {"reads": ["mart_calls_of_a"]}
    contracts = put(root, given, SQL.replace("works__calls", "mart_calls_of_a").replace("caller LIKE 'a%'", "true"))
    write(contracts, CALLS, given, between())
    (contracts / "works" / "calls_of_a.sql").write_text(sql)
    return contracts


OF_A = "SELECT city, call_id, ward, \"at\" FROM works__calls WHERE caller LIKE '{}%'"


def test_a_mart_reads_a_restricted_one_and_is_made_anew_with_it(home: Path, tmp_path: Path) -> None:
    contracts = put_between(tmp_path, OF_A.format("a"))
    send(home, "x", [("1", "2026-01-03", 7)])
    send(home, "y", [("1", "2026-01-05", 9)], caller="b")
    first = run(opened(home, contracts), "asha")
    assert released(home, first.release) == [("1", "2026-01-01", 7, 7, False)]
    assert not any(table == "mart_calls_of_a" for table, _ in first.public)
    put_between(tmp_path, OF_A.format("b"))
    second = run(opened(home, contracts), "asha")
    assert released(home, second.release) == [("1", "2026-01-01", 9, 9, False)]


@pytest.mark.parametrize(
    ("reads", "message"),
    [
        ("mart_calls_by_month", "requires itself (mart_calls_by_month → mart_calls_of_a → mart_calls_by_month)"),
        ("mart_nowhere", "reads mart_nowhere, which no contract describes"),
    ],
)
def test_marts_that_read_each_other_or_nothing_are_faults(tmp_path: Path, reads: str, message: str) -> None:
    contracts = put_between(tmp_path, OF_A.format("a").replace("works__calls", reads))
    file = contracts / "works" / "calls_of_a.odcs.yaml"
    file.write_text(file.read_text().replace("works__calls", reads))
    _, faults = catalogue.read(contracts)
    assert message in {fault.message for fault in faults}
