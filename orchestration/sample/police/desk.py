"""What a desk does with each request, and when: taken up, held, searched, handed over, turned down."""

import numpy as np
import pandas as pd

from orchestration.sample.police.character import Character
from orchestration.sample.police.span import DAY, FINISH, HOUR, office_hours

# Later than the sample's end: not yet.
NEVER = 10**9


def plan(asked: pd.DataFrame, character: Character, rng: np.random.Generator) -> pd.DataFrame:
    """When each request is taken up, gets a hold, is searched, or is closed without a search (minutes, NEVER).

    That depends on the form and on the desk alone, not on what footage there is.
    """
    requested, due, count = asked["requested"].to_numpy(), asked["due"].to_numpy(), len(asked)
    nature, bare = asked["nature"].to_numpy(), (asked["incomplete"] | asked["unauthorised"]).to_numpy()
    wait = HOUR + (character.wait_days * rng.lognormal(0, 0.75, count) * DAY).astype(int)
    taken_up = requested + np.minimum((rng.exponential(0.5, count) * DAY).astype(int) + 10, wait // 2)
    overload = rng.random(count) < character.overload
    turned = rng.random(count) < character.turned_away
    soon = requested + (rng.uniform(0.8, 3.5, count) * DAY).astype(int)
    ways = [nature != "", bare, overload, turned]
    closed = np.select(ways, [soon, soon, due + rng.integers(2 * HOUR, 3 * DAY, count),
                              requested + rng.integers(HOUR, 20 * HOUR, count)], NEVER)  # fmt: skip
    searched = np.where(np.any(ways, axis=0), NEVER, office_hours(requested + wait))
    held = (rng.random(count) < character.hold) & ~np.any([ways[0], ways[1], ways[3]], axis=0)
    return pd.DataFrame(
        {
            "taken_up": np.where(turned & (closed < NEVER) & ~overload, NEVER, taken_up),
            "hold": np.where(held, taken_up + rng.integers(10, 4 * HOUR, count), NEVER),
            "searched": searched,
            "closed": np.where(closed < NEVER, office_hours(closed), NEVER),
        }
    )


def finish(asked: pd.DataFrame, planned: pd.DataFrame, found: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """How each request goes on from its search: located, exported, handed over, closed (minutes, NEVER).

    `found` says of each request whether footage was found (`whole`), whether it is only a part of what was asked
    for (`part`), and what went wrong with it then (`poor`, `failed`). What lies after the sample's end is left for
    later.
    """
    count, searched = len(asked), planned["searched"].to_numpy()
    whole, part, poor, failed = (found[name].to_numpy() for name in ("whole", "part", "poor", "failed"))
    after = np.where(searched < NEVER, searched, 0)
    located = after + rng.integers(10, 5 * HOUR, count)
    exported = office_hours(located + rng.integers(20, DAY, count))
    delivered = office_hours(exported + rng.integers(20, 2 * DAY, count))
    given_up = office_hours(after + rng.integers(30, DAY, count))
    there = (searched < NEVER) & (whole | part)
    useless = poor & ~part
    good = there & ~useless & ~failed
    closed = np.select(
        [searched == NEVER, good, there & useless, there],
        [planned["closed"].to_numpy(), delivered, office_hours(located + HOUR), office_hours(exported + 2 * HOUR)],
        given_up,
    )
    return pd.DataFrame(
        {
            "located": _by_now(there, located),
            "export_tried": _by_now(there & ~useless, exported),
            "exported": _by_now(good, exported),
            "delivered": _by_now(good, delivered),
            "closed": _by_now(closed < NEVER, closed),
        }
    )


def outcome(asked: pd.DataFrame, finished: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """The word for how each request stands at the sample's end."""
    nature, closed = asked["nature"].to_numpy(), finished["closed"].to_numpy() < NEVER
    given = finished["delivered"].to_numpy() < NEVER
    part = found["part"].to_numpy()
    ways = [~closed, nature != "", given & part, given]
    return np.select(ways, ["pending", nature, "partial", "delivered"], "rejected")


def _by_now(happened: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    return np.where(happened & (minutes <= FINISH), minutes, NEVER)
