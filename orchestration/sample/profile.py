"""The five sample cities: their sizes and characters; the one table to add a city to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One city. Shares are of 1, days are medians.

    `style` is how the city writes: it picks among the names and date patterns that a contract declares. `feeds`
    are the only datasets that it sends (None: all); the files of the departments in `broken` cannot be read. `kin` is
    the sample city after which a coined one is made.
    """

    city: str
    prefix: str
    wards: int
    zones: int
    population: int
    devices: int
    working: float
    outcomes: dict[str, float]
    complaints: int
    complaint_updates: int
    resolving_days: float
    ratings: tuple[float, ...]
    style: int
    feeds: frozenset[str] | None = None
    broken: frozenset[str] = frozenset()
    kin: str | None = None

    @property
    def like(self) -> str:
        """Which of the five sample cities it is, or is most like: where a maker knows only those."""
        return self.kin or self.city

    def sends(self, table: str) -> bool:
        """Whether the city sends the dataset at all."""
        return self.feeds is None or table in self.feeds


def _outcomes(*shares: float) -> dict[str, float]:
    return dict(zip(("delivered", "partial", "rejected", "withdrawn", "duplicate", "pending"), shares, strict=True))


# Large: many requests, long handling.
NAVSAGAR = Profile(
    *("navsagar", "NAV", 60, 6, 1_640_000),
    devices=1_800,
    working=0.83,
    outcomes=_outcomes(0.46, 0.10, 0.31, 0.06, 0.04, 0.03),
    complaints=30_000,
    complaint_updates=800,
    resolving_days=7,
    ratings=(0.2, 0.22, 0.26, 0.2, 0.12),
    style=0,
)
# Mature: what is measured matches what is declared.
MEGHAVAN = Profile(
    *("meghavan", "MEG", 30, 4, 610_000),
    devices=700,
    working=0.94,
    outcomes=_outcomes(0.63, 0.09, 0.19, 0.04, 0.03, 0.02),
    complaints=11_000,
    complaint_updates=300,
    resolving_days=3,
    ratings=(0.06, 0.1, 0.2, 0.34, 0.3),
    style=1,
)
# Good on paper, weak in practice.
SONPALI = Profile(
    *("sonpali", "SON", 40, 5, 820_000),
    devices=600,
    working=0.71,
    outcomes=_outcomes(0.36, 0.12, 0.37, 0.06, 0.05, 0.04),
    complaints=14_000,
    complaint_updates=400,
    resolving_days=11,
    ratings=(0.28, 0.26, 0.24, 0.14, 0.08),
    style=2,
)
# Just starting: few feeds.
PHULKHEDA = Profile(
    *("phulkheda", "PHU", 20, 3, 240_000),
    devices=150,
    working=0.86,
    outcomes=_outcomes(0.41, 0.08, 0.36, 0.06, 0.04, 0.05),
    complaints=4_000,
    complaint_updates=120,
    resolving_days=9,
    ratings=(0.16, 0.2, 0.28, 0.22, 0.14),
    style=3,
    feeds=frozenset(
        {
            *("iccc__wards", "municipal_services__grievances", "police__cameras", "police__footage_requests"),
            *("solid_waste__waste_collection", "water__water_supply", "street_lighting__street_lights"),
        }
    ),
)
# One department's files are broken; most requests fail as nothing covers the place.
TARANGPUR = Profile(
    *("tarangpur", "TAR", 25, 4, 450_000),
    devices=400,
    working=0.8,
    outcomes=_outcomes(0.33, 0.09, 0.42, 0.06, 0.05, 0.05),
    complaints=8_000,
    complaint_updates=240,
    resolving_days=8,
    ratings=(0.2, 0.22, 0.28, 0.18, 0.12),
    style=4,
    broken=frozenset({"street_lighting"}),
)

FIVE = (NAVSAGAR, MEGHAVAN, SONPALI, PHULKHEDA, TARANGPUR)
