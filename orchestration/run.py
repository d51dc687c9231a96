"""The main job: receive, bring every table up to date, publish, propose a release."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from data_contracts.dataset import Dataset
from orchestration.gate import PersonalData
from orchestration.project import Project
from orchestration.publishing import RulesBroken, propose, publish
from orchestration.receiving import receive
from orchestration.scanning import Unclean
from orchestration.store.keys import KeyFault
from orchestration.store.landing import ObjectFault
from orchestration.tables import State, bring_up
from transforms.privacy.risk import RiskTooHigh

Progress = Callable[[str], None]


@dataclass
class Result:
    """What a run came to; `returned` is the remark with which its release was returned before, `stopped` why the scan
    of the release let none be proposed, `troubled` the cities in which something failed or is held since this run."""

    release: str | None = None
    new: bool = False
    returned: str | None = None
    stopped: str | None = None
    states: list[State] = field(default_factory=list)
    public: dict[tuple[str, str], int] = field(default_factory=dict)
    strays: dict[str, int] = field(default_factory=dict)
    troubled: set[str] = field(default_factory=set)

    def fail(self, table: str, cities: Iterable[str], reason: str) -> None:
        """A table could not be published: say so at its states; a mart gets states of its own."""
        known = [state for state in self.states if state.table == table]
        if not known:
            self.states += (known := [State(table, city) for city in cities])
        for state in known:
            state.failed = reason

    @property
    def broken(self) -> bool:
        """Whether anything waits for a person."""
        return self.stopped is not None or any(state.held or state.failed for state in self.states)

    def as_json(self) -> dict[str, Any]:
        """The shape that `pravah run --json` promises."""
        rows = []
        for state in self.states:
            reasons = [str(holding) for holding in state.held] + ([state.failed] if state.failed else [])
            rows.append(
                {
                    "dataset": state.table,
                    "city": state.city,
                    "rows_read": state.rows_read,
                    "accepted": state.accepted,
                    "quarantined": state.quarantined,
                    "duplicate": state.duplicate,
                    "public": self.public.get((state.table, state.city), 0),
                    "held": "; ".join(reasons) or None,
                }
            )
        return {
            "release": self.release,
            "new": self.new,
            "returned": self.returned,
            "stopped": self.stopped,
            "datasets": rows,
            "unclaimed": self.strays,
        }


def run(
    project: Project,
    who: str,
    cities: Iterable[str] = (),
    datasets: Iterable[str] = (),
    release: bool = True,
    progress: Progress = lambda _: None,
    wait: float = 0,
) -> Result:
    """Run the whole job, or for some cities and datasets (what they join is brought up too).

    Raises HomeBusy where another run is at work for over `wait` seconds, KeyFault without a usable master key or the
    key of a sealed landing zone. A dataset that fails stops itself, not the others.
    """
    with project.writing(wait):
        project.audit.record(who, "run", cities=sorted(cities), datasets=sorted(datasets))
        progress("receiving")
        asked, log, number = _Asked(project, set(cities), set(datasets)), project.ledger.runs, uuid4().hex
        log.begin(number, _delivering(project, asked))
        result = Result(strays=receive(project, asked.needed))
        log.begin(number, _delivering(project, asked))
        states = _tables(project, asked, result.troubled, release, progress)
        result.states = [state for state in states.values() if asked.named(state.table, state.city)]
        if release:
            _release(project, states, result, who, progress)
        log.end(number, _delivering(project, asked) if result.stopped else result.troubled)
        return result


def _delivering(project: Project, asked: "_Asked") -> set[str]:
    """The cities that have sent something of what a run is for."""
    return {city for table, city in project.ledger.last_received() if asked.named(table, city)}


class _Asked:
    """What a run is for: some cities and datasets, all of them where none is named."""

    def __init__(self, project: Project, cities: set[str], datasets: set[str]):
        self.cities, self.datasets = cities, datasets
        self.joined = {other for table in datasets for other in project.catalogue.datasets[table].requires}

    def named(self, table: str, city: str) -> bool:
        """Whether a table of a city was asked for."""
        return (not self.cities or city in self.cities) and (not self.datasets or table in self.datasets)

    def needed(self, table: str, city: str) -> bool:
        """Whether it was asked for, or is joined by one that was."""
        return self.named(table, city) or (table in self.joined and (not self.cities or city in self.cities))


def _tables(
    project: Project, asked: _Asked, troubled: set[str], release: bool, progress: Progress
) -> dict[tuple[str, str], State]:
    """Every table that has a delivery. One that was not asked for stays as the ledger knows it; it is made only
    where it has never been and is needed: by one that was asked for, or by a release, which holds all that
    stands. Cities in which one failed, or a delivery is held that was not, are `troubled`."""
    states: dict[tuple[str, str], State] = {}
    sent = project.ledger.senders()
    for dataset in project.catalogue.datasets.values():
        for city in sorted(project.catalogue.cities):
            if (dataset.table, city) not in sent:
                continue
            state = bring_up(project, dataset, city, states, fresh=False)
            needed = release or asked.needed(dataset.table, city)
            if asked.named(dataset.table, city) or (needed and state.version is None):
                progress(f"{dataset.table} of {city}")
                known, state = state.held, _guarded(project, dataset, city, states)
                if state.failed or not set(state.held) <= set(known):
                    troubled.add(city)
            states[(dataset.table, city)] = state
    return states


def _guarded(project: Project, dataset: Dataset, city: str, states: dict[tuple[str, str], State]) -> State:
    try:
        state = bring_up(project, dataset, city, states)
    except Exception as error:
        reason = str(error) if isinstance(error, KeyFault | ObjectFault) else _failure(error)
        project.ledger.fail(dataset.table, [city], "table", reason)
        return State(dataset.table, city, failed=reason)
    project.ledger.mend(dataset.table, [city], "table")
    return state


def _failure(error: Exception) -> str:
    """Where and what kind; the error's own words may repeat a value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"failed with {type(error).__name__} at {place}; report it with the contract, not the file"


def _release(
    project: Project, states: dict[tuple[str, str], State], result: Result, who: str, progress: Progress
) -> None:
    """Publish and propose. A table in whose files the scan finds personal data is held, and the others go on."""
    keys = _publics(project, states, result, progress)
    progress("release")
    try:
        proposed = propose(project, keys, list(states.values()), who)
    except Unclean as fault:
        if fault.tables:
            # What was found is recorded, so those tables do not come this far again.
            _release(project, states, result, who, progress)
        else:
            result.stopped = str(fault)
        return
    if proposed:
        result.release, result.new = proposed
        back = project.ledger.returned().get(result.release)
        result.returned = back.remark if back else None


def _publics(
    project: Project, states: dict[tuple[str, str], State], result: Result, progress: Progress
) -> dict[str, str]:
    keys: dict[str, str] = {}
    result.public.clear()
    before = project.ledger.failures()
    for dataset in project.catalogue.tables.values():
        made_of = project.catalogue.made_of(dataset.table)
        cities = sorted({state.city for state in states.values() if state.table in made_of})
        progress(f"publishing {dataset.table}")
        try:
            key = publish(project, dataset, list(states.values()))
            project.ledger.mend(dataset.table, cities, "public")
        except Exception as error:
            held = isinstance(error, RulesBroken | RiskTooHigh | PersonalData)
            reason = str(error) if held else _failure(error)
            result.troubled |= {city for city in cities if not held or before.get((dataset.table, city)) != reason}
            project.ledger.fail(dataset.table, cities, "public", reason)
            result.fail(dataset.table, cities, reason)
            earlier = project.ledger.newest_public(dataset.table)
            key = earlier.key if earlier else None
        if key:
            keys[dataset.table] = key
            row = project.ledger.public(key)
            assert row is not None
            result.public |= {(dataset.table, city): count for city, count in row.rows.items()}
    return keys
