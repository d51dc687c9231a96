"""All departments of the five sample cities, at a tenth of their rows: what was planted is found, and no more."""

import hashlib
import json
from collections import Counter

import ahocorasick
import duckdb
import pytest

from data_contracts.platform import PLATFORM
from orchestration.project import Project, Settings
from orchestration.publishing import material
from orchestration.run import Result, run
from orchestration.sample import write_sample
from orchestration.standing import standing
from orchestration.status import desks, status
from tests.conftest import ROOT
from transforms.engine import connect

BROKEN = ("street_lighting", "tarangpur")
Truth = dict[tuple[str, str], dict]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A home with the files of all departments; the truth lies outside it."""
    root = tmp_path_factory.mktemp("five")
    write_sample(root / "home" / "inbox", truth=root / "truth", scale="small")
    home = root / "home"
    return Project.open(Settings(home, ROOT / "data_contracts", f"sqlite:///{home / 'ledger.sqlite'}", None))


@pytest.fixture(scope="module")
def truth(project: Project) -> Truth:
    """What was planted, by table and city."""
    files = (project.home.root.parent / "truth").glob("*/*.json")
    return {(file.stem, file.parent.name): json.loads(file.read_text()) for file in files}


@pytest.fixture(scope="module")
def result(project: Project) -> Result:
    """What a run over all of it came to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        return run(project, "asha")


def test_every_dataset_of_every_department_is_sent_by_most_cities(project: Project, truth: Truth) -> None:
    sent = Counter(table for table, _ in truth)
    assert sent.keys() == project.catalogue.datasets.keys()
    assert min(sent.values()) >= 4
    departments = {project.catalogue.datasets[table].department for table in sent}
    assert len(departments) == 14


def test_every_planted_fault_is_found_and_no_other(project: Project, result: Result, truth: Truth) -> None:
    from orchestration.quarantine import waiting

    names = {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in project.home.inbox.rglob("*.*")}
    found: dict[tuple[str, str], Counter] = {}
    for row in waiting(project):
        found.setdefault((row.dataset, row.city), Counter())[(names[row.delivery], row.row, row.rule)] += 1
    kinds = set()
    for place, planted in truth.items():
        expected = Counter() if broken(project, place) else Counter(map(tuple, planted["rows"]))
        assert found.get(place, Counter()) == expected, place
        kinds |= {(place[0], rule) for _, _, rule in expected}
    assert len(kinds) > 100


def broken(project: Project, place: tuple[str, str]) -> bool:
    table, city = place
    return (project.catalogue.datasets[table].department, city) == BROKEN


def test_rows_are_conserved_and_counted_as_planted(project: Project, result: Result, truth: Truth) -> None:
    for state in result.states:
        place = (state.table, state.city)
        planted = truth[place]
        assert state.rows_read == state.accepted + state.quarantined + state.duplicate, place
        if not broken(project, place):
            assert state.rows_read == sum(planted["files"].values()), place
            assert state.duplicate == planted["duplicate"], place


def test_a_broken_department_stops_itself_alone_and_shows_on_monday(project: Project, result: Result) -> None:
    held = {(state.table, state.city) for state in result.states if state.held}
    assert held == {("street_lighting__street_lights", "tarangpur")}
    assert not [state for state in result.states if state.failed]
    first = desks([line for line in status(project) if line.held])
    assert [(desk.department, desk.city) for desk in first] == [BROKEN]
    assert result.release


def test_no_planted_personal_value_is_in_the_release(project: Project, result: Result, truth: Truth) -> None:
    planted = {value.encode() for one in truth.values() for value in one["personal"] if len(value) > 5}
    assert len(planted) > 2_000
    folder = project.home.releases / str(result.release)
    with duckdb.connect(str(folder / "public.duckdb"), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        decoded = b"\n".join(str(connection.execute(f'FROM "{name}"').fetchall()).encode() for name in tables)
    machine = ahocorasick.Automaton()
    for value in planted:
        machine.add_word(value.decode(), value)
    machine.make_automaton()
    texts = [decoded, *(file.read_bytes() for file in folder.rglob("*") if file.is_file())]
    assert not [found for text in texts for _, found in machine.iter(text.decode("utf-8", "replace"))]


def test_departments_are_integrated_as_the_run_log_says(project: Project, result: Result) -> None:
    with duckdb.connect(
        str(project.home.releases / str(result.release) / "public.duckdb"), read_only=True
    ) as connection:
        query = "SELECT department, city, state FROM mart_department_integrations"
        states = {(department, city): state for department, city, state in connection.execute(query).fetchall()}
    assert Counter(states.values()).keys() == {"live", "broken", "absent"}
    assert [place for place, state in states.items() if state == "broken"] == [BROKEN]
    assert {city for (_, city), state in states.items() if state == "absent"} == {"phulkheda"}
    for city in ("navsagar", "meghavan", "sonpali"):
        assert sum(state == "live" for (_, other), state in states.items() if other == city) == 14


def test_the_levels_of_every_mart_add_up(project: Project, result: Result) -> None:
    """Before anything is hidden, the wards of a zone make the zone, and the zones the city."""
    checked = 0
    for mart in project.catalogue.marts.values():
        counts = [column.name for column in mart.columns if column.properties.rests_on == (column.name,)]
        levels = mart.by_name.get("level")
        if not (levels and counts and "zone" in mart.by_name):
            continue
        sums = ", ".join(f"sum({column})" for column in counts)
        rows_sql = material(project, mart, standing(project)).sql
        with connect(project.home.aside) as connection:
            rows = connection.execute(f"SELECT city, month, level, {sums} FROM ({rows_sql}) GROUP BY ALL").fetchall()
        by_level: dict[str, dict] = {}
        for city, month, level, *values in rows:
            by_level.setdefault(level, {})[(city, month)] = values
        assert by_level["city"] == by_level["zone"] == by_level.get("ward", by_level["zone"]), mart.table
        checked += 1
    assert checked >= 5


def test_every_mart_is_in_the_release(project: Project, result: Result) -> None:
    made = {table for table, _ in result.public}
    assert made >= {table for table, mart in project.catalogue.marts.items() if mart.publication.form != "none"}
    assert not made & PLATFORM.keys()
