"""Nothing hidden can be computed back: held against every table of whole numbers that agrees with what is shown."""

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.privacy.margins import Place, chains, counts
from transforms.privacy.suppression import hide

Table = list[tuple[Place, tuple[int, ...]]]


def hidden(table: Table, k: int, along: Any = None) -> list[list[bool]]:
    """What is hidden of a table by rows, where the second count lies in the first."""
    values = np.array([row for _, row in table])
    small = (values > 0) & (values < k)
    along = along or ([[1], []] if values.shape[1] == 2 else [[]])
    for column, resting in enumerate(along):
        for other in resting:
            small[:, other] |= small[:, column]
    found = hide(counts(values, [place for place, _ in table]), small, along, k)
    assert (found >= small).all()
    return found.tolist()


def tree(wards: list[list[tuple[int, ...]]]) -> Table:
    """A city with its totals: zones of wards, each with its counts."""
    rows: Table = []
    for zone, members in enumerate(wards):
        rows += [(Place("city", ((zone, ward),)), cell) for ward, cell in enumerate(members)]
        rows.append((Place("city", ((zone,),)), tuple(map(sum, zip(*members, strict=True)))))
    every = [cell for members in wards for cell in members]
    return [*rows, (Place("city", ((),)), tuple(map(sum, zip(*every, strict=True))))]


def grid(cells: list[list[int]]) -> Table:
    """Counts by two dimensions without totals."""
    return [
        (Place("city", ((row,), (column,))), (count,))
        for row, line in enumerate(cells)
        for column, count in enumerate(line)
    ]


def safe(possible: set[int], k: int) -> bool:
    return (min(possible) <= 1 and max(possible) >= k - 1) or max(possible) - min(possible) >= k - 1


# By hand


@pytest.mark.parametrize(
    ("wards", "gone"),
    [
        # nothing small, nothing hidden
        ([[9, 8], [7, 7]], []),
        # a lone small ward takes its smallest neighbour with it
        ([[2, 9, 30], [20, 20]], [2, 9]),
        # two small ones whose sum leaves no room take a third
        ([[1, 1, 9, 30], [20, 20]], [1, 1, 9]),
        ([[4, 4, 9, 30], [20, 20]], [4, 4]),
        # a zone of one ward is as small as the ward
        ([[2], [20, 20], [30]], [2, 2, 30, 30]),
    ],
)
def test_what_a_small_count_takes_with_it(wards: list[list[int]], gone: list[int]):
    table = tree([[(count,) for count in zone] for zone in wards])
    found = hidden(table, 5)
    assert sorted(cell[0] for (_, cell), (flag,) in zip(table, found, strict=True) if flag) == gone


def test_a_grid_is_kept_against_margins_that_it_does_not_show():
    found = np.array(hidden(grid([[2, 20, 30], [20, 9, 30], [30, 30, 30]]), 5)).reshape(3, 3)
    assert found[0, 0]
    assert all(line.sum() != 1 for line in (*found, *found.T))


def test_a_part_is_not_told_by_the_other_parts_of_its_row():
    cells = [(30, 14, 13, 3), (40, 20, 10, 10), (50, 20, 20, 10), (60, 20, 5, 30)]
    table = [(Place("city", ((row,),)), cell) for row, cell in enumerate(cells)]
    found = hidden(table, 10, along=[[1, 2, 3], [], [], []])
    assert found[0][3]
    assert sum(found[0]) > 1


def test_hierarchies_are_found_in_the_columns():
    wards, zones, months = ["a", "b", "c", "a"], ["x", "x", "y", "x"], [1, 1, 1, 2]
    assert chains([wards, months, zones]) == [[1], [2, 0]]


# By brute force over all tables of whole numbers


@st.composite
def trees(draw: st.DrawFn) -> tuple[int, list[list[tuple[int, int]]]]:
    pair = st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
    sizes = draw(st.sampled_from([(1,), (2,), (3,), (1, 1), (1, 2), (2, 2)]))
    return draw(st.integers(2, 4)), [draw(st.lists(pair, min_size=size, max_size=size)) for size in sizes]


@settings(max_examples=60, deadline=None)
@given(trees())
def test_no_hidden_count_of_a_tree_is_narrower_than_promised(drawn: tuple[int, list[list[tuple[int, int]]]]):
    k, wards = drawn
    table = tree(wards)
    flags = hidden(table, k)
    shown = [
        tuple(None if gone else n for n, gone in zip(cell, row, strict=True))
        for (_, cell), row in zip(table, flags, strict=True)
    ]
    leaves = [at for at, (place, _) in enumerate(table) if len(place.ways[0]) == 2]
    most = max(cell[0] for _, cell in table) + 2
    if any(known[0] is not None for known in shown) and most < 14:
        agreeing = [[] for _ in table]
        free = [(n, a) for n in range(most) for a in range(n + 1)]
        choices = [
            [pair for pair in free if all(s in (None, v) for s, v in zip(shown[at], pair, strict=True))]
            for at in leaves
        ]
        if np.prod([len(choice) for choice in choices]) > 60_000:
            return
        shape = [len(zone) for zone in wards]
        for chosen in product(*choices):
            one = tree(_split(list(chosen), shape))
            if all(
                s in (None, v)
                for known, (_, cell) in zip(shown, one, strict=True)
                for s, v in zip(known, cell, strict=True)
            ):
                for seen, (_, cell) in zip(agreeing, one, strict=True):
                    seen.append(cell)
        for row, seen in zip(flags, agreeing, strict=True):
            assert all(safe({cell[column] for cell in seen}, k) for column, gone in enumerate(row) if gone)


def _split(cells: list[Any], sizes: list[int]) -> list[list[Any]]:
    ends = np.cumsum([0, *sizes])
    return [cells[start:end] for start, end in pairwise(ends)]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.lists(st.lists(st.integers(1, 7), min_size=2, max_size=3), min_size=2, max_size=3))
def test_no_hidden_count_of_a_grid_is_told_by_its_shown_margins(k: int, cells: list[list[int]]):
    """Each line with something hidden and something shown is taken to have its sum known."""
    width = min(map(len, cells))
    square = np.array([line[:width] for line in cells])
    gone = np.array(hidden(grid(square.tolist()), k)).reshape(square.shape)
    for flags in (*gone, *gone.T):
        # A line of which everything is hidden tells nothing of this table's; a lone one would be computed.
        assert flags.sum() != 1 or len(flags) == 1
