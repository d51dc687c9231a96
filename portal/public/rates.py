"""How many requests for footage were met, and for how many crimes footage was provided, as a release tells it.

A count that the release hides is None. It is left out of a sum, never added as nothing, and the sum says over how many
of its months it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from transforms.release.reader import Release

REQUESTS, CRIMES = "mart_footage_by_month", "mart_crime_by_month"
# The share of requests that the centres are to reach, in per cent.
GOAL = 75
# Months that a headline is over, and the fewest cases on which a rate may rest.
MONTHS, LEAST = 12, 20
# Two-sided 95 %, squared.
_Z2 = 3.8414588


@dataclass(frozen=True)
class Month:
    """A month's requests: counts (`set_aside`: withdrawn or duplicate; `late`: of the matured those entered more than a
    day after they were made), rate A with its 95 % interval in per cent."""

    month: date
    received: int | None
    set_aside: int | None
    matured: int | None
    met: int | None
    in_part: int | None
    late: int | None
    pct: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`, summed over the months that show both counts: so many `shown` of all `months`, in order."""

    part: int
    whole: int
    shown: int
    months: tuple[date, ...]

    @property
    def told(self) -> bool:
        """Whether it rests on enough cases to be a rate."""
        return self.whole >= LEAST

    @property
    def complete(self) -> bool:
        """Whether no month is hidden."""
        return self.shown == len(self.months)

    @property
    def pct(self) -> float:
        """The rate in per cent, to one decimal."""
        return round(100 * self.part / self.whole, 1)

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of Wilson's 95 % interval in per cent, to one decimal."""
        p, z2n = self.part / self.whole, _Z2 / self.whole
        middle, half = p + z2n / 2, sqrt(z2n * (p * (1 - p) + z2n / 4))
        return round(100 * (middle - half) / (1 + z2n), 1), round(100 * (middle + half) / (1 + z2n), 1)


def has(release: Release, table: str, city: str) -> bool:
    """Whether the release holds rows of a city in a table."""
    return table in release.tables and bool(release.tables[table]["rows"].get(city))


def months(release: Release, city: str) -> dict[str, list[Month]]:
    """The published months by zone, oldest first; the whole city under an empty name."""
    if not has(release, REQUESTS, city):
        return {}
    query = (
        "SELECT place, month, received, set_aside, matured_requests, met_requests, delivered_in_part, logged_late, "
        f"met_pct, met_low_pct, met_high_pct FROM {REQUESTS} WHERE city = ? ORDER BY place, month"
    )
    found: dict[str, list[Month]] = {}
    for place, *values in release.query(query, [city]):
        found.setdefault(place, []).append(Month(*values))
    return found


def latest(every: Sequence[Month], until: date) -> list[Month]:
    """Those of the twelve months that end with `until`."""
    return [one for one in every if 0 <= _number(until) - _number(one.month) < MONTHS]


def rate_a(every: Sequence[Month]) -> Rate:
    """Requests met / requests matured."""
    return _rate([(one.month, one.met, one.matured) for one in every])


def guards(every: Sequence[Month]) -> dict[str, Rate]:
    """What would show that the rate is made to look better: requests set aside / received, entered late / matured."""
    return {
        "set_aside": _rate([(one.month, one.set_aside, one.received) for one in every]),
        "late": _rate([(one.month, one.late, one.matured) for one in every]),
    }


def rate_b(release: Release, city: str, until: date | None) -> Rate | None:
    """Crimes with footage provided / crimes, over the twelve months that end with `until`, else with the newest."""
    if not has(release, CRIMES, city):
        return None
    query = f"SELECT month, with_footage, crimes FROM {CRIMES} WHERE city = ? AND level = 'city' ORDER BY month"
    rows = release.query(query, [city])
    last = _number(until or rows[-1][0])
    return _rate([row for row in rows if 0 <= last - _number(row[0]) < MONTHS])


def total(counts: Sequence[int | None]) -> tuple[int | None, int]:
    """The sum of some months' counts, None where one of them is hidden, and how many are."""
    shown = [count for count in counts if count is not None]
    hidden = len(counts) - len(shown)
    return (None if hidden else sum(shown)), hidden


def _rate(rows: Sequence[tuple[date, int | None, int | None]]) -> Rate:
    told = [(part, whole) for _, part, whole in rows if part is not None and whole is not None]
    part, whole = sum(part for part, _ in told), sum(whole for _, whole in told)
    return Rate(part, whole, len(told), tuple(month for month, *_ in rows))


def _number(month: date) -> int:
    return 12 * month.year + month.month
