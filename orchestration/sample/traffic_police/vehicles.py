"""Made-up vehicles with their plates, owners and telephones.

The plates have the form of real ones; their district codes are issued nowhere.
"""

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np

from orchestration.sample.people import mobiles, people

STATES = ("MH", "KA", "GJ", "RJ")
FIRST_DISTRICT = 90
SHARES = {"two_wheeler": 0.6, "car": 0.24, "auto_rickshaw": 0.08, "goods": 0.06, "bus": 0.02}
OWNERS = 5_000


@dataclass(frozen=True)
class Fleet:
    """The vehicles of a city, class by class: `first` and `size` say which are of a class (as in SHARES).

    `plates` has each plate in three ways of writing it.
    """

    first: np.ndarray
    size: np.ndarray
    plates: tuple[np.ndarray, ...]
    owners: np.ndarray
    phones: np.ndarray

    def draw(self, rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
        """A vehicle of each class asked for (its place in SHARES); some are drawn often, most once or never."""
        return self.first[kind] + (self.size[kind] * rng.random(len(kind)) ** 1.5).astype(int)


def fleet(rng: np.random.Generator, count: int, hindi: float) -> Fleet:
    """About `count` vehicles; the share `hindi` of the owners' names is in Devanagari."""
    size = np.maximum(1, (np.array(list(SHARES.values())) * count).astype(int))
    total = int(size.sum())
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    names = np.array([name[int(rng.random() < hindi)] for name in people(rng, OWNERS)], dtype=object)
    owners = names[rng.integers(OWNERS, size=total)]
    return Fleet(first, size, _plates(rng, total), owners, np.array(mobiles(rng, total), dtype=object))


def _plates(rng: np.random.Generator, count: int) -> tuple[np.ndarray, ...]:
    """Different plates, each as `MH95AB1234`, with spaces, and as typed by a hasty hand."""
    written: tuple[list[str], ...] = ([], [], [])
    # 9,000 numbers in each of the series, of which there are 676 in each district.
    for code in rng.choice(9_000 * 676 * 10 * len(STATES), count, replace=False).tolist():
        rest, number = divmod(code, 9_000)
        rest, series = divmod(rest, 676)
        state, district = divmod(rest, 10)
        parts = STATES[state], f"{FIRST_DISTRICT + district}", _letters(series), f"{1_000 + number}"
        for way, plate in zip(written, ("".join(parts), " ".join(parts), "-".join(parts).lower()), strict=True):
            way.append(plate)
    return tuple(np.array(way, dtype=object) for way in written)


def _letters(series: int) -> str:
    return ascii_uppercase[series // 26] + ascii_uppercase[series % 26]
