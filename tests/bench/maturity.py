"""Scores of a hundred cities over eight rounds from evidence, with peers, next actions and the simulation.

The evidence is drawn from a seed by the rubric that the project ships. What a query takes to find the evidence is no
part of it: that is the time of the marts.
"""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import delivery
from tests.transforms.maturity.kit import drawn, names, rubric
from transforms.maturity import round as rounds
from transforms.maturity.evidence import Evidence
from transforms.maturity.scoring import score
from transforms.maturity.sensitivity import sensitivity
from transforms.maturity.tables import rubric_tables

CITIES, ROUNDS = 100, 8
SECONDS = 5.0


def figures(folder: Path) -> list[dict[str, Any]]:
    """Seconds of scoring, of the simulation in it, and of checking a frozen round, which is kept in `folder`."""
    evidence = drawn(CITIES, ROUNDS, 1)
    # The first one loads what it needs.
    score(evidence.of(names(1)[0]), rubric())
    start = time.perf_counter()
    scores = score(evidence, rubric())
    whole = time.perf_counter() - start
    if len(scores.scores) != CITIES * ROUNDS:
        raise SystemExit("not every city has its scores in every round")
    tables = rubric_tables(rubric())
    start = time.perf_counter()
    sensitivity(scores.indicator_scores, tables)
    simulated = time.perf_counter() - start
    return [
        delivery.figure("maturity, 100 cities × 8 rounds: seconds", whole, f"< {SECONDS:g}", whole < SECONDS),
        delivery.figure("maturity: simulation within it, seconds", simulated),
        *_frozen(folder / "round", evidence.of(names(1)[0])),
    ]


def _frozen(folder: Path, evidence: Evidence) -> list[dict[str, Any]]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rounds.write(folder, names(1)[0], evidence, rubric(), "bench", datetime(2026, 7, 15, tzinfo=UTC))
    start = time.perf_counter()
    faults = rounds.verify(folder)
    seconds = time.perf_counter() - start
    if faults:
        raise SystemExit(f"a frozen round does not verify: {faults[0]}")
    size = len(rounds.pack(folder)) / 2**20
    return [
        delivery.figure("maturity, a round of 100 cities: verify seconds", seconds),
        delivery.figure("maturity, a round of 100 cities: pack MiB", size),
    ]


if __name__ == "__main__":
    for figure in figures(Path("build")):
        print(f"{figure['figure']:<56} {figure['value']:>12} {figure['wanted'] or '':<10} {figure['holds']}")
