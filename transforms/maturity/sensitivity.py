"""How much of a city's level and place hangs on the weights, floors and targets that the rubric happens to have.

Every draw moves each weight of an indicator and of a dimension evenly by up to `WEIGHTS` of it, and each floor and
target by up to `SCALE` of the distance between the two; then all cities are scored anew. Nothing but sums, products and
uniform random numbers, so that a seed gives the same draws everywhere.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

WEIGHTS, SCALE = 0.5, 0.1
DRAWS, SEED = 2_000, 20_260_331
# Beyond these digits two scores do not differ, whatever the order of a sum.
_DIGITS = 9
_PLACE = ["assessment_round", "city"]


class _Draws:
    """The rubric as drawn: `weight` indicators × draws, `dimension` dimensions × draws, both in the order of ids.

    `bands`: 3 × indicators × draws, the values from which an indicator has 2, 3 and 4 points; NaN where points are all
    that it is told in. `sign`: -1 where lower values are better. `member`: which dimension an indicator is of.
    """

    def __init__(self, rubric: Mapping[str, pd.DataFrame], draws: int, seed: int):
        indicators = rubric["indicators"].sort_values("indicator_id", ignore_index=True)
        dimensions = rubric["dimensions"].sort_values("dimension", ignore_index=True)
        random = np.random.default_rng(seed)

        def moved(number: int, by: float) -> np.ndarray:
            return by * (2 * random.random((number, draws)) - 1)

        self.weight = _floats(indicators["weight"])[:, None] * (1 + moved(len(indicators), WEIGHTS))
        self.dimension = _floats(dimensions["weight"])[:, None] * (1 + moved(len(dimensions), WEIGHTS))
        self.member = dimensions["dimension"].searchsorted(indicators["dimension"])
        floor, target = _floats(indicators["floor"])[:, None], _floats(indicators["target"])[:, None]
        self.sign = np.where(floor > target, -1, 1)[:, 0]
        low = floor + (target - floor) * moved(len(indicators), SCALE)
        high = target + (target - floor) * moved(len(indicators), SCALE)
        scale = _floats(rubric["scale"].iloc[0][["band_2", "band_3", "band_4"]]) / 100
        self.bands = low + (high - low) * scale[:, None, None]
        self.levels = rubric["levels"].sort_values("level", ignore_index=True)

    def gained(self, places: np.ndarray, value: np.ndarray, strict: np.ndarray) -> np.ndarray:
        """Cities × draws: weighted strict points of the indicators at `places`; of all, cities × indicators are given.

        Most values lie on the same side of a band in every draw; only the others are looked at draw by draw.
        """
        told, reached = np.isnan(self.bands[0, :, 0]), self.sign * np.where(strict > 0, value, np.nan)
        bands = self.sign[:, None] * self.bands
        sure = np.where(told, np.nan_to_num(strict), strict > 0)
        sure = sure + (reached >= bands.max(axis=2)[:, None]).sum(axis=0)
        gained = _times(sure[:, places], self.weight[places])
        for band in bands:
            near = (reached >= band.min(axis=1)) & (reached < band.max(axis=1))
            for place in places:
                cities = np.flatnonzero(near[:, place])
                gained[cities] += self.weight[place] * (reached[cities, place, None] >= band[place])
        return gained


def sensitivity(
    indicator_scores: pd.DataFrame, rubric: Mapping[str, pd.DataFrame], draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """For each round, city and level (0 to 4) the share of draws, in per cent, in which the city has that level.

    `rank_low` and `rank_high`: between which places by strict score the city lies in the middle nine tenths of the
    draws, 1 being the highest. `indicator_scores` as scored; `rubric`: the tables of tables.RUBRIC.
    """
    drawn = _Draws(rubric, draws, seed)
    parts = [_of_round(rows, drawn) for _, rows in indicator_scores.groupby("assessment_round", sort=True)]
    return pd.concat(parts, ignore_index=True).assign(draws=draws, seed=seed)


def _of_round(rows: pd.DataFrame, drawn: _Draws) -> pd.DataFrame:
    cities = np.sort(rows["city"].unique())
    overall, weakest, share = _scores(rows.sort_values([*_PLACE, "indicator_id"]), len(cities), drawn)
    level = _level(overall, weakest, share, drawn.levels)
    ranks = pd.DataFrame(overall).rank(method="min", ascending=False)
    low, high = np.quantile(ranks, (0.05, 0.95), axis=1, method="inverted_cdf")
    levels = np.array([0, *drawn.levels["level"]])
    shares = np.round(100 * (level[:, :, None] == levels).mean(axis=1), 6)
    return pd.DataFrame(
        {
            "assessment_round": rows["assessment_round"].iloc[0],
            "city": np.repeat(cities, len(levels)),
            "level": np.tile(levels, len(cities)),
            "share": shares.ravel(),
            "rank_low": np.repeat(low, len(levels)),
            "rank_high": np.repeat(high, len(levels)),
        }
    )


def _scores(rows: pd.DataFrame, cities: int, drawn: _Draws) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cities × draws: the strict score, that of the weakest dimension, the share of evidence; all in per cent."""

    def column(name: str) -> np.ndarray:
        return _floats(rows[name]).reshape(cities, -1)

    value, strict = column("value"), column("strict_points")
    weighed, proven = (~np.isnan(strict)).astype(float), (strict > 0).astype(float)
    total, overall, share = np.zeros((3, cities, drawn.weight.shape[1]))
    weakest = np.full(total.shape, np.inf)
    for dimension, weights in enumerate(drawn.dimension):
        places = np.flatnonzero(drawn.member == dimension)
        applicable = _times(weighed[:, places], drawn.weight[places])
        part = np.divide(weights, applicable, out=np.zeros_like(applicable), where=applicable > 0)
        gained = drawn.gained(places, value, strict)
        total += weights * (applicable > 0)
        overall += 25 * gained * part
        share += 100 * _times(proven[:, places], drawn.weight[places]) * part
        strict_of = np.divide(25 * gained, applicable, out=np.full_like(applicable, np.inf), where=applicable > 0)
        weakest = np.minimum(weakest, strict_of)
    total = np.maximum(total, np.finfo(float).tiny)
    return np.round(overall / total, _DIGITS), np.round(weakest, _DIGITS), np.round(share / total, _DIGITS)


def _level(overall: np.ndarray, weakest: np.ndarray, share: np.ndarray, levels: pd.DataFrame) -> np.ndarray:
    """The highest level whose three gates are open."""
    level, below = np.zeros(overall.shape, dtype=int), 0.0
    for one in levels.itertuples(index=False):
        passed = (overall >= one.strict) & (weakest >= below) & (share >= one.share)
        level[passed], below = one.level, one.strict
    return level


def _times(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The product of two small matrices without BLAS, whose threads cost more here than they save."""
    return np.asarray(np.einsum("ij,jk->ik", one, other))


def _floats(column: pd.Series) -> np.ndarray:
    """A column as floats, NaN where it is null."""
    return pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
