"""Where added cameras would go: at the places without one that are asked about most."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.spatial import KDTree

from transforms.footage.sight import Plane

Degrees = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]

# An added camera sees what lies within as many metres of it.
REACH_M = 60.0
# Where fewer were made no camera goes: a lone request says nothing of where the next will be.
LEAST = 2


def ranks(lat: Degrees, lon: Degrees, most: int) -> Ranks:
    """For each request without coverage (n places in degrees) which added camera would see it first.

    From 1 for the first camera to `most` for the last; 0 where none would, or the place is not known. Each next camera
    goes to the place of a request within whose reach lie most requests that none sees yet (greedy; within 1 - 1/e of
    the best choice: Nemhauser, Wolsey, Fisher 1978); of several to the westernmost, then the southernmost.
    """
    rank = np.zeros(len(lat), dtype=np.int64)
    known = ~(np.isnan(lat) | np.isnan(lon))
    places, at, asked = np.unique(np.column_stack([lon, lat])[known], axis=0, return_inverse=True, return_counts=True)
    if len(places):
        rank[known] = _placed(_near(places), asked, most)[at]
    return rank


def _placed(near: csr_array, asked: Ranks, most: int) -> Ranks:
    """The rank of each place; `near` tells which places a camera at each of them sees, `asked` how often each is."""
    rank, left = np.zeros(len(asked), dtype=np.int64), asked.copy()
    for number in range(1, most + 1):
        # The first of several, and places are sorted.
        within = near @ left
        site = int(within.argmax())
        if within[site] < LEAST:
            break
        seen = near.indices[near.indptr[site] : near.indptr[site + 1]]
        seen = seen[left[seen] > 0]
        rank[seen], left[seen] = number, 0
    return rank


def _near(places: Degrees) -> csr_array:
    """Whether each two places lie within reach, each of them near itself."""
    south, north = places[:, 1].min(), places[:, 1].max()
    metres = Plane((south + north) / 2).metres(places)
    one, other = KDTree(metres).query_pairs(REACH_M, output_type="ndarray").T
    own = np.arange(len(places))
    rows, columns = np.concatenate([one, other, own]), np.concatenate([other, one, own])
    return coo_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(places),) * 2).tocsr()
