"""Many mutated files of one reader, each within a time; a process that dies or hangs is a finding, not the end."""

import json
import os
import select
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz import worker

ROOT = Path(__file__).parents[2]
# Seconds for one file, and for the libraries before the first one; generous, as a machine may be busy.
BOUND, START = 20.0, 120.0
READY = worker.READY.encode()
# Numbers of files kept for each fault.
KEPT = 5
# Each worker is a fork of one small process that has loaded the libraries, which takes longer than many files.
SERVER = get_context("forkserver")
SERVER.set_forkserver_preload([worker.__name__])


@dataclass
class Campaign:
    """What came of a reader's files: how many were held and taken, and for each fault the files that show it."""

    reader: str
    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        lines = [f"{self.reader}: {self.outcomes.total():,} files, {counts}; {len(self.faults)} faults"]
        lines += [
            f"  {fault}: {len(numbers):,} files, such as {', '.join(map(str, sorted(numbers)[:KEPT]))}"
            for fault, numbers in sorted(self.faults.items())
        ]
        return "\n".join(lines)


def run(reader: str, count: int, seed: int, first: int = 0, jobs: int = 1, bound: float = BOUND) -> Campaign:
    """Judge `count` files from number `first`, in `jobs` processes at a time; seconds per file at most `bound`."""
    found = Campaign(reader, seed)
    shares = [(first + count * job // jobs, first + count * (job + 1) // jobs) for job in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        for verdicts in pool.map(lambda share: list(_verdicts(reader, seed, *share, bound)), shares):
            for number, outcome, fault in verdicts:
                found.outcomes[outcome] += 1
                if fault:
                    found.faults[fault].append(number)
    return found


def _verdicts(reader: str, seed: int, first: int, last: int, bound: float) -> Iterator[tuple[int, str, str | None]]:
    """Number, outcome and fault of each file; after a process that ended the next one goes on behind."""
    while first < last:
        told, tells = SERVER.Pipe(duplex=False)
        process = SERVER.Process(target=worker.work, args=(tells, reader, seed, first, last))
        process.start()
        tells.close()
        with told:
            for number, outcome, fault in _lines(told, bound):
                yield number, outcome, fault
                first = number + 1
        # A process that says no more may be on its way out.
        process.join(1)
        hung = process.is_alive()
        if hung:
            process.kill()
            process.join()
        # One that has taken too much memory ends by itself, after it has said so.
        if first < last and process.exitcode:
            yield first, "failed", "hung" if hung else f"ended the process by {_cause(process.exitcode)}"
            first += 1


def _lines(told: Connection, bound: float) -> Iterator[tuple[int, str, str | None]]:
    """What a worker prints, until it ends or says nothing for too long."""
    waiting, patience = b"", START
    while select.select([told], [], [], patience)[0]:
        block = os.read(told.fileno(), 1 << 16)
        if not block:
            return
        *whole, waiting = (waiting + block).split(b"\n")
        patience = bound
        for line in whole:
            if line == READY:
                continue
            number, outcome, fault = json.loads(line)
            yield number, outcome, fault


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
