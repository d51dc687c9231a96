"""When each department of each city is run: from the contracts' service levels, unless a city says otherwise."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from data_contracts.catalogue import Catalogue

FILE = "schedules.yaml"
ZONE = "Asia/Kolkata"
# A department is looked at as often as its most frequent dataset is due: (days, cron), in Indian time.
_DEFAULTS = ((1 / 24, "5 * * * *"), (1, "30 6 * * *"), (7, "30 6 * * 1"), (float("inf"), "30 6 1 * *"))
_SHAPE = TypeAdapter(dict[str, dict[str, str]])


class ScheduleFault(Exception):
    """The schedule file of an installation is not what it should be."""


def crons(catalogue: Catalogue, home: Path) -> dict[tuple[str, str], str]:
    """The cron line of each (department, city).

    `schedules.yaml` in the home overrides single ones: city, then department, then cron. Raises ScheduleFault
    for a city or department that does not exist, and for a file of another shape.
    """
    departments = sorted({dataset.department for dataset in catalogue.datasets.values()})
    own = _read(home / FILE)
    for city, lines in own.items():
        if city not in catalogue.cities:
            raise ScheduleFault(f"{home / FILE}: {city} is no city; known are {', '.join(catalogue.cities)}")
        unknown = sorted(set(lines) - set(departments))
        if unknown:
            raise ScheduleFault(f"{home / FILE}: {city}: {unknown[0]} is no department; known are {departments}")
    return {
        (department, city): own.get(city, {}).get(department) or _default(catalogue, department)
        for department in departments
        for city in sorted(catalogue.cities)
    }


def _read(file: Path) -> dict[str, dict[str, str]]:
    if not file.exists():
        return {}
    try:
        return _SHAPE.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValidationError):
        raise ScheduleFault(
            f"{file}: is not city: {{department: cron}}; see docs/how-to/change-a-schedule.md"
        ) from None


def _default(catalogue: Catalogue, department: str) -> str:
    due = [d.sla.frequency_days or 1 for d in catalogue.datasets.values() if d.department == department]
    return next(cron for days, cron in _DEFAULTS if min(due) <= days)
