"""The platform's tables of its own work as SQL, so that queries read them like any other.

Moments are cut to the day, so that a second run over the same files on that day gives the same tables.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from data_contracts.platform import PLATFORM
from orchestration.platform.actions import actions
from orchestration.platform.checks import checks
from orchestration.platform.coordinators import coordinators
from orchestration.platform.datasets import datasets
from orchestration.platform.deliveries import deliveries
from orchestration.platform.drills import drills
from orchestration.platform.findings import findings
from orchestration.platform.log import log
from orchestration.platform.places import places
from orchestration.platform.published import published
from orchestration.platform.releases import releases
from orchestration.platform.row import Row, values
from orchestration.platform.runs import runs
from orchestration.platform.scans import scans
from orchestration.project import Project

Maker = Callable[[Project, Collection[str], datetime], Iterable[Row]]
# What the portal will feed has no maker yet.
_MAKERS: Mapping[str, Maker] = {
    "platform__datasets": datasets,
    "platform__deliveries": deliveries,
    "platform__runs": runs,
    "platform__checks": checks,
    "platform__places": places,
    "platform__published": published,
    "platform__releases": releases,
    "platform__findings": findings,
    "platform__scans": scans,
    "platform__coordinators": coordinators,
    "platform__actions": actions,
    "platform__log": log,
    "platform__drills": drills,
}


def tables(
    project: Project, cities: Collection[str], wanted: Collection[str] = tuple(PLATFORM), now: datetime | None = None
) -> dict[str, str]:
    """SQL of the wanted tables of `data_contracts.platform`, over some cities; `now`: the day that they are as at.

    Raises KeyFault without a usable master key, ContactFault for a wrong file of contacts, where a table needs them.
    """
    at = now or datetime.now(UTC)
    rows = {table: _MAKERS[table](project, cities, at) if table in _MAKERS else () for table in wanted}
    return {table: values(PLATFORM[table], given) for table, given in rows.items()}
