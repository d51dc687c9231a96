"""A frozen round: a folder with the evidence, the rubric, the queries and the scores, that anybody can recompute."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import duckdb

from data_contracts.rubric import Rubric
from transforms.engine import connect, copy_parquet, literal
from transforms.maturity import replay
from transforms.maturity.card import Card, cards
from transforms.maturity.evidence import COLUMNS, Evidence
from transforms.maturity.fault import MaturityFault
from transforms.maturity.rendering import csv_text
from transforms.maturity.scoring import RESULTS, SQL, STEPS, Scores, compute
from transforms.maturity.sensitivity import DRAWS, SEED
from transforms.maturity.state import returns
from transforms.maturity.tables import INPUTS, load
from transforms.maturity.workbook import workbook

WORD = "round.json"
NOTICE = "fictional sample, not government data"
# Read by anybody, for long: plain encodings.
_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v1"
_TABLES = {**dict.fromkeys(INPUTS, "evidence"), **dict.fromkeys(RESULTS, "results")}


@dataclass(frozen=True, eq=False)
class Round:
    """A frozen round as its folder holds it; `word`: round.json, see the README in the folder."""

    name: str
    release: str
    frozen_at: datetime
    word: dict[str, Any]
    evidence: Evidence
    scores: Scores


def write(
    folder: Path,
    name: str,
    evidence: Evidence,
    rubric: Rubric,
    release: str,
    now: datetime,
    fonts: Path | None = None,
) -> None:
    """Write the round of this name into `folder`, which exists and is empty; the same things give the same bytes.

    `fonts`: the folder of the fonts for the PDF cards, which are left out without it. Raises FactFault for evidence
    that cannot be so, MaturityFault where there is none of this round.
    """
    chosen = evidence.of(name).checked()
    if chosen.aggregates.empty and chosen.declared.empty:
        raise MaturityFault(f"round {name}: there is no evidence of it; freeze one that a city declared for")
    with connect(Path(gettempdir())) as connection:
        load(connection, chosen, rubric)
        compute(connection)
        for table, part in _TABLES.items():
            _write_table(connection, table, folder / part)
        scores = Scores(**{table: connection.execute(f"FROM {table}").df() for table in RESULTS})
    _write_texts(folder, name, chosen, rubric)
    _write_cards(folder, list(cards(name, release, now.astimezone(UTC), rubric, chosen, scores)), fonts)
    word = {
        "round": name,
        "notice": _notice(chosen),
        "rubric": {"id": rubric.id, "version": rubric.version, "hash": rubric.hash},
        "release": release,
        "frozen_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "simulation": {"draws": DRAWS, "seed": SEED},
        "files": {path: _sha256(folder / path) for path in _files(folder)},
    }
    (folder / WORD).write_text(_sealed(word), encoding="utf-8")


def read(folder: Path) -> Round:
    """The round in a folder; what it says is not checked (see `verify`)."""
    word = json.loads((folder / WORD).read_text(encoding="utf-8"))
    with connect(Path(gettempdir())) as connection:
        tables = {table: connection.execute(f"FROM {_parquet(folder, table)}").df() for table in [*COLUMNS, *RESULTS]}
    return Round(
        name=word["round"],
        release=word["release"],
        frozen_at=datetime.fromisoformat(word["frozen_at"]),
        word=word,
        evidence=Evidence(**{table: tables[table] for table in COLUMNS}),
        scores=Scores(**{table: tables[table] for table in RESULTS}),
    )


def verify(folder: Path) -> list[str]:
    """All that differs from what was written, and then from what the evidence gives; empty where nothing does."""
    try:
        text = (folder / WORD).read_text(encoding="utf-8")
        word = json.loads(text)
        listed = dict(word["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{WORD} is missing or not readable"]
    faults = [] if text == _sealed(word) else [f"{WORD} is not as it was written"]
    present = _files(folder)
    faults += [f"{path} is missing" for path in sorted(listed.keys() - present)]
    faults += [f"{path} is not in {WORD}" for path in present if path not in listed]
    both = [path for path in present if path in listed]
    faults += [f"{path} differs from its SHA-256" for path in both if _sha256(folder / path) != listed[path]]
    # Changed files are not run.
    return faults or [*_rubric_faults(folder, word), *_recomputed(folder)]


def pack(folder: Path) -> bytes:
    """The folder as a zip, the evidence pack; the same folder gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([WORD, *_files(folder)]):
            member = zipfile.ZipInfo(f"{folder.name}/{path}")
            member.external_attr = 0o644 << 16
            archive.writestr(member, (folder / path).read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _write_table(connection: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    copy_parquet(connection, f"FROM {table}", folder / f"{table}.parquet", _PARQUET)
    (folder / f"{table}.csv").write_text(csv_text(connection, table), encoding="utf-8", newline="")


def _write_texts(folder: Path, name: str, evidence: Evidence, rubric: Rubric) -> None:
    texts = {
        "rubric.yaml": rubric.text,
        "replay.sql": replay.script(),
        "README.md": replay.readme(name, _notice(evidence)),
        **{f"queries/{one.file}": one.query for one in rubric.indicators if one.query},
        **{f"sql/{step}.sql": query for step, query in SQL.items()},
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")


def _write_cards(folder: Path, made: list[Card], fonts: Path | None) -> None:
    """Report cards of all cities, and what each State collects."""
    # No quick import, and whoever reads a round needs none of it.
    from transforms.maturity.page import draw

    for part in ("cards", "state"):
        (folder / part).mkdir()
    for card in made:
        stem = folder / "cards" / card.city["city"]
        stem.with_suffix(".xlsx").write_bytes(workbook(card))
        if fonts:
            stem.with_suffix(".pdf").write_bytes(draw(card, "en", fonts))
            stem.with_suffix(".hi.pdf").write_bytes(draw(card, "hi", fonts))
    for state, table, text in returns(made):
        (folder / "state" / f"{state}.csv").write_text(table, encoding="utf-8", newline="")
        (folder / "state" / f"{state}.json").write_text(text, encoding="utf-8", newline="")


def _notice(evidence: Evidence) -> str | None:
    return NOTICE if bool(evidence.cities["fictional"].any()) else None


def _rubric_faults(folder: Path, word: dict[str, Any]) -> Iterator[str]:
    digest = hashlib.sha256((folder / "rubric.yaml").read_bytes())
    for file in sorted((folder / "queries").iterdir()):
        digest.update(file.read_bytes())
    if digest.hexdigest() != word["rubric"]["hash"]:
        yield f"rubric.yaml and queries do not have the hash that {WORD} gives the rubric"


def _recomputed(folder: Path) -> Iterator[str]:
    """Every table that differs from what the folder's own queries make of its evidence."""
    sql = {step: (folder / "sql" / f"{step}.sql").read_text(encoding="utf-8") for step in STEPS}
    with TemporaryDirectory() as scratch, connect(Path(scratch)) as connection:
        for table in INPUTS:
            connection.execute(f"CREATE TABLE {table} AS FROM {_parquet(folder, table)}")
        for table in RESULTS:
            connection.execute(f"CREATE TABLE stored_{table} AS FROM {_parquet(folder, table)}")
        # Whatever the queries say, they reach nothing but these tables and the scratch folder.
        connection.execute("SET enable_external_access = false")
        compute(connection, sql)
        for table, part in _TABLES.items():
            found = replay.differing(table, f"stored_{table}") if table in RESULTS else "0"
            if connection.execute(f"SELECT {found}").fetchall()[0][0]:
                yield f"{part}/{table}.parquet is not what the evidence gives"
            if (folder / part / f"{table}.csv").read_bytes() != csv_text(connection, table).encode():
                yield f"{part}/{table}.csv is not what the evidence gives"


def _parquet(folder: Path, table: str) -> str:
    return f"read_parquet({literal(folder / _TABLES[table] / f'{table}.parquet')})"


def _files(folder: Path) -> list[str]:
    """Every file of a round's folder but round.json, by its path in it."""
    paths = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(path for path in paths if path != WORD)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sealed(word: dict[str, Any]) -> str:
    """round.json: what is said, sealed by its own hash, so that no byte of it changes unseen."""
    said = {key: value for key, value in word.items() if key != "seal"}
    seal = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return json.dumps({**said, "seal": seal}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
