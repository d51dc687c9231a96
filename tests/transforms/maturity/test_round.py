"""A frozen round recomputes to the same bytes, here and in a bare DuckDB, and whatever is changed in it shows."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.transforms.maturity.kit import drawn, names, rubric, write_rounds
from transforms.maturity import round as rounds
from transforms.maturity.fault import MaturityFault
from transforms.maturity.scoring import RESULTS, STEPS, score

NAME = names(1)[0]
NOW = datetime(2026, 7, 15, tzinfo=UTC)
REPLAY = "import duckdb; print(duckdb.execute(open('replay.sql').read()).fetchall())"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rounds(tmp_path_factory.mktemp("rounds"), 6, 1, 5)[0]


@pytest.fixture
def folder(frozen: Path, tmp_path: Path) -> Path:
    """A copy to be spoilt."""
    return Path(shutil.copytree(frozen, tmp_path / NAME))


def test_a_round_verifies_as_it_was_written(frozen: Path):
    assert rounds.verify(frozen) == []


def test_the_same_things_give_the_same_bytes(frozen: Path, tmp_path: Path):
    (again,) = write_rounds(tmp_path, 6, 1, 5)
    assert rounds.pack(again) == rounds.pack(frozen)


def test_it_is_read_as_it_was_scored(frozen: Path):
    found, scores = rounds.read(frozen), score(drawn(6, 1, 5), rubric())
    assert (found.name, found.release, found.word["rubric"]["hash"]) == (NAME, "sample000005", rubric().hash)
    assert found.frozen_at == datetime(2026, 7, 15, 6, 30, tzinfo=UTC)
    for table in RESULTS:
        assert getattr(found.scores, table).to_csv() == getattr(scores, table).to_csv()
    assert score(found.evidence, rubric()).scores.equals(scores.scores)


def test_a_round_holds_no_other_round(tmp_path: Path):
    first, last = write_rounds(tmp_path, 3, 2, 5)
    for made in (first, last):
        assert set(rounds.read(made).scores.scores["assessment_round"]) == {made.name}
    assert "2025-H2" not in "".join(file.read_text() for file in (last / "evidence").glob("*.csv"))


def test_a_round_that_nobody_declared_for_is_not_frozen(tmp_path: Path):
    with pytest.raises(MaturityFault, match="round 2019-H1: there is no evidence of it"):
        rounds.write(tmp_path, "2019-H1", drawn(2, 1, 1), rubric(), "r", NOW)


def test_the_word_names_what_a_third_party_asks_for(frozen: Path):
    word = json.loads((frozen / rounds.WORD).read_text())
    assert word["notice"] == "fictional sample, not government data"
    assert word["simulation"] == {"draws": 2_000, "seed": 20_260_331}
    assert set(word["files"]) == {
        str(file.relative_to(frozen)) for file in frozen.rglob("*") if file.is_file() and file.name != rounds.WORD
    }
    for path in ("replay.sql", "README.md", "rubric.yaml", "queries/f1.sql", "sql/scores.sql", "cards/city-001.xlsx"):
        assert word["files"][path] == hashlib.sha256((frozen / path).read_bytes()).hexdigest()
    assert word["notice"] in (frozen / "README.md").read_text()


def test_the_rubrics_hash_is_that_of_the_files_in_the_folder(frozen: Path):
    digest = hashlib.sha256((frozen / "rubric.yaml").read_bytes())
    for file in sorted((frozen / "queries").iterdir()):
        digest.update(file.read_bytes())
    assert digest.hexdigest() == rubric().hash


@pytest.mark.parametrize(
    "path",
    [
        "round.json",
        "README.md",
        "rubric.yaml",
        "replay.sql",
        "queries/f1.sql",
        "sql/scores.sql",
        "evidence/aggregates.csv",
        "evidence/aggregates.parquet",
        "results/scores.csv",
        "results/peers.parquet",
        "cards/city-001.xlsx",
        "state/North-State.json",
    ],
)
def test_any_byte_that_changes_shows(folder: Path, path: str):
    whole = (folder / path).read_bytes()
    for place in sorted({0, len(whole) // 3, len(whole) // 2, len(whole) - 1}):
        changed = bytearray(whole)
        changed[place] ^= 1
        (folder / path).write_bytes(changed)
        assert any(fault.startswith(path) for fault in rounds.verify(folder)), place
    (folder / path).write_bytes(whole[:-7])
    assert any(fault.startswith(path) for fault in rounds.verify(folder))
    (folder / path).unlink()
    assert rounds.verify(folder)[0].startswith(f"{path} is missing")


def test_what_is_there_and_not_told_of_shows(folder: Path):
    (folder / "cards" / "more.txt").write_text("more")
    assert rounds.verify(folder) == ["cards/more.txt is not in round.json"]


def sealed(folder: Path) -> None:
    """Makes round.json say of the files what is now so."""
    word = json.loads((folder / rounds.WORD).read_text())
    word["files"] = {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in word["files"]}
    (folder / rounds.WORD).write_text(rounds._sealed(word))


def edited(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1))

    return edit


def parquet(path: str, change: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE t AS FROM '{folder / path}'")
            connection.execute(change)
            connection.execute(f"COPY t TO '{folder / path}' (FORMAT parquet)")

    return edit


FORGED: list[tuple[Callable[[Path], None], str]] = [
    (edited("results/scores.csv", "strict", "strict "), "results/scores.csv is not what the evidence gives"),
    (parquet("results/scores.parquet", "UPDATE t SET level = 4"), "results/scores.parquet is not what"),
    (parquet("results/sensitivity.parquet", "UPDATE t SET share = 100"), "results/sensitivity.parquet is not what"),
    (parquet("evidence/aggregates.parquet", "DELETE FROM t WHERE city = 'city-001'"), "results/indicator_scores"),
    (parquet("evidence/levels.parquet", "UPDATE t SET strict = strict / 2"), "evidence/levels.csv is not what"),
    (edited("evidence/cities.csv", "City 1", "City X"), "evidence/cities.csv is not what the evidence gives"),
    (edited("sql/scores.sql", "held_by IS NULL", "TRUE"), "results/scores.parquet is not what"),
    (edited("queries/f1.sql", "SELECT", "select"), "rubric.yaml and queries do not have the hash"),
]


@pytest.mark.parametrize(("forge", "fault"), FORGED)
def test_a_forger_who_mends_the_hashes_is_found_out_by_recomputing(
    folder: Path, forge: Callable[[Path], None], fault: str
):
    forge(folder)
    sealed(folder)
    assert any(told.startswith(fault) for told in rounds.verify(folder))


def test_queries_of_a_pack_reach_nothing_but_its_tables(folder: Path, tmp_path: Path):
    out = tmp_path / "stolen.csv"
    file = folder / "sql" / "actions.sql"
    file.write_text(f"{file.read_text()}; COPY scores TO '{out}'")
    sealed(folder)
    with pytest.raises(duckdb.PermissionException):
        rounds.verify(folder)
    assert not out.exists()


def test_a_bare_duckdb_replays_it(frozen: Path, tmp_path: Path):
    """By its own instructions, in a process that has no module of ours."""
    with zipfile.ZipFile(io.BytesIO(rounds.pack(frozen))) as archive:
        archive.extractall(tmp_path)
    there = tmp_path / NAME
    assert "duckdb < replay.sql" in (there / "README.md").read_text()
    command = [sys.executable, "-I", "-c", REPLAY]
    told = subprocess.run(command, cwd=there, capture_output=True, text=True, check=True).stdout
    rows = {table: (count, differing) for table, count, differing in eval(told.splitlines()[0])}
    assert set(rows) == set(STEPS) and rows["indicator_scores"][0] == 6 * len(rubric().indicators)
    assert {differing for _, differing in rows.values()} == {0}
    parquet("results/scores.parquet", "UPDATE t SET level = 4 WHERE city = 'city-001'")(there)
    told = subprocess.run(command, cwd=there, capture_output=True, text=True, check=True).stdout
    assert ("scores", 6, 2) in eval(told.splitlines()[0])


def test_the_pack_is_the_folder(frozen: Path):
    with zipfile.ZipFile(io.BytesIO(rounds.pack(frozen))) as archive:
        held = {member: archive.read(member) for member in archive.namelist()}
    files = [file for file in frozen.rglob("*") if file.is_file()]
    assert held == {f"{NAME}/{file.relative_to(frozen)}": file.read_bytes() for file in files}


def other_python(module: str) -> str:
    """Python 3.12, if there is one here that has the module."""
    found = shutil.which("python3.12")
    command = [found or "", "-c", f"import {module}"]
    if found is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"no Python 3.12 with {module} here")
    return found


def test_another_python_replays_it(frozen: Path):
    command = [other_python("duckdb"), "-I", "-c", REPLAY]
    told = subprocess.run(command, cwd=frozen, capture_output=True, text=True, check=True).stdout
    assert {differing for _, _, differing in eval(told.splitlines()[0])} == {0}


def test_another_python_recomputes_it_to_the_same_bytes(frozen: Path):
    code = "import pathlib, sys; from transforms.maturity import round; print(round.verify(pathlib.Path(sys.argv[1])))"
    command = [other_python("transforms.maturity.round"), "-B", "-c", code, str(frozen)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0] == "[]"
