"""Every table as the ledger knows it."""

from orchestration.project import Project
from orchestration.tables import State, bring_up


def standing(project: Project, city: str | None = None) -> list[State]:
    """The tables of one city or of all that have a delivery; nothing is processed."""
    states: dict[tuple[str, str], State] = {}
    sent = project.ledger.senders()
    for dataset in project.catalogue.datasets.values():
        for one in sorted(project.catalogue.cities) if city is None else [city]:
            if (dataset.table, one) in sent:
                states[(dataset.table, one)] = bring_up(project, dataset, one, states, fresh=False)
    return list(states.values())
