"""Personal data found in a column: the batch engine against the same pack run text by text in Presidio.

Pattern rules with their context words, each at three shares of texts that hold personal data; names of people apart,
in texts that name somebody. Figures are of process time on one core, the least of three rounds.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import hyperscan
import pyarrow as pa
import pyarrow.compute as pc

from tests.bench import delivery
from tests.personal_kit import texts
from tests.transforms.privacy.names.measure import people
from transforms.privacy.names.find import find
from transforms.privacy.pack.batch import recognise
from transforms.privacy.pack.column import edged
from transforms.privacy.pack.presidio import analyzer
from transforms.privacy.pack.rules import shapes

TEXTS, PEER_TEXTS, NAMED_TEXTS, ROUNDS = 100_000, 2_000, 10_000, 3
WANTED = {100: 40, 50: 50, 10: 200}
PER_SECOND, NAMES_PER_SECOND = 50_000, 3_000


def figures(folder: Path) -> list[dict[str, Any]]:
    """Texts a second and their ratios; nothing is kept in `folder`."""
    engine = analyzer()
    recognise(["warm 9876543210"])
    found = []
    for share, wanted in WANTED.items():
        column = pa.array(list(texts(share, TEXTS, share / 100)))
        peer_texts = column.slice(0, PEER_TEXTS).to_pylist()
        ours = _rate(TEXTS, lambda column=column: recognise(column))
        peer = _rate(PEER_TEXTS, lambda some=peer_texts: [engine.analyze(text, language="en") for text in some])
        floor = PER_SECOND if share == 100 else None
        found += [
            delivery.figure(
                f"{share} % personal: texts a second", ours, floor and f"≥ {floor}", floor and ours >= floor
            ),
            delivery.figure(f"{share} % personal: Presidio texts a second", peer),
            delivery.figure(
                f"{share} % personal: times faster than Presidio", ours / peer, f"≥ {wanted}", ours / peer >= wanted
            ),
            *_raw(share, column, ours),
        ]
    return [*found, *_names()]


def _names() -> list[dict[str, Any]]:
    """English and Hindi texts, hardly two of them alike."""
    found = []
    for language in ("english", "hindi"):
        column = [text.text for text in people(language, "title", NAMED_TEXTS, 34)]
        rate = _rate(len(column), lambda column=column: find(column))
        floor = f"≥ {NAMES_PER_SECOND}"
        found.append(delivery.figure(f"names, {language}: texts a second", rate, floor, rate >= NAMES_PER_SECOND))
    return found


def _raw(share: int, column: pa.Array, ours: float) -> list[dict[str, Any]]:
    """How far that is from what only looks for the shapes: Hyperscan's scan, DuckDB's regular expression."""
    joined = edged(pc.utf8_lower(column.cast(pa.large_string())))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=list(shapes()), ids=list(range(len(shapes()))), flags=[0] * len(shapes()))
    scan = _rate(TEXTS, lambda: database.scan(joined, match_event_handler=lambda *_: None))
    alternation = "|".join(f"(?:{shape.decode()})" for shape in shapes())
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("texts", pa.table({"text": column}))
        sql = "SELECT count(*) FROM texts WHERE regexp_matches(text, ?, 'i')"
        regex = _rate(TEXTS, lambda: connection.execute(sql, [alternation]).fetchall())
    return [
        delivery.figure(f"{share} % personal: share of raw Hyperscan's speed", ours / scan),
        delivery.figure(f"{share} % personal: share of a DuckDB alternation's speed", ours / regex),
    ]


def _rate(count: int, work: Callable[[], object]) -> float:
    """Texts a second of process time: the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


if __name__ == "__main__":
    for figure in figures(Path()):
        print(f"{figure['figure']:<56} {figure['value']:>12} {figure['wanted'] or '':<10} {figure['holds']}")
