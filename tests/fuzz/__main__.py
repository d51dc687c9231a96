"""`python -m tests.fuzz`: damaged files for each reader; exit 1 where a fault is found."""

import argparse
import sys

from tests.fuzz import campaign

OUT = campaign.ROOT / "build/fuzz"


def main() -> int:
    """Run the campaigns that are asked for and print what came of each."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("readers", nargs="*", metavar="reader", help="of tests/fuzz/targets.py; all by default")
    words.add_argument("--count", type=int, default=100_000, help="files for each reader")
    words.add_argument("--first", type=int, default=0, help="number of the first one")
    words.add_argument("--seed", type=int, default=1, help="another seed makes other files")
    words.add_argument("--jobs", type=int, default=1, help="processes at a time")
    words.add_argument("--bound", type=float, default=campaign.BOUND, help="seconds for one file")
    words.add_argument("--only", type=int, help="write the file of this number to build/fuzz and read it here")
    words.add_argument("--atheris", action="store_true", help="one reader, led by coverage; needs atheris installed")
    given = words.parse_args()
    if given.atheris:
        # Before anything else, as it counts in what is imported from now on.
        from tests.fuzz import coverage

        coverage.run(given.readers[0], given.seed, given.count)
    from tests.fuzz.planted import find
    from tests.fuzz.targets import TARGETS

    readers = given.readers or list(TARGETS)
    try:
        for reader in readers:
            find(reader)
    except KeyError as error:
        words.error(f"no reader is called {error}; there are {', '.join(TARGETS)}")
    if given.only is not None:
        return _one(readers[0], given.seed, given.only)
    faults = 0
    for reader in readers:
        found = campaign.run(reader, given.count, given.seed, given.first, given.jobs, given.bound)
        print(found, flush=True)
        faults += len(found.faults)
    return 1 if faults else 0


def _one(reader: str, seed: int, number: int) -> int:
    """Read a single file again, with all that a debugger would want to see."""
    from tests.fuzz.oracle import judge
    from tests.fuzz.planted import find
    from tests.fuzz.worker import mutated

    target = find(reader)
    content = mutated(reader, target, seed, number)
    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / f"{reader}-{seed}-{number}"
    file.write_bytes(content)
    print(file)
    with target.around():
        verdict = judge(target, content)
    print(*verdict)
    return 1 if verdict.fault else 0


if __name__ == "__main__":
    sys.exit(main())
