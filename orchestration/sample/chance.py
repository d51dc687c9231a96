"""Random streams: one for each purpose, so that a change to one file shifts no other."""

from zlib import crc32

import numpy as np


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """The generator of a purpose, as (city, dataset); the same for the same seed on every machine."""
    return np.random.default_rng([seed, *(crc32(word.encode()) for word in purpose)])


def pick(rng: np.random.Generator, shares: dict[str, float], count: int) -> np.ndarray:
    """`count` of the words, drawn by their shares; the shares need not add up to 1."""
    weights = np.array(list(shares.values()))
    return rng.choice(np.array(list(shares)), count, p=weights / weights.sum())
