"""Availability of a mission's cameras over a year, 524 million rows, against a bare scan-and-sum of the same Parquet.

A run is a process of its own that goes through the cities one after the other, as a user's does: the query that
orchestration.availability asks, over the same SQL files, on a connection as it is opened there. The bare way sums the
seconds of the rows of each camera and month, taken from the path: it counts twice what two rows hold and no failure,
and gives a row over the end of a month to the one in which it began. Runs of both take turns, after one that nobody
measures; of each city the quickest counts. `make bench-mission` runs it; about 3 GB of disk.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.sample import mission_recordings
from orchestration.sample.mission import mission
from orchestration.sample.profile import Profile
from tests.bench import delivery
from transforms.engine import connect, literal
from transforms.footage.availability import AVAILABILITY, SPANS, months, over

SEED, ROUNDS = 7, 4
WANTED, WANTED_GIB = 1.5, 6
OUT = Path("build")


def figures(folder: Path) -> list[dict[str, Any]]:
    """The figures of this benchmark; `folder` holds the generated files."""
    made = generate(folder / "mission")
    _measure("bare", folder)
    runs = [(_measure("ours", folder), _measure("bare", folder)) for _ in range(ROUNDS)]
    ours, bare = zip(*runs, strict=True)
    seconds, peer = (_quickest([run["seconds"] for run in way]) for way in (ours, bare))
    cpu, peer_cpu = (_quickest([run["cpu"] for run in way]) for way in (ours, bare))
    gib, wrong = max(run["gib"] for run in ours), max(run["wrong"] for run in ours)
    return [
        delivery.figure("mission: million rows", made["rows"] / 1e6),
        delivery.figure("mission: GB on disk", made["bytes"] / 1e9),
        delivery.figure("mission: seconds to make", made["seconds"]),
        delivery.figure("mission: seconds", seconds),
        delivery.figure("mission: bare scan-and-sum, seconds", peer),
        delivery.figure("mission: times the bare", seconds / peer, f"≤ {WANTED}", seconds / peer <= WANTED),
        delivery.figure("mission: times the bare, in processor time", cpu / peer_cpu),
        delivery.figure("mission: peak GiB", gib, f"< {WANTED_GIB}", gib < WANTED_GIB),
        delivery.figure("mission: camera-months unlike the truth", wrong, "≤ 0", wrong == 0),
    ]


def generate(folder: Path) -> dict[str, Any]:
    """What is known of the mission's files, which are made anew where they are of another seed or generator."""
    source = Path(mission_recordings.__file__).read_bytes()
    made_by = f"{SEED} {hashlib.sha256(source).hexdigest()}"
    note = folder / "made.json"
    if note.exists() and (made := json.loads(note.read_text()))["by"] == made_by:
        return dict(made)
    shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter()
    rows = mission_recordings.write(SEED, mission(SEED), folder)
    seconds = time.perf_counter() - start
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    made = {"by": made_by, "rows": rows, "seconds": seconds, "bytes": size}
    note.write_text(json.dumps(made))
    return made


def run(way: str, folder: Path) -> dict[str, Any]:
    """All cities in one way: `seconds` and processor time, `cpu`, of each; what is `wrong` by the truth; peak `gib`."""
    seconds, cpu, wrong = [], [], 0
    with tempfile.TemporaryDirectory(dir=folder) as scratch, connect(Path(scratch)) as connection:
        connection.register("given_months", months(mission_recordings.MONTHS[0].date(), mission_recordings.MONTHS[-1]))
        for city in mission(SEED):
            register = pd.DataFrame({"camera_id": mission_recordings.cameras(city), "commissioned_on": pd.NaT})
            connection.register("given_cameras", register)
            start, used = time.perf_counter(), time.process_time()
            found = _WAYS[way](connection, folder / "mission" / "month=*" / f"city={city.city}" / "*.parquet")
            seconds.append(time.perf_counter() - start)
            cpu.append(time.process_time() - used)
            wrong += _unlike(found, city) if way == "ours" else 0
    # Not getrusage: its peak is that of the process that forked this one, if it was larger.
    peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / (1 << 20)
    return {"seconds": seconds, "cpu": cpu, "wrong": wrong, "gib": peak}


def _ours(connection: duckdb.DuckDBPyConnection, files: Path) -> pd.DataFrame:
    tables = {
        "cameras": "SELECT * FROM given_cameras",
        "months": "SELECT * FROM given_months",
        "recordings": f"SELECT * FROM read_parquet({literal(files)})",
        "spans": SPANS,
    }
    return connection.execute(over(AVAILABILITY, tables)).df()


def _bare(connection: duckdb.DuckDBPyConnection, files: Path) -> pd.DataFrame:
    return connection.execute(
        "SELECT camera_id, month, sum(epoch(end_at) - epoch(start_at)) AS recorded_s "
        f"FROM read_parquet({literal(files)}) GROUP BY camera_id, month"
    ).df()


_WAYS = {"ours": _ours, "bare": _bare}


def _unlike(found: pd.DataFrame, city: Profile) -> int:
    """The camera-months of a city that differ from what was planted."""
    keys = ["camera_id", "month"]
    planted = mission_recordings.truth(SEED, city).set_index(keys)
    told = found.astype({"month": planted.index.dtypes["month"]}).set_index(keys)[list(planted)]
    unlike = told.reindex(planted.index).ne(planted).any(axis=1).sum()
    return int(unlike) + len(told.index.difference(planted.index))


def _measure(way: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.mission", way, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _quickest(runs: list[list[float]]) -> float:
    """The seconds of all cities, of each the quickest of its runs."""
    return sum(min(city) for city in zip(*runs, strict=True))


def main() -> int:
    """Print the figures and write build/bench-mission.json; 1 where one falls short."""
    OUT.mkdir(exist_ok=True)
    found = figures(OUT)
    (OUT / "bench-mission.json").write_text(json.dumps(found, indent=1) + "\n")
    for figure in found:
        mark = "" if figure["holds"] is None else ("holds" if figure["holds"] else "FALLS SHORT")
        print(f"{figure['figure']:<44} {figure['value']:>10} {figure['wanted'] or '':<10} {mark}")
    return 1 if any(figure["holds"] is False for figure in found) else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
    else:
        sys.exit(main())
