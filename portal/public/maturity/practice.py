"""Use cases and their procedures as a release tells them: who runs which, what changed, how old the procedures are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.release.reader import Release

CASES, PROCEDURES = "iccc__use_cases", "iccc__sops"
STATES = ("live", "pilot", "planned", "stopped")
# Days that must lie between two measures before a change is told: a year.
APART = 365


@dataclass(frozen=True)
class Practice:
    """A use case in one city. Days are the city's own word; None is what it did not send."""

    city: str
    case: str
    group: str
    title: dict[str, str]
    departments: tuple[str, ...]
    status: str
    live_since: date | None
    kpi: str | None
    unit: str | None
    better: str | None
    before: float | None
    before_on: date | None
    now: float | None
    now_on: date | None
    version: str | None
    reviewed_on: date | None
    drilled_on: date | None
    minutes: int | None

    @property
    def measured(self) -> bool:
        """Whether the use case runs and its measure was taken twice, a year apart at least."""
        if self.status != "live" or self.before is None or self.now is None or not self.before_on or not self.now_on:
            return False
        return (self.now_on - self.before_on).days >= APART

    @property
    def change(self) -> float | None:
        """By how many per cent the measure went the right way (negative: the wrong one); None where it is not told."""
        if not self.measured or not self.before or self.now is None or self.better not in ("higher", "lower"):
            return None
        moved = 100 * (self.now - self.before) / self.before
        return moved if self.better == "higher" else -moved


def practices(release: Release) -> list[Practice]:
    """Every use case of every city; empty where the release has none."""
    if CASES not in release.tables:
        return []
    joined = (
        f"LEFT JOIN {PROCEDURES} AS p ON p.city = c.city AND p.sop_id = c.sop_id"
        if PROCEDURES in release.tables
        else ""
    )
    procedure = (
        "p.version, p.last_reviewed_on, p.last_drill_on, p.target_minutes" if joined else "NULL, NULL, NULL, NULL"
    )
    query = (
        "SELECT c.city, c.use_case_id, c.use_case_group, c.title, c.title_hi, c.departments, c.status, c.live_since, "
        f"c.kpi, c.kpi_unit, c.better, c.baseline, c.baseline_on, c.current, c.current_on, {procedure} "
        f"FROM {CASES} AS c {joined} ORDER BY c.use_case_id, c.city"
    )
    return [_practice(*row) for row in release.query(query)]


def _practice(
    city: str, case: str, group: str, title: str, title_hi: str | None, departments: str, *rest: Any
) -> Practice:
    return Practice(city, case, group, {"en": title, "hi": title_hi or title}, tuple(departments.split()), *rest)


def best(found: Iterable[Practice]) -> Practice | None:
    """Of those that were measured, the one that came furthest; None where none came anywhere."""
    told = [(one.change, one) for one in found if one.change is not None and one.change > 0]
    return max(told, key=lambda pair: pair[0])[1] if told else None


def until(release: Release) -> date | None:
    """The newest day that the two tables tell of, as at which ages are told."""
    days = [
        text
        for table in (CASES, PROCEDURES)
        if table in release.tables
        for text in release.tables[table]["until"].values()
    ]
    return max((date.fromisoformat(text) for text in days if len(text) == 10), default=None)
