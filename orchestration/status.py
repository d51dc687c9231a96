"""What is broken or late now, by department: the list a data officer starts the week with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data_contracts.dataset import Dataset
from orchestration.project import Project
from orchestration.run import standing


@dataclass(frozen=True)
class Line:
    """One dataset of one city: days late (None where on time or never due), and what waits."""

    department: str
    dataset: str
    city: str
    late_days: int | None
    held: tuple[str, ...]
    quarantined: int

    @property
    def fine(self) -> bool:
        """Nothing for a person to do."""
        return self.late_days is None and not self.held and not self.quarantined


def status(project: Project, now: datetime | None = None) -> list[Line]:
    """Every dataset that has ever arrived, as it stands. Nothing is processed."""
    last = project.ledger.last_received()
    lines = []
    for state in standing(project):
        dataset = project.catalogue.datasets[state.table]
        late = _late(dataset, last[(state.table, state.city)], now or datetime.now(UTC))
        held = tuple(map(str, state.held))
        lines.append(Line(dataset.department, dataset.name, state.city, late, held, state.quarantined))
    return sorted(lines, key=lambda line: (line.department, line.dataset, line.city))


def _late(dataset: Dataset, received: datetime, now: datetime) -> int | None:
    """Whole days past the promised arrival, from the contract's frequency and latency."""
    if dataset.sla.frequency_days is None:
        return None
    due = received + timedelta(days=dataset.sla.frequency_days + (dataset.sla.latency_days or 0))
    return (now - due).days + 1 if now > due else None
