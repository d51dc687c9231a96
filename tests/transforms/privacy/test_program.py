"""A linear program that is solved for one aim after another."""

import subprocess
import sys
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from transforms.privacy.program import Program

# x + y = z, x + 2 y <= 8; all from 0 to 5.
ROWS = np.array([[1, 1, -1], [1, 2, 0]])
LOW, HIGH = np.array([0.0, -np.inf]), np.array([0.0, 8.0])
FITTING = [
    cells for cells in product(range(6), repeat=3) if cells[0] + cells[1] == cells[2] and cells[0] + 2 * cells[1] <= 8
]


def program() -> Program:
    return Program(sparse.csr_array(ROWS), LOW, HIGH, np.zeros(3), np.full(3, 5.0))


@given(st.lists(st.tuples(st.tuples(*[st.integers(-3, 3)] * 3), st.booleans()), min_size=1, max_size=6))
def test_each_aim_is_met_whatever_was_asked_before(asked: list[tuple[tuple[int, int, int], bool]]) -> None:
    one = program()
    for aims, whole in asked:
        found = one.solve(np.array(aims, float), whole)
        least = min(float(np.dot(aims, cells)) for cells in FITTING)
        # Fractions may come lower.
        assert np.dot(aims, found) <= least + 1e-6
        if whole:
            assert tuple(np.rint(found)) in FITTING and np.allclose(found, np.rint(found))


def test_the_solver_prints_nothing() -> None:
    """It would tell its name once in a process, in the middle of what a script reads."""
    script = "from tests.transforms.privacy.test_program import *; program().solve(np.ones(3))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
