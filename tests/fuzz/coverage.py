"""Fuzzing that is led by coverage: atheris looks for files that take our readers where none went before.

It is in no lock, as it comes built for a few versions of Python only: `.venv/bin/pip install atheris`.
"""

import sys
from random import Random

from tests.fuzz.campaign import ROOT

CORPUS = ROOT / "build/fuzz/corpus"


class FaultFound(Exception):
    """What the oracle found in a file; atheris keeps that file and ends."""


def run(reader: str, seed: int, count: int) -> None:
    """Give one reader at most `count` files. Ends the process; its code is not 0 where a fault is found."""
    import atheris

    with atheris.instrument_imports(include=["transforms.reading"]):
        from tests.fuzz.oracle import judge
        from tests.fuzz.planted import find

    target = find(reader)

    def mutate(content: bytes, limit: int, chance: int) -> bytes:
        random = Random(chance)
        try:
            return target.mutate(random, content, target.seeds)[:limit]
        except Exception:  # what is damaged already may be no zip, no JSON, no database
            return target.mutate(random, random.choice(target.seeds), target.seeds)[:limit]

    def one(content: bytes) -> None:
        if fault := judge(target, content).fault:
            raise FaultFound(fault)

    folder = CORPUS / reader
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds):
        (folder / f"seed-{number}").write_bytes(content)
    words = [f"-runs={count}", f"-seed={seed}", "-max_len=262144", "-timeout=20", f"-artifact_prefix={folder.parent}/"]
    with target.around():
        atheris.Setup([sys.argv[0], *words, str(folder)], one, custom_mutator=mutate)
        atheris.Fuzz()
