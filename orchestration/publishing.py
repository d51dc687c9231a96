"""From standing tables to a proposed release."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlalchemy import Connection, insert

from data_contracts.dataset import Dataset
from data_contracts.platform import PLATFORM
from orchestration import gate, platform, scanning
from orchestration.project import Project, code_version, digest
from orchestration.store import schema
from orchestration.store.files import settle
from orchestration.store.ledger import Also, nothing
from orchestration.store.rounds import Frozen, entry
from orchestration.tables import State, standing_table
from transforms.engine import connect, copy_parquet, literal
from transforms.marts.mart import broken_rules, mart_sql
from transforms.privacy import pseudonym, treatment
from transforms.privacy.differencing import changed_by_few
from transforms.privacy.risk import RiskTooHigh
from transforms.release.artefacts import NOTICE, measured, write_table
from transforms.release.bundle import Part, Release, write_bundle
from transforms.release.description import Counts, data_until, describe, describe_city


@dataclass(frozen=True)
class Material:
    """What a public table is made of: its cities, the hash of all that goes in, and the SQL of its rows."""

    cities: list[str]
    inputs: str
    sql: str


def publish(project: Project, dataset: Dataset, states: list[State]) -> str | None:
    """Bring the public form of a dataset or a mart up to date; its key, None where nothing of it goes out.

    Raises RulesBroken where a mart's rows break its contract, RiskTooHigh where the table tells too much of persons,
    PersonalData where it may hold what nobody declared; then it stays where it is, for the officer to judge.
    """
    if dataset.publication.form == "none":
        return None
    given = material(project, dataset, states)
    earlier = project.ledger.newest_public(dataset.table)
    if earlier and set(earlier.rows) - set(given.cities):
        # A city whose table does not stand now would vanish from the release with all its rows.
        return str(earlier.key)
    if not given.cities:
        return None
    key = digest("public", dataset.table, dataset.contract_hash, given.inputs, code_version())
    if project.ledger.public(key) is None:
        _make(project, dataset, given, key)
    gate.passed(project, key)
    return key


def _make(project: Project, dataset: Dataset, given: Material, key: str) -> None:
    """Write a public table and record it, with what the gate found in it."""
    with project.home.workspace() as workspace:
        folder = workspace / key
        folder.mkdir()
        with connect(workspace) as connection:
            version = pseudonym.version_key(project.master, dataset.table, given.inputs)
            treatment.register(connection, version)
            sql = _kept_to(connection, dataset, given.sql, workspace)
            write_table(connection, dataset, sql, _fictional(project, given.cities), folder)
            file = literal(folder / f"{dataset.table}.parquet")
            counted = f"SELECT city, count(*) FROM read_parquet({file}) GROUP BY city ORDER BY city"
            rows = dict(connection.execute(counted).fetchall())
            compared = _compared(project, dataset, connection, folder)
            searched = gate.searched(project, dataset, connection, folder)
        settle(folder, project.home.public / key)

        def also(connection: Connection) -> None:
            compared(connection)
            searched(connection)

        project.ledger.record(schema.publics, also, key=key, table_name=dataset.table, rows=rows)


def _compared(project: Project, dataset: Dataset, connection: duckdb.DuckDBPyConnection, folder: Path) -> Also:
    """Record how the new table differs from the one that is out, where one is.

    Raises RiskTooHigh where the contract asks to hold a table that tells of few new cases.
    """
    out = project.ledger.release(project.ledger.current() or "")
    against = out.parts.get(dataset.table) if out else None
    if against is None:
        return nothing
    file = f"{dataset.table}.parquet"
    few = changed_by_few(connection, dataset, project.home.public / against / file, folder / file)
    if few and dataset.publication.differencing == "hold":
        raise RiskTooHigh(f"{few} counts changed by 1 to {dataset.publication.k - 1} since the last release; wait")

    def also(connection: Connection) -> None:
        connection.execute(insert(schema.differences).values(key=folder.name, against=against, cells=few))

    return also


def material(project: Project, dataset: Dataset, states: list[State]) -> Material:
    """The accepted rows of a dataset, or what the query of a mart makes of them."""
    return _queried(project, dataset, states) if dataset.properties.mart else _delivered(project, dataset, states)


def _delivered(project: Project, dataset: Dataset, states: list[State]) -> Material:
    """The accepted tables of a dataset's cities."""
    standing = [state for state in states if state.table == dataset.table and state.version]
    inputs = digest(*(f"{state.city} {state.version}" for state in standing))
    return Material([state.city for state in standing], inputs, _accepted(project, dataset, standing))


def _queried(project: Project, mart: Dataset, states: list[State]) -> Material:
    """A mart over the cities in which every table that it is made of stands."""
    made_of = project.catalogue.made_of(mart.table)
    delivered = [table for table in made_of if table not in PLATFORM]
    standing = [state for state in states if state.version and (state.table in delivered or not delivered)]
    having = Counter(state.city for state in standing)
    cities = sorted(city for city, count in having.items() if count == len(delivered) or not delivered)
    used = [state for state in standing if state.city in cities and state.table in delivered]
    kept = platform.tables(project, cities, [table for table in made_of if table in PLATFORM])
    tables = {
        table: kept[table]
        if table in PLATFORM
        else _accepted(project, project.catalogue.datasets[table], [one for one in used if one.table == table])
        for table in made_of
    }
    inner = [project.catalogue.marts[table].contract_hash for table in project.catalogue.by_way_of(mart.table)]
    versions = [f"{state.table} {state.city} {state.version}" for state in used]
    return Material(
        cities,
        digest(*inner, *versions, *kept.values()),
        mart_sql(mart, tables, project.catalogue.marts) if cities else "",
    )


def _accepted(project: Project, dataset: Dataset, standing: list[State]) -> str:
    return " UNION ALL ".join(
        f"SELECT {literal(state.city)} AS city, * FROM ({standing_table(project, dataset, state).sql()})"
        for state in standing
    )


class RulesBroken(Exception):
    """Rows of a mart break the rules of its contract; says which, and how many rows."""


def _kept_to(connection: duckdb.DuckDBPyConnection, dataset: Dataset, sql: str, workspace: Path) -> str:
    """The rows, computed once; those of a mart keep to its contract, or RulesBroken is raised."""
    if not dataset.properties.mart:
        return sql
    rows = workspace / "mart.parquet"
    copy_parquet(connection, sql, rows)
    sql = f"SELECT * FROM read_parquet({literal(rows)})"
    broken = broken_rules(connection, dataset, sql)
    if broken:
        told = ", ".join(f"{rule} ({count} rows)" for rule, count in broken.items())
        raise RulesBroken(f"its query's rows break {told}; mend {dataset.name}.sql")
    return sql


def _fictional(project: Project, cities: Iterable[str]) -> list[str]:
    return sorted({city for city in cities if project.catalogue.cities[city].fictional})


def propose(project: Project, keys: dict[str, str], states: list[State], who: str) -> tuple[str, bool] | None:
    """Make the release of some public tables unless it exists; its id and whether it is new.

    Raises Unclean where the scan of its files finds personal data.
    """
    if not keys:
        return None
    frozen = project.ledger.rounds.frozen()
    rounds = [f"{one.name} {one.sha256}" for one in frozen]
    release = digest("release", json.dumps(keys, sort_keys=True), *rounds, project.catalogue.hash, code_version())
    if project.ledger.release(release) is not None:
        return release, False
    parts = [_part(project, table, key, states) for table, key in sorted(keys.items())]
    with project.home.workspace() as workspace:
        folder = workspace / release
        folder.mkdir()
        notice = NOTICE if _fictional(project, (state.city for state in states)) else None
        cities = sorted({city for part in parts for city in part.entry["rows"]})
        entries = [describe_city(project.catalogue.cities[city]) for city in cities]
        told = [entry(project.home, one) for one in frozen]
        going = Release(release, code_version(), notice, entries, told, _packs(project, frozen))
        write_bundle(parts, going, folder, workspace)
        scanning.passed(project, release, keys, folder)
        settle(folder, project.home.releases / release)
        project.ledger.propose(release, keys, who)
    return release, True


def _packs(project: Project, frozen: list[Frozen]) -> dict[str, tuple[Path, bytes]]:
    """Each frozen round by its name: its folder, and that as the evidence pack."""
    if not frozen:
        return {}
    # Report cards need fonts and a workbook's writer, which take a second to import.
    from transforms.maturity.round import pack

    folders = {one.name: project.home.rounds / one.name for one in frozen}
    return {name: (folder, pack(folder)) for name, folder in folders.items()}


def _part(project: Project, table: str, key: str, states: list[State]) -> Part:
    dataset = project.catalogue.published(table)
    public = project.ledger.public(key)
    assert public is not None
    deliveries, counts = {}, {}
    for state in states:
        if state.table == table and state.version:
            version = project.ledger.version(state.version)
            assert version is not None
            processed = [project.ledger.processing(one) for one in version.standing]
            deliveries[state.city] = [row.sha256 for row in processed if row is not None]
            counts[state.city] = Counts(
                state.rows_read, state.accepted, state.quarantined, state.duplicate, state.broken, state.warned
            )
    folder = project.home.public / key
    with connect(project.home.aside) as connection:
        published = f"SELECT * FROM read_parquet({literal(folder / f'{table}.parquet')})"
        until = data_until(connection, dataset, published)
        risk = measured(connection, folder / f"{table}.parquet")
    boundary = project.catalogue.datasets.get(dataset.properties.boundary or "")
    department = project.catalogue.departments[dataset.department]
    return Part(
        table=table,
        title=dataset.title,
        form=dataset.publication.form,
        rows=sum(public.rows.values()),
        contract=dataset.contract_hash,
        deliveries=deliveries,
        folder=folder,
        entry=describe(dataset, project.catalogue.vocabulary, department, boundary, counts, public.rows, until, risk),
    )
