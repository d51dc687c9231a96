"""From standing tables to a proposed release."""

import json

from data_contracts.dataset import Dataset
from orchestration.project import Project, code_version, digest
from orchestration.store import schema
from orchestration.store.files import settle
from orchestration.tables import State, standing_table
from transforms.engine import connect, literal
from transforms.privacy import pseudonym
from transforms.release.artefacts import NOTICE, write_table
from transforms.release.bundle import Part, Release, write_bundle
from transforms.release.description import Counts, data_until, describe, describe_city


def publish(project: Project, dataset: Dataset, states: list[State]) -> str | None:
    """Bring the public form of a dataset up to date; its key, None where nothing of it goes out."""
    if dataset.publication.form == "none":
        return None
    standing = [state for state in states if state.version]
    earlier = project.ledger.newest_public(dataset.table)
    if earlier and set(earlier.rows) - {state.city for state in standing}:
        # A city whose table does not stand now would vanish from the release with all its rows.
        return str(earlier.key)
    if not standing:
        return None
    inputs = digest(*(f"{state.city} {state.version}" for state in standing))
    key = digest("public", dataset.table, dataset.contract_hash, inputs, code_version())
    if project.ledger.public(key) is not None:
        return key
    with project.home.workspace() as workspace:
        folder = workspace / key
        folder.mkdir()
        accepted = " UNION ALL ".join(
            f"SELECT {literal(state.city)} AS city, * FROM ({standing_table(project, dataset, state).sql()})"
            for state in standing
        )
        with connect(workspace) as connection:
            version = pseudonym.version_key(project.master, dataset.table, inputs)
            pseudonym.register(connection, version)
            write_table(connection, dataset, accepted, _fictional(project, standing), folder)
            file = literal(folder / f"{dataset.table}.parquet")
            counted = f"SELECT city, count(*) FROM read_parquet({file}) GROUP BY city ORDER BY city"
            rows = dict(connection.execute(counted).fetchall())
        settle(folder, project.home.public / key)
        project.ledger.record(schema.publics, key=key, table_name=dataset.table, rows=rows)
    return key


def _fictional(project: Project, states: list[State]) -> list[str]:
    return sorted({state.city for state in states if project.catalogue.cities[state.city].fictional})


def propose(project: Project, keys: dict[str, str], states: list[State], who: str) -> tuple[str, bool] | None:
    """Make the release of some public tables unless it exists; its id and whether it is new."""
    if not keys:
        return None
    release = digest("release", json.dumps(keys, sort_keys=True), project.catalogue.hash, code_version())
    if project.ledger.release(release) is not None:
        return release, False
    parts = [_part(project, table, key, states) for table, key in sorted(keys.items())]
    with project.home.workspace() as workspace:
        folder = workspace / release
        folder.mkdir()
        notice = NOTICE if _fictional(project, states) else None
        cities = sorted({city for part in parts for city in part.entry["rows"]})
        entries = [describe_city(project.catalogue.cities[city]) for city in cities]
        write_bundle(parts, Release(release, code_version(), notice, entries), folder, workspace)
        settle(folder, project.home.releases / release)
        project.ledger.propose(release, keys, who)
    return release, True


def _part(project: Project, table: str, key: str, states: list[State]) -> Part:
    dataset = project.catalogue.datasets[table]
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
        entry=describe(dataset, project.catalogue.vocabulary, department, boundary, counts, public.rows, until),
    )
