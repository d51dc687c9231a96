"""The air over a city, hour by hour, and the national index of it."""

from dataclasses import dataclass

import numpy as np

from orchestration.sample.clock import DAY, HOUR
from orchestration.sample.rush import HOURS, hour_of

# The concentrations (µg/m³, CO mg/m³) at which a sub-index is 0, 50, 100, 200, 300, 400; beyond the last it grows on
# as between the two before. National Air Quality Index, Central Pollution Control Board, 2014.
BREAKPOINTS = {
    "pm2_5": (0, 30, 60, 90, 120, 250),
    "pm10": (0, 50, 100, 250, 350, 430),
    "no2": (0, 40, 80, 180, 280, 400),
    "so2": (0, 40, 80, 380, 800, 1600),
    "o3": (0, 50, 100, 168, 208, 748),
    "co": (0, 1, 2, 10, 17, 34),
}
INDEX = np.array([0, 50, 100, 200, 300, 400])
HIGHEST = 500
# Hours over which the index takes the mean.
MEANS = {"pm2_5": 24, "pm10": 24, "no2": 24, "so2": 24, "o3": 8, "co": 8}
DUST = ("pm2_5", "pm10")
FEWEST = 3
DIWALI = ("2023-11-12", "2024-10-31", "2025-10-20")
DECIMALS = {"co": 2}


@dataclass(frozen=True)
class Air:
    """A city's usual air: fine dust over the year, and what winter, Diwali and traffic do to it."""

    dust: float
    winter: float
    fireworks: float
    traffic: float


def sub_index(pollutant: str, concentration: np.ndarray) -> np.ndarray:
    """The sub-index of concentrations, NaN where there is none; not rounded, not bounded."""
    known = np.array(BREAKPOINTS[pollutant], dtype=float)
    inside = np.interp(concentration, known, INDEX)
    beyond = INDEX[-1] + (concentration - known[-1]) * 100 / (known[-1] - known[-2])
    return np.where(concentration > known[-1], beyond, inside)


def index(means: dict[str, np.ndarray]) -> np.ndarray:
    """The index of means by pollutant: the worst sub-index, NaN without three pollutants of which one is dust."""
    parts = {name: sub_index(name, values) for name, values in means.items()}
    known = sum(~np.isnan(part) for part in parts.values())
    dust = np.any([~np.isnan(parts[name]) for name in DUST], axis=0)
    worst = np.fmax.reduce(list(parts.values()))
    return np.where(dust & (known >= FEWEST), np.minimum(np.round(worst), HIGHEST), np.nan)


def means(air: Air, hours: np.ndarray, stations: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """By pollutant the running means (hours × stations) over as many hours as the index asks for, rounded."""
    found = _hourly(air, hours, stations, rng)
    return {name: np.round(_running(values, MEANS[name]), DECIMALS.get(name, 1)) for name, values in found.items()}


def _running(values: np.ndarray, window: int) -> np.ndarray:
    """The mean of each hour and those before it, at most `window`."""
    total = np.cumsum(np.vstack([np.zeros(values.shape[1]), values]), axis=0)
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - window, 0)
    return np.asarray((total[last] - total[first]) / (last - first)[:, None])


def _hourly(air: Air, hours: np.ndarray, stations: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    clock, cold = hour_of(hours), _cold(hours)
    weather = _weather(len(hours), rng)
    near = rng.uniform(0.8, 1.25, stations)
    roads = HOURS[clock]
    still = 1 + 0.35 * np.cos((clock - 2) / 24 * 2 * np.pi) * cold
    fine = air.dust * (1 + air.winter * (cold - 0.45)) * weather * (0.75 + 0.25 * roads) * still
    fine += air.fireworks * _fireworks(hours)
    # In early summer most dust is coarse, in winter most is smoke.
    share = 0.42 + 0.16 * cold
    traffic = air.traffic * (0.5 + 0.5 * roads) * weather
    sun = np.clip(np.sin((clock - 6) / 13 * np.pi), 0, None) * (1.1 - 0.5 * cold)

    def here(values: np.ndarray, spread: float) -> np.ndarray:
        return np.asarray(values[:, None] * near * rng.lognormal(0, spread, (len(hours), stations)))

    dust = here(np.maximum(fine, 4), 0.12)
    return {
        "pm2_5": dust,
        "pm10": dust / np.clip(share[:, None] + rng.normal(0, 0.02, dust.shape), 0.3, 0.75),
        "no2": here(traffic * (0.8 + 0.5 * cold), 0.15),
        "so2": here(np.full(len(hours), 9.0) * weather**0.5, 0.2),
        "o3": here(14 + 55 * sun, 0.15),
        "co": here(0.35 + traffic / 45 + 0.25 * cold, 0.12),
    }


def _cold(hours: np.ndarray) -> np.ndarray:
    """From 0 in the middle of the monsoon to 1 in early January."""
    day = (hours - hours.astype("datetime64[Y]")) / DAY
    return np.asarray((1 + np.cos((day - 8) / 365.25 * 2 * np.pi)) / 2)


def _weather(count: int, rng: np.random.Generator) -> np.ndarray:
    """How much wind and rain leave of the usual: good and bad days follow each other in spells."""
    days = count // 24 + 2
    swing = np.zeros(days)
    for day in range(1, days):
        swing[day] = 0.75 * swing[day - 1] + rng.normal(0, 0.2)
    return np.exp(np.interp(np.arange(count) / 24, np.arange(days), swing))


def _fireworks(hours: np.ndarray) -> np.ndarray:
    """Smoke of Diwali: from eight in the evening on, gone in two days; less on the eve and the day after."""
    smoke = np.zeros(len(hours))
    for night in DIWALI:
        for shift, strength in ((-1, 0.3), (0, 1.0), (1, 0.4)):
            since = (hours - (np.datetime64(night, "m") + shift * DAY + 20 * HOUR)) / HOUR
            smoke += np.where(since >= 0, strength * np.exp(-np.maximum(since, 0) / 14), 0)
    return smoke
