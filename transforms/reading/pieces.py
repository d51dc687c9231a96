"""The pieces in which DuckDB reads a CSV."""

from pathlib import Path

# So many bytes each (measured).
PIECE = 1 << 23
SAMPLES, SAMPLED = 64, 1 << 16
# Row groups of fewer rows than these would cost those who read the file more than they save.
FEWEST = 20_000


def rows(path: Path) -> int | None:
    """About how many lines a piece has, by samples throughout the file; None where it is small or its lines are long.

    A quoted line end counts as well: this is a guess that only times depend on.
    """
    size, lines = path.stat().st_size, 0
    if size < 2 * PIECE:
        return None
    places = range(0, size - SAMPLED, size // SAMPLES)
    with path.open("rb", buffering=0) as raw:
        for place in places:
            raw.seek(place)
            lines += raw.read(SAMPLED).count(b"\n")
    found = lines * PIECE // (len(places) * SAMPLED)
    return found if found >= FEWEST else None
