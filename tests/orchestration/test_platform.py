"""The platform's own tables: each tells of acts that were planted through the same functions as people use."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import update

from data_contracts.platform import PLATFORM
from orchestration import platform
from orchestration.backup import back_up
from orchestration.deciding import decide
from orchestration.drill import drilled
from orchestration.gate import allow
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.scanning import again
from orchestration.store import schema
from tests.contracts_kit import CITY, column, contract, write

MAKER, CHECKER = "maker@navsagar.example", "checker@navsagar.example"
MOBILE = "98765 01234"
WEEKLY = [{"property": "frequency", "value": 7, "unit": "d"}, {"property": "latency", "value": 1, "unit": "d"}]
LISTING = {"list": "open", "reason": "Lamps are on the street.", "reasonHi": "बत्तियाँ सड़क पर हैं।", "decidedBy": "CDO"}
LAMPS = contract(
    "lamps",
    [
        column("lamp", treatment="keep", key=True, quality=[{"type": "library", "metric": "missingValues", "mustBe": 0,
               "name": "lamp_named", "arguments": {"missingValues": ["none"]}}]),
        column("watts", "integer", treatment="keep", options={"maximum": 400}),
        column("remark", treatment="keep", titleHi="टिप्पणी"),
    ],
    sla=WEEKLY,
    listing=LISTING,
    highValue=True,
)  # fmt: skip
BENCHES = contract("benches", [column("bench", treatment="keep", key=True)])
OUTLINES = contract("outlines", [column("name", treatment="keep", key=True), column("shape", "geometry", "keep")])


@pytest.fixture
def home(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    write(tmp_path / "contracts", LAMPS, BENCHES, OUTLINES)
    send(own_home, "lamps", "lamp,watts,remark\nL1,60,works\nL2,900,works\n")
    return own_home


def send(home: Path, name: str, text: str, file: str = "list.csv") -> None:
    folder = home / "inbox" / CITY / "works" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)


def opened() -> Project:
    return Project.open(Settings.read())


def table(project: Project, name: str, now: datetime | None = None) -> list[dict[str, Any]]:
    sql = platform.tables(project, sorted(project.catalogue.cities), [name], now)[name]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(sql)
        assert found.description
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def out(project: Project) -> str:
    """Run, and let out what is proposed."""
    result = run(project, MAKER)
    assert result.release
    return decide(project, CHECKER, "approve", result.release)


def today(days: float = 0) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)


def received(project: Project, days_ago: float, **where: Any) -> None:
    """Let receipts be of an earlier day."""
    with project.ledger.engine.begin() as connection:
        at = datetime.now(UTC) - timedelta(days=days_ago)
        connection.execute(update(schema.receipts).filter_by(**where).values(received_at=at))


def test_every_table_has_its_columns_and_types_with_rows_and_without(home: Path) -> None:
    project = opened()
    assert set(platform.tables(project, [CITY])) == set(PLATFORM)
    for stage in (lambda: None, lambda: out(project)):
        stage()
        with duckdb.connect() as connection:
            for name, sql in platform.tables(project, [CITY]).items():
                told = connection.execute(f"DESCRIBE {sql}").fetchall()
                assert {column: kind for column, kind, *_ in told} == PLATFORM[name]


def test_only_what_is_wanted_is_made_and_the_same_day_gives_the_same(home: Path) -> None:
    project = opened()
    run(project, MAKER)
    wanted = ["platform__datasets", "platform__deliveries"]
    before = platform.tables(project, [CITY], wanted)
    assert list(before) == wanted
    run(project, MAKER)
    assert platform.tables(project, [CITY], wanted) == before
    assert platform.tables(project, [], wanted)["platform__deliveries"] != before["platform__deliveries"]


def test_datasets_tell_cadence_list_value_words_and_whether_they_came(home: Path) -> None:
    project = opened()
    run(project, MAKER)
    benches, lamps, outlines = table(project, "platform__datasets")
    assert lamps == {
        "city": CITY, "department": "works", "dataset": "lamps", "step": None, "frequency_days": 7.0,
        "latency_days": 1.0, "classified": True, "high_value": True, "metadata_share": pytest.approx(1 / 10),
        "spatial": False, "delivered": True,
    }  # fmt: skip
    assert (benches["frequency_days"], benches["classified"], benches["high_value"]) == (None, False, False)
    assert (benches["delivered"], outlines["spatial"]) == (False, True)


def test_deliveries_tell_when_they_were_due_after_the_one_before(home: Path) -> None:
    project = opened()
    run(project, MAKER)
    received(project, 20)
    send(home, "lamps", "lamp,watts,remark\nL1,60,works\nL2,900,works\n", "again.csv")
    run(project, MAKER)
    received(project, 10, path=f"{CITY}/works/lamps/again.csv")
    send(home, "lamps", "lamp,watts,remark\nL3,60,works\n", "more.csv")
    run(project, MAKER)
    first, second = table(project, "platform__deliveries")
    assert (first["received_at"], first["last_received_at"], first["due_at"]) == (today(-20), today(-10), None)
    # The same file once more counts as the one before.
    assert (second["received_at"], second["due_at"]) == (today(), today(-2))
    assert (first["rows_read"], first["quarantined"], first["drifted"]) == (2, 1, False)


def test_a_delivery_whose_columns_changed_is_drifted_even_after_the_contract_was_mended(home: Path, tmp_path: Path):
    project = opened()
    run(project, MAKER)
    send(home, "lamps", "lamp_no,watts,remark\nL4,60,works\n", "other.csv")
    run(project, MAKER)
    assert [(one["held"], one["drifted"]) for one in table(project, "platform__deliveries")] == [
        (False, False), (True, True),
    ]  # fmt: skip
    columns = LAMPS["schema"][0]["properties"]
    named = [*columns[0]["customProperties"], {"property": "sourceNames", "value": ["lamp_no"]}]
    mended = {**LAMPS, "schema": [{**LAMPS["schema"][0], "properties": [
        {**columns[0], "customProperties": named}, *columns[1:]]}]}  # fmt: skip
    write(tmp_path / "contracts", mended)
    project = opened()
    run(project, MAKER)
    assert [(one["held"], one["drifted"]) for one in table(project, "platform__deliveries")] == [
        (False, False), (False, True),
    ]  # fmt: skip


def test_runs_tell_what_succeeded_what_was_newly_held_and_what_was_killed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = opened()
    assert table(project, "platform__runs") == []
    run(project, MAKER)
    send(home, "lamps", "lamp,watts\n", "empty.csv")
    run(project, MAKER)
    # What was held before this run is no failure of it.
    run(project, MAKER)
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.run._tables", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(project, MAKER)
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.tables.check_delivery", lambda *_: 1 / 0)
        send(home, "lamps", "lamp,watts,remark\nL9,60,\n", "later.csv")
        run(project, MAKER, release=False)
    run(project, MAKER, datasets=["works__benches"])
    found = table(project, "platform__runs")
    assert [one["succeeded"] for one in found] == [True, False, True, False, False]
    assert {(one["city"], one["at"]) for one in found} == {(CITY, today())}
    assert [one.ended_at is None for one in project.ledger.runs.all()] == [False, False, False, True, False]


def test_what_the_gate_holds_fails_the_run_that_found_it_and_a_crash_each_run(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = opened()
    send(home, "lamps", f"lamp,watts,remark\nL5,60,call {MOBILE}\n", "call.csv")
    run(project, MAKER)
    run(project, MAKER)
    monkeypatch.setattr("orchestration.run.publish", lambda *_: 1 / 0)
    run(project, MAKER)
    run(project, MAKER)
    assert [one["succeeded"] for one in table(project, "platform__runs")] == [False, True, False, False]


def test_checks_are_the_rules_of_standing_tables_and_those_that_a_row_breaks_fail(home: Path) -> None:
    project = opened()
    run(project, MAKER)
    checks = {one["rule"]: (one["severity"], one["passed"]) for one in table(project, "platform__checks")}
    assert checks["watts.maximum"] == ("error", False)
    assert checks["lamp_named"] == checks["lamp.required"] == ("error", True)
    assert {one["dataset"] for one in table(project, "platform__checks")} == {"lamps"}


def test_places_count_the_rows_that_lie_somewhere(home: Path) -> None:
    project = opened()
    square = '{""type"":""Polygon"",""coordinates"":[[[72.9,19],[73,19],[73,19.1],[72.9,19]]]}'
    send(home, "outlines", f'name,shape\nA,"{square}"\nB,\n')
    run(project, MAKER)
    assert table(project, "platform__places") == [
        {"city": CITY, "department": "works", "dataset": "outlines", "rows": 2, "placed": 1}
    ]


def test_a_point_outside_every_outline_of_the_city_lies_nowhere(small: Project, small_home: Path) -> None:
    folder = small_home / "inbox" / "testpur" / "police" / "posts"
    (folder / "c.csv").write_text("post_id,lat,lon,version\nP7,13.5,77.2,1\n")
    run(small, MAKER)
    assert [(one["dataset"], one["rows"], one["placed"]) for one in table(small, "platform__places")] == [
        ("areas", 2, 2), ("posts", 4, 3),
    ]  # fmt: skip


def test_published_tells_of_the_current_release_alone(home: Path) -> None:
    project = opened()
    run(project, MAKER)
    assert table(project, "platform__published") == []
    out(project)
    (found,) = table(project, "platform__published")
    # Of its words one has no description.
    assert found == {
        "city": CITY, "department": "works", "dataset": "lamps", "rows": 1, "fresh": True, "traced": True,
        "openness": 0.8, "high_value": True,
    }  # fmt: skip
    (found,) = table(project, "platform__published", datetime.now(UTC) + timedelta(days=10))
    assert found["fresh"] is False
    for raw in project.home.landing.iterdir():
        raw.unlink()
    (found,) = table(project, "platform__published")
    assert found["traced"] is False


def test_releases_tell_who_stood_behind_them(home: Path) -> None:
    project = opened()
    first = out(project)
    send(home, "lamps", "lamp,watts,remark\nL3,60,works\n", "more.csv")
    second = run(project, MAKER).release
    found = table(project, "platform__releases")
    assert [(one["release"], one["approved_at"], one["two_people"]) for one in found] == [
        (second, None, False), (first, today(), True),
    ]  # fmt: skip


def findings(project: Project) -> list[tuple[Any, ...]]:
    return [tuple(one.values())[2:] for one in table(project, "platform__findings")]


def test_an_exception_is_closed_by_an_officer(home: Path) -> None:
    project = opened()
    send(home, "lamps", f"lamp,watts,remark\nL5,60,call {MOBILE}\n", "call.csv")
    run(project, MAKER)
    assert findings(project) == [("lamps", today(), None, False)]
    (held,) = project.ledger.findings.all()
    allow(project, CHECKER, held.key, "remark", "PHONE_NUMBER", "the helpline")
    assert findings(project) == [("lamps", today(), today(), False)]


def test_an_exception_lasts_while_version_after_version_has_it_and_ends_when_it_is_mended(home: Path) -> None:
    project = opened()
    send(home, "lamps", f"lamp,watts,remark\nL5,60,call {MOBILE}\n", "call.csv")
    run(project, MAKER)
    with project.ledger.engine.begin() as connection:
        at = datetime.now(UTC) - timedelta(days=9)
        connection.execute(update(schema.findings).values(found_at=at))
        connection.execute(update(schema.publics).values(made_at=at))
    send(home, "lamps", "lamp,watts,remark\nL6,60,dark\n", "more.csv")
    run(project, MAKER)
    assert findings(project) == [("lamps", today(-9), None, False)]
    send(home, "lamps", "lamp,watts,remark\nL5,60,call us\n", "mended.csv")
    run(project, MAKER)
    assert findings(project) == [("lamps", today(-9), today(), False)]


def test_a_second_scan_finds_what_nobody_knew_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = opened()
    send(home, "lamps", f"lamp,watts,remark\nL5,60,call {MOBILE}\n", "call.csv")
    with monkeypatch.context() as patch:
        # The recognisers of yesterday.
        patch.setattr("transforms.privacy.gate.search", lambda *_: [])
        patch.setattr("orchestration.scanning.passed", lambda *_: None)
        out(project)
    assert (findings(project), table(project, "platform__scans")) == ([], [])
    (found,) = again(project, "nightly")
    assert (found.table, found.column, found.entity, MOBILE in str(found)) == (
        "works__lamps", "remark", "PHONE_NUMBER", False,
    )  # fmt: skip
    assert again(project, "nightly") != [], "it is out still"
    assert table(project, "platform__scans") == [{"city": CITY, "scanned_at": today()}] * 2
    assert findings(project) == [("lamps", today(), None, True)]
    assert project.audit.entries()[-1].detail == {"found": 1}
    assert run(project, MAKER).states[0].failed, "it does not go out again"
    send(home, "lamps", "lamp,watts,remark\nL5,60,call us\n", "mended.csv")
    out(project)
    assert findings(project) == [("lamps", today(), today(), True)]
    assert again(project, "nightly") == []


def test_actions_are_those_of_the_departments_contacts(home: Path) -> None:
    project = opened()
    (home / "contacts.yaml").write_text(
        f"{CITY}:\n  works: {{name: Asha, email: [Asha@works.example, office@works.example]}}\n"
    )
    for who, action in (("asha@works.example", "login"), ("asha@works.example", "draft"), ("x@y.example", "login"),
                        ("office@works.example", "approve refused")):  # fmt: skip
        project.audit.record(who, action)
    project.audit.record("office@works.example", "login", now=datetime.now(UTC) + timedelta(days=2))
    assert table(project, "platform__actions") == [
        {"city": CITY, "department": "works", "at": at} for at in (today(), today(2))
    ]


def test_the_log_tells_its_days_and_whether_it_is_whole(home: Path) -> None:
    project = opened()
    assert table(project, "platform__log") == []
    project.audit.record(MAKER, "login", now=datetime.now(UTC) - timedelta(days=400))
    project.audit.record(MAKER, "login")
    assert table(project, "platform__log") == [{"city": CITY, "first_at": today(-400), "days": 400, "verified": True}]
    with project.ledger.engine.begin() as connection:
        connection.execute(update(schema.audit).where(schema.audit.c.seq == 2).values(who="someone else"))
    assert [one["verified"] for one in table(project, "platform__log")] == [False]


def test_drills_tell_which_backup_could_be_restored(home: Path, tmp_path: Path) -> None:
    project = opened()
    out(project)
    file, _ = back_up(project, MAKER, tmp_path / "one.tar")
    assert drilled(project, MAKER, file) == []
    content = bytearray(file.read_bytes())
    content[5_000] ^= 1
    file.write_bytes(content)
    assert len(drilled(project, MAKER, file)) == 1
    assert table(project, "platform__drills") == [
        {"city": CITY, "at": today(), "succeeded": succeeded} for succeeded in (True, False)
    ]


@pytest.mark.parametrize("name", ["usage", "feedback", "asked", "stories"])
def test_what_nothing_feeds_yet_has_no_rows(home: Path, name: str) -> None:
    project = opened()
    out(project)
    assert table(project, f"platform__{name}") == []
