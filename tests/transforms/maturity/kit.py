"""Evidence of made-up cities from a seed, by the real rubric, and rounds frozen of it.

    python -m tests.transforms.maturity.kit FOLDER [CITIES] [ROUNDS] [SEED]

writes the rounds' folders into FOLDER.
"""

import hashlib
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_contracts.indicator import Indicator
from data_contracts.rubric import Rubric, read_rubric
from transforms.maturity import round as rounds
from transforms.maturity.evidence import COLUMNS, KEY, Evidence

FONTS = Path("portal/pages/assets/fonts").resolve()
REGIONS = ("North", "South", "East", "West")


@cache
def rubric() -> Rubric:
    """The rubric that the project ships."""
    found, faults = read_rubric(Path("data_contracts/maturity"))
    assert found is not None and not faults, faults
    return found


def names(number: int) -> list[str]:
    """So many rounds, the last of them 2026-H1."""
    halves = [(2026 * 2 - back) for back in range(number)]
    return sorted(f"{half // 2}-H{half % 2 + 1}" for half in halves)


def write_rounds(folder: Path, cities: int, number: int, seed: int, fonts: Path | None = None) -> list[Path]:
    """Freeze `number` rounds of so many cities into folders of `folder` with the rounds' names."""
    evidence, made = drawn(cities, number, seed), []
    for name in names(number):
        made.append(folder / name)
        made[-1].mkdir(parents=True)
        now = datetime(int(name[:4]) + (name[-1] == "2"), 7 if name[-1] == "1" else 1, 15, 6, 30, tzinfo=UTC)
        rounds.write(made[-1], name, evidence, rubric(), f"sample{seed:06}", now, fonts)
    return made


def drawn(cities: int, number: int, seed: int) -> Evidence:
    """Evidence of cities with a skill of their own that grows from round to round, a tenth of it silent."""
    random = np.random.default_rng(seed)
    places = towns(cities, random)
    skill, boast = random.beta(2, 2, cities), random.uniform(0, 0.5, cities)
    parts: dict[str, list[dict[str, Any]]] = {"aggregates": [], "declared": [], "decisions": []}
    for late, name in enumerate(names(number)):
        for place, city in enumerate(places["city"]):
            grown = min(1.0, skill[place] + 0.05 * late)
            for one in rubric().indicators:
                key = dict(zip(KEY, (name, city, one.id), strict=True))
                good = float(np.clip(grown + random.normal(0, 0.2), 0, 1))
                _add(parts, key, one, good, min(1.0, good + boast[place]), random)
    tables = {part: pd.DataFrame(rows, columns=list(COLUMNS[part])) for part, rows in parts.items()}
    decisions = tables["decisions"].assign(seq=range(1, len(tables["decisions"]) + 1))
    return Evidence(**{**tables, "decisions": decisions}, cities=places)


def towns(number: int, random: np.random.Generator) -> pd.DataFrame:
    """So many cities of all sizes, in a grid over a plain."""
    population = random.lognormal(13.4, 0.7, number).astype(int)
    league = np.where(population < 500_000, "small", np.where(population < 1_000_000, "medium", "large"))
    rows = []
    for place in range(number):
        west, south = 70.0 + 1.6 * (place % 12), 9.0 + 2.2 * (place // 12)
        region = REGIONS[place % len(REGIONS)]
        rows.append(
            {"city": f"city-{place + 1:03}", "name": f"City {place + 1}", "name_hi": f"नगर {place + 1}"}
            | {"population": int(population[place]), "league": str(league[place]), "region": region}
            | {"state": f"{region} State", "fictional": True}
            | {"west": west, "south": south, "east": west + 0.2, "north": south + 0.2}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS["cities"]))


def _add(
    parts: dict[str, list[dict[str, Any]]],
    key: dict[str, str],
    one: Indicator,
    good: float,
    told: float,
    random: np.random.Generator,
) -> None:
    """What an indicator of a city shows whose work is as good as `good`, and that tells itself `told` good (0 to 1)."""
    document = hashlib.sha256("/".join(key.values()).encode()).hexdigest()
    if one.evidence != "reviewed" and random.random() < 0.85:
        parts["aggregates"].append({**key, **measured(one, good, random), "complete": one.evidence != "mixed"})
    if random.random() < 0.8:
        points = 1 + int(np.searchsorted((0.33, 0.66, 0.95), told, side="right"))
        number = None if one.unit == "points" else round(value(one, told), 4)
        declared = {"number": number, "points": points, "document_sha256": document, "declared_on": "2026-01-10"}
        parts["declared"].append({**key, **declared})
    decision = "not_applicable" if random.random() < 0.02 else None
    if decision is None and one.evidence != "computed" and random.random() < 0.7:
        decision = "accepted" if random.random() < 0.9 else "returned"
    if decision:
        reason = None if decision == "accepted" else "Looked at for this round."
        decided = {"decision": decision, "document_sha256": document, "reason": reason}
        parts["decisions"].append({**key, **decided, "decided_at": "2026-01-20T06:30:00Z"})


def measured(one: Indicator, good: float, random: np.random.Generator) -> dict[str, Any]:
    """What a query would find: value, hits, n."""
    n = int(random.integers(max(one.least_n, 20), 2_000))
    if one.interval == "wilson":
        hits = round(n * np.clip(value(one, good), 0, 100) / 100)
        return {"value": 100 * hits / n, "hits": hits, "n": n}
    return {"value": value(one, good), "hits": None, "n": n}


def value(one: Indicator, good: float) -> float:
    """The value that lies `good` of the way from floor to target; of points, 1 to 4."""
    if one.floor is None or one.target is None:
        return float(1 + int(np.searchsorted((0.33, 0.66, 0.95), good, side="right")))
    return round(one.floor + good * (one.target - one.floor), 0 if one.unit == "count" else 4)


if __name__ == "__main__":
    target, *rest = sys.argv[1:]
    cities, number, seed = (int(given) for given in (*rest, *("5", "4", "7")[len(rest) :]))
    for made in write_rounds(Path(target), cities, number, seed, FONTS):
        print(made)
