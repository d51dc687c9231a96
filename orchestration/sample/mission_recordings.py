"""The index of what a mission's cameras recorded in a year, an hour a row, straight to Parquet by month and city.

There are half a billion rows, so they are drawn by column and skip the departments' files. They lie as accepted rows
do: of the same types, by the same writer, sorted by camera and start. Of the columns of police__recordings they have
those that tell what was recorded. A hash is left out, as 32 bytes of chance in each row would be most of the disk; the
number of a recording has a digit more than its contract gives it, as a large city has over ten million.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from orchestration.sample.chance import stream
from orchestration.sample.profile import Profile
from transforms.engine import copy_parquet

MONTHS = pd.date_range("2025-10-01", periods=13, freq="MS", tz="Asia/Kolkata")
HOUR_S = 3_600
# Seconds since the first month began at which each of them begins, and at which the last one ends.
EDGES = ((MONTHS - MONTHS[0]) // pd.Timedelta(seconds=1)).to_numpy()
SPAN_S = int(EDGES[-1])
# A camera of a city of which all works fails so often in a year; an outage lasts so many hours (median).
YEARLY, HOURS, SPREAD = 6.0, 8.0, 1.2
# Of the cameras, those whose recorder begins its files at a second of its own and not by the hour of the clock.
UNALIGNED = 0.01
# Of the rows, those that a mirror repeats, and those beside which a clip of them was held.
MIRRORED, HELD = 0.01, 0.0002
CLIP_S = (600, 1_500)
BYTES_A_SECOND = 250_000

_ROWS = """
    SELECT 'RC-' || right(CAST(100000000 + number AS VARCHAR), 8) AS recording_id, camera_id, start_at, end_at, bytes
    FROM rows"""


@dataclass(frozen=True, eq=False)
class Planted:
    """What was planted in a city. Cameras are numbers from 0; times are seconds since the first month began.

    `phase`: for each camera the second of the hour at which its recorder begins a file. `camera`, `start`, `end`: the
    outages, sorted by camera and start, those of a camera at least an hour apart.
    """

    phase: np.ndarray
    camera: np.ndarray
    start: np.ndarray
    end: np.ndarray


def write(seed: int, cities: list[Profile], folder: Path) -> int:
    """Write month=…/city=…/recordings.parquet under `folder` for each city; the number of rows.

    A row lies in the month, in India, in which it begins.
    """
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return sum(_write(seed, city, folder, connection) for city in cities)


def cameras(city: Profile) -> list[str]:
    """The cameras of a city, which are all its devices, in the order of their numbers."""
    return [f"{city.prefix}-C{number + 1:04}" for number in range(city.devices)]


def planted(seed: int, city: Profile) -> Planted:
    """What was planted in a city."""
    rng = stream(seed, city.city, "mission recordings")
    phase = np.where(rng.random(city.devices) < UNALIGNED, rng.integers(1, HOUR_S, city.devices), 0)
    count = rng.poisson(YEARLY / city.working * rng.gamma(1.5, 1 / 1.5, city.devices))
    camera = np.repeat(np.arange(city.devices), count)
    start = rng.integers(HOUR_S, SPAN_S, len(camera))
    start = start[np.lexsort((start, camera))]
    length = HOUR_S * HOURS * rng.lognormal(0, SPREAD, len(camera))
    end = np.minimum(start + np.maximum(length.astype(np.int64), 60), SPAN_S)
    # Cameras stand behind each other on one line, so that one running maximum does for all.
    line = camera * 2 * SPAN_S
    apart = np.ones(len(camera), dtype=bool)
    apart[1:] = (line + start)[1:] > np.maximum.accumulate(line + end)[:-1] + HOUR_S
    camera, start, end = camera[apart], start[apart], end[apart]
    return Planted(phase, camera, start + phase[camera], end + phase[camera])


def truth(seed: int, city: Profile) -> pd.DataFrame:
    """What is to be found for each `camera_id` and `month` (its first day): `recorded_s`, `failures`, `repairs`."""
    given = planted(seed, city)
    # Until its first file begins there is none of a camera.
    camera = np.concatenate([given.camera, np.arange(city.devices)])
    start = np.concatenate([given.start, np.zeros(city.devices, dtype=np.int64)])[:, None]
    end = np.concatenate([given.end, given.phase])[:, None]
    begins, ends = EDGES[:-1], EDGES[1:]
    recorded = np.tile(ends - begins, (city.devices, 1))
    failures, repairs = np.zeros_like(recorded), np.zeros_like(recorded)
    np.subtract.at(recorded, camera, (np.minimum(end, ends) - np.maximum(start, begins)).clip(min=0))
    np.add.at(failures, camera, (start > begins) & (start < ends))
    np.add.at(repairs, camera, (end > begins) & (end < ends))
    keys = pd.MultiIndex.from_product([cameras(city), MONTHS[:-1].tz_localize(None)], names=["camera_id", "month"])
    columns = {"recorded_s": recorded.ravel(), "failures": failures.ravel(), "repairs": repairs.ravel()}
    return pd.DataFrame(columns, keys).reset_index()


def _write(seed: int, city: Profile, folder: Path, connection: duckdb.DuckDBPyConnection) -> int:
    rng, given = stream(seed, city.city, "rows"), planted(seed, city)
    names, rows = pa.array(cameras(city)), 0
    whole, (camera, start, end) = _files(given)
    for month, begins, ends in zip(MONTHS[:-1], EDGES[:-1], EDGES[1:], strict=True):
        device, hour = np.nonzero(whole[:, begins // HOUR_S : ends // HOUR_S])
        begin = begins + hour * HOUR_S + given.phase[device]
        cut = (start >= begins) & (start < ends)
        device, begin, finish = (
            np.concatenate(pair) for pair in ((device, camera[cut]), (begin, start[cut]), (begin + HOUR_S, end[cut]))
        )
        connection.register("rows", _table(names, *_doubled(device, begin, finish, rng), rows, rng))
        target = folder / f"month={month:%Y-%m}" / f"city={city.city}"
        target.mkdir(parents=True, exist_ok=True)
        rows += copy_parquet(connection, _ROWS, target / "recordings.parquet")
    return rows


def _files(given: Planted) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each camera whether its file of each hour is whole; and camera, start, end of those that an outage cut."""
    camera, phase = given.camera, given.phase[given.camera]
    start, end = given.start - phase, given.end - phase
    first, last = start // HOUR_S, -(-end // HOUR_S)
    change = np.zeros((len(given.phase), SPAN_S // HOUR_S + 1), dtype=np.int8)
    np.add.at(change, (camera, first), 1)
    np.add.at(change, (camera, last), -1)
    whole = change.cumsum(axis=1, dtype=np.int8)[:, :-1] == 0
    camera, phase = np.tile(camera, 2), np.tile(phase, 2)
    begins, ends = np.concatenate([first * HOUR_S, end]), np.concatenate([start, last * HOUR_S])
    cut = ends > begins
    return whole, (camera[cut], (begins + phase)[cut], (ends + phase)[cut])


def _doubled(
    camera: np.ndarray, start: np.ndarray, end: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows with some that a mirror repeats and some clips of whole hours, sorted by camera and start."""
    again = np.flatnonzero(rng.random(len(camera)) < MIRRORED)
    held = np.flatnonzero((rng.random(len(camera)) < HELD) & (end - start == HOUR_S))
    camera = np.concatenate([camera, camera[again], camera[held]])
    begin = np.concatenate([start, start[again], start[held] + CLIP_S[0]])
    finish = np.concatenate([end, end[again], start[held] + CLIP_S[1]])
    order = np.argsort(camera * 2 * SPAN_S + begin, kind="stable")
    return camera[order], begin[order], finish[order]


def _table(
    names: pa.Array, camera: np.ndarray, start: np.ndarray, end: np.ndarray, before: int, rng: np.random.Generator
) -> pa.Table:
    """Rows as columns; so many rows of the city came before."""
    origin, moment = MONTHS[0].value // 1_000, pa.timestamp("us", "UTC")
    rate = BYTES_A_SECOND * rng.uniform(0.6, 1.4, len(camera))
    return pa.table(
        {
            "number": np.arange(before + 1, before + 1 + len(camera)),
            "camera_id": pa.DictionaryArray.from_arrays(camera.astype(np.int32), names),
            "start_at": pa.array(origin + start * 1_000_000).cast(moment),
            "end_at": pa.array(origin + end * 1_000_000).cast(moment),
            "bytes": ((end - start) * rate).astype(np.int64),
        }
    )
