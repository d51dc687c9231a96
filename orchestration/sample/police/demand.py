"""What is asked for: when and where something happened, when the police ask, and what the form lacks."""

import numpy as np
import pandas as pd
import shapely

from orchestration.sample.chance import pick
from orchestration.sample.points import MARGIN, scatter
from orchestration.sample.police.character import Character
from orchestration.sample.police.coverage import Sectors, clear, degrees, inside, metres, seen
from orchestration.sample.police.span import DAY, FINISH, HOUR, OPENED
from orchestration.sample.wards import Wards

OFFENCES = {
    "theft": 0.27,
    "road_accident": 0.22,
    "snatching": 0.13,
    "assault": 0.1,
    "burglary": 0.08,
    "robbery": 0.05,
    "missing_person": 0.05,
    "vandalism": 0.03,
    "sexual_offence": 0.025,
    "offence_against_child": 0.015,
    "other": 0.03,
}
# No crime stands behind these.
NO_CRIME = ("missing_person", "other")
CHANNELS = {"portal": 0.4, "letter": 0.35, "email": 0.15, "phone": 0.1}
DUPLICATE = 0.035
HOT_PLACES = 70
HOT_M, APART_M = 18.0, 300.0


def ask(character: Character, count: int, ground: Wards, cameras: Sectors, rng: np.random.Generator) -> pd.DataFrame:
    """`count` requests in the order in which they came, with minutes, places and what the form lacks."""
    requested = np.sort(rng.integers(OPENED, FINISH, count))
    length = rng.integers(10, 150, count)
    lag = np.minimum(_lags(character, count, rng), requested - length - 6 * DAY)
    x, y, hot = _places(character, count, ground, cameras, rng)
    lat, lon = degrees(x, y, _middle(ground))
    offence = pick(rng, OFFENCES, count)
    linked = ~np.isin(offence, NO_CRIME) & (rng.random(count) < 0.92)
    nature = pick(rng, {"duplicate": DUPLICATE, "withdrawn": character.withdrawn, "": 1 - DUPLICATE}, count)
    incomplete = rng.random(count) < character.incomplete
    asked = pd.DataFrame(
        {
            "start": requested - lag - length,
            "end": requested - lag,
            "requested": requested,
            "due": requested + character.due_days * DAY,
            "x": x,
            "y": y,
            "lat": lat,
            "lon": lon,
            "hot": hot,
            "offence": offence,
            "channel": pick(rng, CHANNELS, count),
            "linked": linked,
            "nature": nature,
            "incomplete": incomplete,
            "unauthorised": ~incomplete & (rng.random(count) < character.unauthorised),
            "wrong": linked & (rng.random(count) < character.wrong),
        }
    )
    return _with_duplicates(asked, rng)


def _with_duplicates(asked: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Duplicates ask for what one of the requests before asked for; `case` is the first request for it."""
    case = np.arange(len(asked))
    for row in np.flatnonzero(asked["nature"] == "duplicate").tolist():
        case[row] = case[max(0, row - int(rng.integers(1, 60)))]
    same = ["start", "end", "x", "y", "lat", "lon", "hot", "offence", "linked", "wrong"]
    return asked.assign(case=case, **{name: asked[name].to_numpy()[case] for name in same})


def _middle(ground: Wards) -> float:
    return (ground.bounds[1] + ground.bounds[3]) / 2


def _lags(character: Character, count: int, rng: np.random.Generator) -> np.ndarray:
    """Minutes from the end of what happened to the request: mostly days, for a few many weeks."""
    late = rng.random(count) < 0.04
    days = np.where(late, rng.uniform(10, 50, count), rng.exponential(character.lag_days, count))
    return HOUR + (days * DAY).astype(int)


def _places(
    character: Character, count: int, ground: Wards, cameras: Sectors, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (east, north) in metres, and at which hot place without a camera each lies (-1: at none)."""
    within = shapely.union_all(ground.outlines).buffer(-MARGIN)
    shapely.prepare(within)
    weight = rng.gamma(0.8, 1, len(cameras.x))
    spots = _hot_places(ground, cameras, rng)
    kind = pick(rng, {"seen": 1 - character.uncovered, "hot": character.uncovered * character.hot,
                      "else": character.uncovered * (1 - character.hot)}, count)  # fmt: skip
    crowd = 1 / np.arange(3, len(spots) + 3)
    hot = np.where(kind == "hot", rng.choice(len(spots), count, p=crowd / crowd.sum()), -1)
    x, y = np.empty(count), np.empty(count)
    left = np.arange(count)
    while len(left):
        x[left], y[left] = _draw(kind[left], hot[left], spots, weight, ground, cameras, rng)
        place, _ = seen(cameras, x[left], y[left])
        wanted = np.isin(np.arange(len(left)), place) == (kind[left] == "seen")
        wanted &= shapely.contains_xy(within, *degrees(x[left], y[left], _middle(ground))[::-1])
        left = left[~(wanted & clear(cameras, x[left], y[left]))]
    return x, y, hot


def _draw(
    kind: np.ndarray, hot: np.ndarray, spots: np.ndarray, weight: np.ndarray, ground: Wards, cameras: Sectors,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    x, y = metres(*scatter(rng, ground, len(kind), central=0.5), _middle(ground))
    chosen = rng.choice(len(weight), len(kind), p=weight / weight.sum())
    near, away = inside(rng, cameras, chosen), rng.uniform(-HOT_M, HOT_M, (2, len(kind)))
    ways = [kind == "seen", kind == "hot"]
    return (
        np.select(ways, [near[0], spots[hot, 0] + away[0]], x),
        np.select(ways, [near[1], spots[hot, 1] + away[1]], y),
    )


def _hot_places(ground: Wards, cameras: Sectors, rng: np.random.Generator) -> np.ndarray:
    """Places (n × 2, metres) that no camera sees nearby, far from each other, where much happens."""
    x, y = metres(*scatter(rng, ground, 40 * HOT_PLACES, central=0.7), _middle(ground))
    reach = cameras.range + 2 * HOT_M
    around = Sectors(cameras.x, cameras.y, cameras.azimuth, np.full(len(reach), 360.0), reach)
    place, _ = seen(around, x, y)
    free = np.setdiff1d(np.arange(len(x)), place)
    spots: list[int] = []
    for i in free:
        if all(np.hypot(x[i] - x[j], y[i] - y[j]) > APART_M for j in spots):
            spots.append(i)
        if len(spots) == HOT_PLACES:
            break
    return np.column_stack([x[spots], y[spots]])
