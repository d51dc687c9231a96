"""Five million challan-like rows read, row-checked and stored, against the obvious way in pandas.

Every measurement is a process of its own: its wall time between the first byte read and the last one
stored, and its peak memory. Imports are left out on both sides.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

SMALL, LARGE = 500_000, 5_000_000
ROUNDS = 3
CONTRACTS = Path(__file__).parent / "contracts"


def figures(folder: Path) -> list[dict[str, Any]]:
    """The figures of this benchmark; `folder` holds the generated files."""
    files = {rows: challans(rows, folder) for rows in (SMALL, LARGE)}
    ours = [_measure("ours", files[LARGE], folder) for _ in range(ROUNDS)]
    peer = [_measure("pandas", files[LARGE], folder) for _ in range(ROUNDS)]
    small = [_measure("ours", files[SMALL], folder) for _ in range(ROUNDS)]
    suite = _measure("suite", files[LARGE], folder)
    if ours[0]["accepted"] != peer[0]["accepted"]:
        raise SystemExit("the two ways disagree on the rows they accept")
    seconds, peer_seconds, small_seconds = (min(run["seconds"] for run in runs) for runs in (ours, peer, small))
    memory, peer_memory = (min(run["mebibytes"] for run in runs) for runs in (ours, peer))
    exponent = math.log(seconds / small_seconds) / math.log(LARGE / SMALL)
    return [
        figure("5 M rows: seconds", seconds),
        figure("5 M rows: pandas seconds", peer_seconds),
        figure("5 M rows: times faster than pandas", peer_seconds / seconds, "≥ 8", peer_seconds / seconds >= 8),
        figure("5 M rows: peak MiB", memory),
        figure("5 M rows: pandas peak MiB", peer_memory),
        figure("5 M rows: share of pandas' memory", memory / peer_memory, "≤ 0.333", memory / peer_memory <= 1 / 3),
        figure("0.5 to 5 M rows: exponent of time", exponent, "≤ 1.05", exponent <= 1.05),
        figure("5 M rows: landing (copy, hash) seconds", min(run["landing"] for run in ours)),
        figure("5 M rows: Great Expectations, with import", suite["seconds"]),
    ]


def figure(name: str, value: float, wanted: str | None = None, holds: bool | None = None) -> dict[str, Any]:
    return {"figure": name, "value": round(value, 3), "wanted": wanted, "holds": holds}


def _measure(way: str, file: Path, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.ways", way, str(file), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    return dict(json.loads(done.stdout))


def challans(rows: int, folder: Path) -> Path:
    """A CSV of made-up challans: about one row in a thousand breaks a rule, none is a duplicate."""
    file = folder / f"challans-{rows}.csv"
    if file.exists():
        return file

    def of(values: str, salt: int) -> str:
        count = values.count(",") + 1
        return f"([{values}])[1 + CAST(hash(i * {salt}) % {count} AS BIGINT)]"

    def moment(extra: str = "0") -> str:
        second = f"CAST(hash(i * 7) % 94608000 AS BIGINT) + {extra}"
        return f"strftime(TIMESTAMP '2023-01-01' + to_seconds({second}), '%d-%m-%Y %H:%M:%S')"

    def digits(count: int, salt: int) -> str:
        return f"lpad(CAST(hash(i * {salt}) % {10**count} AS VARCHAR), {count}, '0')"

    duckdb.execute(
        f"""COPY (SELECT
            'CH' || lpad(CAST(i AS VARCHAR), 9, '0') AS challan_id,
            {of("'signal', 'helmet', 'speed', 'wrong side', 'parking'", 3)} AS violation,
            {moment()} AS issued_at,
            'J' || {digits(4, 5)} AS junction_id,
            {of("'2W', 'LMV', 'HMV', 'AUTO'", 11)} AS vehicle_class,
            'ZZ' || {digits(2, 13)} || 'AB' || {digits(4, 17)} AS plate,
            'Owner ' || {digits(5, 19)} AS owner,
            '9' || {digits(9, 23)} AS phone,
            CASE WHEN hash(i * 29) % 1000 = 0 THEN -5 ELSE (1 + hash(i * 31) % 20) * 100 END AS amount_inr,
            {of("'paid', 'pending', 'disposed'", 37)} AS status,
            CASE WHEN hash(i * 37) % 3 = 0
                THEN {moment("CAST(86400 * (1 + hash(i * 41) % 30) AS BIGINT)")} END AS paid_at,
            CAST(12.8 + (hash(i * 43) % 100000) / 300000.0 AS DECIMAL(9, 6)) AS lat,
            CAST(77.4 + (hash(i * 47) % 100000) / 300000.0 AS DECIMAL(9, 6)) AS lon
        FROM range({rows}) AS t(i)) TO '{file}' (FORMAT csv, HEADER)"""
    )
    return file
