"""What is broken or late now, by department: the list a data officer starts the week with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from data_contracts.dataset import Dataset
from orchestration.project import Project
from orchestration.standing import standing
from orchestration.tables import Holding
from transforms.reading.drift import Drift


@dataclass(frozen=True)
class Line:
    """One dataset of one city: days late (None where on time or never due), why it failed, and what waits.

    `quarantined` counts rows, `reasons` rows by the rule they break; a row can break several. `repaired` counts
    cells by `column.repair`. `drift` holds names from files and proposed changes, for the staff app alone.
    """

    department: str
    dataset: str
    city: str
    table: str
    late_days: int | None = None
    failed: str | None = None
    held: tuple[Holding, ...] = ()
    quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    drift: tuple[Drift, ...] = field(default=(), repr=False)

    @property
    def waiting(self) -> list[str]:
        """Why it failed and what is held, in words."""
        return [*([self.failed] if self.failed else []), *map(str, self.held)]

    @property
    def fine(self) -> bool:
        """Nothing for a person to do."""
        quiet = not self.failed and not self.held and not self.quarantined and not self.drift
        return self.late_days is None and quiet

    @property
    def drifted(self) -> dict[str, int]:
        """How much drifted from the contract, by rule: all of it that may be told elsewhere."""
        return dict(sorted(Counter(one.rule for one in self.drift).items()))


@dataclass(frozen=True)
class Desk:
    """One department of one city: the lines with something to do, and how many datasets are fine."""

    department: str
    city: str
    lines: tuple[Line, ...]
    fine: int


def status(project: Project, now: datetime | None = None) -> list[Line]:
    """Every dataset that has ever arrived, as it stands, and the marts that failed. Nothing is processed."""
    last, failures = project.ledger.last_received(), project.ledger.failures()
    lines = []
    for state in standing(project):
        dataset, place = project.catalogue.datasets[state.table], (state.table, state.city)
        late = _late(dataset, last[place], now or datetime.now(UTC))
        told = (late, failures.get(place), tuple(state.held), state.quarantined, state.broken)
        more = (state.repaired, tuple(state.drift))
        lines.append(Line(dataset.department, dataset.name, state.city, dataset.table, *told, *more))
    for (table, city), reason in failures.items():
        mart = project.catalogue.marts.get(table)
        if mart:
            lines.append(Line(mart.department, mart.name, city, table, failed=reason))
    return sorted(lines, key=lambda line: (line.department, line.dataset, line.city))


def desks(lines: list[Line]) -> list[Desk]:
    """The lines by department and city: first where most is stopped, then where most is late, then most to do."""
    places = sorted({(line.department, line.city) for line in lines})
    found = []
    for department, city in places:
        here = [line for line in lines if (line.department, line.city) == (department, city)]
        waiting = tuple(line for line in here if not line.fine)
        found.append(Desk(department, city, waiting, len(here) - len(waiting)))
    return sorted(found, key=_urgency)


def _urgency(desk: Desk) -> tuple[int, int, int]:
    stopped = sum(bool(line.waiting) for line in desk.lines)
    late = sum(line.late_days is not None for line in desk.lines)
    return -stopped, -late, -len(desk.lines)


def _late(dataset: Dataset, received: datetime, now: datetime) -> int | None:
    """Whole days past the promised arrival, from the contract's frequency and latency."""
    if dataset.sla.frequency_days is None:
        return None
    due = received + timedelta(days=dataset.sla.frequency_days + (dataset.sla.latency_days or 0))
    return (now - due).days + 1 if now > due else None
