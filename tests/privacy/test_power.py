"""Each control alone holds back canaries of its own: without it they come out, with it none does."""

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partialmethod
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from duckdb.sqltypes import VARCHAR

from orchestration import gate, run, scanning, status, tables
from tests.contracts_kit import CITY, column, contract, server, write
from tests.privacy.aviary import Aviary, kept_results, without_staff_columns
from tests.privacy.canaries import Flock
from transforms.checking import merge
from transforms.engine import define
from transforms.privacy import names, pseudonym, publish, redaction, risk
from transforms.privacy.names.weights import WeightsFault
from transforms.reading import header
from transforms.release import bundle

Patch = pytest.MonkeyPatch
KEY = column("id", treatment="pseudonym", key=True)
ZONE = column("zone", treatment="keep")
REPORT_MODE = {"gate": (gate, "passed"), "second scan": (scanning, "passed")}


@dataclass(frozen=True)
class Case:
    """A control: a contract, the lines of a file made of canaries that only it holds back, how it is switched off."""

    given: dict[str, Any]
    lines: Callable[[Flock], Iterable[str]]
    off: Callable[[Patch], None]


def things(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return contract("things", [KEY, ZONE, *columns], **more)


def canary(flock: Flock, kind: str) -> str:
    """A canary as it is."""
    text = flock.new("planted", lambda text: flock.chance.random() < 0.5, [kind])
    return text if text is not None else canary(flock, kind)


def lines(header: str, *kinds: str, beside: Iterable[str] = ("1,east",)) -> Callable[[Flock], Iterable[str]]:
    """Rows of an id, a zone and canaries of the kinds."""
    return lambda flock: [
        f"id,zone,{header}",
        *(",".join([start, *(canary(flock, kind) for kind in kinds)]) for start in beside),
    ]


# How a control is switched off


def kept(kind: str) -> Callable[[Patch], None]:
    """Columns of a treatment go out as they are."""
    whole = publish.treated
    return lambda patch: patch.setattr(
        publish, "treated", lambda column: column.name if column.treatment.kind == kind else whole(column)
    )


def put(where: Any, name: str, instead: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(where, name, instead)


def guessed(names: list[str], dataset: Any, *given: Any) -> dict[str, int]:
    """A reader that takes a column that it does not know for one that it misses."""
    found = {name: place for place, name in enumerate(names) if name in dataset.by_name}
    return {**found, "remarks": names.index("said")}


def unkeyed(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    def tokens(domains: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.Array:
        return pa.array([hashlib.sha256(value.encode()).hexdigest() for value in values.to_pylist()], pa.string())

    define(connection, "pseudonym", tokens, [VARCHAR, VARCHAR], VARCHAR)


def all_rows(patch: Patch) -> None:
    """Rows in quarantine count as accepted; that the sums do not meet then is a gate of its own."""
    patch.setattr(tables, "conserved", lambda read, told: None)
    whole = merge.Table.sql
    patch.setattr(merge.Table, "sql", lambda table: whole(table).replace(f" WHERE {merge.BROKEN} IS NULL", ""))


def filtered_copy(patch: Patch) -> None:
    """A database of the accepted rows, of which the column is removed that may not be public."""
    whole = bundle._write_database

    def write_database(parts: Any, data: Path, notice: Any, target: Path, scratch: Path) -> Any:
        accepted = scratch.parents[1] / "accepted" / "*.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{target}' AS copy (STORAGE_VERSION '{bundle.STORAGE_VERSION}')")
            connection.execute(f"CREATE TABLE copy.rows AS SELECT * FROM read_parquet('{accepted}')")
            connection.execute("CHECKPOINT copy; ALTER TABLE copy.rows DROP COLUMN name; DETACH copy")
        return whole(parts, data, notice, target, scratch)

    patch.setattr(bundle, "_write_database", write_database)


def no_gate(patch: Patch) -> None:
    """The control is in report mode itself."""


BAD_RULE = {"name": "r", "type": "custom", "engine": "pravah", "implementation": "cast(name as integer) > 0"}
SUMS = {
    "form": "aggregate",
    "dimensions": ["zone"],
    "measures": {"cases": "count(*)", "paid": "sum(paid)"},
    "k": 5,
}
MANY = [f"{number},east" for number in range(40)]


def sums(flock: Flock) -> list[str]:
    """In one zone there are many, in the other is one person."""
    flock.add("735192461", "735192461", "AMOUNT", "as it is", "planted")
    return ["id,zone,paid", *(f"{line},{1000}" for line in MANY), "99,west,735192461"]


def standing_out(flock: Flock) -> list[str]:
    return ["id,zone,calling", *(f"{line},farmer" for line in MANY), f"99,east,{canary(flock, 'HOUSEHOLD_TAG')}"]


def amounts(flock: Flock) -> list[str]:
    flock.add("735192461", "735192461", "AMOUNT", "as it is", "planted")
    return ["id,zone,paid", "1,east,735192461"]


CASES = {
    "deny by default": Case(
        things(column("remarks", treatment="keep"), servers=[server(optionalColumns=["remarks"])]),
        lines("said", "PERSON"),
        put(header, "match", guessed),
    ),
    "declared drop": Case(things(column("name")), lines("name", "PERSON"), kept("drop")),
    "pseudonym": Case(
        things(column("phone", treatment={"kind": "pseudonym"})),
        lines("phone", "PHONE_NUMBER"),
        put(pseudonym, "register", unkeyed),
    ),
    "mask": Case(
        things(column("card", treatment={"kind": "mask", "keepLast": 4})), lines("card", "IN_RATION_CARD"), kept("mask")
    ),
    "generalise": Case(
        things(column("paid", "number", {"kind": "generalise", "band": 1000})), amounts, kept("generalise")
    ),
    "redact": Case(
        things(column("said", treatment={"kind": "redact", "releasedBy": "City Data Officer"})),
        lines("said", "EMAIL_ADDRESS"),
        put(redaction, "redacted", lambda texts, column: pa.array(texts, pa.string())),
    ),
    "quarantine kept inside": Case(
        things(column("grade", treatment="keep", options={"pattern": "^[a-c]$"})), lines("grade", "PERSON"), all_rows
    ),
    "small cells": Case(
        things(column("paid", "integer"), publication=SUMS), sums, put(publish, "figures", lambda dataset: [])
    ),
    "k-anonymity": Case(
        things(column("calling", treatment="keep", quasi=True), publication={"form": "rows", "k": 5}),
        standing_out,
        put(risk, "guard", lambda connection, dataset, sql: (sql, risk.UNMEASURED)),
    ),
    "messages without values": Case(
        things(column("name"), quality=[BAD_RULE]), lines("name", "PERSON"), put(run, "_failure", str)
    ),
    "names of columns are for staff": Case(
        things(),
        lambda flock: [f"id,zone,{canary(flock, 'PERSON')}", "1,east,x"],
        put(status.Line, "drifted", property(lambda line: {one.words: 1 for one in line.drift})),
    ),
    "names of files are not told": Case(
        things(), lambda flock: ["id,zone", '1,"east'], put(tables, "told", lambda path, sha256: path)
    ),
    "a fresh database": Case(things(column("name")), lines("name", "PERSON", beside=MANY), filtered_copy),
    "gate": Case(things(column("said", treatment="keep")), lines("said", "PHONE_NUMBER"), no_gate),
    "second scan": Case(things(), lambda flock: ["id,zone", "1,east"], no_gate),
}


def leaks(root: Path, name: str, on: bool) -> set[str]:
    """What is found outside the restricted zone after a run, with the control on or off, later gates in report mode."""
    case, made = CASES[name], placed(root, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_CONTRACTS", str(root / "contracts"))
        for later, (where, what) in REPORT_MODE.items():
            if not on or later != name:
                patch.setattr(where, what, lambda *given: None)
        if not on:
            case.off(patch)
        for words in ("run --as asha", "release approve --as bela", "status --json"):
            made.pravah(*words.split())
    shutil.copytree(made.home / "releases", made.out / "releases")
    without_staff_columns(made.home / "ledger.sqlite", made.out / "ledger.sqlite")
    return made.flock.found(made.out).places


def placed(root: Path, name: str) -> Aviary:
    """An installation of one contract with one file in its inbox."""
    case, made = CASES[name], Aviary(root / "home", Flock(random.Random(1)), root / "out")
    given = case.given
    if name == "second scan":
        # What a contract says of its dataset stands in the catalogue, where no gate looks.
        given = {**given, "description": {"purpose": f"Ask {canary(made.flock, 'PHONE_NUMBER')}"}}
    write(root / "contracts", given)
    stem = canary(made.flock, "PERSON") if name == "names of files are not told" else "march"
    file = made.home / "inbox" / CITY / "works" / "things" / f"{stem}.csv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join([*case.lines(made.flock), ""]))
    return made


@pytest.mark.parametrize("name", CASES)
def test_a_control_holds_back_what_nothing_else_does(tmp_path: Path, name: str) -> None:
    assert leaks(tmp_path / "on", name, on=True) == set()
    assert leaks(tmp_path / "off", name, on=False) == {"planted"}


def test_without_the_model_of_names_nothing_is_published(tmp_path: Path, monkeypatch: Patch) -> None:
    """A search that cannot be made is no search that found nothing."""
    made = placed(tmp_path, "declared drop")
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setattr(names.find, "model", put_out)
    assert made.pravah("run", "--as", "asha") == 1
    assert [file.name for file in (made.home / "releases").iterdir()] == []


def put_out() -> Any:
    raise WeightsFault("weights.tsv: cannot be read; run make names")


def test_results_of_great_expectations_hold_no_value_because_they_are_asked_so(tmp_path: Path) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    from transforms.checking.suite import Expectation, Suite, failures

    flock = Flock(random.Random(2))
    people = [canary(flock, "PERSON") for _ in range(4)]
    suite = Suite((Expectation("r", "expect_column_values_to_match_regex", {"column": "name", "regex": "^x"}),), ())
    for number, more in enumerate(({}, {"result_format": "COMPLETE"})):
        with pytest.MonkeyPatch.context() as patch, duckdb.connect() as connection:
            results = kept_results(patch)
            patch.setattr(Batch, "validate", partialmethod(asked_for, Batch.validate, more))
            accepted = " UNION ALL ".join(f"SELECT '{name}' AS name" for name in people)
            assert failures(suite, connection, accepted, [], {}) == [("r", "error")]
        (tmp_path / f"{number}.json").write_text(json.dumps(results, default=str))
    found = flock.found(tmp_path)
    assert {place.partition("!")[0] for place, _, _ in found.hits} == {"1.json"}


def asked_for(batch: Any, whole: Any, more: dict[str, str], suite: Any, **given: str) -> Any:
    return whole(batch, suite, **(given | more))
