"""From landed deliveries to the table of a dataset and city as it stands.

Two levels, each a pure function of its inputs and recorded under their hash: a delivery is *processed*
(read, row rules), and a *version* of the table is made of the processed deliveries that hold up together.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import shapely

from data_contracts.dataset import Dataset
from orchestration.file_name import told
from orchestration.project import Project, digest
from orchestration.store import landing, schema
from orchestration.store.files import settle
from orchestration.store.ledger import Delivery, beside, drifted
from transforms.checking import misfit
from transforms.checking.delivery import check_delivery
from transforms.checking.merge import Table, supersede
from transforms.checking.rules import FUTURE
from transforms.checking.suite import compile_suite, failures
from transforms.compiling import labels
from transforms.engine import connect, literal, name
from transforms.reading.drift import Drift
from transforms.reading.held import Held
from transforms.reading.places import Places

# A delivery that seems to be in another unit than the one before it.
MOVED = "drift.unit"


@dataclass(frozen=True)
class Holding:
    """Something that waits for a person: a delivery by its path (or None for the whole table), and why.

    `rules`: those that it breaks; `needs`: the tables that it waits for. As a text it may stand in a log.
    """

    path: str | None
    reason: str
    rules: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sha256: str = ""

    def __str__(self) -> str:
        return f"{told(self.path, self.sha256)}: {self.reason}" if self.path else self.reason

    @property
    def for_staff(self) -> str:
        """The same with the file's own name, whatever it holds: for the staff app alone."""
        return f"{self.path}: {self.reason}" if self.path else self.reason


@dataclass
class State:
    """A dataset of one city after a run; `version` is None where no table stands.

    `repaired`: cells that declared repairs changed in the deliveries that stand, by `column.repair`.
    `drift`: what no longer fits the contract, of deliveries that stand and that are held; for staff alone.
    """

    table: str
    city: str
    version: str | None = None
    rows_read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    warned: dict[str, int] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    held: list[Holding] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list, repr=False)
    failed: str | None = None


def bring_up(
    project: Project, dataset: Dataset, city: str, states: dict[tuple[str, str], State], fresh: bool = True
) -> State:
    """Process what is new of a dataset and city and bring its table up to date.

    `states` holds the datasets done before; one that this one joins must stand there. Without `fresh`
    nothing is processed: the state is the newest that the ledger knows.
    """
    state = State(dataset.table, city)
    # A snapshot that comes again after another one is the state of things again.
    snapshot = dataset.properties.delivery == "snapshot"
    deliveries = project.ledger.deliveries(dataset.table, city, latest_last=snapshot)
    needed = {table: states.get((table, city)) for table in dataset.requires}
    waiting = [table for table, other in needed.items() if other is None or other.version is None]
    if waiting:
        reason = f"waits for {', '.join(waiting)} of {city}: send that first"
        state.held.append(Holding(None, reason, needs=tuple(waiting)))
        return state
    reference = digest(
        *(f"{table} {other.version}" for table, other in needed.items() if other), *_bounds(project, dataset, city)
    )
    places = cache(lambda: places_of(project, dataset, city, states))
    rows = []
    for delivery in deliveries:
        row = _processed(project, dataset, city, delivery, reference, places if fresh else None)
        if row is not None:
            rows.append(row)
            if row.held and not delivery.replaced:
                state.held.append(Holding(delivery.path, _reason(row.held), (row.held["rule"],), (), row.sha256))
                state.drift += _drift(project, row.key)
    good = [row for row in rows if not row.held]
    while good:
        version = _version(project, dataset, city, good, states, fresh)
        if version is not None:
            _fill(state, version, good, deliveries, project.ledger.repaired)
            state.drift += [one for key in [*version.standing, *version.held] for one in _drift(project, key)]
            break
        good.pop()
    return state


def _drift(project: Project, key: str) -> list[Drift]:
    return [Drift(**one) for one in project.ledger.drift(key)]


def _bounds(project: Project, dataset: Dataset, city: str) -> list[str]:
    """The city's bounds where the values of a delivery depend on them."""
    swaps = [column.properties.swap_coordinates for column in dataset.columns]
    asked = any(swap and swap.when == "outside" for swap in swaps)
    return [str(project.catalogue.cities[city].bounds)] if asked else []


def _reason(held: dict[str, str]) -> str:
    return f"{held['place']}: {held['rule']}: {held['message']}; {held['remedy']}"


def _processed(
    project: Project,
    dataset: Dataset,
    city: str,
    delivery: Delivery,
    reference: str,
    places: Callable[[], Places | None] | None,
) -> Any:
    """The ledger's row of a delivery's processing, made now where it is new; not without `places`."""
    sha256 = delivery.sha256
    key = digest("processing", sha256, dataset.table, city, dataset.contract_hash, reference)
    known = project.ledger.processing(key)
    if known is not None or places is None:
        return known
    common = {"key": key, "sha256": sha256, "table_name": dataset.table, "city": city}
    with project.home.workspace() as workspace:
        aside = workspace / "checked.parquet"
        raw = landing.plain(project.home, sha256, workspace, project.zone)
        try:
            bounds = project.catalogue.cities[city].bounds
            checked = check_delivery(raw, dataset, city, places(), aside, workspace, bounds, delivery.first_at)
        except Held as held:
            reason = {"rule": held.rule, "place": held.place, "message": held.message, "remedy": held.remedy}
            change = [Drift(held.rule, held.place, held.proposal)] if held.proposal else []
            also = beside(key, {}, [asdict(one) for one in change])
            project.ledger.record(schema.processings, also, **common, held=reason, broken={}, warned={})
        else:
            settle(aside, checked_path(project, key))
            project.ledger.record(
                schema.processings,
                beside(key, checked.repaired, [asdict(one) for one in checked.drift]),
                **common,
                rows_read=checked.rows_read,
                quarantined=checked.quarantined,
                broken=checked.broken,
                warned=checked.warned,
            )
    return project.ledger.processing(key)


def checked_path(project: Project, key: str) -> Path:
    """The checked file of a processing."""
    return project.home.checked / f"{key}.parquet"


def _version(
    project: Project,
    dataset: Dataset,
    city: str,
    good: list[Any],
    states: dict[tuple[str, str], State],
    fresh: bool,
) -> Any:
    """The ledger's row of the table's version over the processed deliveries, made now if `fresh`."""
    key = digest("version", dataset.table, city, dataset.contract_hash, *(_content(dataset, row) for row in good))
    known = project.ledger.version(key)
    if known is not None or not fresh:
        return known
    with project.home.workspace() as workspace, connect(workspace) as connection:
        maker = _Versions(project, dataset, city, states, workspace, connection)
        standing, held = maker.stand(good)
        table = maker.table(standing)
        live = [row for row in standing if checked_path(project, row.key) in table.live]
        counts = maker.counts(table, live)
        if table.superseded:
            settle(table.superseded, project.home.superseded / f"{key}.parquet")
        project.ledger.record(
            schema.versions,
            drifted({key: found for key, found in maker.drift.items() if key in held}),
            key=key,
            table_name=dataset.table,
            city=city,
            standing=[row.key for row in live],
            held=held,
            warned=maker.warned,
            superseded=1 if table.superseded else 0,
            **counts,
        )
    return project.ledger.version(key)


def _content(dataset: Dataset, row: Any) -> str:
    """What a processing's file holds: its key, and how many rows lie in the future of the delivery's first arrival.

    The later a file arrives the fewer rows do, so their number says which ones, wherever and whenever it was.
    """
    future = row.broken.get(f"{dataset.properties.temporal_column}.{FUTURE}", 0)
    return f"{row.key} {future}" if future else str(row.key)


class _Versions:
    """Finds which deliveries hold up together: all at once as a rule, else one after the other."""

    def __init__(
        self,
        project: Project,
        dataset: Dataset,
        city: str,
        states: dict[tuple[str, str], State],
        workspace: Path,
        connection: duckdb.DuckDBPyConnection,
    ):
        self.project, self.dataset, self.city = project, dataset, city
        self.states, self.workspace, self.connection = states, workspace, connection
        self.made: tuple[list[Any], Table] | None = None
        self.suite = compile_suite(dataset)
        self.medians: dict[str, dict[str, float]] = {}
        self.drift: dict[str, list[dict[str, str]]] = {}
        self.warned: list[str] = []

    def stand(self, rows: list[Any]) -> tuple[list[Any], dict[str, list[str]]]:
        """The deliveries that stand, and for each of the others the table rules it would break."""
        if not self._broken(rows):
            return rows, {}
        standing: list[Any] = []
        held: dict[str, list[str]] = {}
        for row in rows:
            broken = self._broken([*standing, row])
            if broken:
                held[row.key] = broken
            else:
                standing.append(row)
        return standing, held

    def table(self, rows: list[Any]) -> Table:
        """The table over some deliveries, superseded rows found; the last one made is kept."""
        if self.made is None or self.made[0] != rows:
            files = tuple(checked_path(self.project, row.key) for row in rows)
            target = self.workspace / "superseded.parquet"
            made = supersede(self.connection, self.dataset, files, target) if files else Table(self.dataset, ())
            self.made = (rows, made)
        return self.made[1]

    def _broken(self, rows: list[Any]) -> list[str]:
        references = {
            column.references: self._values(column.references) for column in self.dataset.columns if column.references
        }
        accepted = self.table(rows).sql()
        found = failures(self.suite, self.connection, accepted, _facts(rows), references)
        self.warned = sorted(rule for rule, severity in found if severity == "warning")
        return sorted({rule for rule, severity in found if severity == "error"} | self._moved(rows))

    def _moved(self, rows: list[Any]) -> set[str]:
        """The rule MOVED where a column's median moved from one delivery to the next as between two units."""
        for row in rows:
            if row.key not in self.medians:
                path = checked_path(self.project, row.key)
                self.medians[row.key] = misfit.medians(self.connection, self.dataset, path)
        for before, after in pairwise(rows):
            changes = misfit.shifted(self.dataset, self.medians[before.key], self.medians[after.key])
            if changes:
                self.drift[after.key] = [asdict(Drift(MOVED, "the delivery", change)) for change in changes]
                return {MOVED}
        return set()

    def _values(self, reference: str) -> str:
        table, _, column = reference.rpartition(".")
        state = self.states[(table, self.city)]
        accepted = standing_table(self.project, self.project.catalogue.datasets[table], state)
        return f"SELECT DISTINCT {name(column)} FROM ({accepted.sql()})"

    def counts(self, table: Table, live: list[Any]) -> dict[str, int]:
        """Rows accepted, counted in the table; duplicates, counted where they are superseded. They must meet."""
        accepted = self._count(table.sql()) if table.files else 0
        duplicate = 0
        if table.superseded:
            duplicate = self._count(f"SELECT 1 FROM read_parquet({literal(table.superseded)})")
        conserved(sum(row.rows_read - row.quarantined for row in live), accepted + duplicate)
        return {"accepted": accepted, "duplicate": duplicate}

    def _count(self, query: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0])


class RowsLostError(Exception):
    """The law of conservation is broken: a fault of ours, never of a file."""


def conserved(read: int, told: int) -> None:
    """Every row read is accepted, quarantined or a duplicate; raises RowsLostError otherwise."""
    if read != told:
        raise RowsLostError(f"{read} rows read, {told} accounted for")


def _facts(rows: list[Any]) -> list[dict[str, float | int | None]]:
    """What each delivery says of itself and against the one before it."""
    facts: list[dict[str, float | int | None]] = []
    previous: int | None = None
    for row in rows:
        facts.append(
            {
                "rows_read": row.rows_read,
                "quarantined": row.quarantined,
                "reject_share": row.quarantined / row.rows_read,
                "volume_ratio": row.rows_read / previous if previous else None,
            }
        )
        previous = row.rows_read
    return facts


def _fill(
    state: State,
    version: Any,
    good: list[Any],
    deliveries: list[Delivery],
    repaired: Callable[[str], dict[str, int]],
) -> None:
    """The counts of a state.

    Rows of a delivery that came again, and of a snapshot that a later one replaced, are duplicates.
    """
    by_sha = {delivery.sha256: delivery for delivery in deliveries}
    counted = [row for row in good if row.key not in version.held]
    live = [row for row in counted if row.key in version.standing]
    state.rows_read = sum(by_sha[row.sha256].times * row.rows_read for row in counted)
    once = sum(row.rows_read for row in live)
    state.quarantined = sum(row.quarantined for row in live)
    state.accepted = version.accepted
    state.duplicate = version.duplicate + state.rows_read - once
    conserved(once, state.accepted + state.quarantined + version.duplicate)
    for row in live:
        given = ((state.broken, row.broken), (state.warned, row.warned), (state.repaired, repaired(row.key)))
        for total, counts in given:
            for rule, count in counts.items():
                total[rule] = total.get(rule, 0) + count
    by_key = {row.key: by_sha[row.sha256] for row in good}
    for key, rules in version.held.items():
        if not by_key[key].replaced:
            one = by_key[key]
            state.held.append(Holding(one.path, _broken_by(rules), tuple(rules), (), one.sha256))
    state.version = version.key if live else None


def _broken_by(rules: list[str]) -> str:
    """Why a delivery does not stand beside those before it."""
    if rules == [MOVED]:
        message = "a median moved by the factor between two units since the delivery before"
        remedy = "see the change proposed on the Monday page, or set `driftUnits: false` on the column"
        return f"the delivery: {MOVED}: {message}; {remedy}"
    return f"the table as a whole: {', '.join(rules)}: does not hold; see the contract's rules of that name"


def standing_table(project: Project, dataset: Dataset, state: State) -> Table:
    """The accepted table behind a state that has a version."""
    row = project.ledger.version(str(state.version))
    assert row is not None
    files = tuple(checked_path(project, key) for key in row.standing)
    superseded = project.home.superseded / f"{row.key}.parquet" if row.superseded else None
    return Table(dataset, files, superseded)


def places_of(project: Project, dataset: Dataset, city: str, states: dict[tuple[str, str], State]) -> Places | None:
    """A city's outlines for place(); None for a dataset that joins none."""
    boundary = project.catalogue.datasets.get(dataset.properties.boundary or "")
    if boundary is None:
        return None
    table = standing_table(project, boundary, states[(boundary.table, city)])
    return _outlines(boundary, table, project.home.aside)


def _outlines(boundary: Dataset, table: Table, scratch: Path) -> Places:
    geometry = boundary.geometry
    assert geometry is not None
    texts = labels(boundary)
    chosen = ", ".join(name(column) for column in [geometry.name, *texts])
    order = ", ".join(name(column) for column in boundary.key)
    with connect(scratch) as connection:
        rows = connection.execute(f"SELECT {chosen} FROM ({table.sql()}) ORDER BY {order}").fetchall()
    shapes, *columns = zip(*rows, strict=True)
    return Places(shapely.from_wkb(list(shapes)), dict(zip(texts, map(list, columns), strict=True)))
