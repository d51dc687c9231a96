"""The levers of a footage desk: their settings, and what a combination of them costs in a year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from data_contracts.footage import FootageAssumptions, Price

# Each lever's settings from weak to strong, the first of them as it is now. Days, hours, clerks more, cameras more.
LEVERS: dict[str, tuple[int, ...]] = {
    "retention_days": (0, 30, 45, 60),
    "hold_on_receipt": (0, 1),
    "repair_hours": (0, 24, 8),
    "clock_sync": (0, 1),
    "complete_form": (0, 1),
    "search_staff": (0, 1, 2),
    "added_cameras": (0, 10, 25, 50),
}
Setting = Mapping[str, int]
NOW: Setting = {lever: settings[0] for lever, settings in LEVERS.items()}


def lattice() -> list[Setting]:
    """All 1,152 combinations of settings, from none of them to all at their strongest, the last lever fastest."""
    return [dict(zip(LEVERS, chosen, strict=True)) for chosen in product(*LEVERS.values())]


def used(setting: Setting) -> list[str]:
    """The levers that are not left as they are."""
    return [lever for lever in LEVERS if setting[lever] != NOW[lever]]


def most_keep(keeps_days: npt.NDArray[np.float64]) -> float:
    """The days that most of the cameras keep; the fewest of several. NaN where none is known."""
    days, cameras = np.unique(keeps_days[~np.isnan(keeps_days)], return_counts=True)
    return float(days[cameras.argmax()]) if len(days) else float("nan")


@dataclass(frozen=True)
class Costs:
    """A city's prices over its cameras: `keeps_days` has the days that each of them keeps, NaN where not known.

    A camera of which it is not known keeps what most do; so do new ones, as long as no lever asks for more.
    """

    assumptions: FootageAssumptions
    keeps_days: npt.NDArray[np.float64]

    def yearly_inr(self, setting: Setting) -> float:
        """Rupees a year for a setting; what is paid once is spread over the years of the assumptions."""
        years = self.assumptions.years
        return sum(units * (price.once_inr / years + price.yearly_inr) for price, units in self._bill(setting))

    def _bill(self, setting: Setting) -> Iterator[tuple[Price, float]]:
        """Each price and how many units of it."""
        prices, cameras, added = self.assumptions, len(self.keeps_days), setting["added_cameras"]
        yield prices.retention_camera_day, self._more_days(setting["retention_days"], added)
        yield prices.hold_on_receipt, setting["hold_on_receipt"]
        yield prices.repair_within_24_camera, cameras * (setting["repair_hours"] == 24)
        yield prices.repair_within_8_camera, cameras * (setting["repair_hours"] == 8)
        yield prices.clock_sync_camera, cameras * setting["clock_sync"]
        yield prices.complete_form, setting["complete_form"]
        yield prices.search_clerk, setting["search_staff"]
        yield prices.added_camera, added

    def _more_days(self, days: int, added: int) -> float:
        """Days that all cameras together, the added ones too, are to keep more than they do."""
        usual = most_keep(self.keeps_days)
        kept = np.append(np.where(np.isnan(self.keeps_days), usual, self.keeps_days), np.full(added, usual))
        return float(np.nansum(np.maximum(days - kept, 0)))
