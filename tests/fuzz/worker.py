"""Judges mutated files one after the other and prints a line for each, in a process that may be ended."""

import gc
import json
import os
import resource
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.contracts_kit import PLANTED
from tests.fuzz.oracle import Verdict, judge
from tests.fuzz.planted import find
from tests.fuzz.targets import Target

# Bytes that reading a file may take, and beyond which nothing more is given: native code asks for room, and fills
# only some of it.
MEMORY, ROOM = 3 << 29, 4 << 30
READY = "ready"
SWOLLEN = "took more than 1.5 GiB"
# Files that live for milliseconds: in memory, where the system has a folder there.
BRIEF = Path("/dev/shm")


def mutated(name: str, target: Target, seed: int, number: int) -> bytes:
    """The file of this number: the same for the same words."""
    random = Random(f"{name} {seed} {number}")
    return target.mutate(random, random.choice(target.seeds), target.seeds)


def work(tells: Connection, name: str, seed: int, first: int, last: int) -> None:
    """Judge a reader's files of these numbers, and tell of each."""
    tempfile.tempdir = str(BRIEF) if BRIEF.is_dir() else None
    target = find(name)
    for content in target.seeds:
        judge(target, content)
    _bound_memory()
    # What is here now stays: looking through it again and again for garbage is vain.
    gc.freeze()
    # The verdicts go another way than what a reader may print.
    with target.around(), os.fdopen(tells.fileno(), "w", closefd=False) as verdicts:
        print(READY, file=verdicts, flush=True)
        for stream in (1, 2):
            with tempfile.TemporaryFile() as file:
                os.dup2(file.fileno(), stream)
        for number in range(first, last):
            outcome, fault = _judged(target, mutated(name, target, seed, number))
            swollen = _most_memory() > MEMORY
            line = json.dumps([number, outcome, fault or (SWOLLEN if swollen else None)])
            print(line, file=verdicts, flush=True)
            if swollen:
                return


def _judged(target: Target, content: bytes) -> Verdict:
    """The verdict on a file.

    A reader may also have printed something among what a command tells; and native code may have told a value on
    the error stream, which logs keep.
    """
    verdict = judge(target, content)
    sys.stdout.flush()
    printed, told = map(_emptied, (1, 2))
    if verdict.fault is None and printed:
        return Verdict(verdict.outcome, "printed on the output")
    if verdict.fault is None and any(value.encode() in told for value in PLANTED):
        return Verdict(verdict.outcome, "told a value on the error stream")
    return verdict


def _emptied(stream: int) -> bytes:
    """What was written to a stream that is a file, which is empty then."""
    told = os.pread(stream, os.fstat(stream).st_size, 0)
    if told:
        os.ftruncate(stream, 0)
        os.lseek(stream, 0, os.SEEK_SET)
    return told


def _bound_memory() -> None:
    """Allow so much beyond what the libraries have taken by now."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, taken + ROOM))


def _most_memory() -> int:
    """The most that this process has held so far, in bytes."""
    # Not getrusage: its peak is that of the process that forked this one, if it was larger.
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) << 10
