"""Cities whose every file holds canaries, run to an approved release; and all that came out, in one folder."""

import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from data_contracts import catalogue
from orchestration.cli import main
from orchestration.project import Settings
from orchestration.sample.maker import World
from orchestration.sample.profile import FIVE
from tests.privacy.canaries import Flock
from tests.privacy.planting import write

KEY = "5a" * 32
CITY = "navsagar"
# What Dagster runs: the one department that waits for no other.
DEPARTMENT = "iccc"
# Every dataset in the form of one city, and each form that this city does not send.
OTHERS = {
    "meghavan": ["iccc__wards", "municipal_services__grievances"],
    "phulkheda": ["iccc__wards", "street_lighting__street_lights"],
    "tarangpur": ["iccc__wards", "environment__flood_sensors"],
}
COMMANDS = (
    "status", "status --json", "quarantine --json", "digest --as asha", "audit list", "release list",
    "release diff", "release diff --json", "release verify", "audit verify", "gate list", f"score --city {CITY}",
    f"score --city {CITY} --json",
)  # fmt: skip
# A name in a header and the path of a file stand in the ledger, for staff alone.
FOR_STAFF = {"receipts": "path", "drifts": "found"}


@dataclass(frozen=True)
class Aviary:
    """The home, what was planted in it, and the folder of everything that left the restricted zone."""

    home: Path
    flock: Flock
    out: Path

    @contextmanager
    def around(self) -> Iterator[pytest.MonkeyPatch]:
        """An environment in which only this home exists."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRAVAH_HOME", str(self.home))
            patch.setenv("PRAVAH_MASTER_KEY", KEY)
            yield patch

    def pravah(self, *words: str) -> int:
        """Call the command line; what it prints is kept among the artefacts."""
        told, code = io.StringIO(), 0
        with self.around() as patch, redirect_stdout(told), redirect_stderr(told):
            patch.setattr(sys, "argv", ["pravah", *words])
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        self.keep("told", f"{' '.join(words[:2]).replace('/', ' ')[:30]}.txt", told.getvalue())
        return code

    def keep(self, folder: str, name: str, text: str) -> None:
        """Put a text among the artefacts, under a number."""
        place = self.out / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{sum(1 for _ in place.iterdir()):03} {name}").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def aviary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aviary]:
    """The installation with a release that is out, and what the command line said of it."""
    root = tmp_path_factory.mktemp("aviary")
    made = Aviary(root / "home", Flock(), root / "out")
    with pytest.MonkeyPatch.context() as patch:
        plant(made)
        results = kept_results(patch)
        made.pravah("run", "--as", "asha")
        made.keep("expectations", "results.json", json.dumps(results, default=str))
        made.pravah("release", "approve", "--as", "bela")
        # Rounds of maturity go out with the release after the one over which they were frozen.
        made.pravah("score", "freeze", "--all", "--as", "bela")
        made.pravah("run", "--as", "asha")
        made.pravah("release", "approve", "--as", "bela")
        told(made)
        shutil.copytree(made.home / "releases", made.out / "releases")
        without_staff_columns(made.home / "ledger.sqlite", made.out / "ledger.sqlite")
    yield made


def told(made: Aviary) -> None:
    """What the commands say of what stands, waits and is held, and of a file that can be read and one that cannot."""
    made.pravah("run", "--as", "asha", "--json")
    for words in COMMANDS:
        made.pravah(*words.split())
    inbox = made.home / "inbox" / CITY
    contract = catalogue.HOME / "engineering" / "assets.odcs.yaml"
    for file in sorted(inbox.glob("engineering/assets/*")):
        made.pravah("read", str(contract), str(file), "--city", CITY)
    made.pravah("contracts", "check", str(contract))
    made.pravah("detect", str(next(inbox.glob("engineering/assets/a*"))), "--column", "phone")
    made.pravah("scan", str(next(made.home.glob("releases/*/catalog.json"))))


def plant(made: Aviary) -> None:
    """Write all files."""
    contracts = catalogue.load()
    profiles = {profile.city: profile for profile in FIVE}
    for city, tables in {CITY: list(contracts.datasets), **OTHERS}.items():
        # Where rows must not stand out there have to be many.
        few, many = (World(profiles[city], contracts, 7, scale, 30) for scale in (0.003, 0.05))
        for table in tables:
            quasi = any(column.properties.quasi for column in contracts.datasets[table].columns)
            list(write(many if quasi else few, [table], made.home / "inbox", made.flock))


def kept_results(patch: pytest.MonkeyPatch) -> list[Any]:
    """What Great Expectations answers from now on, whole."""
    from great_expectations.datasource.fluent.interfaces import Batch

    whole, kept = Batch.validate, list[Any]()

    def validate(batch: Any, *given: Any, **more: Any) -> Any:
        answer = whole(batch, *given, **more)
        # How it was asked stands beside it: of a reference all values that there are.
        kept.extend({**one.to_json_dict(), "expectation_config": None} for one in answer.results)
        return answer

    patch.setattr(Batch, "validate", validate)
    return kept


def without_staff_columns(ledger: Path, target: Path) -> None:
    """A copy of the ledger without what it keeps for staff alone."""
    shutil.copyfile(ledger, target)
    with closing(sqlite3.connect(target)) as connection:
        for table, column in FOR_STAFF.items():
            connection.execute(f"UPDATE {table} SET {column} = rowid")
        connection.commit()
        connection.execute("VACUUM")


@pytest.fixture(scope="session")
def materialised(aviary: Aviary) -> Path:
    """Dagster's own storage and what it prints, after it ran a department of a fresh home with the same files."""
    import dagster as dg

    from orchestration.definitions import definitions

    storage, home = aviary.out / "dagster", aviary.home.parent / "fresh"
    storage.mkdir()
    shutil.copytree(aviary.home / "inbox" / CITY / DEPARTMENT, home / "inbox" / CITY / DEPARTMENT)
    told = io.StringIO()
    with aviary.around() as patch, redirect_stdout(told), redirect_stderr(told):
        patch.setenv("PRAVAH_HOME", str(home))
        with dg.DagsterInstance.local_temp(str(storage)) as instance:
            defs = definitions(catalogue.load(catalogue.HOME), Settings.read())
            job = defs.resolve_job_def(DEPARTMENT)
            job.execute_in_process(partition_key=CITY, instance=instance, raise_on_error=False)
    aviary.keep("told", "dagster.txt", told.getvalue())
    return storage
