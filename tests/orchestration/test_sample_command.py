"""`pravah sample`: what it writes where, and that the pipeline never opens the truth."""

import json
import queue

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from data_contracts import catalogue
from tests.conftest import ROOT, Pravah


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_comes_with_what_it_joins(pravah: Pravah, own_home):
    code, out, _ = pravah("sample", "--scale", "small", "--city", "sonpali", "--dataset", "grievances")
    assert code == 0
    assert out.startswith("3 files of fictional sample data in ")
    assert {path.rpartition("/")[0] for path in files(own_home / "inbox")} == {
        "sonpali/iccc/wards",
        "sonpali/municipal_services/grievances",
    }


def test_a_second_writing_touches_nothing(pravah: Pravah, own_home):
    words = ("sample", "--scale", "small", "--city", "phulkheda")
    pravah(*words)
    before = {path: path.stat().st_mtime_ns for path in (own_home / "inbox").rglob("*.*")}
    pravah(*words)
    assert before == {path: path.stat().st_mtime_ns for path in (own_home / "inbox").rglob("*.*")}


def test_the_truth_never_lies_in_the_home(pravah: Pravah, own_home, tmp_path):
    code, _, err = pravah("sample", "--scale", "small", "--truth", str(own_home / "inbox" / "truth"))
    assert (code, len(err.splitlines())) == (2, 1)
    assert "--truth" in err
    words = ("sample", "--scale", "small", "--city", "phulkheda", "--dataset", "iccc__wards")
    assert pravah(*words)[0] == pravah(*words, "--truth", str(tmp_path / "aside"))[0] == 0
    assert files(tmp_path / "aside") == {"phulkheda/iccc__wards.json"}
    assert not [path for path in files(own_home) if "truth" in path or path.endswith("iccc__wards.json")]


class Opened(FileSystemEventHandler):
    """Notes every file that any code of this machine opens below a folder."""

    def __init__(self):
        self.names = queue.Queue()

    def on_any_event(self, event: FileSystemEvent):
        if event.event_type == "opened" and not event.is_directory:
            self.names.put(str(event.src_path).rpartition("/")[2])


def test_the_pipeline_never_opens_the_truth(pravah: Pravah, own_home, tmp_path):
    """Watched by the kernel, as DuckDB opens files without Python knowing."""
    aside = own_home.parent / "truth"
    pravah("sample", "--scale", "small", "--city", "phulkheda", "--truth", str(aside))
    (aside / "bell").touch()
    opened, observer = Opened(), Observer()
    observer.schedule(opened, str(aside), recursive=True)
    observer.start()
    try:
        pravah("run", "--city", "phulkheda", "--as", "asha")
        pravah("status")
        pravah("quarantine", "--json")
        # Events come in order: what was opened before the bell is told before it.
        (aside / "bell").read_bytes()
        assert opened.names.get(timeout=30) == "bell"
    finally:
        observer.stop()
        observer.join()


def test_a_mission_brings_the_contracts_of_its_cities(pravah: Pravah, own_home, monkeypatch):
    code, out, _ = pravah("sample", "--scale", "mission", "--dataset", "iccc__wards")
    assert code == 0
    assert out.startswith("100 files of fictional sample data in ")
    folder = own_home / "contracts"
    assert f"PRAVAH_CONTRACTS={folder}" in out
    contracts = catalogue.load(folder)
    assert contracts.cities.keys() == {path.partition("/")[0] for path in files(own_home / "inbox")}
    assert contracts.datasets.keys() == catalogue.load().datasets.keys()
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(folder))
    coined = sorted(contracts.cities.keys() - catalogue.load().cities.keys())[0]
    code, out, _ = pravah("run", "--city", coined, "--no-release", "--as", "asha", "--json")
    [wards] = json.loads(out)["datasets"]
    assert (code, wards["held"], wards["quarantined"]) == (0, None, 1)


def test_a_contract_without_a_maker_is_written_where_it_is_asked_for(pravah: Pravah, own_home, tmp_path, monkeypatch):
    import shutil

    contracts = tmp_path / "contracts"
    shutil.copytree(ROOT / "data_contracts", contracts, ignore=shutil.ignore_patterns("*.py"))
    text = (contracts / "municipal_services" / "grievances.odcs.yaml").read_text(encoding="utf-8")
    new = contracts / "municipal_services" / "parks.odcs.yaml"
    new.write_text(text.replace("grievances", "parks"), encoding="utf-8")
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(contracts))
    words = ("sample", "--scale", "small", "--city", "navsagar")
    pravah(*words, "--dataset", "iccc__wards")
    assert {path.split("/")[2] for path in files(own_home / "inbox")} == {"wards"}
    assert pravah(*words, "--dataset", "parks")[0] == 0
    code, out, _ = pravah("run", "--city", "navsagar", "--dataset", "parks", "--no-release", "--as", "asha", "--json")
    [parks] = json.loads(out)["datasets"]
    assert (code, parks["held"], parks["quarantined"]) == (0, None, 0)
    assert parks["accepted"] > 0


@pytest.mark.parametrize("words", [("--city", "atlantis"), ("--dataset", "weather"), ("--scale", "huge")])
def test_a_name_that_is_not_there_is_bad_usage(pravah: Pravah, words):
    assert pravah("sample", *words)[0] == 2
