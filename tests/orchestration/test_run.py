"""The main job over the sample cities, from the command line: what was planted is found, and nothing else."""

import gzip
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.sample import write_sample
from tests.conftest import ROOT, Pravah

CONTRACTS = ROOT / "data_contracts"
CITIES = ("meghavan", "navsagar")
TABLES = ("iccc__wards", "police__cameras", "police__footage_requests", "municipal_services__grievances")


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict]:
    """What was planted in two sample cities, by table and city; the inbox lies beside it."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "inbox", truth=folder / "truth", scale="small", cities=CITIES, tables=TABLES)
    found = {(file.stem, file.parent.name): json.loads(file.read_text()) for file in folder.glob("truth/*/*.json")}
    return {**found, ("inbox", ""): {"path": str(folder / "inbox")}}


@pytest.fixture(scope="module")
def made(truth: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one run; tests copy it."""
    home = tmp_path_factory.mktemp("made") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        shutil.copytree(truth[("inbox", "")]["path"], home / "inbox")
        run(opened(home), "asha")
    return home


@pytest.fixture
def home(made: Path, own_home: Path) -> Path:
    """A copy of the home after one run, where the command line looks."""
    shutil.copytree(made, own_home, copy_function=shutil.copy2)
    return own_home


def opened(home: Path, contracts: Path = CONTRACTS) -> Project:
    return Project.open(Settings(home, contracts, f"sqlite:///{home / 'ledger.sqlite'}", None))


def table(out: str) -> dict[tuple[str, str], dict]:
    return {(row["dataset"], row["city"]): row for row in json.loads(out)["datasets"]}


def test_every_planted_fault_is_found_and_no_other(home: Path, pravah: Pravah, truth: dict) -> None:
    code, out, _ = pravah("quarantine", "--json")
    assert code == 0
    found: dict[tuple[str, str], Counter] = {}
    shas = {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in (home / "inbox").rglob("*.*")}
    for row in json.loads(out):
        place = (row["dataset"], row["city"])
        found.setdefault(place, Counter())[(shas[row["delivery"]], row["row"], row["rule"])] += 1
    for place, planted in truth.items():
        if place[1]:
            expected = Counter(map(tuple, planted["rows"]))
            assert found.get(place, Counter()) == expected, place


def test_counts_are_those_of_the_truth(home: Path, pravah: Pravah, truth: dict) -> None:
    code, out, _ = pravah("run", "--as", "asha", "--json")
    assert code == 0
    for place, row in table(out).items():
        planted = truth[place]
        read = sum(planted["files"].values())
        bad = len({(file, number) for file, number, _ in planted["rows"]})
        assert row["rows_read"] == read, place
        assert row["quarantined"] == bad, place
        assert row["duplicate"] == planted["duplicate"], place
        assert row["accepted"] == read - bad - planted["duplicate"], place


def test_a_second_run_makes_nothing_new(home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise AssertionError("work was done again")

    for work in ("orchestration.tables.check_delivery", "orchestration.tables.failures",
                 "orchestration.publishing.write_table", "orchestration.publishing.write_bundle"):  # fmt: skip
        monkeypatch.setattr(work, nothing)
    before = {file: file.stat().st_mtime_ns for zone in ("restricted", "releases") for file in (home / zone).rglob("*")
              if file.is_file() and file.suffix != ".head"}  # fmt: skip
    code, out, _ = pravah("run", "--as", "asha", "--json")
    assert (code, json.loads(out)["new"]) == (0, False)
    assert before == {file: file.stat().st_mtime_ns for file in before}
    assert len(json.loads(pravah("release", "list", "--json")[1])) == 1


def test_the_same_inputs_give_the_same_bytes(home: Path, truth: dict, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(truth[("inbox", "")]["path"], other / "inbox")
    release = run(opened(other), "somebody else").release
    folders = [place / "releases" / str(release) for place in (home, other)]
    files = [
        {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()} for folder in folders
    ]
    # A DuckDB file carries a random id; its tables are compared by their hashes in the manifest.
    for found in files:
        del found["public.duckdb"]
    assert {"data/iccc__wards.csv", "data/mart_complaints_by_month.csv", "manifest.json"} < files[0].keys()
    assert files[0] == files[1]


def test_no_planted_personal_value_is_in_a_release(home: Path, truth: dict) -> None:
    planted = {value.encode() for place, one in truth.items() if place[1] for value in one["personal"]}
    assert len(planted) > 200
    folder = next((home / "releases").glob("*/"))
    with duckdb.connect(str(folder / "public.duckdb"), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        decoded = [str(connection.execute(f"FROM {name}").fetchall()).encode() for name in tables]
    texts = [file.read_bytes() for file in folder.rglob("*") if file.is_file()] + decoded
    assert not [value for value in planted if any(value in text for text in texts)]


def test_personal_columns_are_not_in_a_public_table(home: Path) -> None:
    catalogue = opened(home).catalogue
    folder = next((home / "releases").glob("*/"))
    for table in TABLES:
        dataset = catalogue.datasets[table]
        dropped = {c.name for c in dataset.columns if c.treatment.kind == "drop"}
        columns = {
            row[0] for row in duckdb.execute(f"DESCRIBE FROM '{folder}/data/{dataset.table}.parquet'").fetchall()
        }
        assert not columns & dropped


def test_every_file_says_that_it_is_fictional(home: Path) -> None:
    folder = next((home / "releases").glob("*/"))
    for file in (folder / "data").glob("*.csv"):
        rows = file.read_text().splitlines()[1:]
        assert rows and all("fictional sample, not government data" in row for row in rows)
    assert "fictional sample" in json.loads((folder / "manifest.json").read_text())["notice"]


def test_the_maker_may_not_approve(home: Path, pravah: Pravah) -> None:
    code, _, err = pravah("release", "approve", "--as", "asha")
    assert code == 1
    assert "asha proposed it" in err
    assert not (home / "releases" / "CURRENT").exists()
    assert pravah("release", "approve", "--as", "bilal")[0] == 0
    current = (home / "releases" / "CURRENT").read_text().strip()
    assert json.loads(pravah("release", "list", "--json")[1])[0]["release"] == current
    assert pravah("release", "approve", "--as", "bilal")[:2] == (0, "no release waits for approval\n")


def test_a_new_delivery_makes_a_release_that_can_be_rolled_back(home: Path, pravah: Pravah) -> None:
    assert pravah("release", "approve", "--as", "bilal")[0] == 0
    first = (home / "releases" / "CURRENT").read_text().strip()
    source = next((home / "inbox/meghavan/municipal_services/grievances").glob("*09.json.gz"))
    document = json.loads(gzip.decompress(source.read_bytes()))
    document["service_requests"] = [
        record | {"Complaint No": f"G99{number:05}", "Updated": "2026-10-01T10:00:00"}
        for number, record in enumerate(document["service_requests"][:30])
    ]
    source.with_name("october.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    code, out, _ = pravah("run", "--as", "asha", "--json")
    second = json.loads(out)["release"]
    assert code == 0
    assert second != first
    changes = {row["dataset"]: row["change"] for row in json.loads(pravah("release", "diff", "--json")[1])}
    assert changes["municipal_services__grievances"] == "changed"
    assert set(changes.values()) == {"changed", "same"}
    assert (home / "releases" / "CURRENT").read_text().strip() == first
    assert pravah("release", "approve", second[:10], "--as", "bilal")[0] == 0
    assert (home / "releases" / "CURRENT").read_text().strip() == second
    assert pravah("release", "rollback", first[:10], "--as", "bilal")[0] == 0
    assert (home / "releases" / "CURRENT").read_text().strip() == first
    assert pravah("release", "verify")[0] == 0


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "database", "manifest"])
def test_verify_names_what_was_harmed(home: Path, pravah: Pravah, harm: str) -> None:
    assert pravah("release", "approve", "--as", "bilal")[0] == 0
    folder = next((home / "releases").glob("*/"))
    victim = folder / "data" / "iccc__wards.csv"
    for file in (victim, folder / "public.duckdb", folder / "manifest.json"):
        assert file.stat().st_mode & 0o222 == 0
        file.chmod(0o644)
    if harm == "changed":
        victim.write_text(victim.read_text().replace("navsagar", "nowhere"))
    elif harm == "missing":
        victim.unlink()
    elif harm == "added":
        victim.with_name("extra.csv").write_text("x\n")
    elif harm == "database":
        with duckdb.connect(str(folder / "public.duckdb")) as connection:
            connection.execute("UPDATE iccc__wards SET population = population + 1 WHERE ward_id = '1'")
    else:
        (folder / "manifest.json").write_text("{")
    code, out, _ = pravah("release", "verify")
    named = {"changed": "iccc__wards.csv differs", "missing": "iccc__wards.csv is missing", "added": "extra.csv",
             "database": "table iccc__wards differs", "manifest": "manifest.json"}  # fmt: skip
    assert code == 1
    assert named[harm] in out


def test_quarantined_rows_are_replayed_when_the_contract_is_mended(
    home: Path, pravah: Pravah, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Officers write `given` where the contract knows `delivered`: the contract learns it, the rows come back."""
    before = table(pravah("run", "--as", "asha", "--json")[1])[("police__footage_requests", "navsagar")]
    waiting = json.loads(pravah("quarantine", "--dataset", "footage_requests", "--city", "navsagar", "--json")[1])
    unknown = sum(row["rule"] == "outcome_known" for row in waiting)
    contracts = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, contracts, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = contracts / "police" / "footage_requests.odcs.yaml"
    file.write_text(file.read_text().replace("validValues: [delivered,", "validValues: [delivered, given,"))
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    code, out, _ = pravah("run", "--as", "asha", "--json")
    after = table(out)[("police__footage_requests", "navsagar")]
    assert code == 0
    assert unknown > 0
    assert after["quarantined"] == before["quarantined"] - unknown
    assert after["accepted"] + after["duplicate"] == before["accepted"] + before["duplicate"] + unknown
    assert after["rows_read"] == before["rows_read"]


def test_only_what_joins_the_wards_is_read_again_when_they_change(
    home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration import tables

    read: list[tuple[str, str]] = []
    check = tables.check_delivery

    def watched(file: Path, dataset: object, city: str, *rest: object) -> object:
        read.append((dataset.table, city))
        return check(file, dataset, city, *rest)

    monkeypatch.setattr(tables, "check_delivery", watched)
    wards = next((home / "inbox/meghavan/iccc/wards").glob("*.kml"))
    wards.write_text(wards.read_text().replace('"POPULATION"><value>', '"POPULATION"><value>1', 1))
    assert pravah("run", "--as", "asha")[0] == 0
    assert {city for _, city in read} == {"meghavan"}
    assert {name for name, _ in read} == set(TABLES)


def test_the_same_delivery_under_another_name_is_recorded_and_changes_nothing(home: Path, pravah: Pravah) -> None:
    before = table(pravah("run", "--as", "asha", "--json")[1])
    source = next((home / "inbox/navsagar/police/cameras").glob("*.csv"))
    shutil.copy(source, source.with_name("the same again.csv"))
    code, out, _ = pravah("run", "--as", "asha", "--json")
    after = table(out)
    place = ("police__cameras", "navsagar")
    once = before.pop(place)
    twice = {"rows_read": 2 * once["rows_read"], "duplicate": once["duplicate"] + once["rows_read"]}
    assert (code, json.loads(out)["new"]) == (0, False)
    assert after.pop(place) == once | twice
    assert after == before


def test_one_city_and_dataset_can_be_run_alone(home: Path, pravah: Pravah, truth: dict, tmp_path: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(truth[("inbox", "")]["path"], home / "inbox")
    code, out, _ = pravah("run", "--as", "asha", "--city", "meghavan", "--dataset", "cameras", "--json", "--no-release")
    assert code == 0
    assert json.loads(out)["release"] is None
    assert set(table(out)) == {("police__cameras", "meghavan")}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run",), "who acts is not said"),
        (("run", "--as", "x", "--city", "atlantis"), "no such city"),
        (("run", "--as", "x", "--dataset", "unicorns"), "known are"),
        (("read", "nothing.yaml", "nothing.csv", "--city", "meghavan"), "no such file"),
        (("contracts", "check", "nowhere"), "no such file or folder"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(pravah: Pravah, words: tuple[str, ...], said: str) -> None:
    code, _, err = pravah(*words)
    assert code == 2
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_home_in_use_is_left_alone(home: Path, pravah: Pravah) -> None:
    with opened(home).home.lock():
        code, _, err = pravah("run", "--as", "asha")
    assert code == 1
    assert "another run is at work" in err


def test_zones_with_personal_data_are_closed_to_others(home: Path) -> None:
    for zone in ("inbox", "landing", "restricted", "keys", "ledger.sqlite"):
        assert (home / zone).stat().st_mode & 0o077 == 0, zone


def test_a_master_key_that_others_can_read_stops_the_run(
    home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRAVAH_MASTER_KEY")
    key = home / "keys" / "master.key"
    key.write_text("5a" * 32)
    key.chmod(0o644)
    source = next((home / "inbox/navsagar/police/cameras").glob("*.csv"))
    source.write_bytes(source.read_bytes().replace(b";working", b";faulty", 1))
    code, out, err = pravah("run", "--as", "asha")
    assert code == 1
    assert "chmod 600" in out + err


def test_runs_and_approvals_are_in_the_audit_log(home: Path, pravah: Pravah) -> None:
    pravah("release", "approve", "--as", "asha")
    pravah("release", "approve", "--as", "bilal")
    entries = json.loads(pravah("audit", "list", "--json")[1])
    assert [(entry["who"], entry["action"]) for entry in entries] == [
        ("asha", "run"), ("asha", "approve refused"), ("bilal", "approve"),
    ]  # fmt: skip
    assert pravah("audit", "verify")[:2] == (0, "audit log: 3 entries, none altered\n")
    code, _, err = pravah("audit", "purge", "--before", "2099-01-01", "--as", "asha")
    assert (code, len(err.splitlines())) == (1, 1)


def test_a_good_file_under_the_same_name_closes_a_held_one(home: Path, pravah: Pravah) -> None:
    """A broken register is held and the old one stands; the mended file takes its place, and all is well."""
    before = table(pravah("run", "--as", "asha", "--json")[1])[("police__cameras", "navsagar")]
    source = next((home / "inbox/navsagar/police/cameras").glob("*.csv"))
    good = source.read_bytes()
    file = source.with_name("october.csv")
    file.write_bytes(good[: len(good) // 2])
    code, out, _ = pravah("run", "--as", "asha", "--json")
    row = table(out)[("police__cameras", "navsagar")]
    assert code == 1
    assert "police/cameras/october.csv: line" in row["held"]
    assert row["accepted"] == before["accepted"]
    file.write_bytes(good.replace(b";working", b";faulty", 3))
    code, out, _ = pravah("run", "--as", "asha", "--json")
    row = table(out)[("police__cameras", "navsagar")]
    assert (code, row["held"]) == (0, None)
    # The register is a snapshot: the older one's rows are all replaced, its broken rows no longer wait.
    assert row["rows_read"] == 2 * before["rows_read"]
    assert (row["accepted"], row["quarantined"]) == (before["accepted"], before["quarantined"])


def test_a_register_that_shrinks_by_half_is_held_as_a_whole(home: Path, pravah: Pravah) -> None:
    before = table(pravah("run", "--as", "asha", "--json")[1])[("police__cameras", "navsagar")]
    source = next((home / "inbox/navsagar/police/cameras").glob("*.csv"))
    lines = source.read_bytes().splitlines(keepends=True)
    source.with_name("half.csv").write_bytes(b"".join(lines[: len(lines) // 2]))
    code, out, _ = pravah("run", "--as", "asha", "--json")
    row = table(out)[("police__cameras", "navsagar")]
    assert code == 1
    assert "half.csv: the table as a whole: volume_against_previous" in row["held"]
    assert (row["rows_read"], row["accepted"]) == (before["rows_read"], before["accepted"])


def test_another_ledger_does_not_empty_a_home(home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch) -> None:
    landed = sorted((home / "landing").iterdir())
    monkeypatch.setenv("PRAVAH_LEDGER", f"sqlite:///{home / 'another.sqlite'}")
    code, _, err = pravah("run", "--as", "asha")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "not the one of this home" in err
    assert sorted((home / "landing").iterdir()) == landed


def test_a_dataset_that_fails_to_publish_stays_as_it_was(
    home: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others go on; the release keeps the last good public table, and the exit code says that one failed."""
    from orchestration import publishing

    good, place = publishing.write_table, ("municipal_services__grievances", "navsagar")
    before = table(pravah("run", "--as", "asha", "--json")[1])[place]["public"]

    def broken(connection: object, dataset: object, *rest: object) -> int:
        if dataset.name == "grievances":
            raise ValueError("9876501234 is a value")
        return good(connection, dataset, *rest)

    monkeypatch.setattr(publishing, "write_table", broken)
    complaints, wards = (
        sorted((home / "inbox" / "meghavan" / folder).iterdir())[-1]
        for folder in ("municipal_services/grievances", "iccc/wards")
    )
    complaints.write_bytes(gzip.compress(gzip.decompress(complaints.read_bytes()).replace(b"roads", b"water", 1)))
    wards.write_bytes(wards.read_bytes().replace(b"<value>1", b"<value>2", 1))
    code, out, err = pravah("run", "--as", "asha", "--json")
    assert code == 1
    assert "9876501234" not in out + err
    assert json.loads(out)["new"]
    rows = table(out)
    assert "failed with ValueError" in rows[place]["held"]
    assert rows[place]["public"] == before
