"""Runs every benchmark and writes build/bench.json: figure, peer, ratio, what was wanted."""

import json
import sys
from pathlib import Path

from tests.bench import delivery, maturity, memory, quality, reading, recognise, siting

PARTS = (delivery, reading, memory, recognise, quality, siting, maturity)
OUT = Path("build")


def main() -> int:
    """Print and write the figures; 1 where one falls short."""
    OUT.mkdir(exist_ok=True)
    figures = [figure for part in PARTS for figure in part.figures(OUT)]
    (OUT / "bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    for figure in figures:
        mark = "" if figure["holds"] is None else ("holds" if figure["holds"] else "FALLS SHORT")
        print(f"{figure['figure']:<44} {figure['value']:>10} {figure['wanted'] or '':<10} {mark}")
    return 1 if any(figure["holds"] is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
